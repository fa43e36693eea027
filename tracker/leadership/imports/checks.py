"""What files of vacancies and of candidates have in common: doubled rows, and which rows can be put in order."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Select, Table, select
from sqlalchemy.orm import Session

from tracker.core.intake import Code, Intake, Problem
from tracker.people.models import Person


def rows_of(session: Session, table: Table, intake: Intake, *, only_valid: bool) -> list[Any]:
    """The rows of the file, in its order."""
    chosen = select(table).where(table.c.import_id == intake.import_id).order_by(table.c.row)
    return list(session.execute(chosen.where(table.c.is_valid) if only_valid else chosen))


def doubled(rows: Sequence[Any], *key: str) -> Iterator[Problem]:
    """One event twice in the file: both rows are in error, each naming the other (fine print A6, A11)."""
    places: dict[tuple[Any, ...], list[int]] = {}
    for row in rows:
        named = tuple(getattr(row, name) for name in key)
        if None not in named:
            places.setdefault(named, []).append(row.row)
    for named, same in places.items():
        for place in same if len(same) > 1 else ():
            others = ", ".join(str(other) for other in same if other != place)
            yield Problem(place, key[0], Code.DUPLICATE_ROW, named[0], f"Row {others} says the same: keep one")


def in_order(rows: Sequence[Any], *journey: str) -> list[Any]:
    """The rows of journeys all of whose rows have their place in the order; of rows that are doubled, the first."""
    unplaced, seen, kept = set(), set(), []
    for row in rows:
        if row.stage is None or row.effective_on is None:
            unplaced.add(tuple(getattr(row, name) for name in journey))
    for row in rows:
        named = tuple(getattr(row, name) for name in journey)
        key = (named, row.stage, row.effective_on)
        if None not in named and named not in unplaced and key not in seen:
            seen.add(key)
            kept.append(row)
    return kept


def nobody_touched(intake: Intake) -> Select[Any]:
    """Nobody: a vacancy is no person's journey, and whose a candidacy is stays out of every list of people."""
    return select(Person.id).where(Person.id < 0)
