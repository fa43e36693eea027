"""What hosts and the programme offer: whether an organisation can host, projects with places, rounds of schemes."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select

from tracker.accounts import audit
from tracker.accounts.models import User
from tracker.core.calendar import LAST_DAY
from tracker.core.clock import now
from tracker.core.db import db
from tracker.core.errors import DomainError
from tracker.core.text import format_day
from tracker.fellowships.lifecycle import TAKING_A_PLACE, HostAnswer
from tracker.fellowships.models import (
    HostOffer,
    Placement,
    Project,
    ProjectPlace,
    ProjectSkill,
    Scheme,
    SchemeRound,
    Supervisor,
)
from tracker.ledger.models import StageSpan
from tracker.ledger.services import new_ref
from tracker.organisations.models import Organisation, Region


class OfferNotAllowed(DomainError):
    """An offer that the rules refuse."""


def answer(organisation: Organisation, year: int, said: HostAnswer, reason: str, *, by: User) -> HostOffer:
    """Keep whether an organisation can host fellows in the financial year that begins in a calendar year.

    :raises OfferNotAllowed: if a no or a maybe has no reason, or it is a no while fellows are there or on the way.
    """
    if said is not HostAnswer.YES and not reason.strip():
        raise OfferNotAllowed("Say why, or what it hangs on", "reason")
    if said is HostAnswer.NO and (fellows := _assigned(organisation)):
        raise OfferNotAllowed(
            f"{organisation.name} has fellows assigned, so it cannot answer no: {', '.join(fellows)}", "answer"
        )
    session = db.session()
    where = (HostOffer.organisation_id == organisation.id, HostOffer.year == year)
    offer = session.scalar(select(HostOffer).where(*where))
    before = None if offer is None else {"answer": offer.answer}
    if offer is None:
        offer = HostOffer(organisation_id=organisation.id, year=year)
        session.add(offer)
    offer.answer, offer.reason = said, reason.strip()
    offer.answered_by_id, offer.answered_at = by.id, now()
    session.flush()
    told = {"year": year, "answer": said, "reason": offer.reason}
    audit.record("host.answered", f"organisation:{organisation.slug}", actor=by, before=before, after=told)
    return offer


def _assigned(organisation: Organisation) -> list[str]:
    """Who is at a host or on the way: names with the placement's reference."""
    found = db.session.scalars(
        select(Placement)
        .join(StageSpan, StageSpan.journey_id == Placement.journey_id)
        .where(
            Placement.host_id == organisation.id,
            StageSpan.ends_on == LAST_DAY,
            StageSpan.stage.in_(TAKING_A_PLACE),
        )
        .order_by(Placement.ref)
    )
    return [f"{one.person.name} ({one.ref})" for one in found]


@dataclass(frozen=True)
class Offered:
    """What a project says of itself."""

    scheme: Scheme
    title: str
    description: str
    capacity: int
    fte: float
    region: Region | None
    location: str
    supervisor: Supervisor | None
    starts_on: date
    ends_on: date
    skills: Collection[str]


def _check(offered: Offered) -> None:
    if not offered.title.strip():
        raise OfferNotAllowed("Enter what the project is called", "title")
    if offered.capacity < 1:
        raise OfferNotAllowed("A project has at least 1 place: enter a whole number over 0", "capacity")
    if not 0 < offered.fte <= 1:
        raise OfferNotAllowed("The full-time equivalent must be over 0 and no more than 1", "fte")
    if offered.ends_on <= offered.starts_on:
        raise OfferNotAllowed("The last day must be after the first", "ends_on")
    latest = offered.scheme.latest_end(offered.starts_on)
    if offered.ends_on > latest:
        months = offered.scheme.longest_months
        raise OfferNotAllowed(
            f"A fellowship of this scheme lasts {months} months at most: choose a last day up to {format_day(latest)}",
            "ends_on",
        )


def open_project(organisation: Organisation, offered: Offered, *, by: User) -> Project:
    """Offer a project to fellows.

    :raises OfferNotAllowed: if what it says of itself cannot be.

    Flushes; the caller owns the transaction.
    """
    _check(offered)
    project = Project(ref=new_ref(), organisation_id=organisation.id, created_by_id=by.id)
    _fill(project, offered)
    db.session.add(project)
    db.session.flush()
    _write_skills(project, offered)
    told = {"organisation": organisation.slug, "title": project.title, "capacity": project.capacity}
    audit.record("project.opened", f"project:{project.ref}", actor=by, after=told)
    return project


def change_project(project: Project, offered: Offered, *, by: User) -> None:
    """Change what a project says of itself.

    :raises OfferNotAllowed: as `open_project`, or if there would be fewer places than are taken.
    """
    _check(offered)
    session = db.session()
    session.refresh(project, ["capacity", "version"], with_for_update=True)
    taken = select(func.count(), func.max(ProjectPlace.number)).where(ProjectPlace.project_id == project.id)
    many, highest = session.execute(taken).one()
    if offered.capacity < (highest or 0):
        places = "1 place is" if many == 1 else f"{many} places are"
        raise OfferNotAllowed(f"{places} taken already, up to number {highest}: it cannot have fewer", "capacity")
    before = {"title": project.title, "capacity": project.capacity}
    _fill(project, offered)
    session.flush()
    _write_skills(project, offered)
    after = {"title": project.title, "capacity": project.capacity}
    audit.record("project.changed", f"project:{project.ref}", actor=by, before=before, after=after)


def close_project(project: Project, *, by: User) -> None:
    """Offer a project no more; who is on it stays.

    :raises OfferNotAllowed: if it is closed already.
    """
    if project.closed_at is not None:
        raise OfferNotAllowed("This project is closed already")
    project.closed_at = now()
    db.session.flush()
    audit.record("project.closed", f"project:{project.ref}", actor=by)


def _fill(project: Project, offered: Offered) -> None:
    project.scheme_id, project.title, project.description = offered.scheme.id, offered.title, offered.description
    project.capacity, project.fte, project.location = offered.capacity, offered.fte, offered.location
    project.region_id = None if offered.region is None else offered.region.id
    project.supervisor_id = None if offered.supervisor is None else offered.supervisor.id
    project.starts_on, project.ends_on = offered.starts_on, offered.ends_on


def _write_skills(project: Project, offered: Offered) -> None:
    wanted = set(offered.skills)
    project.skills = [one for one in project.skills if one.skill_code in wanted]
    known = {one.skill_code for one in project.skills}
    project.skills.extend(ProjectSkill(skill_code=code) for code in sorted(wanted - known))
    db.session.flush()


@dataclass(frozen=True)
class Round:
    """What a round of a scheme says: when it takes applications, and how many places are wanted."""

    name: str
    opens_on: date | None
    closes_on: date | None
    places: int | None


def keep_round(scheme: Scheme, said: Round, *, by: User) -> SchemeRound:
    """Add a round to a scheme, or change the one of that name.

    :raises OfferNotAllowed: if it has no name, closes before it opens, or wants no places.
    """
    if not said.name.strip():
        raise OfferNotAllowed("Enter what the round is called, such as 2027", "name")
    if said.places is not None and said.places < 1:
        raise OfferNotAllowed("Enter a whole number of places over 0, or leave it empty", "places")
    if said.opens_on is not None and said.closes_on is not None and said.closes_on < said.opens_on:
        raise OfferNotAllowed("The round must close on or after the day it opens", "closes_on")
    session = db.session()
    name = said.name.strip()
    where = (SchemeRound.scheme_id == scheme.id, SchemeRound.name == name)
    found = session.scalar(select(SchemeRound).where(*where))
    if found is None:
        found = SchemeRound(scheme_id=scheme.id, name=name)
        session.add(found)
    found.opens_on, found.closes_on, found.places = said.opens_on, said.closes_on, said.places
    session.flush()
    audit.record("scheme.round", f"scheme:{scheme.code}", actor=by, after={"round": name, "places": said.places})
    return found
