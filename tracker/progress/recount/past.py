"""The rows a recount walks, as plain values: read a few thousand people at a time, in no order that means anything."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from tracker.core.db import db
from tracker.fellowships.models import EventHost, LogDecision, LogVersion, Placement, WeekLog
from tracker.leadership.models import Candidacy, Vacancy
from tracker.ledger.models import Event, EventVoid, Journey
from tracker.people.identity.models import PersonMerge
from tracker.people.models import Person, Posting
from tracker.quality.models import Finding
from tracker.training.models import Cohort, Enrolment, Programme, ProgrammeQualification, SkillRating

PEOPLE_AT_ONCE = 2_000


@dataclass(frozen=True)
class Happened:
    """One line of the ledger. `host_id`: where a placement moved with it."""

    id: int
    stage: str | None
    on: date
    promised_on: date | None
    recorded_at: datetime
    voided_at: datetime | None
    host_id: int | None


@dataclass(frozen=True)
class Sent:
    """A version of a weekly log, and when the host said yes to it: (day, instant, instant it was taken back)."""

    log_id: int
    number: int
    week_ending: date
    days: float
    sent_at: datetime
    voided_at: datetime | None
    approvals: tuple[tuple[date, datetime, datetime | None], ...]


@dataclass(frozen=True)
class Rated:
    """How an assessor rated a skill at the start or at the end; no level where a rating was taken back."""

    id: int
    skill: str
    moment: str
    level: int | None
    on: date
    recorded_at: datetime


@dataclass(frozen=True)
class Found:
    """Something that broke a rule of data quality: from which night to which, and when either was known."""

    id: int
    rule: str
    journey_id: int | None
    opened_on: date
    closed_on: date | None
    opened_at: datetime | None
    closed_at: datetime | None


@dataclass
class Course:
    """A journey. `programme_id` of an enrolment; `first_host_id` of a placement; `organisation_id` of a vacancy or
    candidacy, and `vacancy_id` of a candidacy; `by_competition`: how a vacancy is filled."""

    id: int
    strand: str
    lines: list[Happened] = field(default_factory=list)
    programme_id: int | None = None
    first_host_id: int | None = None
    logs: list[Sent] = field(default_factory=list)
    ratings: list[Rated] = field(default_factory=list)
    organisation_id: int | None = None
    vacancy_id: int | None = None
    by_competition: bool = False


@dataclass(frozen=True)
class Posted:
    """Where somebody was from a day on."""

    id: int
    organisation_id: int
    on: date
    created_at: datetime
    recorded_at: datetime | None
    voided_at: datetime | None


@dataclass
class Life:
    """Somebody with everything that happened to them; nobody, for vacancies and their candidates."""

    person_id: int | None
    postings: list[Posted] = field(default_factory=list)
    findings: list[Found] = field(default_factory=list)
    courses: list[Course] = field(default_factory=list)


@dataclass(frozen=True)
class Rules:
    """Which programmes count: by themselves, and as said on a day: (from when, whether, known since). And the last
    planned end of any placement."""

    qualifies: dict[int, bool]
    said: dict[int, list[tuple[date, int, bool, datetime | None]]]
    last_planned_end: date | None


def rules() -> Rules:
    """Read them."""
    said: dict[int, list[tuple[date, int, bool, datetime | None]]] = {}
    for row in db.session.scalars(select(ProgrammeQualification)):
        said.setdefault(row.programme_id, []).append((row.starts_on, row.id, row.qualifies, row.recorded_at))
    qualifies = {id: bool(yes) for id, yes in _rows(select(Programme.id, Programme.qualifies))}
    ends = [end for (end,) in _rows(select(Placement.planned_end))]
    return Rules(qualifies, said, max(ends, default=None))


def lives() -> Iterator[Life]:
    """Everybody who stands for themselves, and at last all that is nobody's."""
    merged = {id for (id,) in _rows(select(PersonMerge.merged_id).where(PersonMerge.undone_at.is_(None)))}
    last = 0
    while True:
        several = select(Person.id).where(Person.id > last).order_by(Person.id).limit(PEOPLE_AT_ONCE)
        people = [id for (id,) in _rows(several)]
        if not people:
            break
        last = people[-1]
        yield from _lives_of([id for id in people if id not in merged])
    yield _nobodys()


def _rows(query: Any) -> Sequence[Any]:
    return db.session.execute(query).all()


def _lives_of(people: Sequence[int]) -> list[Life]:
    found = {id: Life(id) for id in people}
    for row in _rows(
        select(
            Posting.person_id,
            *(Posting.id, Posting.organisation_id, Posting.starts_on, Posting.created_at),
            *(Posting.recorded_at, Posting.voided_at),
        ).where(Posting.person_id.in_(people))
    ):
        found[row[0]].postings.append(Posted(*row[1:]))
    broken = select(
        *(Finding.person_id, Finding.id, Finding.rule, Finding.journey_id),
        *(Finding.opened_on, Finding.closed_on, Finding.opened_at, Finding.closed_at),
    )
    for row in _rows(broken.where(Finding.person_id.in_(people))):
        found[row[0]].findings.append(Found(*row[1:]))
    whose = Journey.person_id.in_(people)
    courses = _courses(whose)
    for id, person_id in _rows(select(Journey.id, Journey.person_id).where(whose)):
        found[person_id].courses.append(courses[id])
    return list(found.values())


def _nobodys() -> Life:
    return Life(None, courses=list(_courses(Journey.person_id.is_(None)).values()))


def _courses(whose: Any) -> dict[int, Course]:
    found = {id: Course(id, str(strand)) for id, strand in _rows(select(Journey.id, Journey.strand).where(whose))}
    lines = (
        select(
            *(Event.journey_id, Event.id, Event.stage, Event.effective_on, Event.promised_on, Event.recorded_at),
            *(EventVoid.voided_at, EventHost.organisation_id),
        )
        .join(Journey, Journey.id == Event.journey_id)
        .outerjoin(EventVoid, EventVoid.event_id == Event.id)
        .outerjoin(EventHost, EventHost.event_id == Event.id)
    )
    for row in _rows(lines.where(whose)):
        found[row[0]].lines.append(Happened(*row[1:]))
    of_programme = select(Enrolment.journey_id, Cohort.programme_id).join(Cohort, Cohort.id == Enrolment.cohort_id)
    for id, programme_id in _rows(of_programme.join(Journey, Journey.id == Enrolment.journey_id).where(whose)):
        found[id].programme_id = programme_id
    hosts = select(Placement.journey_id, Placement.first_host_id)
    for id, host_id in _rows(hosts.join(Journey, Journey.id == Placement.journey_id).where(whose)):
        found[id].first_host_id = host_id
    posts = select(Vacancy.journey_id, Vacancy.organisation_id, Vacancy.route)
    for id, organisation_id, route in _rows(posts.join(Journey, Journey.id == Vacancy.journey_id).where(whose)):
        found[id].organisation_id, found[id].by_competition = organisation_id, route == "competition"
    sought = select(Candidacy.journey_id, Candidacy.vacancy_id, Vacancy.organisation_id)
    sought = sought.join(Vacancy, Vacancy.journey_id == Candidacy.vacancy_id)
    for id, vacancy_id, organisation_id in _rows(sought.join(Journey, Journey.id == Candidacy.journey_id).where(whose)):
        found[id].vacancy_id, found[id].organisation_id = vacancy_id, organisation_id
    rated = select(
        *(SkillRating.journey_id, SkillRating.id, SkillRating.skill_code, SkillRating.moment),
        *(SkillRating.level, SkillRating.assessed_on, SkillRating.recorded_at),
    ).where(SkillRating.rater == "assessor")
    for row in _rows(rated.join(Journey, Journey.id == SkillRating.journey_id).where(whose)):
        found[row[0]].ratings.append(Rated(*row[1:]))
    _add_logs(found, whose)
    return found


def _add_logs(found: dict[int, Course], whose: Any) -> None:
    of_journey = select(LogVersion.id).join(WeekLog, WeekLog.id == LogVersion.log_id)
    of_journey = of_journey.join(Journey, Journey.id == WeekLog.journey_id).where(whose)
    approvals: dict[int, list[tuple[date, datetime, datetime | None]]] = {}
    decided = select(LogDecision.version_id, LogDecision.decided_on, LogDecision.decided_at, LogDecision.voided_at)
    decided = decided.where(LogDecision.decision == "approved", LogDecision.version_id.in_(of_journey))
    for version_id, on, at, taken_back_at in _rows(decided):
        approvals.setdefault(version_id, []).append((on, at, taken_back_at))
    sent = (
        select(
            *(WeekLog.journey_id, LogVersion.id, LogVersion.log_id, LogVersion.number, WeekLog.week_ending),
            *(LogVersion.days, LogVersion.submitted_at, LogVersion.voided_at),
        )
        .join(WeekLog, WeekLog.id == LogVersion.log_id)
        .join(Journey, Journey.id == WeekLog.journey_id)
    )
    for journey_id, version_id, log_id, number, week_ending, days, sent_at, voided_at in _rows(sent.where(whose)):
        approved = tuple(approvals.get(version_id, ()))
        found[journey_id].logs.append(Sent(log_id, number, week_ending, days, sent_at, voided_at, approved))
