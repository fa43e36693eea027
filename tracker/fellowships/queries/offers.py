"""Schemes, hosts and projects as their pages ask for them."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import and_, func, not_, select
from sqlalchemy.orm import joinedload, selectinload

from tracker.accounts.models import User
from tracker.accounts.permissions import Permission
from tracker.core.calendar import LAST_DAY
from tracker.core.db import db
from tracker.fellowships.lifecycle import TAKING_A_PLACE, Stage
from tracker.fellowships.models import (
    HostOffer,
    Placement,
    Preference,
    Project,
    ProjectChoice,
    ProjectPlace,
    Scheme,
)
from tracker.ledger.models import Journey, StageSpan
from tracker.organisations.models import Organisation, Region
from tracker.people.models import Person

ON_OFFER = and_(Project.closed_at.is_(None), Project.organisation.has(Organisation.is_closed.is_(False)))
"""Whether a project is on offer."""
WHOLE = (
    joinedload(Project.organisation),
    joinedload(Project.scheme),
    joinedload(Project.region),
    joinedload(Project.supervisor),
    selectinload(Project.skills),
)


def schemes() -> Sequence[Scheme]:
    """Every scheme with its rounds, by name."""
    return db.session.scalars(select(Scheme).order_by(Scheme.name).options(selectinload(Scheme.rounds))).all()


def scheme(code: str) -> Scheme | None:
    """The scheme with a code."""
    return db.session.scalar(select(Scheme).where(Scheme.code == code))


def project(ref: str) -> Project | None:
    """The project with a reference."""
    return db.session.scalar(select(Project).where(Project.ref == ref).options(*WHOLE))


def projects(user: User) -> Sequence[Project]:
    """The projects a user may see, those on offer first, by host and title."""
    seen = user.sees(Permission.PROJECTS_VIEW, Project.organisation_id)
    found = select(Project).join(Project.organisation).where(seen).options(*WHOLE)
    return db.session.scalars(found.order_by(not_(ON_OFFER), Organisation.name, Project.title)).all()


def open_projects() -> Sequence[Project]:
    """The projects that are on offer."""
    found = select(Project).join(Project.organisation).where(ON_OFFER).options(*WHOLE)
    return db.session.scalars(found.order_by(Organisation.name, Project.title)).all()


def places_by_scheme() -> dict[int, tuple[int, int]]:
    """How many places the projects on offer have, and how many of them are taken, by scheme."""
    taken = select(func.count()).where(ProjectPlace.project_id == Project.id).scalar_subquery()
    places = select(Project.scheme_id, func.sum(Project.capacity), func.sum(taken)).where(ON_OFFER)
    return {scheme: (has, used) for scheme, has, used in db.session.execute(places.group_by(Project.scheme_id))}


def places_taken() -> dict[int, int]:
    """How many places of each project are taken."""
    counted = select(ProjectPlace.project_id, func.count()).group_by(ProjectPlace.project_id)
    return {row[0]: row[1] for row in db.session.execute(counted)}


def offers(year: int) -> dict[int, HostOffer]:
    """What organisations answered for a financial year, by organisation."""
    found = select(HostOffer).where(HostOffer.year == year).options(joinedload(HostOffer.answered_by))
    return {one.organisation_id: one for one in db.session.scalars(found)}


@dataclass(frozen=True)
class Hosting:
    """An organisation that may be asked whether it can host."""

    organisation: Organisation

    @property
    def organisation_id(self) -> int:
        """Itself: whose lead may answer."""
        return self.organisation.id


def hosting(slug: str) -> Hosting | None:
    """The organisation with a slug, as a host."""
    found = db.session.scalar(select(Organisation).where(Organisation.slug == slug))
    return None if found is None else Hosting(found)


def hosts(user: User) -> Sequence[Organisation]:
    """The organisations for which a user may answer, by name; closed ones are asked no more."""
    reach = user.reach(Permission.HOSTING_ANSWER)
    found = select(Organisation).where(Organisation.is_closed.is_(False)).order_by(Organisation.name)
    return db.session.scalars(found if reach is None else found.where(Organisation.id.in_(sorted(reach)))).all()


def fellows_at() -> dict[int, int]:
    """How many placements are there or on the way, by host."""
    counted = (
        select(Placement.host_id, func.count())
        .join(StageSpan, StageSpan.journey_id == Placement.journey_id)
        .where(StageSpan.ends_on == LAST_DAY, StageSpan.stage.in_(TAKING_A_PLACE))
        .group_by(Placement.host_id)
    )
    return {row[0]: row[1] for row in db.session.execute(counted)}


def filled_by_scheme() -> dict[int, int]:
    """How many placements of each scheme were ever in post."""
    counted = (
        select(Placement.scheme_id, func.count(Placement.journey_id.distinct()))
        .join(StageSpan, StageSpan.journey_id == Placement.journey_id)
        .where(StageSpan.stage == Stage.IN_POST)
        .group_by(Placement.scheme_id)
    )
    return {row[0]: row[1] for row in db.session.execute(counted)}


def preference(person: Person) -> Preference | None:
    """What a fellow looks for."""
    return db.session.get(Preference, person.id)


def looking() -> Sequence[Person]:
    """Everybody who looks for a placement: who said so, or whose placement is proposed or matched; by name."""
    said = select(Preference.person_id)
    early = (
        select(Journey.person_id)
        .join(StageSpan, StageSpan.journey_id == Journey.id)
        .where(StageSpan.ends_on == LAST_DAY, StageSpan.stage.in_((Stage.PROPOSED, Stage.MATCHED)))
        .join(Placement, Placement.journey_id == Journey.id)
    )
    found = select(Person).where(Person.removed_at.is_(None), Person.id.in_(said.union(early)))
    return db.session.scalars(found.order_by(Person.sort_key, Person.id)).all()


def choices(person: Person) -> dict[int, ProjectChoice]:
    """How a fellow ranks projects and their hosts the fellow, by project."""
    found = select(ProjectChoice).where(ProjectChoice.person_id == person.id)
    return {one.project_id: one for one in db.session.scalars(found)}


def regions() -> dict[str, str]:
    """Regions as choices, by name."""
    return {name: name for name in db.session.scalars(select(Region.name).order_by(Region.name))}


def region(name: str) -> Region | None:
    """The region of a name."""
    return db.session.scalar(select(Region).where(Region.name == name))


def organisation_choices() -> dict[str, str]:
    """Organisations that exist, by slug."""
    found = select(Organisation.slug, Organisation.name).where(Organisation.is_closed.is_(False))
    return {row.slug: row.name for row in db.session.execute(found.order_by(Organisation.name))}


@dataclass(frozen=True)
class Pair:
    """A fellow and a project, as an address names both."""

    person: Person
    project: Project

    @property
    def user_id(self) -> int | None:
        """The fellow's own account, if they have one."""
        return self.person.user_id


def pair(ref: str, project_ref: str) -> Pair | None:
    """The fellow and the project with two references."""
    person = db.session.scalar(select(Person).where(Person.ref == ref, Person.removed_at.is_(None)))
    found = project(project_ref)
    return None if person is None or found is None else Pair(person, found)
