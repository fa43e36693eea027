"""All figures one page needs, read together: wholly from snapshots, or wholly from the ledger as it is asked for."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from tracker.core import clock
from tracker.core.calendar import is_month_end, month_ends
from tracker.core.metric import Knowledge, Metric
from tracker.progress.figures import Figure, Scope
from tracker.progress.models import Compilation
from tracker.progress.queries import snapshots
from tracker.progress.queries.counting import counted_by_month, counted_on, number_of
from tracker.progress.queries.snapshots import Compiled, NotCompiled, all_compiled
from tracker.progress.structure import Structure
from tracker.progress.tally import Tally

Key = tuple[str, Scope, date]
SPARK_MONTHS = 12
CHART_DAYS = 3 * 366
"""How far a chart goes back where no plan says when the story begins."""


@dataclass(frozen=True)
class Wanted:
    """What a page needs.

    `listed` figures are wanted of the `homes`, on the day and at the end of the month before; `leading` ones also of
    the `rows`, over the last twelve months, of the `families` on the day, and of the homes since `chart_from`;
    `reported` ones, by which it is known who has reported, of the rows on the day.
    """

    leading: Sequence[Metric]
    listed: Sequence[Metric]
    homes: Sequence[Scope]
    rows: Sequence[Scope]
    families: Sequence[Scope] = ()
    reported: Sequence[Metric] = ()
    chart_from: date | None = None


@dataclass(frozen=True)
class Reading:
    """The figures of one day, with those of earlier months by the same clocks. What was not compiled is absent."""

    as_at: date
    known_at: datetime
    compilation: Compilation | None
    figures: Mapping[Key, Figure]

    @property
    def is_live(self) -> bool:
        """Whether the figures were worked out from the ledger for this page."""
        return self.compilation is None

    def figure(self, metric: Metric, scope: Scope) -> Figure | None:
        """A figure on the day."""
        return self.figures.get((metric.code, scope, self.as_at))

    def before(self, metric: Metric, scope: Scope) -> Figure | None:
        """The same at the end of the month before."""
        return self.figures.get((metric.code, scope, month_end_before(self.as_at)))

    def month_ends(self, metric: Metric, scope: Scope) -> list[Figure]:
        """The same at every month end that was read, the day itself if it is one, in order."""
        found = [figure for (code, whose, _), figure in self.figures.items() if (code, whose) == (metric.code, scope)]
        return sorted((one for one in found if is_month_end(one.as_at)), key=lambda one: one.as_at)

    def past(self, metric: Metric, scope: Scope, first: date) -> list[Figure]:
        """The same at the month ends from a day on, before the day itself."""
        days = month_ends(first, self.as_at - timedelta(days=1))
        return [figure for day in days if (figure := self.figures.get((metric.code, scope, day)))]


def month_end_before(as_at: date) -> date:
    """The last end of a month before a day."""
    return as_at.replace(day=1) - timedelta(days=1)


def spark_months(as_at: date) -> list[date]:
    """The days of a small line: the ends of the twelve months before a day, and the day."""
    return [*list(month_ends(as_at - timedelta(days=400), month_end_before(as_at)))[-SPARK_MONTHS:], as_at]


def read(structure: Structure, wanted: Wanted, as_at: date | None, known_at: datetime | None) -> Reading:
    """Read what a page needs.

    :param as_at: None for the latest compiled day.
    :param known_at: None for what is known now, or, for a compiled day, what was last compiled.
    :raises NotCompiled: if no day is given and none was ever compiled.
    """
    if as_at is None and known_at is None:
        every = snapshots.latest_and_earlier(wanted.chart_from, CHART_DAYS)
        if not every:
            raise NotCompiled("No figures are compiled yet")
        return _compiled(every[-1], every[:-1], wanted)
    as_at = as_at or required_day()
    compilation = snapshots.compilation_of(as_at, known_at)
    if compilation is not None:
        return _compiled(compilation, _before(compilation, wanted, known_at), wanted)
    knowledge = Knowledge(at=known_at)
    instant = known_at or clock.now()
    figures = {
        (one.metric.code, one.scope, one.as_at): one for one in _live(structure, wanted, as_at, knowledge, instant)
    }
    return Reading(as_at, instant, None, figures)


def required_day() -> date:
    """The latest compiled day.

    :raises NotCompiled: if there is none.
    """
    latest = snapshots.latest_compilation()
    if latest is None:
        raise NotCompiled("No figures are compiled yet")
    return latest.as_at


def _compiled(day: Compilation, earlier: Sequence[Compilation], wanted: Wanted) -> Reading:
    """What was compiled of a day, with the month ends among earlier ones."""
    ends = set(month_ends(_chart_from(wanted, day.as_at), month_end_before(day.as_at)))
    months = [one for one in earlier if one.as_at in ends]
    return Reading(day.as_at, day.known_at, day, _snapshots(day, months, wanted))


def _chart_from(wanted: Wanted, as_at: date) -> date:
    return min(wanted.chart_from or as_at, as_at - timedelta(days=CHART_DAYS))


def _before(compilation: Compilation, wanted: Wanted, known_at: datetime | None) -> Sequence[Compilation]:
    """What was compiled of days before, as last known; where an instant was asked for, as known at it."""
    first, last = _chart_from(wanted, compilation.as_at), month_end_before(compilation.as_at)
    return snapshots.latest_by_day(first, last, known_at)


def _snapshots(day: Compilation, months: Sequence[Compilation], wanted: Wanted) -> dict[Key, Figure]:
    """Everything from snapshots, in one statement."""
    recent = [one for one in months if one.as_at in spark_months(day.as_at)]
    before = [one for one in months if one.as_at == month_end_before(day.as_at)]
    every = list(dict.fromkeys((*wanted.leading, *wanted.listed, *wanted.reported)))
    questions = [
        Compiled([day, *before], wanted.homes, every),
        Compiled([day, *recent], wanted.rows, wanted.leading),
        Compiled([day], wanted.families, wanted.leading),
        Compiled([day], wanted.rows, wanted.reported),
        Compiled(months, wanted.homes, wanted.leading),
    ]
    return {(one.metric.code, one.scope, one.as_at): one for one in all_compiled(questions)}


def _live(
    structure: Structure, wanted: Wanted, as_at: date, knowledge: Knowledge, instant: datetime
) -> Iterable[Figure]:
    """Everything from the ledger: the day, the month before, and the months of the charts in one pass."""
    every = list(dict.fromkeys((*wanted.leading, *wanted.listed)))
    for day in (as_at, month_end_before(as_at)):
        yield from _live_on(structure, every, wanted.homes, day, knowledge, instant)
    if not wanted.leading:
        return
    whose = [*wanted.rows, *wanted.families]
    yield from _live_on(structure, [*wanted.leading, *wanted.reported], whose, as_at, knowledge, instant)
    both = list(dict.fromkeys((*wanted.rows, *wanted.homes)))
    tally = Tally(structure, wanted.leading, both)
    first, last = _chart_from(wanted, as_at), month_end_before(as_at)
    changes = dict(counted_by_month(first, last, tally.parts, knowledge))
    for day in month_ends(first, last):
        for change in changes.get(number_of(day), ()):
            tally.add(*change)
        yield from tally.figures(day, instant)


def _live_on(
    structure: Structure,
    metrics: Sequence[Metric],
    scopes: Sequence[Scope],
    day: date,
    knowledge: Knowledge,
    instant: datetime,
) -> Iterable[Figure]:
    tally = Tally(structure, metrics, scopes)
    for change in counted_on(day, tally.parts, knowledge):
        tally.add(*change)
    yield from tally.figures(day, instant)
