"""Which records differ between two (as at, known at), and what happened to them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import CTE, ColumnElement, Select, and_, case, func, literal_column, not_, select, true, union_all

from tracker.core.db import db, reading_everything
from tracker.core.metric import Knowledge, Metric
from tracker.ledger.models import Event, EventKind, Journey
from tracker.ledger.queries import stage_spans
from tracker.progress.figures import ALL, Scope
from tracker.progress.models import ScopeKind
from tracker.progress.registry import VACANCY_STRAND
from tracker.progress.structure import Structure

End = tuple[date, datetime | None]
"""A day, and the instant as known at which; None for now."""
Run = tuple[date, date]
"""Days on which a record counts without a gap, wherever it counts: from the first up to, not including, the second."""


@dataclass(frozen=True)
class Changed:
    """A record that does not count alike at the opening, the opening as known at the close, and the closing.

    `was_known`, `is_known`, `is_counted`: whether it counts in the scope at each of the three. `was_elsewhere` and
    `is_elsewhere`: whether it counts outside the scope at the second and the third. `counted_before`: it counted by the
    opening day, and came back. `stage`: the stage entered on the day it came or went, where there was one;
    `is_extension`: that was only a new promise.
    """

    record_id: int
    journey_id: int
    was_known: bool
    is_known: bool
    is_counted: bool
    was_elsewhere: bool
    is_elsewhere: bool
    counted_before: bool = False
    stage: str | None = None
    is_extension: bool = False


def count_on(metric: Metric, structure: Structure, scope: Scope, end: End) -> int:
    """The figure itself, counted alone."""
    span = _holding(metric, end).subquery()
    query = select(func.count(span.c.record_id.distinct())).where(_inside(span.c.organisation_id, structure, scope))
    return db.session.scalar(query) or 0


def changed_records(metric: Metric, structure: Structure, scope: Scope, ends: Sequence[End]) -> list[Changed]:
    """The records that do not count alike at three ends: opening, opening as known at the close, closing."""
    with reading_everything():
        return _changed_records(metric, structure, scope, ends)


def _changed_records(metric: Metric, structure: Structure, scope: Scope, ends: Sequence[End]) -> list[Changed]:
    changed = _changed(metric, structure, scope, ends)
    rows = [
        Changed(record, journey, bool(was), bool(known), bool(counted), bool(elsewhere), bool(moved))
        for record, journey, was, known, counted, elsewhere, moved in db.session.execute(select(changed))
    ]
    if not any(one.is_known != one.is_counted for one in rows):
        return rows
    journeys: Select[Any] = select(changed.c.journey_id)
    people: Select[Any] = select(func.coalesce(Journey.person_id, 0)).where(Journey.id.in_(journeys))
    knowledge = Knowledge(ends[2][1], people)
    where = (structure, scope) if metric.shared is not None else (structure, ALL)
    # A vacancy is nobody's: its stages are asked for by the journey.
    nobodys = metric.strand == VACANCY_STRAND
    told = Knowledge(ends[2][1], journeys=journeys) if nobodys else knowledge
    runs, entered = _runs(metric, knowledge, *where), _entered(told, ends[1][0], ends[2][0])
    return [_explained(metric, one, runs[one.record_id], entered, ends) for one in rows]


def _holding(metric: Metric, end: End) -> Select[Any]:
    """The records that count at an end, over all government."""
    as_at, known_at = end
    span = metric.numerator(Knowledge(known_at, None, as_at)).subquery()
    return select(span.c.record_id, span.c.journey_id, span.c.organisation_id).where(
        span.c.starts_on <= as_at, as_at < span.c.ends_on
    )


def _inside(organisation_id: ColumnElement[int], structure: Structure, scope: Scope) -> ColumnElement[bool]:
    return true() if scope.kind is ScopeKind.ALL else organisation_id.in_(sorted(structure.members(scope)))


def _changed(metric: Metric, structure: Structure, scope: Scope, ends: Sequence[End]) -> CTE:
    sides = []
    for number, end in enumerate(ends):
        held = _holding(metric, end).subquery()
        sides.append(select(literal_column(str(number)).label("side"), *held.c))
    row = union_all(*sides).subquery()
    inside = _inside(row.c.organisation_id, structure, scope)

    def at(number: int, where: ColumnElement[bool]) -> ColumnElement[int]:
        return func.max(case((and_(row.c.side == number, where), 1), else_=0))

    def journey(number: int) -> ColumnElement[int]:
        return func.max(case((and_(row.c.side == number, inside), row.c.journey_id)))

    counts = [at(number, inside) for number in range(3)]
    return (
        select(
            row.c.record_id,
            func.coalesce(journey(2), journey(1), journey(0)).label("journey_id"),
            *(count.label(f"counts_{number}") for number, count in enumerate(counts)),
            at(1, not_(inside)).label("was_elsewhere"),
            at(2, not_(inside)).label("is_elsewhere"),
        )
        .group_by(row.c.record_id)
        .having(not_(and_(counts[0] == counts[1], counts[1] == counts[2])))
        .cte()
    )


def _runs(
    metric: Metric, knowledge: Knowledge, structure: Structure, scope: Scope
) -> Mapping[int, list[tuple[Run, int]]]:
    """For each record its runs in a scope in order of days, each with the journey its last part rests on."""
    span = metric.numerator(knowledge).subquery()
    query = select(span.c.record_id, span.c.starts_on, span.c.ends_on, span.c.journey_id)
    query = query.where(_inside(span.c.organisation_id, structure, scope))
    runs: dict[int, list[tuple[Run, int]]] = {}
    for record_id, starts_on, ends_on, journey_id in db.session.execute(
        query.where(span.c.starts_on < span.c.ends_on).order_by(span.c.record_id, span.c.starts_on)
    ):
        lived = runs.setdefault(record_id, [])
        if lived and lived[-1][0][1] >= starts_on:
            before = lived.pop()[0]
            starts_on, ends_on = before[0], max(before[1], ends_on)
        lived.append(((starts_on, ends_on), journey_id))
    return runs


Entered = Mapping[tuple[str, int, date], tuple[str, bool]]
"""The last stage entered on a day, by a journey or by a person, and whether that was only a new promise."""


def _entered(knowledge: Knowledge, after: date, until: date) -> Entered:
    span = stage_spans(knowledge).subquery()
    query = (
        select(span.c.journey_id, span.c.person_id, span.c.starts_on, span.c.stage, Event.kind)
        .join(Event, Event.id == span.c.event_id)
        .where(span.c.starts_on > after, span.c.starts_on <= until)
        .order_by(span.c.starts_on, span.c.event_id)
    )
    entered: dict[tuple[str, int, date], tuple[str, bool]] = {}
    for journey_id, person_id, day, stage, kind in db.session.execute(query):
        what = (stage, kind is EventKind.EXTENDED)
        entered["journey", journey_id, day] = what
        if person_id is not None:
            entered["person", person_id, day] = what
    return entered


def _explained(
    metric: Metric, one: Changed, lived: list[tuple[Run, int]], entered: Entered, ends: Sequence[End]
) -> Changed:
    """The record with what brought it or took it away between the opening and the closing day."""
    opened_on, closed_on = ends[1][0], ends[2][0]
    if one.is_known == one.is_counted or (one.is_elsewhere and not one.was_elsewhere):
        return one
    if one.is_counted:
        day, journey_id = next((run[0], journey) for run, journey in lived if run[0] <= closed_on < run[1])
    else:
        day, journey_id = max((run[1], journey) for run, journey in lived if run[1] <= closed_on)
    of_person = entered.get(("person", one.record_id, day)) if metric.record == "person" else None
    stage, is_extension = entered.get(("journey", journey_id, day)) or of_person or (None, False)
    before = any(run[0] <= opened_on and run[1] <= day for run, _ in lived)
    return replace(one, counted_before=before and one.is_counted, stage=stage, is_extension=is_extension)
