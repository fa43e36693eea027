"""The rules that records are held to, each one query over everybody.

No rule asks whether two people share an email address: the database refuses a second one.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, String, and_, case, cast, func, literal, null, select
from sqlalchemy.orm import aliased

from tracker.core.calendar import LAST_DAY
from tracker.core.sql import days_between
from tracker.fellowships.lifecycle import Stage as PlacementStage
from tracker.fellowships.models import Placement, SupervisorAssignment
from tracker.ledger.models import Journey, StageSpan, Strand
from tracker.organisations.models import Organisation
from tracker.people.models import Person, Posting, PostingSpan
from tracker.training.lifecycle import Stage
from tracker.training.models import Cohort, Enrolment, Programme

GRACE_DAYS = 60
"""How much longer than the programme lasts a stage may stay unchanged."""
WAITING = (Stage.NOMINATED, Stage.ENDORSED, Stage.APPLIED, Stage.ACCEPTED, Stage.ENROLLED, Stage.IN_TRAINING)
"""Stages that something should follow; a break has rules of its own."""
ON_COURSE = (Stage.ENROLLED, Stage.IN_TRAINING)
COLUMNS = ("subject", "person_id", "other_person_id", "journey_id", "cohort_id", "programme_id")


@dataclass(frozen=True)
class Rule:
    """One rule. `code` is for ever. `broken` gives the records that break it on a day: the columns of `COLUMNS`.

    `mend` names the page where it is mended: of the enrolment, the placement, the person, the cohort or the programme.
    """

    code: str
    title: str
    fix: str
    mend: str
    broken: Callable[[date], Select[Any]]


def _row(subject: Any, **known: Any) -> Select[Any]:
    columns = (known.get(name, null()).label(name) for name in COLUMNS[1:])
    return select(cast(subject, String(60)).label("subject"), *columns)


def _standing(*stages: Stage) -> Select[Any]:
    """Enrolments that stand at one of the stages now, joined to their cohort and programme."""
    return (
        _row(StageSpan.journey_id, person_id=StageSpan.person_id, journey_id=StageSpan.journey_id)
        .select_from(StageSpan)
        .join(Enrolment, Enrolment.journey_id == StageSpan.journey_id)
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .join(Programme, Programme.id == Cohort.programme_id)
        .where(StageSpan.strand == Strand.TRAINING, StageSpan.stage.in_(stages), StageSpan.ends_on == LAST_DAY)
    )


def stage_unchanged(day: date) -> Select[Any]:
    """Enrolments that have stood longer than the programme lasts plus 60 days, where it is known how long it lasts."""
    stood = days_between(StageSpan.starts_on, literal(day))
    return _standing(*WAITING).where(stood > Programme.length_days + GRACE_DAYS)


def programme_without_length(day: date) -> Select[Any]:
    """Programmes people are on whose length nobody has said, so that `stage_unchanged` skips them (fine print G5)."""
    on = _standing(*WAITING).with_only_columns(Cohort.programme_id)
    broken = _row(Programme.id, programme_id=Programme.id).select_from(Programme)
    return broken.where(Programme.length_days.is_(None), Programme.id.in_(on))


def cohort_ended(day: date) -> Select[Any]:
    """People still enrolled or in training on a cohort that has ended."""
    return _standing(*ON_COURSE).where(Cohort.ends_on < day)


def break_overdue(day: date) -> Select[Any]:
    """People on a break whose planned return, or day to be asked again, has passed."""
    return _standing(Stage.ON_BREAK).where(StageSpan.promised_on < day)


def break_open_ended(day: date) -> Select[Any]:
    """People on a break of which no return is known, as lists bring them."""
    return _standing(Stage.ON_BREAK).where(StageSpan.promised_on.is_(None))


def without_history(day: date) -> Select[Any]:
    """Enrolments of which nothing that is recorded counts any more."""
    stands = select(StageSpan.journey_id)
    return (
        _row(Journey.id, person_id=Journey.person_id, journey_id=Journey.id)
        .join_from(Journey, Enrolment, Enrolment.journey_id == Journey.id)
        .join(Person, Person.id == Journey.person_id)
        .where(Person.removed_at.is_(None), Journey.id.not_in(stands))
    )


def duplicate_person(day: date) -> Select[Any]:
    """People whose names are equal however they are ordered, accented or cased: each later one beside the first."""
    first = select(Person.name_key, func.min(Person.id).label("id")).where(Person.removed_at.is_(None))
    named = first.group_by(Person.name_key).having(func.count() > 1).subquery()
    other = aliased(Person)
    pair = cast(named.c.id, String(20)) + literal("-") + cast(other.id, String(20))
    return (
        _row(pair, person_id=other.id, other_person_id=named.c.id)
        .join_from(named, other, and_(other.name_key == named.c.name_key, other.id != named.c.id))
        .where(other.removed_at.is_(None))
    )


def _posted() -> Select[Any]:
    """People with where they are posted now."""
    return (
        _row(Person.id, person_id=Person.id)
        .join_from(Person, PostingSpan, and_(PostingSpan.person_id == Person.id, PostingSpan.ends_on == LAST_DAY))
        .join(Posting, Posting.id == PostingSpan.posting_id)
        .where(Person.removed_at.is_(None))
    )


def organisation_closed(day: date) -> Select[Any]:
    """People who are posted to an organisation that no longer exists."""
    gone = case((Organisation.closed_on.is_(None), Organisation.is_closed), else_=Organisation.closed_on <= day)
    return _posted().join(Organisation, Organisation.id == Posting.organisation_id).where(gone)


def grade_missing(day: date) -> Select[Any]:
    """People whose grade is not known."""
    return _posted().where(Posting.grade_id.is_(None))


def without_organisation(day: date) -> Select[Any]:
    """People who are posted nowhere, and so are counted nowhere. Fellows from outside count at their hosts."""
    broken = _row(Person.id, person_id=Person.id).select_from(Person)
    here = select(PostingSpan.person_id).where(PostingSpan.ends_on == LAST_DAY)
    journey = select(Journey.id).where(Journey.person_id == Person.id)
    is_only_a_fellow = and_(
        journey.where(Journey.strand == Strand.FELLOWSHIPS).exists(),
        ~journey.where(Journey.strand != Strand.FELLOWSHIPS).exists(),
    )
    return broken.where(Person.removed_at.is_(None), Person.id.not_in(here), ~is_only_a_fellow)


def _placed(*stages: PlacementStage) -> Select[Any]:
    """Placements of fellows that stand at one of the stages now."""
    return (
        _row(StageSpan.journey_id, person_id=StageSpan.person_id, journey_id=StageSpan.journey_id)
        .select_from(StageSpan)
        .join(Placement, Placement.journey_id == StageSpan.journey_id)
        .where(StageSpan.strand == Strand.FELLOWSHIPS, StageSpan.stage.in_(stages), StageSpan.ends_on == LAST_DAY)
    )


def placement_past_end(day: date) -> Select[Any]:
    """Placements still in post after their planned end."""
    return _placed(PlacementStage.IN_POST).where(Placement.planned_end < day)


def placement_without_supervisor(day: date) -> Select[Any]:
    """Placements accepted or in post that nobody supervises on the day."""
    held = (SupervisorAssignment.starts_on <= day, SupervisorAssignment.ends_on > day)
    supervised = select(SupervisorAssignment.id).where(SupervisorAssignment.journey_id == Placement.journey_id, *held)
    return _placed(PlacementStage.ACCEPTED, PlacementStage.IN_POST).where(~supervised.exists())


RULES: tuple[Rule, ...] = (
    Rule(
        "break-overdue",
        "Break past its planned return",
        "Say whether they returned, are extended or withdrew",
        "enrolment",
        break_overdue,
    ),
    Rule(
        "break-open-ended",
        "Break without a planned return",
        "Extend the break with a planned return, or a day to ask again",
        "enrolment",
        break_open_ended,
    ),
    Rule(
        "stage-unchanged",
        "Stage unchanged for longer than the programme lasts",
        "Record what happened since",
        "enrolment",
        stage_unchanged,
    ),
    Rule(
        "cohort-ended",
        "Still in training on a cohort that has ended",
        "Record how it ended for them",
        "enrolment",
        cohort_ended,
    ),
    Rule(
        "enrolment-without-history",
        "Enrolment without history",
        "Record where it stands",
        "enrolment",
        without_history,
    ),
    Rule(
        "placement-past-end",
        "Placement past its planned end still in post",
        "Record how it ended, or have it extended",
        "placement",
        placement_past_end,
    ),
    Rule(
        "placement-without-supervisor",
        "Placement without a supervisor",
        "Name the supervisor: nobody can sign its logs",
        "placement",
        placement_without_supervisor,
    ),
    Rule(
        "duplicate-person",
        "Probably the same person twice",
        "Compare the two records; if they are two people, snooze this with the reason",
        "person",
        duplicate_person,
    ),
    Rule(
        "organisation-closed",
        "Posted to an organisation that has closed",
        "Record where they moved",
        "person",
        organisation_closed,
    ),
    Rule("grade-missing", "Grade missing", "Record the grade", "person", grade_missing),
    Rule("organisation-missing", "Posted nowhere", "Record where they are", "person", without_organisation),
    Rule(
        "programme-without-length",
        "Programme without a length: its enrolments are not checked for standing still",
        "Say how many days the programme lasts",
        "programme",
        programme_without_length,
    ),
)
"""In the order they are looked at: what changes a figure first."""

BY_CODE = {rule.code: rule for rule in RULES}
