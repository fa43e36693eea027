"""Which targets there are."""

from datetime import date

from tests.conftest import Arrange
from tests.factories import organisation
from tracker.admin.targets.queries import current_versions, latest_id, target
from tracker.progress.services.targets import replace_line


def test_only_the_version_that_holds_is_listed_all_government_first(arrange: Arrange):
    with arrange():
        home_office = organisation("home-office").id
        for value in (5.0, 7.0):
            replace_line("training.trained", home_office, {date(2027, 3, 31): value}, reason="x", created_by_id=None)
        replace_line("training.trained", None, {date(2027, 3, 31): 500}, reason="x", created_by_id=None)

        listed = [(one.organisation_id, one.points[-1].value) for one in current_versions(None)]

        assert listed == [(None, 500.0), (home_office, 7.0)]
        assert [one.organisation_id for one in current_versions(frozenset({home_office}))] == [home_office]
        assert current_versions(frozenset()) == []


def test_a_target_that_was_never_set_has_no_version(arrange: Arrange):
    with arrange():
        never = target("training.trained", "home-office")

        assert never is not None
        assert (latest_id(never), never.whose) == (0, "Home Office")
