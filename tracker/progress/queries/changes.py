"""Which records differ between two (as at, known at), and what happened to them."""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date, datetime
from itertools import chain
from operator import attrgetter
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Date, bindparam, func, select, true

from tracker.core.db import db, reading_everything
from tracker.core.metric import Knowledge, Metric
from tracker.core.sql import listed
from tracker.ledger.models import Event, EventKind
from tracker.ledger.queries import stage_spans
from tracker.progress.figures import Scope
from tracker.progress.models import ScopeKind
from tracker.progress.queries.basis import are_other_rules_known_since, people_touched_since
from tracker.progress.queries.differences import people_on_the_move
from tracker.progress.queries.snapshots import compilation_of, compiled_figures
from tracker.progress.registry import VACANCY_STRAND
from tracker.progress.structure import Structure

End = tuple[date, datetime | None]
"""A day, and the instant as known at which; None for now."""
Run = tuple[date, date]
"""Days on which a record counts without a gap, wherever it counts: from the first up to, not including, the second."""


class Changed(NamedTuple):
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
    """The figure itself, counted alone, over everybody."""
    as_at, known_at = end
    on: Any = bindparam("on", as_at, type_=Date(), literal_execute=True)
    span = metric.numerator(Knowledge(known_at, None, on)).subquery()
    query = select(func.count(span.c.record_id.distinct())).where(span.c.starts_on <= on, on < span.c.ends_on)
    return db.session.scalar(query.where(_inside(span.c.organisation_id, structure, scope))) or 0


def compiled_count(metric: Metric, scope: Scope, end: End) -> int | None:
    """The figure as it was compiled for exactly that day and instant; None where it was not."""
    as_at, known_at = end
    compilation = compilation_of(as_at, known_at) if known_at else None
    figures = compiled_figures([compilation], [scope], [metric]) if compilation else []
    return figures[0].numerator if figures else None


def changed_records(metric: Metric, structure: Structure, scope: Scope, ends: Sequence[End]) -> list[Changed]:
    """The records that do not count alike at three ends: opening, opening as known at the close, closing.

    Only the spans of those are read for whom anything may differ, so that it takes as long as much happened in
    between, however many people there are.
    """
    with reading_everything():
        known = _known(metric, ends)
        lived = _spans(metric, known.at_close)
        before = lived if known.at_opening is known.at_close else _spans(metric, known.at_opening)
    inside = structure.members(scope)
    rows = _changed(before, lived, ends[0][0], ends[2][0], inside)
    if not any(one.is_known != one.is_counted for one in rows):
        return rows
    moved = {one.record_id for one in rows}
    runs = _runs({id: spans for id, spans in lived.items() if id in moved}, None if metric.shared is None else inside)
    entered = _entered(metric, known.at_close, rows, ends[1][0], ends[2][0])
    # Of whom nothing is known any more at the close, nothing happened in between.
    return [_explained(metric, one, runs.get(one.record_id, []), entered, ends) for one in rows]


@dataclass(frozen=True)
class _Asked:
    """What is asked of some people, or where there are none of everybody: a part of an answer."""

    at: datetime | None
    people: frozenset[int] | None = None
    on: date | None = None

    def knowledge(self, among: Set[int] | None = None) -> Knowledge:
        """As the ledger is asked it; of those people alone who are among some."""
        people = self.people if among is None or self.people is None else self.people & among
        return Knowledge(self.at, None if people is None else listed(people), self.on)


@dataclass(frozen=True)
class _Known:
    """What is asked for the opening, and for the two ends as known at the close, each in parts that are put
    together: one and the same list where both are known alike."""

    at_opening: Sequence[_Asked]
    at_close: Sequence[_Asked]


def _known(metric: Metric, ends: Sequence[End]) -> _Known:
    """Those for whom anything may differ. Of whom nothing was recorded since, what is kept as known now held then."""
    (opened_on, at_first), _, (closed_on, at_last) = ends
    instants = [at for at in (at_first, at_last) if at is not None]
    since = min(instants) if instants else None
    if metric.strand == VACANCY_STRAND or (since is not None and are_other_rules_known_since(since)):
        at_opening, at_close = [_Asked(at_first, on=opened_on)], [_Asked(at_last)]
        return _Known(at_close if at_first == at_last else at_opening, at_close)
    touched = frozenset(people_touched_since(since)) if since is not None else frozenset()
    as_ever = _Asked(None, frozenset(people_on_the_move(opened_on, closed_on)) - touched)
    at_close = [as_ever, _Asked(at_last, touched)] if touched else [as_ever]
    if not touched or at_first == at_last:
        return _Known(at_close, at_close)
    return _Known([as_ever, _Asked(at_first, touched, opened_on)], at_close)


def _inside(organisation_id: ColumnElement[int], structure: Structure, scope: Scope) -> ColumnElement[bool]:
    return true() if scope.kind is ScopeKind.ALL else organisation_id.in_(sorted(structure.members(scope)))


class _Span(NamedTuple):
    journey_id: int
    organisation_id: int
    starts_on: date
    ends_on: date


Lives = Mapping[int, Sequence[_Span]]
"""The spans of each record, in order of days."""


def _spans(metric: Metric, known: Sequence[_Asked]) -> Lives:
    lives: dict[int, list[_Span]] = {}
    for asked in known:
        span = metric.numerator(asked.knowledge()).subquery()
        columns = (span.c.record_id, span.c.journey_id, span.c.organisation_id, span.c.starts_on, span.c.ends_on)
        for record_id, *more in db.session.execute(select(*columns).where(span.c.starts_on < span.c.ends_on)).all():
            lives.setdefault(record_id, []).append(_Span._make(more))
    for spans in lives.values():
        if len(spans) > 1:
            spans.sort(key=attrgetter("starts_on"))
    return lives


def _changed(before: Lives, lived: Lives, opened_on: date, closed_on: date, inside: frozenset[int]) -> list[Changed]:
    """The records that do not count alike on the opening day as known then and as known at the close, and on the
    closing day."""
    rows: list[Changed] = []
    are_known_alike = before is lived
    for record_id in lived if are_known_alike else dict.fromkeys(chain(before, lived)):
        spans = lived.get(record_id, ())
        known = [one for one in spans if one.starts_on <= opened_on < one.ends_on]
        counted = [one for one in spans if one.starts_on <= closed_on < one.ends_on]
        if are_known_alike and known == counted:
            continue
        was = known
        if not are_known_alike:
            was = [one for one in before.get(record_id, ()) if one.starts_on <= opened_on < one.ends_on]
        here = [[one.journey_id for one in held if one.organisation_id in inside] for held in (was, known, counted)]
        was_known, is_known, is_counted = map(bool, here)
        if was_known == is_known == is_counted:
            continue
        was_elsewhere, is_elsewhere = (
            any(one.organisation_id not in inside for one in held) for held in (known, counted)
        )
        journey_id = max(here[2] or here[1] or here[0])
        rows.append(Changed(record_id, journey_id, was_known, is_known, is_counted, was_elsewhere, is_elsewhere))
    return rows


def _runs(lived: Lives, inside: frozenset[int] | None) -> Mapping[int, list[tuple[Run, int]]]:
    """For each record its runs in order of days, each with the journey its last part rests on.

    :param inside: the organisations whose spans alone make runs; None for all.
    """
    runs: dict[int, list[tuple[Run, int]]] = {}
    for record_id, spans in lived.items():
        found: list[tuple[Run, int]] = runs.setdefault(record_id, [])
        for one in spans:
            if inside is not None and one.organisation_id not in inside:
                continue
            starts_on, ends_on = one.starts_on, one.ends_on
            if found and found[-1][0][1] >= starts_on:
                before = found.pop()[0]
                starts_on, ends_on = before[0], max(before[1], ends_on)
            found.append(((starts_on, ends_on), one.journey_id))
    return runs


Entered = Mapping[tuple[str, int, date], tuple[str, bool]]
"""The last stage entered on a day, by a journey or by a person, and whether that was only a new promise."""


def _entered(metric: Metric, known: Sequence[_Asked], rows: Sequence[Changed], after: date, until: date) -> Entered:
    entered: dict[tuple[str, int, date], tuple[str, bool]] = {}
    of_people = metric.record == "person"
    those = {one.record_id if of_people else one.journey_id for one in rows}
    for asked in known:
        span = stage_spans(asked.knowledge(those if of_people else None)).subquery()
        query = (
            select(span.c.journey_id, span.c.person_id, span.c.starts_on, span.c.stage, Event.kind)
            .join(Event, Event.id == span.c.event_id)
            .where(span.c.starts_on > after, span.c.starts_on <= until)
            .order_by(span.c.starts_on, span.c.event_id)
        )
        if not of_people or asked.people is None:
            query = query.where((span.c.person_id if of_people else span.c.journey_id).in_(listed(those)))
        for journey_id, person_id, day, stage, kind in db.session.execute(query).all():
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
    return one._replace(counted_before=before and one.is_counted, stage=stage, is_extension=is_extension)
