"""Counting the spans of all figures in one statement: on one day, or at every month end of many years.

Each figure is a set of counting spans (`core.metric.Spans`). On one day those that hold it are counted. Over many month
ends each span adds one at the first that it holds and takes one away at the first that it holds no longer, so a month
costs no query of its own.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any

from sqlalchemy import CTE, Float, Select, cast, func, literal_column, null, select, union_all

from tracker.core.db import db, month_number
from tracker.core.metric import Knowledge
from tracker.progress.registry import Part

Change = tuple[int, int, float | None, int]
"""Part, organisation, value (for medians), and how many spans more or less."""


def spans_of(parts: Sequence[Part], knowledge: Knowledge) -> CTE:
    """The counting spans of all parts: part, organisation_id, starts_on, ends_on, value, record_id, journey_id."""
    return union_all(*(_numbered(part, knowledge) for part in parts)).cte()


def _numbered(part: Part, knowledge: Knowledge) -> Select[Any]:
    span = part.spans(knowledge).subquery()
    value = cast(span.c.value, Float) if part.is_spread else cast(null(), Float)
    return select(
        literal_column(str(part.number)).label("part"),
        span.c.organisation_id,
        span.c.starts_on,
        span.c.ends_on,
        value.label("value"),
    )


def counted_on(day: date, parts: Sequence[Part], knowledge: Knowledge) -> Iterator[Change]:
    """How many spans of each part hold a day, in each organisation (and for medians of each value)."""
    narrowed = Knowledge(knowledge.at, knowledge.people, day)
    counted = []
    for part in parts:
        span = part.spans(narrowed).subquery()
        value = cast(span.c.value, Float) if part.is_spread else cast(null(), Float)
        group = (span.c.organisation_id, span.c.value) if part.is_spread else (span.c.organisation_id,)
        counted.append(
            select(
                literal_column(str(part.number)).label("part"),
                span.c.organisation_id,
                value.label("value"),
                func.count().label("times"),
            )
            .where(span.c.starts_on <= day, day < span.c.ends_on)
            .group_by(*group)
        )
    yield from (tuple(row) for row in db.session.execute(union_all(*counted)))


def counted_by_month(
    first: date, last: date, parts: Sequence[Part], knowledge: Knowledge
) -> Iterator[tuple[int, Iterable[Change]]]:
    """What is added and taken away from one month end to the next, by month number, from `first` to `last`.

    What began before `first` is added in its month. Months in which nothing changes are left out.
    """
    low, high = number_of(first), number_of(last)
    span = spans_of(parts, knowledge)
    held = select(
        span.c.part,
        span.c.organisation_id,
        span.c.value,
        month_number(span.c.starts_on).label("starts"),
        month_number(span.c.ends_on).label("ends"),
    ).cte()
    seen = (held.c.starts < held.c.ends, held.c.starts <= high, held.c.ends > low)
    groups = (held.c.part, held.c.organisation_id, held.c.value, held.c.starts, held.c.ends)
    query = select(*groups, func.count().label("times")).where(*seen).group_by(*groups)
    months: dict[int, dict[tuple[int, int, float | None], int]] = {}
    for part, organisation_id, value, starts, ends, times in db.session.execute(query):
        key = (part, organisation_id, value)
        begun = months.setdefault(max(starts, low), {})
        begun[key] = begun.get(key, 0) + times
        if ends <= high:
            ended = months.setdefault(ends, {})
            ended[key] = ended.get(key, 0) - times
    for number in sorted(months):
        yield number, [(*key, times) for key, times in months[number].items() if times]


def number_of(day: date) -> int:
    """The number of a day's month, as `core.db.month_number` counts them."""
    return day.year * 12 + day.month
