"""Two records side by side: what each says, and where both have the same."""

from dataclasses import dataclass

from sqlalchemy import Row, select
from sqlalchemy.orm import aliased

from tracker.core.db import db
from tracker.ledger.models import Journey
from tracker.people.identity.models import MergeMove, PersonMerge
from tracker.people.models import Person
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


def stood_in_for(ref: str) -> str | None:
    """The reference of the enrolment that stands for one that was set aside by a merge; None for any other."""
    kept, row = aliased(Journey), MergeMove
    found: Row[str] | None = db.session.execute(
        select(kept.ref)
        .join_from(row, Journey, Journey.id == row.row_id)
        .join(kept, kept.id == row.stood_in_for_id)
        .join(PersonMerge, PersonMerge.id == row.merge_id)
        .where(row.table_name == "journey", Journey.ref == ref, PersonMerge.undone_at.is_(None))
        .order_by(row.merge_id.desc())
    ).first()
    return found[0] if found else None
