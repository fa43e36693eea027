"""Loading a list of trainees: persons, postings, cohorts, enrolments and the event of each, by a few statements over
all rows.
"""

from typing import Any

from sqlalchemy import (
    JSON,
    ColumnElement,
    Select,
    and_,
    case,
    cast,
    delete,
    func,
    insert,
    literal,
    not_,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Session, aliased

from tracker.core.bulk import rows_written
from tracker.core.db import UtcDateTime, is_sqlite
from tracker.core.intake import Counts, Intake
from tracker.ledger.models import Event, EventKind, EventNote, EventVoid, Journey, Source, Strand
from tracker.ledger.services import keep_stage_spans
from tracker.people.models import Person, PersonWord, Posting
from tracker.people.services import keep_posting_spans, keep_spelling
from tracker.training.imports.cohorts import write_cohorts
from tracker.training.imports.identity import keep_former
from tracker.training.imports.matching import TRAINEE, says_nothing_new, valid_trainees, with_enrolment
from tracker.training.imports.sequence import counts_as_known
from tracker.training.imports.tables import PERSON_CHANGE
from tracker.training.imports.unsaid import keep_what_is_not_said
from tracker.training.models import Cohort, Enrolment, EnrolmentKey

ALL_DAY = 1.0
"""What an empty full-time equivalent means for somebody new (fine print A13)."""
FIELDS = ("first_name", "last_name", "email", "fte")
"""What a list can change of somebody known; an empty full-time equivalent changes nothing."""


def load_trainees(session: Session, intake: Intake) -> Counts:
    """Write what is valid. The caller owns the transaction, and nothing of it has to be looked at row by row."""
    rows = session.scalar(select(func.count()).where(valid_trainees(intake))) or 0
    keep_what_is_not_said(session, intake)
    write_cohorts(session, intake)
    changed = _write_changes(session, intake)
    _write_people(session, intake, changed)
    postings = _write_postings(session, intake)
    begun = _count_begun(session, intake)
    created = _write_enrolments(session, intake)
    events = _write_events(session, intake)
    keep_posting_spans(select(Posting.person_id).where(Posting.import_id == intake.import_id))
    keep_stage_spans(select(Event.journey_id).where(Event.import_id == intake.import_id))
    created = rows - begun
    updated = _count_updated(session, intake) if begun and (changed or postings or events > created) else 0
    return Counts(created=created, updated=updated, unchanged=rows - created - updated, events=events)


def touched_by_trainees(intake: Intake) -> Select[Any]:
    """Ids of the persons the rows are about."""
    return select(Person.id).where(Person.ref.in_(select(TRAINEE.c.person_ref).where(valid_trainees(intake))))


def _last_rows(intake: Intake, *of: ColumnElement[Any]) -> ColumnElement[bool]:
    """The last row of the file for each person (and day, …): where rows of one person differ, it says."""
    last = select(func.max(TRAINEE.c.row)).where(valid_trainees(intake)).group_by(*of)
    return and_(TRAINEE.c.import_id == intake.import_id, TRAINEE.c.row.in_(last))


def _write_changes(session: Session, intake: Intake) -> int:
    """Keep what is about to change of people there are, as it was; the number of changes."""
    found = 0
    for field in FIELDS:
        before, after = getattr(Person, field), TRAINEE.c[field]
        is_another = Person.email_key != TRAINEE.c.email_key if field == "email" else before != after
        chosen = (
            select(
                literal(intake.import_id),
                Person.id,
                literal(field),
                _as_text(before) if field == "fte" else before,
                _as_text(after) if field == "fte" else after,
            )
            .join(Person, Person.ref == TRAINEE.c.person_ref)
            .where(_last_rows(intake, TRAINEE.c.person_ref), Person.removed_at.is_(None), is_another)
        )
        columns = ["import_id", "person_id", "field", "before", "after"]
        found += rows_written(session, insert(PERSON_CHANGE).from_select(columns, chosen))
    return found


def _as_text(number: Any) -> ColumnElement[str]:
    return cast(number, PERSON_CHANGE.c.before.type)


def _bring_back(session: Session, intake: Intake, last: Any, values: dict[str, Any]) -> None:
    """People whom an undone import had taken away are there again, as the file says."""
    removed = select(Person.id).where(
        Person.removed_at.is_not(None), Person.ref.in_(select(TRAINEE.c.person_ref).where(last))
    )
    if session.scalar(removed.limit(1)) is not None:
        session.execute(
            update(Person)
            .where(Person.ref == TRAINEE.c.person_ref, Person.removed_at.is_not(None), last)
            .values(
                **values,
                fte=func.coalesce(TRAINEE.c.fte, ALL_DAY),
                import_id=intake.import_id,
                removed_at=None,
                version=Person.version + 1,
            )
            .execution_options(synchronize_session=False)
        )


def _write_people(session: Session, intake: Intake, changed: int) -> None:
    last = _last_rows(intake, TRAINEE.c.person_ref)
    values = {
        name: TRAINEE.c[name] for name in ("first_name", "last_name", "email", "email_key", "name_key", "sort_key")
    }
    _bring_back(session, intake, last, values)
    if changed:
        keep_former(session, intake)
        those = select(PERSON_CHANGE.c.person_id).where(PERSON_CHANGE.c.import_id == intake.import_id)
        is_another = Person.email_key != TRAINEE.c.email_key
        session.execute(
            update(Person)
            .where(Person.ref == TRAINEE.c.person_ref, Person.id.in_(those), last)
            .values(
                **values | {"email": case((is_another, TRAINEE.c.email), else_=Person.email)},
                fte=func.coalesce(TRAINEE.c.fte, Person.fte),
                version=Person.version + 1,
            )
            .execution_options(synchronize_session=False)
        )
    columns = ["ref", *values, "fte", "import_id", "created_at", "version"]
    new = (
        select(
            TRAINEE.c.person_ref,
            *values.values(),
            func.coalesce(TRAINEE.c.fte, ALL_DAY),
            literal(intake.import_id),
            literal(intake.instant, UtcDateTime()),
            literal(1),
        )
        .where(last, not_(select(Person.id).where(Person.ref == TRAINEE.c.person_ref).exists()))
        .order_by(TRAINEE.c.row)
    )
    session.execute(insert(Person).from_select(columns, new))
    _write_words(session, intake, changed)


def _write_words(session: Session, intake: Intake, changed: int) -> None:
    """What new and changed people are found by. In the order of the file: sorting them costs more than it saves."""
    about = Person.import_id == intake.import_id
    if changed:
        those = select(PERSON_CHANGE.c.person_id).where(PERSON_CHANGE.c.import_id == intake.import_id)
        about = about | Person.id.in_(those)
    session.execute(delete(PersonWord).where(PersonWord.person_id.in_(select(Person.id).where(about))))
    word: Any
    if is_sqlite(session):
        word = func.json_each(TRAINEE.c.words).table_valued("value", name="word").c.value
    else:
        word = func.json_array_elements_text(cast(TRAINEE.c.words, JSON)).table_valued("value", name="word").c.value
    chosen = (
        select(word, Person.id)
        .select_from(TRAINEE)
        .join(Person, Person.ref == TRAINEE.c.person_ref)
        .join(word.table, literal(1) == 1)
        .where(_last_rows(intake, TRAINEE.c.person_ref), about)
        .order_by(TRAINEE.c.row)
    )
    session.execute(insert(PersonWord).from_select(["word", "person_id"], chosen))
    first, last = (select(name).where(about).distinct() for name in (Person.first_name, Person.last_name))
    keep_spelling(session.scalars(first.union(last)))


PLACE = ("organisation_id", "grade_id", "profession_id", "region_id")


def _write_postings(session: Session, intake: Intake) -> int:
    """One posting for each person and day, unless the latest imported one of that day says the same. They are known
    always (B2).
    """
    later = aliased(Posting)
    superseded = select(later.id).where(
        later.person_id == Posting.person_id,
        later.starts_on == Posting.starts_on,
        later.recorded_at.is_(None),
        later.id > Posting.id,
        _not_undone(later.import_id, intake),
    )
    said = (
        select(Posting.id)
        .where(
            Posting.person_id == Person.id,
            Posting.starts_on == TRAINEE.c.effective_on,
            Posting.recorded_at.is_(None),
            _not_undone(Posting.import_id, intake),
            *(getattr(Posting, name).is_not_distinct_from(TRAINEE.c[name]) for name in PLACE),
            not_(superseded.exists()),
        )
        .exists()
    )
    new = (
        select(
            Person.id,
            *(TRAINEE.c[name] for name in PLACE),
            TRAINEE.c.effective_on,
            literal(""),
            literal(intake.import_id),
            literal(intake.instant, UtcDateTime()),
        )
        .join(Person, Person.ref == TRAINEE.c.person_ref)
        .where(
            _last_rows(intake, TRAINEE.c.person_ref, TRAINEE.c.effective_on), not_(or_(said, says_nothing_new(PLACE)))
        )
        .order_by(TRAINEE.c.row)
    )
    columns = ["person_id", *PLACE, "starts_on", "reason", "import_id", "created_at"]
    return rows_written(session, insert(Posting).from_select(columns, new))


def _not_undone(import_id: Any, intake: Intake) -> ColumnElement[bool]:
    return import_id.is_(None) | import_id.not_in(intake.undone)  # type: ignore[no-any-return]


def _count_begun(session: Session, intake: Intake) -> int:
    """Rows whose enrolment had events that stand before this load."""
    standing = select(Event.id).outerjoin(EventVoid, EventVoid.event_id == Event.id)
    standing = standing.where(Event.journey_id == EnrolmentKey.journey_id, EventVoid.event_id.is_(None))
    begun = with_enrolment(select(func.count()), TRAINEE).where(valid_trainees(intake), standing.exists())
    return session.scalar(begun) or 0


def _write_enrolments(session: Session, intake: Intake) -> int:
    """Begin a journey for each person and cohort that name none yet."""
    named = select(EnrolmentKey.journey_id).where(
        EnrolmentKey.person_id == Person.id, EnrolmentKey.cohort_id == Cohort.id
    )
    new = (
        select(
            TRAINEE.c.journey_ref,
            literal(Strand.TRAINING.value),
            Person.id,
            literal(intake.import_id),
            literal(intake.instant, UtcDateTime()),
            literal(1),
        )
        .join(Person, Person.ref == TRAINEE.c.person_ref)
        .join(Cohort, Cohort.code == TRAINEE.c.cohort)
        .where(valid_trainees(intake), not_(named.exists()))
        .order_by(TRAINEE.c.row)
    )
    columns = ["ref", "strand", "person_id", "import_id", "created_at", "version"]
    created = rows_written(session, insert(Journey).from_select(columns, new))
    begun = (
        select(Journey.id, Cohort.id, Journey.person_id)
        .join_from(TRAINEE, Journey, Journey.ref == TRAINEE.c.journey_ref)
        .join(Cohort, Cohort.code == TRAINEE.c.cohort)
        .where(valid_trainees(intake), Journey.import_id == intake.import_id)
        .order_by(Journey.id)
    )
    pairs = begun.with_only_columns(Journey.id, Cohort.id)
    session.execute(insert(Enrolment).from_select(["journey_id", "cohort_id"], pairs))
    keys = begun.with_only_columns(Journey.person_id, Cohort.id, Journey.id)
    session.execute(insert(EnrolmentKey).from_select(["person_id", "cohort_id", "journey_id"], keys))
    return created


def _write_events(session: Session, intake: Intake) -> int:
    """Record the event of each row, unless the ledger has it, and what was noted with it."""
    chosen = select(
        EnrolmentKey.journey_id,
        literal(EventKind.STAGE.value),
        TRAINEE.c.stage,
        TRAINEE.c.effective_on,
        literal(intake.instant, UtcDateTime()),
        literal(intake.by_id),
        literal(Source.IMPORT.value),
        literal(intake.import_id),
    )
    known = counts_as_known(EnrolmentKey.journey_id, TRAINEE.c.stage, TRAINEE.c.effective_on)
    new = with_enrolment(chosen, TRAINEE).where(valid_trainees(intake), not_(known)).order_by(TRAINEE.c.row)
    columns = ["journey_id", "kind", "stage", "effective_on", "recorded_at", "recorded_by_id", "source", "import_id"]
    events = rows_written(session, insert(Event).from_select(columns, new))
    mine = and_(
        Event.journey_id == EnrolmentKey.journey_id,
        Event.import_id == intake.import_id,
        Event.stage == TRAINEE.c.stage,
        Event.effective_on == TRAINEE.c.effective_on,
    )
    noted = with_enrolment(select(Event.id, TRAINEE.c.note), TRAINEE).join(Event, mine)
    noted = noted.where(valid_trainees(intake), TRAINEE.c.note.is_not(None))
    session.execute(insert(EventNote).from_select(["event_id", "text"], noted))
    return events


def _count_updated(session: Session, intake: Intake) -> int:
    """Rows about an enrolment there was that changed the person, a posting or the ledger."""
    changed = select(PERSON_CHANGE.c.person_id).where(
        PERSON_CHANGE.c.import_id == intake.import_id, PERSON_CHANGE.c.person_id == Person.id
    )
    posted = select(Posting.id).where(
        Posting.import_id == intake.import_id,
        Posting.person_id == Person.id,
        Posting.starts_on == TRAINEE.c.effective_on,
    )
    mine = (Event.journey_id == EnrolmentKey.journey_id, Event.import_id == intake.import_id)
    earlier = select(Event.id).outerjoin(EventVoid, EventVoid.event_id == Event.id)
    earlier = earlier.where(
        Event.journey_id == EnrolmentKey.journey_id,
        EventVoid.event_id.is_(None),
        Event.import_id.is_distinct_from(intake.import_id),
    )
    something = case((changed.exists() | posted.exists() | select(Event.id).where(*mine).exists(), 1), else_=0)
    counted = with_enrolment(select(func.sum(something)), TRAINEE).where(valid_trainees(intake), earlier.exists())
    return int(session.scalar(counted) or 0)
