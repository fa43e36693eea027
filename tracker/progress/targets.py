"""Targets: the line a figure should follow, and how a national one is shared out."""

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from tracker.core.calendar import financial_year_start, year_after

Place = tuple[str, int | None]
"""A figure's code, and the organisation; None for all government."""


@dataclass(frozen=True)
class TargetLine:
    """Dated points, straight between them by days (fine print G1)."""

    points: tuple[tuple[date, float], ...]

    def on(self, day: date) -> float | None:
        """What the figure should be on a London day: nothing before the first point, the last value after the last."""
        place = bisect_right(self.points, day, key=lambda point: point[0])
        if place == 0:
            return None
        before, value = self.points[place - 1]
        if place == len(self.points):
            return value
        after, next_value = self.points[place]
        return value + (next_value - value) * (day - before).days / (after - before).days

    def in_year(self, day: date) -> "TargetLine":
        """The same line for a count that begins anew on 1 April: it leads to the end of the day's financial year."""
        end = year_after(financial_year_start(day)) - timedelta(days=1)
        value = self.on(end)
        if value is None:
            return self
        return TargetLine((*(point for point in self.points if point[0] < end), (end, value)))

    @property
    def due_on(self) -> date:
        """The day by which the target is to be met: that of its last point."""
        return self.points[-1][0]

    @property
    def goal(self) -> float:
        """The value of the last point."""
        return self.points[-1][1]


def line_of(points: Mapping[date, float]) -> TargetLine:
    """The line through some points, in any order."""
    return TargetLine(tuple(sorted(points.items())))


def together(lines: Sequence[TargetLine]) -> TargetLine | None:
    """The line that several lines come to; none of none."""
    if len(lines) < 2:
        return lines[0] if lines else None
    days = sorted({day for line in lines for day, _ in line.points})
    return TargetLine(tuple((day, sum(line.on(day) or 0.0 for line in lines)) for day in days))


def apportion(total: int, headcounts: Mapping[str, int]) -> dict[str, int]:
    """Share a whole number out by headcount with the largest-remainder method: the parts add up to the number.

    A remainder goes to the largest fraction first; of equal ones to the larger headcount, then by slug (fine print E8).
    """
    whole = sum(headcounts.values())
    if whole == 0:
        return {}
    parts = {slug: total * count // whole for slug, count in headcounts.items()}
    order = sorted(headcounts, key=lambda slug: (-(total * headcounts[slug] % whole), -headcounts[slug], slug))
    for slug in order[: total - sum(parts.values())]:
        parts[slug] += 1
    return parts


def heirs(slug: str, successors: Mapping[str, list[str]], closed: frozenset[str]) -> list[str]:
    """Where the headcount of an organisation goes: to itself, or if it has closed to its successors, and theirs."""
    if slug not in closed or not successors.get(slug):
        return [slug]
    return sorted({heir for one in successors[slug] for heir in heirs(one, successors, closed)})


def pass_on(
    headcounts: Iterable[tuple[str, int]], successors: Mapping[str, list[str]], closed: frozenset[str]
) -> dict[str, int]:
    """Headcounts by the organisations of today: a closed one passes its own on in equal parts (fine print E8).

    What cannot be divided equally goes to the first successors by slug, one each. Those without headcount are left out.
    """
    passed: dict[str, int] = {}
    for slug, count in headcounts:
        takers = heirs(slug, successors, closed)
        share, rest = divmod(count, len(takers))
        for place, taker in enumerate(takers):
            passed[taker] = passed.get(taker, 0) + share + (place < rest)
    return {slug: count for slug, count in passed.items() if count}
