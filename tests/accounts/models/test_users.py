"""What a user may do, and that lists and single records are judged by one rule."""

from dataclasses import dataclass

import pytest
from sqlalchemy import Integer, cast, select, union_all
from sqlalchemy.exc import IntegrityError

from tests.conftest import Arrange
from tests.factories import make_user, organisation
from tracker.accounts.models import RoleGrant, User
from tracker.accounts.permissions import GRANTS, NEEDS_ORGANISATION, Permission, Reach, Role
from tracker.core.db import db
from tracker.organisations.models import Organisation, OrganisationParent
from tracker.organisations.queries import with_children


@dataclass
class Record:
    """Something with an organisation, an owner, a supervisor and a panel of one, each of which may be missing."""

    organisation_id: int | None
    user_id: int | None
    panellist: int | None = None
    supervisor: int | None = None

    @property
    def panel_user_ids(self) -> frozenset[int | None]:
        return frozenset({self.panellist})

    @property
    def supervisor_user_ids(self) -> frozenset[int | None]:
        return frozenset({self.supervisor})


def family() -> tuple[Organisation, Organisation, Organisation]:
    """A department, a body under it, and another department."""
    home, other = organisation("home-office"), organisation("hm-treasury")
    child = Organisation(slug="a-body", name="A body")
    db.session.add(child)
    db.session.flush()
    db.session.add(OrganisationParent(child_id=child.id, parent_id=home.id))
    db.session.flush()
    return home, child, other


def records(user: User) -> list[Record]:
    stranger = make_user()
    places = [place.id for place in family()]
    who = (user.id, stranger.id, None)
    owned = [Record(place, owner) for place in (*places, None) for owner in who]
    on_panels = [Record(places[0], stranger.id, panellist=panellist) for panellist in who[:2]]
    return [*owned, *on_panels, *(Record(places[0], stranger.id, supervisor=one) for one in who[:2])]


def seen(user: User, permission: Permission, every: list[Record]) -> set[int]:
    """The records a list would hold, by their place, as the database picks them."""
    names = ("n", "organisation_id", "user_id", "panellist", "supervisor")
    values = [
        (n, record.organisation_id, record.user_id, record.panellist, record.supervisor)
        for n, record in enumerate(every)
    ]
    lines = [[cast(value, Integer).label(name) for name, value in zip(names, line, strict=True)] for line in values]
    rows = union_all(*(select(*line) for line in lines)).subquery()
    on_panel, supervised = rows.c.panellist == user.id, rows.c.supervisor == user.id
    within = user.sees(permission, rows.c.organisation_id, rows.c.user_id, supervised=supervised, on_panel=on_panel)
    found = select(rows.c.n).where(within)
    return set(db.session.scalars(found))


@pytest.mark.parametrize("role", [*Role, None])
def test_a_list_holds_exactly_the_records_that_may_be_opened(arrange: Arrange, role: Role | None):
    with arrange():
        user = make_user(*([role] if role else []))
        every = records(user)

        # Files are picked by their kind, and headlines by their strand, and not by whose they are.
        picked = {Permission.IMPORT_VIEW, Permission.IMPORT_LOAD, Permission.STATUS_DECLARE}
        for permission in set(Permission) - picked:
            opened = {n for n, record in enumerate(every) if user.may(permission, record)}
            assert seen(user, permission, every) == opened, permission


def test_roles_add_up(arrange: Arrange):
    with arrange():
        user = make_user(Role.DEPARTMENT_LEAD, Role.TRAINEE, at="home-office")
        every = records(user)
        home, body = every[0].organisation_id, every[3].organisation_id

        may = [record for record in every if user.may(Permission.PEOPLE_VIEW, record)]

        assert may == [
            record for record in every if record.organisation_id in (home, body) or record.user_id == user.id
        ]
        assert seen(user, Permission.PEOPLE_VIEW, every) == {every.index(record) for record in may}


def test_a_department_lead_reaches_the_department_and_the_bodies_under_it(arrange: Arrange):
    with arrange():
        home, child, other = family()
        lead = make_user(Role.DEPARTMENT_LEAD, at="home-office")

        reach = lead.reach(Permission.PROGRESS_VIEW)

        assert reach == with_children(home.id)
        assert child.id in reach
        assert other.id not in reach


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("permission", Permission)
def test_the_reach_for_figures_is_everything_some_organisations_or_none(role: Role, permission: Permission):
    user = User(id=1, grants=[RoleGrant(role=role)])
    granted = GRANTS[role].get(permission)

    if granted is not Reach.ORGANISATION:
        assert user.reach(permission) == (None if granted is Reach.EVERYTHING else frozenset())


def test_a_record_that_does_not_say_whose_it_is_is_not_opened(arrange: Arrange):
    with arrange():
        for role in (Role.DEPARTMENT_LEAD, Role.TRAINEE):
            with pytest.raises(AttributeError):
                make_user(role).may(Permission.PEOPLE_VIEW, object())


@pytest.mark.parametrize("role", sorted(NEEDS_ORGANISATION))
def test_the_database_refuses_a_role_without_the_organisation_it_needs(arrange: Arrange, role: Role):
    with arrange() as session:
        user = make_user()
        session.add(RoleGrant(user_id=user.id, role=role))
        with pytest.raises(IntegrityError, match="ck_role_grant_organisation"):
            session.flush()
        session.rollback()


def test_the_database_takes_every_role_and_each_only_once(arrange: Arrange):
    with arrange() as session:
        user = make_user(*Role)
        held = user.roles
        session.add(RoleGrant(user_id=user.id, role=Role.AUDITOR))
        with pytest.raises(IntegrityError):
            session.flush()
        session.rollback()

    assert held == frozenset(Role)
