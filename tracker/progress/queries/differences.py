"""What changes in the counts since a compile, from the people who were touched since, and from one day to another."""

from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Any, cast

from sqlalchemy import (
    CTE,
    CompoundSelect,
    Date,
    Integer,
    Select,
    and_,
    bindparam,
    func,
    literal_column,
    or_,
    select,
    union_all,
)

from tracker.core.db import UtcDateTime, db
from tracker.core.metric import Knowledge
from tracker.ledger.models import Journey, StageSpan
from tracker.people.models import PostingSpan
from tracker.progress.queries.basis import Mark, people_touched
from tracker.progress.queries.counting import Change, branches
from tracker.progress.registry import CHANGED_BY_THE_CALENDAR, Part, apart
from tracker.quality.models import Finding
from tracker.training.models import SkillRating

BEFORE, NOW, EVENT, POSTING, FIRST, LAST = "before", "now", "event", "posting", "first", "last"
Key = tuple[int, Any, float | None]
"""Part, organisation (or, of a shared part, several as text) and value."""


def changed_since(
    base: Mark, instant: datetime, days: Sequence[date], parts: Sequence[Part]
) -> dict[date, list[Change]]:
    """What is counted otherwise on some days, as known at an instant, than it was as known at a mark.

    The old spans of everybody touched since are taken away and the new ones added; those that are the same cancel.

    :param days: in order.
    """
    asked = {BEFORE: base.instant, NOW: instant, EVENT: base.last_event_id, POSTING: base.last_posting_id}
    found: dict[date, dict[Key, int]] = {}
    for part, organisation_id, value, starts_on, ends_on, times in _every(_changed_statement, parts, asked):
        for day in days[bisect_left(days, starts_on) : bisect_left(days, ends_on)]:
            counts = found.setdefault(day, {})
            counts[part, organisation_id, value] = counts.get((part, organisation_id, value), 0) + times
    return {day: _changes(counts) for day, counts in found.items()}


def changed_between(first: date, last: date, instant: datetime, parts: Sequence[Part]) -> list[Change]:
    """What is counted otherwise on the later of two days than on the earlier, as known at an instant."""
    asked = {NOW: instant, FIRST: first, LAST: last}
    counts: dict[Key, int] = {}
    for part, organisation_id, value, starts_on, times in _every(_between_statement, parts, asked):
        sign = 1 if first < starts_on <= last else -1
        counts[part, organisation_id, value] = counts.get((part, organisation_id, value), 0) + sign * times
    return _changes(counts)


def _every(
    statement: Callable[[tuple[Part, ...]], Select[Any]], parts: Sequence[Part], asked: Mapping[str, Any]
) -> Iterator[Any]:
    for group in apart(parts):
        yield from db.session.execute(statement(group), asked)


def _changes(counts: Mapping[Key, int]) -> list[Change]:
    return [(*key, times) for key, times in counts.items() if times]


def _known(name: str, people: CTE) -> Knowledge:
    at = cast(datetime, bindparam(name, type_=UtcDateTime()))
    return Knowledge(at, select(people.c.person_id))


@lru_cache(maxsize=4)
def _changed_statement(parts: tuple[Part, ...]) -> Select[Any]:
    mark = Mark(
        cast(datetime, bindparam(BEFORE, type_=UtcDateTime())),
        cast(int, bindparam(EVENT, type_=Integer())),
        cast(int, bindparam(POSTING, type_=Integer())),
        "",
    )
    people = people_touched(mark).cte()
    sides = [(_known(BEFORE, people), "-1"), (_known(NOW, people), "1")]
    signed = [
        branch.add_columns(literal_column(sign).label("times"))
        for knowledge, sign in sides
        for branch, _ in branches(parts, knowledge, together=True)
    ]
    row = union_all(*signed).subquery()
    same = (row.c.part, row.c.organisation_id, row.c.value, row.c.starts_on, row.c.ends_on)
    times = func.sum(row.c.times)
    return select(*same, times).group_by(*same).having(times != 0)


@lru_cache(maxsize=4)
def _between_statement(parts: tuple[Part, ...]) -> Select[Any]:
    """The spans that begin or end between two days: told apart by the day they begin."""
    first, last = bindparam(FIRST, type_=Date()), bindparam(LAST, type_=Date())
    people = people_on_the_move(first, last).cte()
    row = union_all(*(branch for branch, _ in branches(parts, _known(NOW, people), together=True))).subquery()
    begins = and_(row.c.starts_on > first, row.c.starts_on <= last, row.c.ends_on > last)
    ends = and_(row.c.starts_on <= first, row.c.ends_on > first, row.c.ends_on <= last)
    same = (row.c.part, row.c.organisation_id, row.c.value, row.c.starts_on)
    return select(*same, func.count()).where(or_(begins, ends)).group_by(*same)


def people_on_the_move(first: Any, last: Any) -> CompoundSelect[Any]:
    """Everybody for whom anything begins between two days as known now: a stage, a posting, a promise that ran out, a
    finding; or whom the calendar alone may have moved."""
    stage = select(StageSpan.person_id).where(StageSpan.starts_on > first, StageSpan.starts_on <= last)
    promise = select(StageSpan.person_id).where(StageSpan.promised_on >= first, StageSpan.promised_on < last)
    posting = select(PostingSpan.person_id).where(PostingSpan.starts_on > first, PostingSpan.starts_on <= last)
    found = select(Finding.person_id).where(
        Finding.person_id.is_not(None),
        or_(
            and_(Finding.opened_on > first, Finding.opened_on <= last),
            and_(Finding.closed_on > first, Finding.closed_on <= last),
        ),
    )
    rated = select(Journey.person_id).join(SkillRating, SkillRating.journey_id == Journey.id)
    rated = rated.where(SkillRating.assessed_on > first, SkillRating.assessed_on <= last)
    return stage.union(promise, posting, found, rated, *(people() for people in CHANGED_BY_THE_CALENDAR))
