"""How the number of findings went over the last weeks: worked out from the findings themselves, which keep the night
that each was found and mended."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from tracker.core.text import format_day, format_number

WEEKS = 13
WIDTH, HEIGHT = 120, 28


@dataclass(frozen=True)
class Trend:
    """The number of findings on some days, the first to the last; `line` draws them in a box of 120 by 28."""

    days: Sequence[date]
    counts: Sequence[int]
    top: int

    @property
    def sentence(self) -> str:
        """The change over the weeks in words."""
        first, last = self.counts[0], self.counts[-1]
        if len(self.days) == 1:
            return f"{format_number(last)} on {format_day(self.days[-1])}, when it was first looked for"
        way = "no change" if first == last else f"{'up' if last > first else 'down'} from {format_number(first)}"
        return f"{format_number(last)} on {format_day(self.days[-1])}, {way} since {format_day(self.days[0])}"

    @property
    def line(self) -> str:
        """The points of the line, on the same scale as others with the same top."""
        step = WIDTH / max(1, len(self.days) - 1)
        heights = (HEIGHT * (1 - count / self.top) if self.top else HEIGHT for count in self.counts)
        points = [f"{place * step:.1f},{height:.1f}" for place, height in enumerate(heights)]
        return " ".join(points if len(points) > 1 else [f"0,{HEIGHT}", f"0,{points[0].partition(',')[2]}"])

    @property
    def rows(self) -> list[dict[str, object]]:
        """The numbers, the latest first, as rows of a table."""
        pairs = list(zip(self.days, self.counts, strict=True))
        return [{"day": day, "count": count} for day, count in reversed(pairs)]


def days_to(last: date, first: date | None = None) -> list[date]:
    """The same weekday of the last weeks, up to a day; none before the first day that was looked at, of which nobody
    knows."""
    days = [last - timedelta(weeks=weeks) for weeks in range(WEEKS, -1, -1)]
    return [day for day in days if first is None or day >= first] or [last]


def trends(
    lasted: Iterable[tuple[str, date, date | None, int]], rules: Sequence[str], days: Sequence[date]
) -> Mapping[str, Trend]:
    """The trend of each rule on the days.

    :param lasted: rule, first day, the day it was mended (None for not yet), and how many findings lasted so.
    """
    counts = {rule: [0] * len(days) for rule in rules}
    for rule, opened_on, closed_on, findings in lasted:
        for place, day in enumerate(days):
            if rule in counts and opened_on <= day and (closed_on is None or day < closed_on):
                counts[rule][place] += findings
    return {rule: Trend(days, some, max(some)) for rule, some in counts.items()}
