"""Forgetting somebody in fellowships: what must be over first, and what is erased and what stays."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import delete, select, update

from tracker.core.calendar import LAST_DAY
from tracker.core.db import Model, db
from tracker.core.erasing import take_out
from tracker.core.subject import NOWHERE, REMOVED, Subject
from tracker.core.text import format_day
from tracker.fellowships.held.knowing import placements, supervisors
from tracker.fellowships.imports.tables import PlacementChange
from tracker.fellowships.lifecycle import ENDED, PLACEMENT
from tracker.fellowships.models import (
    Conversion,
    Extension,
    FellowSkill,
    HostOffer,
    LogDecision,
    LogDraft,
    LogVersion,
    Notice,
    Objective,
    Placement,
    PlacementAnswer,
    Preference,
    Project,
    ProjectChoice,
    Review,
    SupervisorAssignment,
    WeekLog,
)
from tracker.ledger.models import Event

WORDS: dict[type[Model], tuple[str, ...]] = {
    Placement: ("project_title",),
    PlacementChange: ("before", "after"),
    Project: ("title", "description"),
    HostOffer: ("reason",),
    WeekLog: ("private_note",),
    LogDraft: ("summary", "blockers"),
    LogVersion: ("summary", "blockers"),
    LogDecision: ("reason", "void_reason", "decided_by_name"),
    SupervisorAssignment: ("reason",),
    Extension: ("reason", "decision_note"),
    Conversion: ("post",),
    Objective: ("text",),
    Review: ("going_well", "to_change"),
    PlacementAnswer: ("name", "words"),
}
"""Where words can name somebody whose placement it is not, such as a supervisor."""


def objections(subject: Subject) -> list[str]:
    """A placement that goes on needs the name of its fellow, and a supervisor who can be written to."""
    own = [
        f"Their placement {one.ref} is under way: {PLACEMENT.label(span.stage)} since {format_day(span.starts_on)}"
        for one in placements(subject)
        # What a merge set aside stays with the record that stands for nobody, and counts nowhere.
        if one.journey.person_id == subject.person_id and (span := one.standing) and span.stage not in ENDED
    ]
    assigned = (
        select(Placement)
        .join(SupervisorAssignment, SupervisorAssignment.journey_id == Placement.journey_id)
        .where(SupervisorAssignment.supervisor_id.in_([one.id for one in supervisors(subject)]))
        .where(SupervisorAssignment.ends_on == LAST_DAY)
        .order_by(Placement.ref)
    )
    others = [
        f"They supervise the placement {one.ref}, which is under way: name another supervisor first"
        for one in db.session.scalars(assigned)
        if one.standing and one.standing.stage not in ENDED
    ]
    return own + others


def forget(subject: Subject) -> None:
    """Erase what was written by them and about them; weeks, days, decisions, ratings and codes stay: they are counted.

    A word that has to be there gives way to `[removed]`: that something was said stays.
    """
    journeys = {one.journey_id for one in placements(subject)}
    logs = select(WeekLog.id).where(WeekLog.journey_id.in_(journeys))
    versions = select(LogVersion.id).where(LogVersion.log_id.in_(logs))
    events = select(Event.id).where(Event.journey_id.in_(journeys))
    for model in (Objective, Review, Extension, SupervisorAssignment):
        _empty(model, WORDS[model], model.journey_id.in_(journeys))
    _empty(WeekLog, ("private_note",), WeekLog.journey_id.in_(journeys))
    _empty(LogVersion, ("summary", "blockers"), LogVersion.log_id.in_(logs))
    _empty(LogDecision, ("reason", "void_reason"), LogDecision.version_id.in_(versions))
    _empty(Conversion, ("post",), Conversion.event_id.in_(events))
    answered = PlacementAnswer.journey_id.in_(journeys)
    _empty(PlacementAnswer, ("words",), answered)
    _empty(PlacementAnswer, ("name",), answered, PlacementAnswer.side == "fellow")
    _empty(PlacementAnswer, ("name", "words"), PlacementAnswer.answered_by_id.in_(subject.users))
    session = db.session()
    session.execute(delete(LogDraft).where(LogDraft.log_id.in_(logs)))
    for table in (FellowSkill, Preference, ProjectChoice):
        session.execute(delete(table).where(table.person_id.in_(subject.people)))
    _forget_supervisor(subject)
    # A key of its own: two letters of one day to two of their addresses stay two.
    for notice in session.scalars(select(Notice).where(Notice.to_key.in_(subject.emails))):
        notice.to_key = f"anonymised-{notice.id}{NOWHERE}"
    take_out(subject, WORDS)
    session.flush()
    session.expire_all()


def _forget_supervisor(subject: Subject) -> None:
    found = supervisors(subject)
    _empty(LogDecision, ("decided_by_name",), LogDecision.supervisor_id.in_([one.id for one in found]))
    _empty(LogDecision, ("decided_by_name",), LogDecision.decided_by_id.in_(subject.users))
    for one in found:
        one.name, one.email = "Anonymised supervisor", f"supervisor-{one.id}{NOWHERE}"
        one.email_key = one.email


def _empty(model: type[Model], columns: Sequence[str], *which: Any) -> None:
    """Put `REMOVED` where something was said; what was empty stays so."""
    session = db.session()
    session.flush()
    for name in columns:
        column = getattr(model, name)
        session.execute(
            update(model)
            .where(*which, column != "", column != REMOVED)
            .values({name: REMOVED})
            .execution_options(synchronize_session=False)
        )
