"""The bridge: what led from one number to another, to the record. Opening, plus and minus the terms, equals closing."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from tracker.core.errors import DomainError
from tracker.core.metric import Metric
from tracker.core.text import format_day
from tracker.progress.figures import Scope
from tracker.progress.queries import changes
from tracker.progress.queries.changes import Changed
from tracker.progress.registry import stage_label
from tracker.progress.structure import Structure

WITHDRAWN, PAUSED = "withdrawn", "on-break"
"""Stages by which somebody leaves a figure that have a term of their own."""


@dataclass(frozen=True)
class Point:
    """A day, and the instant as known at which; None for now."""

    as_at: date
    known_at: datetime | None = None


@dataclass(frozen=True)
class Term:
    """One reason why a number moved, with the records that moved it.

    `code` is joined, returned, moved-on:<stage>, withdrawn, paused, transferred-in, transferred-out, corrected-up or
    corrected-down; `sign` is 1 where it adds, -1 where it takes away. `journeys` has, for each record, the journey it
    rests on.
    """

    code: str
    label: str
    sign: int
    words: str
    records: tuple[int, ...]
    journeys: tuple[int, ...]

    @property
    def count(self) -> int:
        """How many records: exactly as many as the list has."""
        return len(self.records)


@dataclass(frozen=True)
class Bridge:
    """Opening and closing, each counted by itself, and every term between them that has a record."""

    metric: Metric
    scope: Scope
    opening_point: Point
    closing_point: Point
    opening: int
    closing: int
    terms: tuple[Term, ...]

    @property
    def difference(self) -> int:
        """What is left unexplained: always nothing."""
        return self.opening + sum(term.sign * term.count for term in self.terms) - self.closing

    def term(self, code: str) -> Term | None:
        """The term with a code, if anything moved by it."""
        return next((term for term in self.terms if term.code == code), None)

    @property
    def sentence(self) -> str:
        """The movement in one sentence: Up 14 since 30 September 2026: 17 completed, 2 corrected down."""
        change = self.closing - self.opening
        day = self.opening_point.as_at
        # Where both points are of one day nothing happened since: more is known of it.
        since = f"for {format_day(day)}" if day == self.closing_point.as_at else f"since {format_day(day)}"
        moved = f"Up {change:,}" if change > 0 else f"Down {-change:,}" if change else "No change"
        reasons = ", ".join(f"{term.count:,} {term.words}" for term in self.terms)
        return f"{moved} {since}" + (f": {reasons}" if reasons else "")


def bridge(metric: Metric, structure: Structure, scope: Scope, opening: Point, closing: Point) -> Bridge:
    """Explain how a count moved from one (as at, known at) to another.

    First what is corrected: the records that differ on the opening day between the two instants. Then what happened
    from the opening day to the closing day, as known at the closing instant. The two ends are those of the compiled
    figures where both are compiled and the terms explain them, else each is counted by itself.

    :raises DomainError: if the figure is no count, or the closing day lies before the opening day.
    """
    if metric.kind != "count":
        raise DomainError("Only a count can be explained record by record")
    if closing.as_at < opening.as_at:
        raise DomainError("Choose a closing date on or after the opening date")
    ends = ((opening.as_at, opening.known_at), (opening.as_at, closing.known_at), (closing.as_at, closing.known_at))
    found = changes.changed_records(metric, structure, scope, ends)
    terms = _terms(metric, (_reason(metric, one) for one in found))
    first, last = (changes.compiled_count(metric, scope, end) for end in (ends[0], ends[2]))
    # A merger since may have changed what is known of an instant already gone by: then both ends are counted anew.
    if first is None or last is None or last - first != sum(term.sign * term.count for term in terms):
        first, last = (changes.count_on(metric, structure, scope, end) for end in (ends[0], ends[2]))
    return Bridge(metric, scope, opening, closing, first, last, tuple(terms))


@dataclass(frozen=True)
class _Reason:
    order: int
    code: str
    label: str
    sign: int
    words: str
    record: Changed


def _reason(metric: Metric, one: Changed) -> list[_Reason]:
    """Why a record came or went: a correction, a movement, or one after the other."""
    reasons = []
    if one.was_known != one.is_known:
        sign = 1 if one.is_known else -1
        way = "up" if one.is_known else "down"
        reasons.append(_Reason(8, f"corrected-{way}", f"Corrected {way}", sign, f"corrected {way}", one))
    if one.is_known == one.is_counted:
        return reasons
    if one.is_counted:
        reasons.append(_arrival(metric, one))
    else:
        reasons.append(_departure(metric, one))
    return reasons


def _arrival(metric: Metric, one: Changed) -> _Reason:
    if one.was_elsewhere and not one.is_elsewhere:
        return _Reason(6, "transferred-in", "Transferred in", 1, "transferred in", one)
    if one.counted_before:
        return _Reason(2, "returned", "Returned", 1, "returned", one)
    stage = stage_label(metric, one.stage).lower() if one.stage else "joined"
    # "65 completed" says why a headline rose; "65 in training" would only name the figure again.
    return _Reason(1, "joined", "Joined", 1, "joined" if stage == metric.label.lower() else stage, one)


def _departure(metric: Metric, one: Changed) -> _Reason:
    if one.is_elsewhere and not one.was_elsewhere:
        return _Reason(7, "transferred-out", "Transferred out", -1, "transferred out", one)
    if one.is_extension:
        return _Reason(5, "extended", "A new return date was agreed", -1, "with a new return date", one)
    if one.stage == WITHDRAWN:
        return _Reason(4, "withdrawn", "Withdrawn", -1, "withdrawn", one)
    if one.stage == PAUSED:
        return _Reason(5, "paused", "Went on a break", -1, "went on a break", one)
    if one.stage is None:
        # No step took it out: a yearly count began anew, twelve months were over, or a finding was mended.
        why = "of an earlier year" if metric.is_yearly else "no longer counted"
        return _Reason(3, "moved-on:none", why.capitalize(), -1, why, one)
    label = stage_label(metric, one.stage)
    return _Reason(3, f"moved-on:{one.stage}", f"Moved on: {label}", -1, f"moved on to ‘{label}’", one)


def _terms(metric: Metric, reasons: Iterable[list[_Reason]]) -> list[Term]:
    """The reasons put together by their codes, in the order in which a bridge is read."""
    by_code: dict[str, list[_Reason]] = {}
    for some in reasons:
        for one in some:
            by_code.setdefault(one.code, []).append(one)
    ordered: Mapping[str, list[_Reason]] = dict(sorted(by_code.items(), key=lambda item: (item[1][0].order, item[0])))
    terms = []
    for code, same in ordered.items():
        words = {one.words for one in same}
        first = same[0]
        by_record = sorted(same, key=lambda one: one.record.record_id)
        records = tuple(one.record.record_id for one in by_record)
        journeys = tuple(one.record.journey_id for one in by_record)
        said = words.pop() if len(words) == 1 else first.label.lower()
        terms.append(Term(code, first.label, first.sign, said, records, journeys))
    return terms
