"""What administrators are shown of the structure."""

from tests.conftest import Arrange
from tests.factories import organisation
from tracker.admin.organisations.queries import counts_of_children, form_values, matching_organisations, surroundings


def test_what_stands_around_an_organisation_is_its_parents_bodies_and_both_sides_of_every_change(arrange: Arrange):
    with arrange():
        split = organisation("department-for-digital-culture-media-sport")
        around = surroundings(split)
        taking_over = organisation("department-for-science-innovation-and-technology")
        successor = surroundings(taking_over)

        assert {change.kind for change in around.became} == {"split"}
        assert split.id in {change.predecessor_id for change in successor.came_from}
        assert len(successor.children) == counts_of_children()[taking_over.id]


def test_a_search_without_words_or_state_finds_everything_once(arrange: Arrange):
    with arrange():
        every = matching_organisations("", "")

        assert len(every) == len({one.id for one in every}) == 124
        assert len(matching_organisations("", "open")) + len(matching_organisations("", "closed")) == 124


def test_the_form_shows_the_version_it_was_opened_at(arrange: Arrange):
    with arrange():
        assert form_values(organisation("home-office"))["version"] == 1
