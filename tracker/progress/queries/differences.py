"""What changes in the counts since a compile, from the people who were touched since, and from one day to another.

Whose spans are read is found first, and sent as a list: every one of some thirty sets of spans asks for it, and where a
database works it out anew for each, that takes longer than the spans.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Any, cast

from sqlalchemy import (
    Date,
    Select,
    String,
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
from tracker.core.sql import list_text, listed
from tracker.ledger.models import Journey, StageSpan, Strand
from tracker.people.models import PostingSpan
from tracker.progress.queries.basis import ids_of
from tracker.progress.queries.counting import Change, branches
from tracker.progress.registry import CHANGED_BY_THE_CALENDAR, Part, apart
from tracker.quality.models import Finding
from tracker.training.models import SkillRating

BEFORE, AFTER, PEOPLE, FIRST, LAST = "before", "after", "people", "first", "last"
Key = tuple[int, Any, float | None]
"""Part, organisation (or, of a shared part, several as text) and value."""


def changed_since(
    touched: set[int], before: datetime, after: datetime | None, days: Sequence[date], parts: Sequence[Part]
) -> dict[date, list[Change]]:
    """What is counted otherwise on some days, as known at a later instant, than it was as known at an earlier one.

    The old spans of everybody touched since are taken away and the new ones added; those that are the same cancel.

    :param touched: everybody of whom something was recorded or taken back in between.
    :param after: the later instant; None for now.
    :param days: in order.
    """
    asked = {BEFORE: before, AFTER: after}
    found: dict[date, dict[Key, int]] = {}
    for part, organisation_id, value, starts_on, ends_on, times in _every(_changed_statement, parts, touched, asked):
        for day in days[bisect_left(days, starts_on) : bisect_left(days, ends_on)]:
            counts = found.setdefault(day, {})
            counts[part, organisation_id, value] = counts.get((part, organisation_id, value), 0) + times
    return {day: _changes(counts) for day, counts in found.items()}


def changed_between(first: date, last: date, instant: datetime | None, parts: Sequence[Part]) -> list[Change]:
    """What is counted otherwise on the later of two days than on the earlier, as known at an instant; None for now."""
    asked, people = {AFTER: instant, FIRST: first, LAST: last}, people_on_the_move(first, last)
    counts: dict[Key, int] = {}
    for part, organisation_id, value, starts_on, times in _every(_between_statement, parts, people, asked):
        sign = 1 if first < starts_on <= last else -1
        counts[part, organisation_id, value] = counts.get((part, organisation_id, value), 0) + sign * times
    return _changes(counts)


def _every(
    statement: Callable[[tuple[Part, ...], bool], Select[Any]],
    parts: Sequence[Part],
    people: set[int],
    asked: Mapping[str, Any],
) -> Iterator[Any]:
    """The rows of a statement for every group of parts, each about those people alone whom it may count."""
    fellows = people & ids_of(FELLOWS)
    for are_of_fellows, those in ((False, people), (True, fellows)):
        some = [part for part in parts if (part.metric.strand == Strand.FELLOWSHIPS) is are_of_fellows]
        for group in apart(some) if those or not are_of_fellows else ():
            wanted = {**asked, PEOPLE: list_text(those)}
            yield from db.session.execute(statement(group, asked[AFTER] is not None), wanted).all()


FELLOWS = select(Journey.person_id).where(Journey.strand == Strand.FELLOWSHIPS)
"""The few whom the dearest figures count."""


def _changes(counts: Mapping[Key, int]) -> list[Change]:
    return [(*key, times) for key, times in counts.items() if times]


def _known(name: str | None) -> Knowledge:
    """Some people, as known at an instant or now."""
    at = None if name is None else cast(datetime, bindparam(name, type_=UtcDateTime()))
    return Knowledge(at, listed(bindparam(PEOPLE, type_=String())))


@lru_cache(maxsize=8)
def _changed_statement(parts: tuple[Part, ...], is_past: bool) -> Select[Any]:
    sides = [(_known(BEFORE), "-1"), (_known(AFTER if is_past else None), "1")]
    signed = [
        branch.add_columns(literal_column(sign).label("times"))
        for knowledge, sign in sides
        for branch, _ in branches(parts, knowledge, together=True)
    ]
    row = union_all(*signed).subquery()
    same = (row.c.part, row.c.organisation_id, row.c.value, row.c.starts_on, row.c.ends_on)
    times = func.sum(row.c.times)
    return select(*same, times).group_by(*same).having(times != 0)


@lru_cache(maxsize=8)
def _between_statement(parts: tuple[Part, ...], is_past: bool) -> Select[Any]:
    """The spans that begin or end between two days: told apart by the day they begin."""
    first, last = bindparam(FIRST, type_=Date()), bindparam(LAST, type_=Date())
    known = _known(AFTER if is_past else None)
    row = union_all(*(branch for branch, _ in branches(parts, known, together=True))).subquery()
    begins = and_(row.c.starts_on > first, row.c.starts_on <= last, row.c.ends_on > last)
    ends = and_(row.c.starts_on <= first, row.c.ends_on > first, row.c.ends_on <= last)
    same = (row.c.part, row.c.organisation_id, row.c.value, row.c.starts_on)
    return select(*same, func.count()).where(or_(begins, ends)).group_by(*same)


def people_on_the_move(first: date, last: date) -> set[int]:
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
    return ids_of(stage, promise, posting, found, rated, *(people() for people in CHANGED_BY_THE_CALENDAR))
