"""The capability framework, ratings against it, and the distance travelled between them."""

from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any

from sqlalchemy import CTE, Select, and_, case, func, literal, select
from sqlalchemy.orm import aliased

from tracker.core.calendar import LAST_DAY
from tracker.core.db import db
from tracker.core.metric import NOW, Knowledge
from tracker.ledger.models import Journey
from tracker.organisations.models import CapabilitySkill, Grade
from tracker.people.models import Posting, PostingSpan
from tracker.training.models import Cohort, Enrolment, Moment, Programme, Rater, RoleLevel, SkillRating
from tracker.training.queries.enrolments import enrolment


@dataclass
class Skill:
    """A skill of the framework; `levels` are the names of its levels by their order, the lowest first."""

    code: str
    name: str
    summary: str
    levels: dict[int, str] = field(default_factory=dict)


def framework() -> list[Skill]:
    """The skills of the framework, by name."""
    found: dict[str, Skill] = {}
    read = select(CapabilitySkill).order_by(CapabilitySkill.skill, CapabilitySkill.level_order)
    for row in db.session.scalars(read):
        skill = found.setdefault(row.skill_code, Skill(row.skill_code, row.skill, row.summary))
        skill.levels[row.level_order] = row.level
    return list(found.values())


@dataclass(frozen=True)
class Rating:
    """A rating that counts: the level and the day it is about."""

    level: int
    assessed_on: date


Ratings = dict[tuple[str, Rater, Moment], Rating]
"""The ratings of one enrolment that count now, by skill, rater and moment."""


def ratings(journey_id: int) -> Ratings:
    """The ratings of an enrolment that count now."""
    groups = (SkillRating.skill_code, SkillRating.rater, SkillRating.moment)
    last = select(func.max(SkillRating.id)).where(SkillRating.journey_id == journey_id).group_by(*groups)
    rows = db.session.scalars(select(SkillRating).where(SkillRating.id.in_(last), SkillRating.level.is_not(None)))
    return {
        (row.skill_code, row.rater, row.moment): Rating(row.level, row.assessed_on)
        for row in rows
        if row.level is not None
    }


@dataclass(frozen=True)
class Rated:
    """The ratings of one enrolment by one rater at one moment, as an address names them."""

    enrolment: Enrolment
    rater: Rater
    moment: Moment

    @property
    def organisation_id(self) -> int | None:
        """The person's organisation today."""
        return self.enrolment.organisation_id

    @property
    def user_id(self) -> int | None:
        """The person's own account."""
        return self.enrolment.user_id

    def opened(self, counts: Ratings) -> dict[str, Any]:
        """What counts now, as a form shows it: the level of each skill, and the day."""
        mine = {skill: rating for (skill, *of), rating in counts.items() if of == [self.rater, self.moment]}
        days = [rating.assessed_on for rating in mine.values()]
        return {**{skill: str(rating.level) for skill, rating in mine.items()}, "assessed_on": max(days, default=None)}


def rated(ref: str, rater: str, moment: str) -> Rated | None:
    """The ratings of an enrolment that an address names; None where there is no such rater or moment."""
    of = enrolment(ref)
    if of is None or rater not in set(Rater) or moment not in set(Moment):
        return None
    return Rated(of, Rater(rater), Moment(moment))


@dataclass(frozen=True)
class Expected:
    """What the framework asks of a role: its name, and the level of each skill by its code."""

    role: str
    levels: dict[str, int]


def expected_of(person_id: int) -> Expected | None:
    """What the framework asks of the first role that is usual at somebody's grade; None where it names none."""
    here = and_(PostingSpan.person_id == person_id, PostingSpan.ends_on == LAST_DAY)
    posted = select(Grade.code).join(Posting, Posting.grade_id == Grade.id)
    grade = db.session.scalar(posted.join(PostingSpan, PostingSpan.posting_id == Posting.id).where(here))
    if grade is None:
        return None
    rows = db.session.scalars(select(RoleLevel).order_by(RoleLevel.role_order)).all()
    role = next((row.role for row in rows if grade in row.grades.split("/")), None)
    return (
        None if role is None else Expected(role, {row.skill_code: row.level_order for row in rows if row.role == role})
    )


@lru_cache(maxsize=8)
def assessed(knowledge: Knowledge) -> CTE:
    """Each skill of each enrolment that was assessed at the start and at the end, from the day of the end assessment.

    Columns: rating_id (of the end), person_id, journey_id, skill_code, start_level, end_level, starts_on, ends_on. Of
    several ratings of one moment the one recorded last counts; one that was taken back counts as none.
    """
    start, end = _last(knowledge, Moment.START), _last(knowledge, Moment.END)
    both = and_(start.c.journey_id == end.c.journey_id, start.c.skill_code == end.c.skill_code)
    found = select(
        end.c.id.label("rating_id"),
        Journey.person_id,
        end.c.journey_id,
        end.c.skill_code,
        start.c.level.label("start_level"),
        end.c.level.label("end_level"),
        end.c.assessed_on.label("starts_on"),
        func.coalesce(LAST_DAY, end.c.assessed_on).label("ends_on"),
    )
    found = found.join_from(end, start, both).join(Journey, Journey.id == end.c.journey_id)
    if knowledge.people is not None:
        found = found.where(Journey.person_id.in_(knowledge.people))
    return found.cte()


def _last(knowledge: Knowledge, moment: Moment) -> Any:
    """The assessor's rating of a moment that counts, of each enrolment and skill."""
    row, later = aliased(SkillRating), aliased(SkillRating)
    known = row.recorded_at <= knowledge.at if knowledge.at is not None else literal(True)
    last = (
        select(func.max(row.id))
        .where(row.rater == Rater.ASSESSOR, row.moment == moment, known)
        .group_by(row.journey_id, row.skill_code)
    )
    return select(later).where(later.id.in_(last), later.level.is_not(None)).subquery()


@dataclass(frozen=True)
class Distance:
    """How far people came in one skill, of those assessed in it at the start and at the end.

    `risen` counts the levels risen; a skill that fell or stayed counts as no rise.
    """

    skill: str
    assessed: int
    rose: int
    fell: int
    risen: int

    @property
    def average(self) -> float:
        """Levels risen for each of those assessed."""
        return self.risen / self.assessed


def distances(programme: str = "", cohort: str = "") -> list[Distance]:
    """How far people came in each skill, by its name; of one programme or one cohort where its code is given."""
    pair = assessed(NOW)
    rise = pair.c.end_level - pair.c.start_level
    names = select(CapabilitySkill.skill_code, CapabilitySkill.skill).distinct().subquery()
    found = _of(
        select(
            names.c.skill,
            func.count(),
            func.sum(case((rise > 0, 1), else_=0)),
            func.sum(case((rise < 0, 1), else_=0)),
            func.sum(case((rise > 0, rise), else_=0)),
        ).join_from(pair, names, names.c.skill_code == pair.c.skill_code),
        pair,
        programme,
        cohort,
    )
    return [Distance(*row) for row in db.session.execute(found.group_by(names.c.skill).order_by(names.c.skill))]


def people_assessed(programme: str = "", cohort: str = "") -> tuple[int, int]:
    """How many people were assessed at the start and at the end, and how many of them rose in some skill."""
    pair = assessed(NOW)
    rose = func.count(func.distinct(case((pair.c.end_level > pair.c.start_level, pair.c.person_id))))
    read: Select[Any] = select(func.count(func.distinct(pair.c.person_id)), rose)  # type: ignore[assignment]
    found = _of(read, pair, programme, cohort)
    everybody, risen = db.session.execute(found).one()
    return everybody, risen


def _of(read: Select[Any], pair: Any, programme: str, cohort: str) -> Select[Any]:
    if not (programme or cohort):
        return read.select_from(pair)
    read = read.join(Enrolment, Enrolment.journey_id == pair.c.journey_id).join(
        Cohort, Cohort.id == Enrolment.cohort_id
    )
    if cohort:
        read = read.where(Cohort.code == cohort)
    if programme:
        read = read.join(Programme, Programme.id == Cohort.programme_id).where(Programme.code == programme)
    return read
