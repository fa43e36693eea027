"""Counting the spans of all figures in one statement: on one day, or at every month end of many years.

Each figure is a set of counting spans (`core.metric.Spans`). On one day those that hold it are counted. Over many month
ends each span adds one at the first that it holds and takes one away at the first that it holds no longer, so a month
costs no query of its own.
"""

from collections.abc import Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Any, cast

from sqlalchemy import (
    CTE,
    ColumnElement,
    CompoundSelect,
    Date,
    Float,
    Integer,
    Select,
    bindparam,
    case,
    func,
    literal_column,
    null,
    select,
    type_coerce,
    union_all,
)
from sqlalchemy import cast as sql_cast

from tracker.core import clock
from tracker.core.db import UtcDateTime, db, is_sqlite, reading_everything
from tracker.core.metric import Knowledge, OneOf
from tracker.core.sql import month_number
from tracker.progress.registry import Part, apart

Change = tuple[int, Any, float | None, int]
"""Part, organisation (or, of a shared part, several as text), value (for medians and sums), and how many spans more or
less."""


def asked(knowledge: Knowledge) -> Knowledge:
    """The same question with its instant and its day left open, so that one statement serves every answer."""
    at = None if knowledge.at is None else cast(datetime, bindparam(KNOWN_AT, type_=UtcDateTime()))
    on = None if knowledge.on is None else cast(date, bindparam(DAY, type_=Date(), literal_execute=True))
    return Knowledge(at, None, on)


KNOWN_AT, DAY, LOW, HIGH = "known_at", "day", "low", "high"


def branches(parts: Sequence[Part], knowledge: Knowledge, *, together: bool) -> list[tuple[Select[Any], bool]]:
    """The counting spans of parts, in columns that all have, each select with whether its values matter.

    :param together: those that are sorts of one thing in one select.
    """
    alone, sorts = [], dict[Any, list[tuple[OneOf, Part]]]()
    for part in parts:
        if together and isinstance(part.spans, OneOf):
            sorts.setdefault(part.spans.together, []).append((part.spans, part))
        else:
            span = part.spans(knowledge).subquery()
            has_values = part.is_spread or part.is_summed
            alone.append((_in_columns(span, literal_column(str(part.number)), has_values=has_values), has_values))
    for work_out, wanted in sorts.items():
        span = work_out(knowledge, [one.sort for one, _ in wanted]).subquery()
        number = case(*((span.c.sort == one.sort, literal_column(str(part.number))) for one, part in wanted))
        alone.append((_in_columns(span, number, has_values=False), False))
    return alone


def _in_columns(span: Any, number: ColumnElement[Any], *, has_values: bool) -> Select[Any]:
    value = sql_cast(span.c.value if has_values else null(), Float)
    columns = (span.c.organisation_id, span.c.starts_on, span.c.ends_on)
    return select(type_coerce(number, Integer).label("part"), *columns, value.label("value"))


def spread_once(select: Select[Any]) -> CTE:
    """A select as a table that SQLite fills before it groups: it would else look everything up in the order of
    groups."""
    return select.cte().prefix_with("MATERIALIZED", dialect="sqlite")


@lru_cache(maxsize=32)
def _day_statement(parts: tuple[Part, ...], is_known: bool) -> CompoundSelect[Any]:
    knowledge = asked(Knowledge(clock.now() if is_known else None, None, date.min))
    day = bindparam(DAY, type_=Date(), literal_execute=True)
    counted = []
    for branch, is_spread in branches(parts, knowledge, together=True):
        span = branch.subquery()
        told = (span.c.part, span.c.organisation_id, *([span.c.value] if is_spread else []))
        held = spread_once(select(*told).where(span.c.starts_on <= day, day < span.c.ends_on))
        group = tuple(held.c)
        value = held.c.value if is_spread else sql_cast(null(), Float)
        counted.append(select(held.c.part, held.c.organisation_id, value, func.count()).group_by(*group))
    return union_all(*counted)


def counted_on(day: date, parts: Sequence[Part], knowledge: Knowledge) -> list[Change]:
    """How many spans of each part hold a day, in each organisation (and for medians of each value)."""
    statements = [_day_statement(group, knowledge.at is not None) for group in apart(parts)]
    asked_for = {DAY: day, **_known(knowledge)}
    with reading_everything():
        return [(*row,) for statement in statements for row in db.session.execute(statement, asked_for)]


def _known(knowledge: Knowledge) -> dict[str, Any]:
    return {} if knowledge.at is None else {KNOWN_AT: knowledge.at}


@lru_cache(maxsize=8)
def _month_statement(parts: tuple[Part, ...], is_known: bool, together: bool) -> Select[Any]:
    knowledge = asked(Knowledge(clock.now() if is_known else None))
    span = union_all(*(branch for branch, _ in branches(parts, knowledge, together=together))).subquery()
    columns = (span.c.part, span.c.organisation_id, span.c.value)
    months = (month_number(span.c.starts_on).label("starts"), month_number(span.c.ends_on).label("ends"))
    held = spread_once(select(*columns, *months))
    seen = (held.c.starts < held.c.ends, held.c.starts <= bindparam(HIGH), held.c.ends > bindparam(LOW))
    return select(held, func.count()).where(*seen).group_by(*held.c)


def counted_by_month(first: date, last: date, parts: Sequence[Part], knowledge: Knowledge) -> dict[int, list[Change]]:
    """What is added and taken away from one month end to the next, by month number, from `first` to `last`.

    What began before `first` is added in its month. Months in which nothing changes are left out.
    """
    low, high = number_of(first), number_of(last)
    # PostgreSQL reads the spans once for all stages; SQLite reads each stage from the index, in the order it needs.
    is_known, together = knowledge.at is not None, not is_sqlite()
    statements = [_month_statement(group, is_known, together=together) for group in apart(parts)]
    months: dict[int, dict[tuple[int, Any, float | None], int]] = {}
    asked_for = {LOW: low, HIGH: high, **_known(knowledge)}
    with reading_everything():
        rows = [row for statement in statements for row in db.session.execute(statement, asked_for)]
    for row in rows:
        part, organisation_id, value, starts, ends, times = row
        key = (part, organisation_id, value)
        begun = months.setdefault(max(starts, low), {})
        begun[key] = begun.get(key, 0) + times
        if ends <= high:
            ended = months.setdefault(ends, {})
            ended[key] = ended.get(key, 0) - times
    return {number: [(*key, times) for key, times in changes.items() if times] for number, changes in months.items()}


def number_of(day: date) -> int:
    """The number of a day's month, as `core.db.month_number` counts them."""
    return day.year * 12 + day.month
