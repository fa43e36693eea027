"""What the parts of a page are made from: the question, the figures read for it, the targets, the addresses."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from tracker.core.metric import Metric
from tracker.core.text import format_day
from tracker.progress.addresses import Links
from tracker.progress.asked import Asked
from tracker.progress.charts import SIZES, Chart, Month, trajectory
from tracker.progress.facts import Facts, Judged, facts, goal, months, plain_number, standing
from tracker.progress.figures import Figure, Scope
from tracker.progress.outlook import Outlook
from tracker.progress.queries.forecasts import outlooks
from tracker.progress.queries.reading import CHART_DAYS, Reading, Wanted, read
from tracker.progress.queries.snapshots import NotCompiled
from tracker.progress.queries.statuses import judged_by, thresholds_of
from tracker.progress.queries.targets import line_on, target_lines
from tracker.progress.registry import VACANCY_STRAND, reported_of
from tracker.progress.reporting import Reporting
from tracker.progress.status import Case
from tracker.progress.structure import Structure
from tracker.progress.targets import Place, TargetLine


@dataclass(frozen=True)
class Viewer:
    """How far a reader's authority reaches: organisations, None for all; and whether they may see who is counted, and
    which vacancies are."""

    reach: frozenset[int] | None
    may_records: bool
    may_vacancies: bool = False

    def opens(self, metric: Metric) -> bool:
        """Whether the reader may see the records that make up a figure."""
        return self.may_vacancies if metric.strand == VACANCY_STRAND else self.may_records

    def sees(self, scope: Scope) -> bool:
        """Whether an organisation's figures are within reach, which holds the bodies under it too."""
        return self.reach is None or scope.organisation_id in self.reach


@dataclass(frozen=True)
class Question:
    """What a page is about: the figures it leads with, the others it lists, and whose they are.

    `homes`: the scopes the page speaks of, of which one is the rule; `rows`: the organisations of its table;
    `families`: those of them that have bodies under them, with these.
    """

    leading: Sequence[Metric]
    listed: Sequence[Metric]
    homes: Sequence[Scope]
    rows: Sequence[Scope]
    families: Sequence[Scope] = ()


@dataclass(frozen=True)
class Ground:
    """A question with everything read for it."""

    asked: Asked
    question: Question
    structure: Structure
    reading: Reading
    lines: Mapping[Place, TargetLine]
    outlooks: Mapping[tuple[str, Scope], Outlook]
    judged: Judged
    links: Links

    def line(self, metric: Metric, scope: Scope) -> TargetLine | None:
        """The target line of a figure; of several organisations together, what their lines come to."""
        return line_on(self.lines, self.structure, metric, scope, self.reading.as_at)

    def figure(self, metric: Metric, scope: Scope) -> Figure:
        """A figure on the day.

        :raises NotCompiled: if the day was compiled before there was such a scope.
        """
        found = self.reading.figure(metric, scope)
        if found is None:
            raise NotCompiled(f"{scope.name} is not in the figures compiled for {format_day(self.reading.as_at)}")
        return found

    def facts(self, metric: Metric, scope: Scope) -> Facts:
        """All that is said of one figure."""
        before = self.reading.before(metric, scope)
        return facts(self.case(self.figure(metric, scope)), before, self.judged, self.links)

    def case(self, figure: Figure) -> Case:
        """What the status of a figure follows from."""
        metric, scope = figure.metric, figure.scope
        outlook = self.outlooks.get((metric.code, scope))
        chance = outlook.chance if outlook else None
        return Case(figure, self.line(metric, scope), chance, self.reporting.coverage(metric, scope))

    @cached_property
    def reporting(self) -> Reporting:
        """Who was expected to report, and who has."""
        reading = self.reading
        return Reporting(self.structure, self.lines, self.question.rows, reading.as_at, reading.figure)

    def past(self, metric: Metric, scope: Scope) -> list[Figure]:
        """A figure month by month before the day, since its plan began, or for three years."""
        line = self.line(metric, scope)
        first = line.points[0][0] if line else self.reading.as_at - timedelta(days=CHART_DAYS)
        return self.reading.past(metric, scope, first)

    def names_above(self) -> dict[int, list[str]]:
        """What each body stands under, by name."""
        above: dict[int, list[str]] = {}
        for child, parent in self.structure.links:
            above.setdefault(child, []).append(self.structure.by_id[parent].short_name)
        return {child: sorted(names) for child, names in above.items()}


def gather(structure: Structure, question: Question, asked: Asked, viewer: Viewer) -> Ground:
    """Read everything a page needs, each thing once.

    :raises NotCompiled: if no day is asked for and none was ever compiled.
    """
    lines = target_lines([metric.code for metric in (*question.leading, *question.listed)])
    leading = {metric.code for metric in question.leading}
    starts = [line.points[0][0] for (code, _), line in lines.items() if code in leading]
    whose = (question.homes, question.rows, question.families)
    reported = list(dict.fromkeys(map(reported_of, (*question.leading, *question.listed))))
    wanted = Wanted(question.leading, question.listed, *whose, reported, chart_from=min(starts, default=None))
    reading = read(structure, wanted, asked.as_at, asked.known_at)
    known_at = None if reading.is_live and not asked.known_at else reading.known_at
    scored = question.homes if len(question.homes) == 1 else ()
    whose_outlook = (*question.homes, *question.rows)
    expected = outlooks(
        question.leading, whose_outlook, reading.as_at, asked.known_at, scored=scored, came=reading.month_ends
    )
    # What is declared today stands at once, beside the latest figures, which are those of the day before.
    rule, declared = judged_by(leading, reading.as_at, asked.as_at, asked.known_at)
    judged = Judged(thresholds_of(rule), declared)
    return Ground(asked, question, structure, reading, lines, expected, judged, Links(asked, known_at, viewer.opens))


@dataclass(frozen=True)
class Picture:
    """A chart in its sizes, with the sentence above it and the numbers below it."""

    figure: Figure
    sentence: str
    charts: Mapping[str, Chart]
    months: Sequence[Month]
    links: Links

    def address(self, size: str, kind: str = "svg") -> str:
        """Where the drawing of a size is fetched from."""
        return self.links.drawing(self.charts[size].key(), self.figure.metric, self.figure.scope, size, kind)

    @property
    def file_name(self) -> str:
        """What the drawing is called where it is kept by a reader, without the kind of file."""
        return f"{self.figure.metric.code}.{self.figure.scope.slug}.{self.figure.as_at.isoformat()}"

    @property
    def rows(self) -> list[dict[str, str]]:
        """The numbers as they are printed, the latest first."""
        return [
            {
                "day": format_day(month.day),
                "actual": _printed(month.actual),
                "plan": _printed(month.plan),
                "expected": _printed(month.middle),
                "range": _range(month),
            }
            for month in reversed(self.months)
        ]


def picture(ground: Ground, told: Facts) -> Picture:
    """The chart of a figure, from where its story begins to the day."""
    figure = told.figure
    metric, scope = figure.metric, figure.scope
    shown = trajectory_months(ground, metric, scope)
    return Picture(figure, told.standing, drawings(ground, metric, scope), shown, ground.links)


def drawn_months(ground: Ground, metric: Metric, scope: Scope) -> list[Month]:
    """The months of a trajectory; of a yearly count also the first day of each year, from which its plan is drawn."""
    shown, line = trajectory_months(ground, metric, scope), ground.line(metric, scope)
    starts = year_starts([month.day for month in shown]) if metric.is_yearly else []
    begun = [Month(day, None, line.on(day) if line else None) for day in starts]
    return sorted([*shown, *begun], key=lambda month: month.day)


def year_starts(days: Sequence[date]) -> list[date]:
    """The first days of financial years between some days, where they are not among them."""
    years = range(days[0].year, days[-1].year + 1) if days else ()
    return [day for day in (date(year, 4, 1) for year in years) if days[0] < day < days[-1] and day not in days]


def trajectory_months(ground: Ground, metric: Metric, scope: Scope) -> list[Month]:
    figure, line = ground.figure(metric, scope), ground.line(metric, scope)
    outlook = ground.outlooks.get((metric.code, scope))
    return months([*ground.past(metric, scope), figure], line, outlook, figure.as_at)


def drawings(ground: Ground, metric: Metric, scope: Scope) -> dict[str, Chart]:
    """The chart of a figure in its sizes."""
    figure, line = ground.figure(metric, scope), ground.line(metric, scope)
    shown, said, target = drawn_months(ground, metric, scope), standing(figure, line), goal(line, figure.as_at)
    return {
        size: trajectory(shown, target, said, metric.unit, SIZES[size], is_yearly=metric.is_yearly) for size in SIZES
    }


def _range(month: Month) -> str:
    """From where to where it is expected; nothing on the days that were counted."""
    if month.low is None or month.high is None or month.actual is not None:
        return "–"
    return f"{plain_number(month.low)} to {plain_number(month.high)}"


def _printed(number: float | None) -> str:
    return "–" if number is None else plain_number(number)
