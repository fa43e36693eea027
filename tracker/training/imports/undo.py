"""Taking back what an import of the training strand recorded: as one act, while nothing later rests on it."""

from collections.abc import Callable, Iterator
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, delete, exists, func, insert, literal, not_, or_, select, update
from sqlalchemy.orm import Session, aliased

from tracker.core.db import UtcDateTime
from tracker.core.intake import Intake
from tracker.core.text import email_key, format_day, name_key
from tracker.ledger.models import Event, EventNote, EventVoid, Journey, VoidCause
from tracker.ledger.services import keep_stage_spans
from tracker.people.identity.models import PersonMerge
from tracker.people.models import Person, PersonWord, Posting
from tracker.people.services import keep_posting_spans, keep_search_words, sort_key
from tracker.training.imports.cohorts import take_cohorts_away
from tracker.training.imports.sequence import broken_without
from tracker.training.imports.tables import PERSON_CHANGE
from tracker.training.lifecycle import ENROLMENT
from tracker.training.models import (
    Cohort,
    Enrolment,
)

NAMED = 10
"""How many of the things that rest on an import are named one by one."""
REASON = "The import that brought it was undone"


def refusals(session: Session, intake: Intake) -> list[str]:
    """What rests on the import, in the user's words; nothing where it can be undone."""
    found = [
        *_later_events(session, intake),
        *_broken_histories(session, intake),
        *_later_about_people(session, intake),
    ]
    return found[:NAMED] + ([f"and {len(found) - NAMED:,} more"] if len(found) > NAMED else [])


def _stands(event: Any) -> ColumnElement[bool]:
    void = aliased(EventVoid)
    return not_(exists().where(void.event_id == event.id))


def _not_mine(import_id: Any, intake: Intake) -> ColumnElement[bool]:
    return import_id.is_distinct_from(intake.import_id)  # type: ignore[no-any-return]


def _later_events(session: Session, intake: Intake) -> Iterator[str]:
    """Events that others recorded on enrolments this import began."""
    rows = session.execute(
        select(Person.ref, Cohort.code, Event.stage, Event.effective_on)
        .join_from(Event, Journey, Journey.id == Event.journey_id)
        .join(Person, Person.id == Journey.person_id)
        .join(Enrolment, Enrolment.journey_id == Journey.id)
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .where(Journey.import_id == intake.import_id, _not_mine(Event.import_id, intake), _stands(Event))
        .order_by(Person.ref, Event.effective_on)
    )
    for ref, cohort, stage, day in rows:
        what = ENROLMENT.label(stage) if stage else "Moved to another cohort"
        yield f"‘{what}’ on {format_day(day)}, recorded since for {ref} on {cohort}, which this import began"


def _broken_histories(session: Session, intake: Intake) -> Iterator[str]:
    """Enrolments whose other events could not follow each other without those of this import."""
    without = select(Event.id).where(Event.import_id == intake.import_id)
    journeys = select(Event.journey_id).where(Event.import_id == intake.import_id)
    again = select(EventVoid.event_id).where(
        EventVoid.import_id == intake.import_id, EventVoid.cause == VoidCause.SUPERSEDED
    )
    for journey_id, before, stage in session.execute(broken_without(journeys, without, again)):
        ref = session.scalar(select(Person.ref).join(Journey).where(Journey.id == journey_id))
        yield f"‘{ENROLMENT.label(stage)}’ of {ref} could then not follow ‘{ENROLMENT.label(before)}’"


def _later_about_people(session: Session, intake: Intake) -> Iterator[str]:
    """What others keep about people this import brought: enrolments, moves, changes by a later import, an account."""
    mine = Person.import_id == intake.import_id
    reasons: tuple[tuple[str, Select[Any]], ...] = (
        (
            "has an enrolment this import did not begin",
            select(Journey.id).where(
                Journey.person_id == Person.id,
                _not_mine(Journey.import_id, intake),
                exists().where(Event.journey_id == Journey.id, _stands(Event), _not_mine(Event.import_id, intake)),
            ),
        ),
        (
            "has moved since",
            select(Posting.id).where(
                Posting.person_id == Person.id, Posting.voided_at.is_(None), _not_mine(Posting.import_id, intake)
            ),
        ),
        (
            "was changed by a later import",
            select(PERSON_CHANGE.c.field).where(
                PERSON_CHANGE.c.person_id == Person.id,
                PERSON_CHANGE.c.import_id != intake.import_id,
                PERSON_CHANGE.c.import_id.not_in(intake.undone),
            ),
        ),
        (
            "was made one record with another: undo the merge first",
            select(PersonMerge.id).where(
                or_(PersonMerge.survivor_id == Person.id, PersonMerge.merged_id == Person.id),
                PersonMerge.undone_at.is_(None),
            ),
        ),
    )
    for words, query in reasons:
        for ref in session.scalars(select(Person.ref).where(mine, query.exists()).order_by(Person.ref)):
            yield f"{ref}, whom this import brought, {words}"
    for ref in session.scalars(select(Person.ref).where(mine, Person.user_id.is_not(None)).order_by(Person.ref)):
        yield f"{ref}, whom this import brought, has an account now"


def undo(session: Session, intake: Intake) -> None:
    """Void what the import recorded, put back what it changed, and take away the people it brought.

    The caller owns the transaction, and has asked `refusals`. `intake.instant` and `by_id` say when and by whom.
    """
    _restore_superseded(session, intake)
    voids = select(
        Event.id,
        literal(intake.instant, UtcDateTime()),
        literal(intake.by_id),
        literal(VoidCause.UNDO.value),
        literal(REASON),
        literal(intake.import_id),
    ).where(Event.import_id == intake.import_id, _stands(Event))
    columns = ["event_id", "voided_at", "voided_by_id", "cause", "reason", "import_id"]
    session.execute(insert(EventVoid).from_select(columns, voids))
    session.execute(
        update(Posting)
        .where(Posting.import_id == intake.import_id, Posting.voided_at.is_(None))
        .values(voided_at=intake.instant, voided_by_id=intake.by_id, reason=REASON)
        .execution_options(synchronize_session=False)
    )
    _restore_fields(session, intake)
    _take_away(session, intake)
    keep_posting_spans(select(Posting.person_id).where(Posting.import_id == intake.import_id))
    keep_stage_spans(select(Event.journey_id).where(Event.import_id == intake.import_id))


def _restore_superseded(session: Session, intake: Intake) -> None:
    """Record anew the events whose place the import took and still holds: a void is for ever, so they are new rows.

    They carry the instant and the import of the first, and so are seen wherever it was.
    """
    new, noted = aliased(Event), aliased(EventNote)
    taken = (
        select(Event)
        .join(EventVoid, and_(EventVoid.event_id == Event.id, EventVoid.cause == VoidCause.SUPERSEDED))
        .join(new, new.id == EventVoid.replaced_by_id)
        .where(EventVoid.import_id == intake.import_id, new.import_id == intake.import_id, _stands(new))
    )
    columns = ("journey_id", "kind", "stage", "effective_on", "promised_on", "recorded_at", "recorded_by_id", "source")
    copied = [getattr(Event, name) for name in (*columns, "import_id")]
    again = taken.with_only_columns(*copied).order_by(Event.id)
    session.execute(insert(Event).from_select([*columns, "import_id"], again))
    copy = aliased(Event)
    same = and_(
        copy.journey_id == Event.journey_id,
        copy.stage == Event.stage,
        copy.effective_on == Event.effective_on,
        copy.import_id == Event.import_id,
        copy.id > Event.id,
        _stands(copy),
    )
    notes = (
        taken.with_only_columns(copy.id, EventNote.text)
        .join(copy, same)
        .join(EventNote, EventNote.event_id == Event.id)
        .where(not_(exists().where(noted.event_id == copy.id)))
    )
    session.execute(insert(EventNote).from_select(["event_id", "text"], notes))


PUT_BACK: dict[str, Callable[[str], Any]] = {"first_name": str, "last_name": str, "email": str, "fte": float}


def _restore_fields(session: Session, intake: Intake) -> None:
    """Put back the fields of people there were before, unless they have been changed since."""
    rows = session.execute(
        select(PERSON_CHANGE.c.person_id, PERSON_CHANGE.c.field, PERSON_CHANGE.c.before, PERSON_CHANGE.c.after)
        .where(PERSON_CHANGE.c.import_id == intake.import_id)
        .order_by(PERSON_CHANGE.c.person_id)
    ).all()
    for person_id, field, before, after in rows:
        person, read = session.get_one(Person, person_id), PUT_BACK[field]
        if (
            person.removed_at is not None
            or getattr(person, field) != read(after)
            or (field == "email" and _is_taken(session, before, person_id))
        ):
            continue
        setattr(person, field, read(before))
        person.email_key = email_key(person.email)
        person.name_key = name_key(person.first_name, person.last_name)[:210]
        person.sort_key = sort_key(person.first_name, person.last_name)
        keep_search_words(person)


def _is_taken(session: Session, email: str, person_id: int) -> bool:
    other = select(Person.id).where(
        Person.email_key == email_key(email), Person.removed_at.is_(None), Person.id != person_id
    )
    return session.scalar(other) is not None


def _take_away(session: Session, intake: Intake) -> None:
    """Remove the people the import brought, and the cohorts that nobody but undone imports made and uses."""
    mine = Person.import_id == intake.import_id
    session.execute(delete(PersonWord).where(PersonWord.person_id.in_(select(Person.id).where(mine))))
    session.execute(
        update(Person)
        .where(mine)
        .values(removed_at=intake.instant, version=Person.version + 1)
        .execution_options(synchronize_session=False)
    )
    take_cohorts_away(session, intake)


def changes(session: Session, intake: Intake) -> Iterator[dict[str, str]]:
    """What a load changed of people there were before, field by field, as long as its transaction lasts."""
    rows = session.execute(
        select(Person.ref, PERSON_CHANGE.c.field, PERSON_CHANGE.c.before, PERSON_CHANGE.c.after)
        .join(Person, Person.id == PERSON_CHANGE.c.person_id)
        .where(PERSON_CHANGE.c.import_id == intake.import_id)
        .order_by(Person.ref, PERSON_CHANGE.c.field)
    )
    for ref, field, before, after in rows:
        yield {"ref": ref, "field": field, "before": before, "after": after}
    yield from _moves(session, intake)


def _moves(session: Session, intake: Intake) -> Iterator[dict[str, str]]:
    """People known before whom the load posts elsewhere from a day on."""
    earlier = aliased(Posting)
    before = (
        select(func.max(earlier.id))
        .where(
            earlier.person_id == Posting.person_id,
            earlier.starts_on <= Posting.starts_on,
            earlier.voided_at.is_(None),
            _not_mine(earlier.import_id, intake),
        )
        .correlate(Posting)
        .scalar_subquery()
    )
    held = aliased(Posting)
    rows = session.execute(
        select(Person.ref, Posting, held)
        .join_from(Posting, Person, Person.id == Posting.person_id)
        .join(held, held.id == before)
        .where(Posting.import_id == intake.import_id, Posting.organisation_id != held.organisation_id)
        .order_by(Person.ref, Posting.starts_on)
    )
    for ref, posting, old in rows:
        since = f"organisation from {format_day(posting.starts_on)}"
        yield {"ref": ref, "field": since, "before": old.organisation.name, "after": posting.organisation.name}
