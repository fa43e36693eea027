"""Placements as their pages ask for them: the ledger of one, and lists of many."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, not_, select
from sqlalchemy.orm import aliased, contains_eager, joinedload, selectinload

from tracker.accounts.models import User
from tracker.accounts.permissions import Permission
from tracker.core import clock
from tracker.core.calendar import LAST_DAY
from tracker.core.db import db, key_of
from tracker.fellowships.lifecycle import ENDED, SUPERVISED_AFTER_END_DAYS
from tracker.fellowships.models import (
    Conversion,
    EventHost,
    Extension,
    Objective,
    Placement,
    PlacementLeaving,
    Review,
    Supervisor,
    SupervisorAssignment,
)
from tracker.ledger.models import Event, EventVoid, Journey, StageSpan
from tracker.organisations.models import Organisation
from tracker.people.models import Person

WITH_NAME = joinedload(SupervisorAssignment.supervisor).joinedload(Supervisor.user).lazyload(User.grants)
"""Supervisors with the name they go by, where it is that of their account."""


@dataclass(frozen=True)
class Entry:
    """One line of the ledger of a placement, with what was said beside it and the names of who wrote it.

    `number` counts the lines of the placement in the order they were recorded: what an address names them by.
    """

    number: int
    event: Event
    host: str | None
    left_host: str | None
    reason_code: str | None
    post: str | None
    post_at: str | None
    recorder: str | None
    voider: str | None

    @property
    def void(self) -> EventVoid | None:
        """How the line was taken back, if it was."""
        return self.event.void


def _lines(read: Select[Any], journey_id: Any) -> Select[Any]:
    """Add to a statement the lines of its placements, as `Entry` has them, in ledger order."""
    recorder, voider = aliased(User), aliased(User)
    host, left, employer = aliased(Organisation), aliased(Organisation), aliased(Organisation)
    return (
        read.add_columns(
            func.row_number().over(partition_by=Event.journey_id, order_by=Event.id).label("number"),
            Event,
            host.name.label("host"),
            left.name.label("left_host"),
            PlacementLeaving.reason_code,
            Conversion.post,
            employer.name.label("post_at"),
            recorder.name.label("recorder"),
            voider.name.label("voider"),
        )
        .join(Event, Event.journey_id == journey_id)
        .outerjoin(EventVoid, EventVoid.event_id == Event.id)
        .outerjoin(EventHost, EventHost.event_id == Event.id)
        .outerjoin(host, host.id == EventHost.organisation_id)
        .outerjoin(left, left.id == EventHost.left_organisation_id)
        .outerjoin(PlacementLeaving, PlacementLeaving.event_id == Event.id)
        .outerjoin(Conversion, Conversion.event_id == Event.id)
        .outerjoin(employer, employer.id == Conversion.organisation_id)
        .outerjoin(recorder, recorder.id == Event.recorded_by_id)
        .outerjoin(voider, voider.id == EventVoid.voided_by_id)
        .order_by(Event.effective_on, Event.recorded_at, Event.id)
        .options(contains_eager(Event.void), joinedload(Event.note))
    )


def entries(journey_id: int) -> list[Entry]:
    """Everything the ledger holds of a placement, what was taken back too, in ledger order."""
    read = _lines(select(Placement.journey_id), Placement.journey_id).where(Placement.journey_id == journey_id)
    return [Entry(*row[1:]) for row in db.session.execute(read)]


def placement(ref: str) -> Placement | None:
    """The placement with a reference, unless its fellow is gone with an undone import."""
    found = (
        select(Placement)
        .join(Placement.journey)
        .join(Journey.person)
        .where(Placement.ref == ref, Person.removed_at.is_(None))
        .options(contains_eager(Placement.journey).contains_eager(Journey.person), joinedload(Placement.standing))
        .options(joinedload(Placement.assignments).options(WITH_NAME))
    )
    return db.session.scalars(found).unique().one_or_none()


def read_whole(placement: Placement) -> None:
    """Read at once what the page of a placement tells, as it is now."""
    whole = (
        joinedload(Placement.journey).joinedload(Journey.person),
        *(joinedload(one) for one in (Placement.scheme, Placement.host, Placement.standing, Placement.hours_changes)),
        selectinload(Placement.assignments).options(WITH_NAME),
    )
    again = select(Placement).where(Placement.journey_id == key_of(placement)).options(*whole)
    db.session.scalars(again.execution_options(populate_existing=True)).unique().one()


@dataclass(frozen=True)
class EntryOf:
    """One line of a placement, as an address names it."""

    placement: Placement
    entry: Entry


def entry(ref: str, number: int) -> EntryOf | None:
    """A line of the placement with a reference, unless it was taken back already."""
    found = placement(ref)
    if found is None:
        return None
    lines = (one for one in entries(found.journey_id) if one.number == number and one.void is None)
    line = next(lines, None)
    return None if line is None else EntryOf(found, line)


def extensions(placement: Placement) -> Sequence[Extension]:
    """What was asked for of longer time, the latest first."""
    asked = select(Extension).where(Extension.journey_id == placement.journey_id).order_by(Extension.id.desc())
    return db.session.scalars(asked.options(joinedload(Extension.asked_by), joinedload(Extension.decided_by))).all()


@dataclass(frozen=True)
class Asked:
    """An extension that waits, as an address names it."""

    placement: Placement
    extension: Extension


def open_extension(ref: str) -> Asked | None:
    """The extension of a placement that waits for a decision."""
    found = placement(ref)
    if found is None:
        return None
    waits = next((one for one in extensions(found) if one.decided_at is None), None)
    return None if waits is None else Asked(found, waits)


def objectives(placement: Placement) -> Sequence[Objective]:
    """What fellow and host agreed on, in order."""
    agreed = select(Objective).where(Objective.journey_id == placement.journey_id).order_by(Objective.number)
    return db.session.scalars(agreed).all()


@dataclass(frozen=True)
class ObjectiveOf:
    """One objective of a placement, as an address names it."""

    placement: Placement
    objective: Objective

    @property
    def user_id(self) -> int | None:
        """The fellow's own account, if they have one."""
        return self.placement.user_id

    @property
    def supervisor_user_ids(self) -> frozenset[int]:
        """The accounts that may look after the placement today."""
        return self.placement.supervisor_user_ids


def objective(ref: str, number: int) -> ObjectiveOf | None:
    """An objective of the placement with a reference."""
    found = placement(ref)
    if found is None:
        return None
    one = next((one for one in objectives(found) if one.number == number), None)
    return None if one is None else ObjectiveOf(found, one)


def review(placement: Placement) -> Review | None:
    """What was said at the mid-point."""
    return db.session.get(Review, placement.journey_id)


def with_entries(person: Person) -> list[tuple[Placement, list[Entry]]]:
    """The placements of somebody that have a history, the latest planned first, each with its lines (`entries`)."""
    found = standing_placements().where(Journey.person_id == person.id)
    latest_first = found.order_by(Placement.planned_start.desc(), Placement.ref)
    lines: dict[Placement, list[Entry]] = {}
    for placement, *line in db.session.execute(_lines(latest_first, Placement.journey_id)):
        lines.setdefault(placement, []).append(Entry(*line))
    return list(lines.items())


def standing_placements() -> Select[Placement]:
    """Placements that stand at some stage now, with fellow, stage, host and scheme."""
    return (
        select(Placement)
        .join(Placement.journey)
        .join(Journey.person)
        .join(Placement.standing)
        .where(Person.removed_at.is_(None))
        .options(
            contains_eager(Placement.journey).contains_eager(Journey.person),
            contains_eager(Placement.standing),
            joinedload(Placement.host),
            joinedload(Placement.scheme),
            joinedload(Placement.project),
        )
    )


def seen_by(user: User) -> ColumnElement[bool]:
    """The placements a user may see: the rule of `User.may` for lists."""
    return user.sees(
        Permission.PLACEMENTS_VIEW, Placement.host_id, Person.user_id, supervised=_supervised_by(user.email_key)
    )


def _supervised_by(key: str) -> ColumnElement[bool]:
    """Whether somebody with an address supervises a placement today, or did until lately."""
    today = clock.today()
    assigned = exists().where(
        SupervisorAssignment.journey_id == Placement.journey_id,
        SupervisorAssignment.supervisor_id == Supervisor.id,
        Supervisor.email_key == key,
        SupervisorAssignment.starts_on <= today,
        SupervisorAssignment.ends_on > today,
    )
    span = aliased(StageSpan)
    long_ended = exists().where(
        span.journey_id == Placement.journey_id,
        span.ends_on == LAST_DAY,
        span.stage.in_(ENDED),
        span.starts_on < today - timedelta(days=SUPERVISED_AFTER_END_DAYS),
    )
    return and_(assigned, not_(long_ended))


def supervisors(journey_ids: Sequence[int], day: date) -> dict[int, Supervisor]:
    """Who supervises some placements on a day, by journey."""
    held = (SupervisorAssignment.starts_on <= day, SupervisorAssignment.ends_on > day)
    found = select(SupervisorAssignment).where(SupervisorAssignment.journey_id.in_(journey_ids), *held)
    assigned = db.session.scalars(found.options(WITH_NAME))
    return {one.journey_id: one.supervisor for one in assigned}
