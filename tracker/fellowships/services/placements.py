"""What happens to a placement: begun, moved on, left, completed. The ledger judges the history."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from tracker.accounts import audit
from tracker.accounts.models import User
from tracker.core.calendar import LAST_DAY
from tracker.core.db import db
from tracker.core.errors import DomainError
from tracker.core.text import format_day, format_number
from tracker.fellowships.booking import clash_with
from tracker.fellowships.lifecycle import BOOKED, LEAVING_REASONS, PLACEMENT, TAKING_A_PLACE, LeavingReason, Stage
from tracker.fellowships.models import Conversion, Placement, PlacementLeaving, Project, Scheme, SupervisorAssignment
from tracker.fellowships.services.places import give_back, take_place
from tracker.ledger import services as ledger
from tracker.ledger.models import Event, Journey, StageSpan, Strand
from tracker.ledger.services import Recorder
from tracker.organisations.models import Organisation
from tracker.people.models import Person

LEAVING = (Stage.DECLINED, Stage.WITHDRAWN, Stage.ENDED_EARLY)
"""Stages that need their reason."""


class PlacementNotAllowed(DomainError):
    """An act on a placement that the rules refuse."""


@dataclass(frozen=True)
class Terms:
    """What is planned: where, what on, from which day to which (both included), how much of a week."""

    scheme: Scheme
    host: Organisation
    planned_start: date
    planned_end: date
    fte: float = 1.0
    project: Project | None = None
    project_title: str = ""


def hold(placement: Placement) -> None:
    """Have nobody else change the fellow or the placement until the transaction ends, and read both anew.

    Always the person first: whoever needs both waits at the same place.
    """
    session = db.session()
    session.refresh(placement.person, ["version"], with_for_update=True)
    session.refresh(placement.journey, ["version"], with_for_update=True)


def begin(person: Person, terms: Terms, effective_on: date, *, by: User, stage: str = Stage.PROPOSED) -> Placement:
    """Begin a placement of somebody.

    :raises PlacementNotAllowed: if the planned end lies before the start, or later than the scheme allows, the
        full-time equivalent is none, or the host did not exist on the day.
    :raises MoveNotAllowed: as the ledger's `record_stage`. Nothing has been changed.

    Flushes; the caller owns the transaction.
    """
    session = db.session()
    session.refresh(person, ["version"], with_for_update=True)
    _check_terms(terms, effective_on)
    journey = ledger.begin_journey(Strand.FELLOWSHIPS, person.id, Recorder(by.id))
    placement = Placement(
        journey=journey,
        ref=journey.ref,
        scheme_id=terms.scheme.id,
        first_host_id=terms.host.id,
        host_id=terms.host.id,
        project=terms.project,
        project_title=terms.project.title if terms.project is not None else terms.project_title,
        fte=terms.fte,
        planned_start=terms.planned_start,
        planned_end=terms.planned_end,
    )
    session.add(placement)
    session.flush()
    if terms.project is not None and terms.project.supervisor_id is not None:
        assigned = SupervisorAssignment(
            placement=placement, supervisor_id=terms.project.supervisor_id, starts_on=effective_on, ends_on=LAST_DAY
        )
        session.add(assigned)
    _check_move(placement, stage)
    ledger.record_stage(journey, PLACEMENT, stage, effective_on, Recorder(by.id))
    told = {"stage": stage, "effective_on": effective_on, "host": terms.host.slug, "project": placement.project_title}
    written("placement.begun", placement, by, told)
    return placement


def _check_terms(terms: Terms, day: date) -> None:
    if terms.planned_end < terms.planned_start:
        raise PlacementNotAllowed("The planned end must be on or after the planned start", "planned_end")
    check_length(terms.scheme, terms.planned_start, terms.planned_end)
    if not 0 < terms.fte <= 1:
        raise PlacementNotAllowed("The full-time equivalent must be over 0 and no more than 1", "fte")
    if not terms.host.existed_on(day):
        raise PlacementNotAllowed(f"{terms.host.name} did not exist on {format_day(day)}", "host")


def check_length(scheme: Scheme, began: date, planned_end: date) -> None:
    """Refuse a planned end by which a placement would last longer than its scheme has it, extensions included.

    :raises PlacementNotAllowed: naming the latest day.
    """
    latest = scheme.latest_end(began)
    if planned_end > latest:
        raise PlacementNotAllowed(
            f"A fellowship of this scheme lasts {scheme.longest_months} months at most: choose a day up to "
            f"{format_day(latest)}",
            "planned_end",
        )


def record_stage(placement: Placement, stage: str, effective_on: date, *, by: User, note: str = "") -> Event:
    """Record that a placement was matched, offered, accepted or entered post.

    :raises PlacementNotAllowed: for a stage with an act of its own, or where the fellow's time is filled already.
    :raises NoPlaceLeft: if the project's places are all taken.
    :raises MoveNotAllowed: as the ledger's `record_stage`. Nothing has been changed.

    Flushes; the caller owns the transaction, and holds the placement.
    """
    if stage in LEAVING or stage == Stage.COMPLETED:
        raise PlacementNotAllowed("Leaving and completing have acts of their own", "stage")
    _check_move(placement, stage)
    event = ledger.record_stage(placement.journey, PLACEMENT, stage, effective_on, Recorder(by.id), note=note)
    written("placement.stage", placement, by, {"stage": stage, "effective_on": effective_on})
    return event


def _check_move(placement: Placement, stage: str) -> None:
    if stage in BOOKED:
        check_time(placement, placement.planned_end)
    if stage in TAKING_A_PLACE and placement.project is not None:
        take_place(placement.project, placement)


def check_time(placement: Placement, planned_end: date, field: str = "planned_end") -> None:
    """Refuse what would fill more than a fellow's whole time on any day (fine print A21).

    :raises PlacementNotAllowed: naming the days and the other placements.
    """
    others = db.session.scalars(
        select(Placement)
        .join(Journey, Journey.id == Placement.journey_id)
        .join(StageSpan, StageSpan.journey_id == Placement.journey_id)
        .where(
            Journey.person_id == placement.journey.person_id,
            Placement.journey_id != placement.journey_id,
            StageSpan.ends_on == LAST_DAY,
            StageSpan.stage.in_(BOOKED),
        )
    )
    booked = [one for other in others for one in other.bookings(other.planned_end)]
    clash = clash_with(placement.bookings(planned_end), booked)
    if clash is not None:
        names = ", ".join(ref for ref in clash.refs if ref != placement.ref)
        raise PlacementNotAllowed(
            f"From {format_day(clash.first)} to {format_day(clash.last)} it would make "
            f"{format_number(clash.fte, 2)} full-time equivalents together with {names}: a fellow has 1 at most",
            field,
        )


def leave(placement: Placement, stage: Stage, left_on: date, reason_code: str, *, by: User, note: str = "") -> Event:
    """Record that an offer was declined, a placement withdrawn before it began, or ended early.

    :param reason_code: a code of `LEAVING_REASONS`.
    :raises PlacementNotAllowed: if there is no such reason.
    :raises MoveNotAllowed: as the ledger's `record_stage`. Nothing has been changed.
    """
    if reason_code not in LEAVING_REASONS:
        raise PlacementNotAllowed("Select the reason", "reason")
    event = ledger.record_stage(placement.journey, PLACEMENT, stage, left_on, Recorder(by.id), note=note)
    db.session.add(PlacementLeaving(event_id=event.id, reason_code=LeavingReason(reason_code)))
    give_back(placement)
    db.session.flush()
    written(f"placement.{stage}", placement, by, {"effective_on": left_on, "reason": reason_code})
    return event


@dataclass(frozen=True)
class Post:
    """The permanent post a placement turned into."""

    organisation: Organisation
    title: str


def complete(placement: Placement, on: date, *, by: User, post: Post | None = None, note: str = "") -> Event:
    """Record that a placement was completed, perhaps by turning into a permanent post.

    A conversion completes a placement on whichever day it happens, before the planned end too: it is not also recorded
    as ended early.

    :raises PlacementNotAllowed: if the post has no name.
    :raises MoveNotAllowed: as the ledger's `record_stage`. Nothing has been changed.
    """
    if post is not None and not post.title.strip():
        raise PlacementNotAllowed("Enter the post", "post")
    event = ledger.record_stage(placement.journey, PLACEMENT, Stage.COMPLETED, on, Recorder(by.id), note=note)
    if post is not None:
        db.session.add(Conversion(event_id=event.id, organisation_id=post.organisation.id, post=post.title.strip()))
    give_back(placement)
    db.session.flush()
    told = {"effective_on": on, "post": post.title if post else None}
    written("placement.converted" if post else "placement.completed", placement, by, told)
    return event


def written(verb: str, placement: Placement, by: User, after: Mapping[str, object], **before: object) -> None:
    """Say in the audit trail what was done to a placement."""
    subject = f"placement:{placement.ref}"
    audit.record(verb, subject, actor=by, before=before or None, after={"person": placement.person.ref, **after})
