"""The rules of editing organisations, and that a refusal leaves nothing behind."""

import pytest

from tests.conftest import Arrange
from tests.factories import make_user, organisation
from tracker.accounts.permissions import Role
from tracker.admin.organisations.queries import surroundings
from tracker.admin.organisations.services import Facts, edit_organisation
from tracker.core.errors import DomainError

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
