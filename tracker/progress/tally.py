"""Counts by figure and scope, brought from one day to the next by what is added and taken away."""

from bisect import bisect_left, insort
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from tracker.core.metric import Metric
from tracker.progress.figures import Figure, Finished, Scope, ratio
from tracker.progress.models import ScopeKind
from tracker.progress.registry import Part, parts_of, several
from tracker.progress.structure import Structure


class Spread:
    """How often each value occurs. Knows its median without sorting again: it keeps its place and moves it a little."""

    def __init__(self) -> None:
        """Empty."""
        self.values: list[float] = []
        self.often: dict[float, int] = {}
        self.total = 0
        self._at = 0
        self._below = 0

    def add(self, value: float, times: int) -> None:
        """Let a value occur so many times more, or, below zero, less."""
        if value not in self.often:
            place = bisect_left(self.values, value)
            insort(self.values, value)
            self.often[value] = 0
            if place <= self._at and len(self.values) > 1:
                self._at += 1
        self.often[value] += times
        self.total += times
        if value < self.values[self._at]:
            self._below += times

    def median(self) -> float | None:
        """The middle value; of an even number the mean of the two in the middle (fine print F2); none of nothing."""
        if self.total == 0:
            return None
        low, high = (self.total - 1) // 2, self.total // 2
        first = self._value_at(low)
        return first if low == high else (first + self._value_at(high)) / 2

    def _value_at(self, rank: int) -> float:
        while rank < self._below:
            self._at -= 1
            self._below -= self.often[self.values[self._at]]
        while rank >= self._below + self.often[self.values[self._at]]:
            self._below += self.often[self.values[self._at]]
            self._at += 1
        return self.values[self._at]


def median_of(often: Mapping[float, int]) -> float | None:
    """The median of values that occur so often; none of nothing."""
    spread = Spread()
    for value, times in sorted(often.items()):
        spread.add(value, times)
    return spread.median()


class Tally:
    """The running counts of some figures over the kept scopes of a structure, or over some scopes alone."""

    def __init__(self, structure: Structure, metrics: Sequence[Metric], scopes: Sequence[Scope] | None = None) -> None:
        """Nothing counted yet.

        :param scopes: what to count over; the kept scopes of the structure where None.
        """
        self.metrics = list(metrics)
        self.scopes = structure.kept_scopes if scopes is None else list(scopes)
        self.parts = parts_of(self.metrics)
        self._holding = structure.holding if scopes is None else _holding(structure, self.scopes)
        self._counts = [[0] * len(self.scopes) for _ in self.parts]
        self._spreads = {part.number: [Spread() for _ in self.scopes] for part in self.parts if part.is_spread}
        self._sums = {part.number: [0.0] * len(self.scopes) for part in self.parts if part.is_summed}
        self._sides: dict[str, dict[bool, Part]] = {}
        for part in self.parts:
            if not part.is_shared:
                self._sides.setdefault(part.metric.code, {})[part.is_denominator] = part

    def add(self, part: int, organisation_id: Any, value: float | None, times: int) -> None:
        """Count so many spans more of a part in an organisation, or, below zero, less."""
        if self.parts[part].is_shared:
            self._add_shared(self._sides[self.parts[part].metric.code][False].number, organisation_id, times)
            return
        if part in self._sums:
            sums = self._sums[part]
            for place in self._holding[organisation_id]:
                sums[place] += (value or 0.0) * times
            return
        counts = self._counts[part]
        for place in self._holding[organisation_id]:
            counts[place] += times
        if value is not None:
            spreads = self._spreads[part]
            for place in self._holding[organisation_id]:
                spreads[place].add(value, times)

    def _add_shared(self, part: int, organisations: str, times: int) -> None:
        """Take away what was counted more than once: a record counts once over however many of its organisations."""
        for place, surplus in counted_too_often(organisations, self._holding).items():
            self._counts[part][place] -= surplus * times

    def start(self, metric: Metric, place: int, numerator: int | None, denominator: int | None) -> None:
        """Set a figure's parts for the scope at a place to what they were. For medians the values must be added as
        well."""
        sides = self._sides[metric.code]
        self._counts[sides[False].number][place] = (denominator if metric.kind == "median" else numerator) or 0
        if True in sides:
            self._counts[sides[True].number][place] = denominator or 0

    def finished(self, metric: Metric, place: int) -> Finished:
        """A figure for the scope at a place in `scopes`."""
        sides = self._sides[metric.code]
        if metric.kind == "sum":
            return None, None, self._sums[sides[False].number][place]
        count = self._counts[sides[False].number][place]
        if metric.kind == "count":
            return count, None, float(count)
        if metric.kind == "median":
            return None, count, self._spreads[sides[False].number][place].median()
        whole = self._counts[sides[True].number][place]
        return count, whole, ratio(count, whole)

    def occurrences(self) -> Iterator[tuple[tuple[str, int], list[tuple[float, int]]]]:
        """For each median and each organisation with something, how often each value occurs, in order of value."""
        for number, spreads in self._spreads.items():
            code = self.parts[number].metric.code
            for scope, spread in zip(self.scopes, spreads, strict=True):
                if scope.kind is ScopeKind.OWN and scope.organisation_id is not None and spread.total:
                    yield (
                        (code, scope.organisation_id),
                        [(value, spread.often[value]) for value in spread.values if spread.often[value]],
                    )

    def figures(self, as_at: date, known_at: datetime) -> Iterable[Figure]:
        """Every figure of every scope, as it stands."""
        for metric in self.metrics:
            for place, scope in enumerate(self.scopes):
                yield Figure(metric, scope, as_at, known_at, *self.finished(metric, place))


def counted_too_often(organisations: str, holding: Mapping[int, Sequence[int]]) -> dict[int, int]:
    """By how much a record of several organisations is counted too often in each place that holds more than one."""
    held = Counter(place for id in several(organisations) for place in holding[id])
    return {place: number - 1 for place, number in held.items() if number > 1}


def _holding(structure: Structure, scopes: Sequence[Scope]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {id: [] for id in structure.by_id}
    for place, scope in enumerate(scopes):
        for id in structure.members(scope):
            found[id].append(place)
    return found
