"""Loading a history: what happened to enrolments there are, with the instants an older system recorded it."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, insert, literal, not_, or_, select, tuple_
from sqlalchemy.orm import Session, aliased

from tracker.core.bulk import rows_written
from tracker.core.db import UtcDateTime
from tracker.core.intake import Code, Counts, Intake, Problem
from tracker.ledger.models import Event, EventKind, EventNote, EventVoid, Source, VoidCause
from tracker.ledger.services import keep_stage_spans
from tracker.people.models import Person
from tracker.training.imports.identity import name_survivors
from tracker.training.imports.matching import HISTORY, valid_history, with_enrolment
from tracker.training.imports.sequence import illegal_steps
from tracker.training.models import Cohort, EnrolmentKey
from tracker.training.queries import EVERY_COHORT

KEY = (HISTORY.c.person_ref, HISTORY.c.cohort, HISTORY.c.stage, HISTORY.c.effective_on)
SUPERSEDED = "The history says when it was recorded"


def _superseding(intake: Intake) -> ColumnElement[bool]:
    """Whether an event is one that a list of trainees brought and a history may take the place of (fine print A1)."""
    voided = select(EventVoid.event_id).where(EventVoid.event_id == Event.id)
    return and_(Event.import_id.in_(intake.imports_of("trainees")), not_(voided.exists()))


def _same() -> tuple[ColumnElement[bool], ...]:
    return (
        Event.journey_id == EnrolmentKey.journey_id,
        Event.stage == HISTORY.c.stage,
        Event.effective_on == HISTORY.c.effective_on,
    )


def _known(intake: Intake) -> ColumnElement[bool]:
    """Whether the ledger has the event of a row otherwise than from a list of trainees; what somebody voided stays
    voided (A19).
    """
    gone = select(EventVoid.event_id).where(EventVoid.event_id == Event.id, EventVoid.cause != VoidCause.CORRECTION)
    return select(Event.id).where(*_same(), not_(gone.exists()), not_(_superseding(intake))).exists()


def _recorded_at(intake: Intake) -> ColumnElement[Any]:
    """When an event was recorded: as the file says, else at the import (fine print A4)."""
    return func.coalesce(HISTORY.c.recorded_at, literal(intake.instant, UtcDateTime()))


def _superseded(intake: Intake, rows: ColumnElement[bool]) -> Select[Any]:
    """Ids of the events of lists of trainees that the rows take the place of."""
    found = with_enrolment(select(Event.id), HISTORY).join(Event, and_(*_same()))
    return found.where(rows, _superseding(intake), not_(_known_besides(intake)))


def _known_besides(intake: Intake) -> ColumnElement[bool]:
    other = aliased(Event)
    gone = select(EventVoid.event_id).where(EventVoid.event_id == other.id, EventVoid.cause != VoidCause.CORRECTION)
    return (
        select(other.id)
        .where(
            other.journey_id == Event.journey_id,
            other.stage == Event.stage,
            other.effective_on == Event.effective_on,
            other.id != Event.id,
            not_(gone.exists()),
            or_(other.import_id.is_(None), other.import_id.not_in(intake.imports_of("trainees"))),
        )
        .exists()
    )


def check_history(session: Session, intake: Intake, consequences: bool) -> Iterator[Problem]:
    """Every rule that needs the whole file or the records.

    :param consequences: judge only what would be left without the rows in error: they may have been the steps between.
    """
    if consequences:
        yield from illegal_steps(
            session, _added(intake, valid_history(intake)), _superseded(intake, valid_history(intake))
        )
        return
    name_survivors(session, intake, HISTORY)
    yield from _without_enrolment(session, intake)
    doubled = False
    for problem in _doubled(session, intake):
        doubled = True
        yield problem
    rows = and_(HISTORY.c.import_id == intake.import_id, _can_be_judged(intake, once=doubled))
    yield from illegal_steps(session, _added(intake, rows), _superseded(intake, rows))


def _can_be_judged(intake: Intake, *, once: bool) -> ColumnElement[bool]:
    """Rows of enrolments all of whose rows have their place in the order; of rows that are doubled, the first."""
    other = HISTORY.alias()
    unplaced = select(other.c.person_ref, other.c.cohort).where(
        other.c.import_id == intake.import_id,
        other.c.person_ref.is_not(None),
        other.c.cohort.is_not(None),
        or_(other.c.stage.is_(None), other.c.effective_on.is_(None)),
    )
    judged = tuple_(HISTORY.c.person_ref, HISTORY.c.cohort).not_in(unplaced)
    if not once:
        return judged
    first = select(func.min(HISTORY.c.row)).where(HISTORY.c.import_id == intake.import_id).group_by(*KEY)
    return and_(judged, HISTORY.c.row.in_(first))


def _added(intake: Intake, rows: ColumnElement[bool]) -> Select[Any]:
    chosen = select(
        HISTORY.c.row,
        EnrolmentKey.journey_id,
        HISTORY.c.stage,
        HISTORY.c.effective_on,
        _recorded_at(intake).label("recorded_at"),
    )
    return with_enrolment(chosen, HISTORY).where(rows, not_(_known(intake)))


def _without_enrolment(session: Session, intake: Intake) -> Iterator[Problem]:
    """Rows that name nobody there is, no cohort there is, or a cohort the person is not on."""
    rows = (
        select(HISTORY.c.row, HISTORY.c.person_ref, HISTORY.c.cohort, Person.id, Cohort.id)
        .outerjoin_from(HISTORY, Person, and_(Person.ref == HISTORY.c.person_ref, Person.removed_at.is_(None)))
        .outerjoin(Cohort, and_(Cohort.code == HISTORY.c.cohort, EVERY_COHORT))
        .outerjoin(EnrolmentKey, and_(EnrolmentKey.person_id == Person.id, EnrolmentKey.cohort_id == Cohort.id))
        .where(HISTORY.c.import_id == intake.import_id, EnrolmentKey.journey_id.is_(None))
        .order_by(HISTORY.c.row)
        .execution_options(yield_per=2_000)
    )
    for row, ref, cohort, person_id, cohort_id in session.execute(rows):
        if ref is not None and person_id is None:
            yield Problem(
                row, "person_ref", Code.UNKNOWN_REFERENCE, ref, "Nobody has this reference: import the trainees first"
            )
        if cohort is not None and (cohort_id is None or person_id is not None):
            what = "There is no such cohort" if cohort_id is None else f"{ref} is not on this cohort"
            yield Problem(row, "cohort", Code.UNKNOWN_REFERENCE, cohort, f"{what}: import the trainees first")


def _doubled(session: Session, intake: Intake) -> Iterator[Problem]:
    """One event twice in the file: both rows are in error (fine print A11)."""
    mine = (HISTORY.c.import_id == intake.import_id, *(column.is_not(None) for column in KEY))
    same = select(*KEY).where(*mine).group_by(*KEY).having(func.count() > 1).subquery()
    matches = and_(*(same.c[column.name] == column for column in KEY))
    found = session.execute(select(*KEY, HISTORY.c.row).join(same, matches).where(*mine).order_by(*KEY, HISTORY.c.row))
    places: dict[tuple[Any, ...], list[int]] = {}
    for *key, row in found:
        places.setdefault(tuple(key), []).append(row)
    for rows in places.values():
        for row in rows:
            others = ", ".join(str(other) for other in rows if other != row)
            yield Problem(row, "person_ref", Code.DUPLICATE_ROW, key[0], f"Row {others} says the same: keep one")


def load_history(session: Session, intake: Intake) -> Counts:
    """Record the events the ledger does not have, in the order of the file, in place of those of lists of trainees."""
    rows = session.scalar(select(func.count()).where(valid_history(intake))) or 0
    chosen = select(
        EnrolmentKey.journey_id,
        literal(EventKind.STAGE.value),
        HISTORY.c.stage,
        HISTORY.c.effective_on,
        _recorded_at(intake),
        literal(intake.by_id),
        literal(Source.IMPORT.value),
        literal(intake.import_id),
    )
    new = with_enrolment(chosen, HISTORY).where(valid_history(intake), not_(_known(intake))).order_by(HISTORY.c.row)
    columns = ["journey_id", "kind", "stage", "effective_on", "recorded_at", "recorded_by_id", "source", "import_id"]
    events = rows_written(session, insert(Event).from_select(columns, new))
    _write_notes(session, intake)
    updated = _supersede(session, intake)
    keep_stage_spans(select(Event.journey_id).where(Event.import_id == intake.import_id))
    return Counts(created=events - updated, updated=updated, unchanged=rows - events, events=events)


def _write_notes(session: Session, intake: Intake) -> None:
    mine = and_(*_same(), Event.import_id == intake.import_id)
    noted = with_enrolment(select(Event.id, HISTORY.c.note), HISTORY).join(Event, mine)
    noted = noted.where(valid_history(intake), HISTORY.c.note.is_not(None))
    session.execute(insert(EventNote).from_select(["event_id", "text"], noted))


def _supersede(session: Session, intake: Intake) -> int:
    """Void the events of lists of trainees whose place was taken, at the instant each was recorded; keep what was noted
    with them.
    """
    new = aliased(Event)
    same = and_(
        new.journey_id == Event.journey_id,
        new.stage == Event.stage,
        new.effective_on == Event.effective_on,
        new.import_id == intake.import_id,
        new.kind == EventKind.STAGE,
    )
    pairs = select(Event.id.label("old_id"), new.id.label("new_id"), Event.recorded_at).join_from(new, Event, same)
    pairs = pairs.where(_superseding(intake))
    pair = pairs.subquery()
    own = aliased(EventNote)
    noted = select(own.event_id).where(own.event_id == pair.c.new_id)
    notes = select(pair.c.new_id, EventNote.text).join(EventNote, EventNote.event_id == pair.c.old_id)
    session.execute(insert(EventNote).from_select(["event_id", "text"], notes.where(not_(noted.exists()))))
    voids = select(
        pair.c.old_id,
        pair.c.recorded_at,
        literal(intake.by_id),
        literal(VoidCause.SUPERSEDED.value),
        literal(SUPERSEDED),
        pair.c.new_id,
        literal(intake.import_id),
    )
    columns = ["event_id", "voided_at", "voided_by_id", "cause", "reason", "replaced_by_id", "import_id"]
    return rows_written(session, insert(EventVoid).from_select(columns, voids))


def touched_by_history(intake: Intake) -> Select[Any]:
    """Ids of the persons the rows are about."""
    return select(Person.id).where(Person.ref.in_(select(HISTORY.c.person_ref).where(valid_history(intake))))
