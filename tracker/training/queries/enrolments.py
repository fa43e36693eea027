"""Enrolments and the lines of their ledger, as they are asked for."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import aliased, contains_eager, joinedload

from tracker.accounts.models import User
from tracker.core.calendar import LAST_DAY
from tracker.core.db import db
from tracker.ledger.models import Event, EventVoid, Journey, StageSpan, Strand
from tracker.people.identity.models import MergeMove, PersonMerge
from tracker.people.models import Person
from tracker.training.models import (
    Cohort,
    CompletionEvidence,
    Enrolment,
    EnrolmentKey,
    EnrolmentLeaving,
    EventCohort,
    LeavingReason,
)
from tracker.training.queries.cohorts import EVERY_COHORT


def _enrolments() -> Select[Enrolment]:
    """Enrolments with the person and the cohort, without those of which one of the two went with an undone import."""
    return (
        select(Enrolment)
        .join(Enrolment.journey)
        .join(Journey.person)
        .join(Enrolment.cohort)
        .join(Cohort.programme)
        .where(Journey.strand == Strand.TRAINING, Person.removed_at.is_(None), EVERY_COHORT)
        .options(
            contains_eager(Enrolment.journey).contains_eager(Journey.person).undefer(Person.organisation_id),  # type: ignore[attr-defined]
            contains_eager(Enrolment.cohort).contains_eager(Cohort.programme),
        )
    )


def enrolment(ref: str) -> Enrolment | None:
    """The enrolment with a reference; of one that a merge set aside, the one that stands for it."""
    found = db.session.scalar(_enrolments().where(Journey.ref == ref))
    return found if found is not None else _stand_in(ref)


def _stand_in(ref: str) -> Enrolment | None:
    """The enrolment that stands for one on the same cohort which a merge set aside."""
    kept = aliased(Journey)
    named = db.session.scalar(
        select(kept.ref)
        .join_from(MergeMove, Journey, Journey.id == MergeMove.row_id)
        .join(kept, kept.id == MergeMove.stood_in_for_id)
        .join(PersonMerge, PersonMerge.id == MergeMove.merge_id)
        .where(MergeMove.table_name == "journey", Journey.ref == ref, PersonMerge.undone_at.is_(None))
    )
    return None if named is None else enrolment(named)


def enrolments_named(refs: Sequence[str]) -> Sequence[Enrolment]:
    """The enrolments with some references, by the person's name."""
    named = _enrolments().where(Journey.ref.in_(refs))
    return db.session.scalars(named.order_by(Person.sort_key, Person.id, Journey.id)).all()


def hold_enrolments(refs: Sequence[str]) -> None:
    """Have nobody else change some enrolments or their people until the transaction ends, the people first.

    Called before they are read in the transaction.
    """
    people = select(Journey.person_id).where(Journey.ref.in_(refs))
    db.session.scalars(select(Person.id).where(Person.id.in_(people)).order_by(Person.id).with_for_update()).all()
    db.session.scalars(select(Journey.id).where(Journey.ref.in_(refs)).order_by(Journey.id).with_for_update()).all()


def enrolments_of(person: Person) -> Sequence[Enrolment]:
    """The enrolments of somebody, the latest begun first."""
    return db.session.scalars(_enrolments().where(Journey.person_id == person.id).order_by(Journey.id.desc())).all()


def enrolment_on(person_id: int, cohort_id: int) -> Enrolment | None:
    """The enrolment that a person and a cohort name."""
    key = db.session.get(EnrolmentKey, (person_id, cohort_id))
    return None if key is None else db.session.get(Enrolment, key.journey_id)


def standing(journey_ids: Sequence[int]) -> dict[int, StageSpan]:
    """Where the enrolments stand now, by journey; one without entries is missing."""
    spans = select(StageSpan).where(StageSpan.journey_id.in_(journey_ids), StageSpan.ends_on == LAST_DAY)
    return {span.journey_id: span for span in db.session.scalars(spans)}


@dataclass(frozen=True)
class Entry:
    """One line of the ledger of an enrolment, with what was said beside it and the names of who wrote it.

    `number` counts the lines of the enrolment in the order they were recorded: what an address names them by.
    """

    number: int
    event: Event
    cohort: str | None
    left_cohort: str | None
    is_known: bool | None
    trigger: str | None
    reason: str | None
    evidence: str | None
    evidence_url: str | None
    recorder: str | None
    voider: str | None

    @property
    def void(self) -> EventVoid | None:
        """How the line was taken back, if it was."""
        return self.event.void


def _lines(read: Select[Any]) -> Select[Any]:
    """Add to a statement about events what `Entry` has beside them, in ledger order."""
    recorder, voider, cohort, left = aliased(User), aliased(User), aliased(Cohort), aliased(Cohort)
    number = func.row_number().over(partition_by=Event.journey_id, order_by=Event.id)
    return (
        read.add_columns(
            number.label("number"),
            Event,
            cohort.code.label("cohort"),
            left.code.label("left_cohort"),
            EventCohort.is_known,
            EnrolmentLeaving.trigger,
            LeavingReason.words.label("reason"),
            CompletionEvidence.text.label("evidence"),
            CompletionEvidence.url.label("evidence_url"),
            recorder.name.label("recorder"),
            voider.name.label("voider"),
        )
        .outerjoin(EventVoid, EventVoid.event_id == Event.id)
        .outerjoin(EventCohort, EventCohort.event_id == Event.id)
        .outerjoin(cohort, cohort.id == EventCohort.cohort_id)
        .outerjoin(left, left.id == EventCohort.left_cohort_id)
        .outerjoin(EnrolmentLeaving, EnrolmentLeaving.event_id == Event.id)
        .outerjoin(LeavingReason, LeavingReason.code == EnrolmentLeaving.reason_code)
        .outerjoin(CompletionEvidence, CompletionEvidence.event_id == Event.id)
        .outerjoin(recorder, recorder.id == Event.recorded_by_id)
        .outerjoin(voider, voider.id == EventVoid.voided_by_id)
        .order_by(Event.effective_on, Event.recorded_at, Event.id)
        .options(contains_eager(Event.void), joinedload(Event.note))
    )


def entries(journey_ids: Sequence[int]) -> list[Entry]:
    """Everything the ledger holds of the enrolments, what was taken back too, in ledger order."""
    read = _lines(select(Event.journey_id)).where(Event.journey_id.in_(journey_ids))
    return [Entry(*row[1:]) for row in db.session.execute(read)]


def with_entries(person: Person) -> list[tuple[Enrolment, list[Entry]]]:
    """The enrolments of somebody, the latest begun first, each with all its lines (`entries`)."""
    mine = _enrolments().where(Journey.person_id == person.id).order_by(Journey.id.desc())
    found: dict[Enrolment, list[Entry]] = {}
    for enrolment, *line in db.session.execute(_lines(mine.outerjoin(Event, Event.journey_id == Journey.id))):
        entry = Entry(*line)
        found.setdefault(enrolment, []).extend([entry] if line[1] is not None else [])
    return list(found.items())


@dataclass(frozen=True)
class EntryOf:
    """One line of an enrolment, as an address names it: what may be corrected, by who may correct the enrolment."""

    enrolment: Enrolment
    entry: Entry

    @property
    def organisation_id(self) -> int | None:
        """The person's organisation today."""
        return self.enrolment.organisation_id

    @property
    def user_id(self) -> int | None:
        """The person's own account."""
        return self.enrolment.user_id


def entry(ref: str, number: int) -> EntryOf | None:
    """One line of the ledger of an enrolment, by its number."""
    of = enrolment(ref)
    found = [one for one in entries([of.journey_id]) if one.number == number] if of is not None else []
    return EntryOf(of, found[0]) if of is not None and found else None
