"""Two records side by side: what each says, and where both have the same."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import aliased, joinedload

from tracker.core.db import db
from tracker.people.identity.models import DuplicatePair
from tracker.people.models import Person, Posting, PostingSpan
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


def _pairs() -> Select[Any]:
    """Pairs of people who are both there."""
    low, high = aliased(Person), aliased(Person)
    return (
        select(DuplicatePair)
        .join(low, low.id == DuplicatePair.low_id)
        .join(high, high.id == DuplicatePair.high_id)
        .where(low.removed_at.is_(None), high.removed_at.is_(None))
    )


def open_pairs(*, decided: bool) -> Select[Any]:
    """Pairs nobody has decided on, or those said to be two people."""
    return _pairs().where(DuplicatePair.decided_at.is_not(None) if decided else DuplicatePair.decided_at.is_(None))


def pair(ref: str) -> DuplicatePair | None:
    """The pair with a reference, decided or not, as long as it is of two records."""
    sides = (DuplicatePair.low, DuplicatePair.high)
    whole = [joinedload(side).joinedload(Person.current).joinedload(PostingSpan.posting) for side in sides]
    facts = (Posting.organisation, Posting.grade, Posting.profession, Posting.region)
    read = _pairs().where(DuplicatePair.ref == ref)
    found: DuplicatePair | None = db.session.scalar(
        read.options(*(posted.joinedload(fact) for posted in whole for fact in facts))
    )
    return found


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


def cohorts_of(people: Sequence[Person]) -> dict[int, list[str]]:
    """The codes of the cohorts each of some people is or was on, by person."""
    found: dict[int, list[str]] = {person.id: [] for person in people}
    codes = select(EnrolmentKey.person_id, Cohort.code).join(Cohort, Cohort.id == EnrolmentKey.cohort_id)
    for person_id, code in db.session.execute(codes.where(EnrolmentKey.person_id.in_(found)).order_by(Cohort.code)):
        found[person_id].append(code)
    return found
