"""The rules that records are held to, each one query over everybody. Two with one address today the schema refuses."""

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
from tracker.leadership.lifecycle import VacancyStage
from tracker.leadership.models import Vacancy
from tracker.ledger.models import Journey, StageSpan, Strand
from tracker.organisations.models import Organisation
from tracker.people.identity.models import DuplicatePair
from tracker.people.identity.queries import held_addresses
from tracker.people.models import Person, Posting, PostingSpan
from tracker.training.lifecycle import Stage
from tracker.training.models import Cohort, Enrolment, Programme

GRACE_DAYS = 60
"""How much longer than the programme lasts a stage may stay unchanged."""
ON_COURSE = (Stage.ENROLLED, Stage.IN_TRAINING)
BEFORE_ENROLMENT = (Stage.NOMINATED, Stage.ENDORSED, Stage.APPLIED, Stage.ACCEPTED)
WAITING = (*BEFORE_ENROLMENT, *ON_COURSE)
"""Stages that something should follow; a break has rules of its own."""
UNDER_WAY = (*WAITING, Stage.ON_BREAK)
SIFT_DAYS = 60
START_DAYS = 14
"""So long after the beginning of their cohort people may still be recorded as not started."""
COLUMNS = ("subject", "person_id", "other_person_id", "journey_id", "cohort_id", "programme_id")


@dataclass(frozen=True)
class Rule:
    """One rule. `code` is for ever. `broken` gives the records that break it on a day: the columns of `COLUMNS`.

    `mend` names the page where it is mended: of the enrolment, the placement, the vacancy, the person, their posting,
    the pair of records, the cohort or the programme.
    """

    code: str
    title: str
    fix: str
    mend: str
    broken: Callable[[date], Select[Any]]

    @property
    def is_about_somebody(self) -> bool:
        """Whether what breaks the rule is a person's record, and not a vacancy, a cohort or a programme."""
        return self.mend in {"enrolment", "person", "posting", "pair"}


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
    return _standing(*WAITING).where(
        days_between(StageSpan.starts_on, literal(day)) > Programme.length_days + GRACE_DAYS
    )


def programme_without_length(day: date) -> Select[Any]:
    """Programmes people are on whose length nobody has said, so that `stage_unchanged` skips them (fine print G5)."""
    broken = _row(Programme.id, programme_id=Programme.id).select_from(Programme)
    on = _standing(*WAITING).with_only_columns(Cohort.programme_id)
    return broken.where(Programme.length_days.is_(None), Programme.id.in_(on))


def cohort_ended(day: date) -> Select[Any]:
    """People still enrolled or in training on a cohort that has ended."""
    return _standing(*ON_COURSE).where(Cohort.ends_on < day)


def cohort_begun(day: date) -> Select[Any]:
    """People who are not enrolled yet on a cohort that has begun."""
    return _standing(*BEFORE_ENROLMENT).where(Cohort.starts_on < day)


def not_started(day: date) -> Select[Any]:
    """People who were enrolled and have not started two weeks after their cohort began."""
    return _standing(Stage.ENROLLED).where(days_between(Cohort.starts_on, literal(day)) > START_DAYS)


def enrolled_twice(day: date) -> Select[Any]:
    """Enrolments of people who are under way on two of one programme: each later one."""
    other_span, other, theirs = aliased(StageSpan), aliased(Enrolment), aliased(Cohort)
    earlier = (
        select(other.journey_id)
        .join(other_span, and_(other_span.journey_id == other.journey_id, other_span.ends_on == LAST_DAY))
        .join(theirs, theirs.id == other.cohort_id)
        .where(
            other_span.person_id == StageSpan.person_id,
            other_span.stage.in_(UNDER_WAY),
            theirs.programme_id == Cohort.programme_id,
            other.journey_id < StageSpan.journey_id,
        )
    )
    return _standing(*UNDER_WAY).where(earlier.exists())


def cohort_without_end(day: date) -> Select[Any]:
    """Cohorts that have people under way and of which nobody has said when they end."""
    on = _standing(*ON_COURSE).with_only_columns(Enrolment.cohort_id)
    broken = _row(Cohort.id, cohort_id=Cohort.id, programme_id=Cohort.programme_id).select_from(Cohort)
    return broken.where(Cohort.ends_on.is_(None), Cohort.id.in_(on))


def email_shared(day: date) -> Select[Any]:
    """People whose address was once another person's, who keeps it for ever (fine print G6)."""
    held = held_addresses().subquery()
    once = and_(held.c.email_key == Person.email_key, held.c.person_id != Person.id)
    holder = select(func.min(held.c.person_id)).where(once).correlate(Person).scalar_subquery()
    broken = _row(Person.id, person_id=Person.id, other_person_id=holder).select_from(Person)
    held_by_others = select(held.c.email_key).where(once).correlate(Person)
    return broken.where(Person.removed_at.is_(None), held_by_others.exists())


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
    """Pairs of records that may be of one person and of which nobody has said that they are two people."""
    low, high = aliased(Person), aliased(Person)
    return (
        _row(DuplicatePair.ref, person_id=DuplicatePair.high_id, other_person_id=DuplicatePair.low_id)
        .select_from(DuplicatePair)
        .join(low, low.id == DuplicatePair.low_id)
        .join(high, high.id == DuplicatePair.high_id)
        .where(DuplicatePair.decided_at.is_(None), low.removed_at.is_(None), high.removed_at.is_(None))
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


def vacancy_unsifted(day: date) -> Select[Any]:
    """Vacancies that closed more than 60 days ago and whose candidates nobody has sifted. They are nobody's record."""
    long = days_between(StageSpan.starts_on, literal(day)) > SIFT_DAYS
    broken = _row(StageSpan.journey_id, journey_id=StageSpan.journey_id).join_from(
        StageSpan, Vacancy, Vacancy.journey_id == StageSpan.journey_id
    )
    return broken.where(StageSpan.stage == VacancyStage.CLOSED, StageSpan.ends_on == LAST_DAY, long)


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
        "cohort-begun",
        "Not enrolled on a cohort that has begun",
        "Record that they are enrolled, were not accepted or withdrew",
        "enrolment",
        cohort_begun,
    ),
    Rule(
        "not-started",
        "Enrolled, and not in training two weeks after the cohort began",
        "Record that they started or withdrew",
        "enrolment",
        not_started,
    ),
    Rule(
        "enrolled-twice",
        "Under way twice on one programme",
        "Withdraw them from one of the two",
        "enrolment",
        enrolled_twice,
    ),
    Rule(
        "enrolment-without-history", "Enrolment without history", "Record where it stands", "enrolment", without_history
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
        "vacancy-unsifted",
        "Vacancy closed for more than 60 days with no sift",
        "Record the sift, or that nobody was appointed",
        "vacancy",
        vacancy_unsifted,
    ),
    Rule(
        "duplicate-person",
        "Probably the same person twice",
        "Compare the two records, and say whether they are one person or two",
        "pair",
        duplicate_person,
    ),
    Rule(
        "organisation-closed",
        "Posted to an organisation that has closed",
        "Record where they moved",
        "posting",
        organisation_closed,
    ),
    Rule("grade-missing", "Grade missing", "Record the grade", "posting", grade_missing),
    Rule("organisation-missing", "Posted nowhere", "Record where they are", "posting", without_organisation),
    Rule(
        "email-shared",
        "Email address that was another person’s",
        "Give them an address of their own, or merge the two records if they are one person",
        "person",
        email_shared,
    ),
    Rule(
        "cohort-without-end",
        "Cohort with people under way and no last day",
        "Say when the cohort ends, so that it is seen who is left in it",
        "cohort",
        cohort_without_end,
    ),
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
