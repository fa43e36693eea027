"""The rules of editing organisations, and that a refusal leaves nothing behind."""

from datetime import date

import pytest

from tests.conftest import Arrange
from tests.factories import make_user, organisation
from tracker.accounts.permissions import Role
from tracker.admin.organisations.queries import surroundings
from tracker.admin.organisations.services import Change, Facts, edit_organisation, record_change
from tracker.core.errors import DomainError
from tracker.organisations.models import Organisation

FACTS = Facts("Home Office", "HO", "Ministerial department", None, None, False, "", "")


def test_a_change_of_parents_alone_counts_as_a_change_of_the_organisation(arrange: Arrange):
    with arrange():
        edited, actor = organisation("home-office"), make_user(Role.ADMINISTRATOR)

        edit_organisation(edited, Facts(**{**vars(FACTS), "parents": "hm-treasury\nCabinet Office"}), actor)

        assert edited.version == 2
        assert [parent.slug for parent in surroundings(edited).parents] == ["cabinet-office", "hm-treasury"]


def test_a_name_that_several_had_must_be_given_as_a_slug(arrange: Arrange):
    with arrange():
        edited, actor = organisation("home-office"), make_user(Role.ADMINISTRATOR)

        with pytest.raises(DomainError, match="Several are called DCMS: use the slug"):
            edit_organisation(edited, Facts(**{**vars(FACTS), "parents": "DCMS"}), actor)

        assert edited.version == 1


def test_a_change_does_not_move_the_day_an_organisation_is_known_to_have_closed(arrange: Arrange):
    with arrange() as session:
        closed = Organisation(slug="old-office", name="Old Office", is_closed=True, closed_on=date(2025, 1, 1))
        session.add(closed)
        session.flush()

        change = Change("renamed", "home-office", date(2025, 2, 1), "")
        record_change(closed, change, make_user(Role.ADMINISTRATOR))
        session.flush()
        session.refresh(closed)

        assert closed.closed_on == date(2025, 1, 1)
        assert closed.present_id == organisation("home-office").id
