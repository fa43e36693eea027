import pytest

from tests.conftest import Arrange
from tests.factories import make_user
from tracker.accounts.permissions import Role
from tracker.following import queries, services
from tracker.following.services import ViewNotAllowed


def test_a_view_is_shared_with_those_who_hold_the_role_or_are_for_the_organisation(arrange: Arrange):
    with arrange():
        lead = make_user(Role.DEPARTMENT_LEAD, at="home-office")
        colleague = make_user(Role.DEPARTMENT_LEAD, at="home-office")
        elsewhere = make_user(Role.DEPARTMENT_LEAD, at="hm-treasury")
        manager = make_user(Role.PROGRAMME_MANAGER)
        for share in ("nobody", "role:department-lead", "organisation:home-office"):
            services.keep_view(lead, share, "/people?stage=on-break", share)

        def names(user):
            return [view.name for view in queries.views_for(user)]

        assert names(lead) == ["nobody", "organisation:home-office", "role:department-lead"]
        assert names(colleague) == ["organisation:home-office", "role:department-lead"]
        assert names(elsewhere) == ["role:department-lead"]
        assert names(manager) == []


@pytest.mark.parametrize("share", ["role:administrator", "role:x", "organisation:hm-treasury", "everybody", ""])
def test_nobody_shares_with_a_role_or_an_organisation_that_is_not_theirs(arrange: Arrange, share: str):
    with arrange():
        lead = make_user(Role.DEPARTMENT_LEAD, at="home-office")

        with pytest.raises(ViewNotAllowed):
            services.keep_view(lead, "Mine", "/people", share)


def test_two_views_of_one_person_have_two_names(arrange: Arrange):
    with arrange():
        manager, other = make_user(Role.PROGRAMME_MANAGER), make_user(Role.PROGRAMME_MANAGER)
        first = services.keep_view(manager, "Breaks", "/people", "nobody")
        services.keep_view(other, "Breaks", "/people", "nobody")

        with pytest.raises(ViewNotAllowed):
            services.keep_view(manager, " breaks ", "/people", "nobody")
        services.change_view(first, "BREAKS", "role:programme-manager", by=manager)
        services.delete_view(first, by=manager)
        services.keep_view(manager, "Breaks", "/people", "nobody")

        assert queries.own_view(manager, first.ref) is None
