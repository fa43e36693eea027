"""Two records side by side: what each says, and where both have the same."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import aliased, joinedload

from tracker.core.db import db
from tracker.people.identity.models import DuplicatePair
from tracker.people.models import Person, PostingSpan
from tracker.training.models import Cohort, EnrolmentKey


@dataclass(frozen=True)
class Clash:
    """A cohort on which both of two people have an enrolment: the journeys of the first and of the second."""

    cohort: str
    first: int
    second: int

    def of(self, is_first: bool) -> tuple[int, int]:
        """The journey that stands for both, and the one that is set aside."""
        return (self.first, self.second) if is_first else (self.second, self.first)


def clashes(first: Person, second: Person) -> list[Clash]:
    """The cohorts on which both have an enrolment, by code."""
    mine, other = aliased(EnrolmentKey), aliased(EnrolmentKey)
    rows = db.session.execute(
        select(Cohort.code, mine.journey_id, other.journey_id)
        .join_from(mine, other, other.cohort_id == mine.cohort_id)
        .join(Cohort, Cohort.id == mine.cohort_id)
        .where(mine.person_id == first.id, other.person_id == second.id)
        .order_by(Cohort.code)
    )
    return [Clash(*row) for row in rows]


def open_pairs(*, decided: bool) -> Select[Any]:
    """Pairs of people who are both there: those nobody has decided on, or those said to be two people."""
    low, high = aliased(Person), aliased(Person)
    said = DuplicatePair.decided_at.is_not(None) if decided else DuplicatePair.decided_at.is_(None)
    return (
        select(DuplicatePair)
        .join(low, low.id == DuplicatePair.low_id)
        .join(high, high.id == DuplicatePair.high_id)
        .where(low.removed_at.is_(None), high.removed_at.is_(None), said)
    )


def pair(ref: str) -> DuplicatePair | None:
    """The pair with a reference, decided or not, as long as it is of two records."""
    every = (open_pairs(decided=False), open_pairs(decided=True))
    found = (db.session.scalar(read.where(DuplicatePair.ref == ref).options(*_NAMED)) for read in every)
    return next(filter(None, found), None)


def pair_of(low_id: int, high_id: int) -> DuplicatePair | None:
    """The pair of two people."""
    mine = (DuplicatePair.low_id == low_id, DuplicatePair.high_id == high_id)
    return db.session.scalar(select(DuplicatePair).where(*mine))


_NAMED = (
    joinedload(DuplicatePair.low).joinedload(Person.current).joinedload(PostingSpan.organisation),
    joinedload(DuplicatePair.high).joinedload(Person.current).joinedload(PostingSpan.organisation),
    joinedload(DuplicatePair.decided_by),
)


def count_pairs(*, decided: bool) -> int:
    """How many pairs wait, or were said to be two people."""
    return db.session.scalar(select(func.count()).select_from(open_pairs(decided=decided).subquery())) or 0


def pairs(limit: int, offset: int, *, decided: bool) -> Sequence[DuplicatePair]:
    """Some of the pairs, those that are most alike first."""
    read = open_pairs(decided=decided).order_by(DuplicatePair.weight.desc(), DuplicatePair.id)
    return db.session.scalars(read.limit(limit).offset(offset).options(*_NAMED)).all()


def cohorts_of(person: Person) -> list[str]:
    """The codes of the cohorts somebody is or was on."""
    mine = select(EnrolmentKey.cohort_id).where(EnrolmentKey.person_id == person.id)
    return list(db.session.scalars(select(Cohort.code).where(Cohort.id.in_(mine)).order_by(Cohort.code)))
