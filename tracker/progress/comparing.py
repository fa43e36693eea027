"""Organisations beside each other: up to four on one chart, or all of them in small charts on one scale."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask import url_for

from tracker.core.metric import Metric
from tracker.core.text import format_day, format_number
from tracker.progress.addresses import FIGURE, ORGANISATION
from tracker.progress.asked import Asked
from tracker.progress.charts import SIZES, Chart
from tracker.progress.comparisons import Line, comparison
from tracker.progress.facts import Facts, plain_number, spark_lines
from tracker.progress.figures import Figure, Scope
from tracker.progress.forms import BY_ANALYSTS
from tracker.progress.ground import Question, Viewer, gather
from tracker.progress.rates import PER, SMALLEST, Bases, has_rates, load_bases
from tracker.progress.structure import Structure
from tracker.progress.table import Row, Table

MONTHS_BACK = timedelta(days=731)
"""How far back a comparison looks."""
PANEL_WIDTH, PANEL_HEIGHT = 240, 90


@dataclass(frozen=True)
class Side:
    """One of the organisations compared. `name` is short enough to stand in a chart."""

    scope: Scope
    name: str
    facts: Facts
    href: str
    target: str
    analysts: str
    rate: str


@dataclass(frozen=True)
class Comparison:
    """Some organisations beside each other: one figure, its chart over two years, and the numbers of both."""

    metric: Metric
    asked: Asked
    as_at: date
    sides: Sequence[Side]
    lines: Sequence[Line]
    charts: Mapping[str, Chart]
    has_rates: bool
    by: str

    @property
    def sentence(self) -> str:
        """How they stand, which stands over the chart."""
        return self.charts["wide"].title

    @property
    def columns(self) -> list[dict[str, Any]]:
        """The columns of the numbers in the chart."""
        named = [{"key": line.name, "label": line.name, "numeric": True} for line in self.lines]
        return [{"key": "day", "label": "Day"}, *named]

    @property
    def rows(self) -> list[dict[str, str]]:
        """The numbers of the chart as they are printed, the latest first."""
        by_day: dict[date, dict[str, str]] = {}
        for line in self.lines:
            for day, value in line.values:
                by_day.setdefault(day, {})[line.name] = "–" if value is None else plain_number(value)
        missing = {line.name: "–" for line in self.lines}
        return [{"day": format_day(day), **missing, **by_day[day]} for day in sorted(by_day, reverse=True)]

    @property
    def file_name(self) -> str:
        """What the drawing is called where it is kept by a reader, without the kind of file."""
        return f"{self.metric.code}.{'.'.join(side.scope.slug for side in self.sides)}"

    def address(self, size: str, kind: str = "svg") -> str:
        """Where the drawing of a size is fetched from."""
        question = address_of(self.metric, [side.scope.slug for side in self.sides], self.by, self.asked)
        return url_for("progress_compare.drawing", key=self.charts[size].key(), kind=kind, size=size, **question)


def address_of(metric: Metric, slugs: Sequence[str], by: str, asked: Asked) -> dict[str, Any]:
    """The parameters that ask for a comparison."""
    measure = {"by": by} if by else {}
    return {FIGURE: metric.code, ORGANISATION: list(slugs), **measure, **asked.address}


def about(metric: Metric, scopes: Sequence[Scope], by: str) -> str:
    """What the drawing of a comparison is about: the figure, whose it is, and how it is measured."""
    return f"compare {metric.code} {by} {' '.join(f'{scope.kind}:{scope.slug}' for scope in scopes)}"


def compare(
    structure: Structure, metric: Metric, scopes: Sequence[Scope], by: str, asked: Asked, viewer: Viewer
) -> Comparison:
    """Put some organisations beside each other.

    :param scopes: one or more, all within the reader's reach.
    :param by: whether each number is set against each 100 analysts; the number itself where the figure has no rates.
    :raises NotCompiled: if no day is asked for and none was ever compiled.
    """
    ground = gather(structure, Question([metric], [], scopes, scopes), asked, viewer)
    bases = load_bases(structure) if has_rates(metric) else None
    by = by if bases else ""
    as_at, sides, lines = ground.reading.as_at, [], []
    for scope in scopes:
        told, line = ground.facts(metric, scope), ground.line(metric, scope)
        name = structure.by_id[scope.organisation_id or 0].short_name
        past = [*ground.reading.past(metric, scope, as_at - MONTHS_BACK), told.figure]
        lines.append(Line(name, [(figure.as_at, _measured(figure, by, bases)) for figure in past]))
        base = bases.of(scope) if bases else None
        target = plain_number(line.goal) if line and line.on(as_at) is not None else "–"
        analysts = "not known" if base is None else format_number(base)
        rate = bases.text(told.figure) if bases else ""
        sides.append(Side(scope, name, told, ground.links.organisation(scope), target, analysts, rate))
    said = _sentence(metric, by, lines)
    unit = f"{metric.unit} for each {PER} analysts" if by else metric.unit
    charts = {size: comparison(lines, said, unit, SIZES[size], is_yearly=metric.is_yearly) for size in SIZES}
    return Comparison(metric, asked, as_at, sides, lines, charts, bases is not None, by)


def _measured(figure: Figure, by: str, bases: Bases | None) -> float | None:
    return bases.rate(figure) if bases and by == BY_ANALYSTS else figure.number


def _sentence(metric: Metric, by: str, lines: Sequence[Line]) -> str:
    measure = f" for each {PER} analysts" if by else ""
    ends = ((line.name, line.values[-1][1]) for line in lines)
    stands = ", ".join(f"{name} {'–' if value is None else plain_number(value)}" for name, value in ends)
    return f"{metric.label}{measure}: {stands}"


@dataclass(frozen=True)
class Panel:
    """One organisation's small chart: its name, where that leads, how it ends, and its line."""

    name: str
    href: str | None
    text: str
    lines: Sequence[str]
    title: str


@dataclass(frozen=True)
class Panels:
    """Small charts on one scale, from zero to `top`, and their numbers as a table.

    `without`: those that have no rate, because they have too few analysts or no number of them is known.
    """

    panels: Sequence[Panel]
    top: str
    first: date
    last: date
    columns: Sequence[Mapping[str, Any]]
    rows: Sequence[Mapping[str, Any]]
    without: Sequence[str]


def panels(shown: Table, by: str) -> Panels:
    """A table by organisation as small charts, in its order, all on the scale of the highest."""
    measured = [(row, _by(row, by)) for row in shown.rows if not by or row.rate is not None]
    highest = max((value for _, values in measured for value in values if value is not None), default=0.0)
    months = [(f"m{place}", day) for place, day in enumerate(shown.months)]
    columns: list[Mapping[str, Any]] = [{"key": "name", "label": "Organisation"}]
    columns += [
        {"key": key, "label": f"{day:%b %Y}", "numeric": True, "secondary": day != shown.months[-1]}
        for key, day in reversed(months)
    ]
    rows = [
        {"name": row.name, **{key: _printed(value) for (key, _), value in zip(months, values, strict=True)}}
        for row, values in measured
    ]
    drawn = [_panel(shown, row, values, highest) for row, values in measured]
    without = [f"{row.name} ({row.rate_text})" for row in shown.rows if by and row.rate is None]
    return Panels(drawn, _printed(highest), shown.months[0], shown.as_at, columns, rows, without)


def _by(row: Row, by: str) -> list[float | None]:
    per = PER / row.analysts if by and row.analysts and row.analysts >= SMALLEST else 1.0
    return [None if value is None else round(value * per, 1) for value in row.values]


def _panel(shown: Table, row: Row, values: Sequence[float | None], highest: float) -> Panel:
    known = [(day, value) for day, value in zip(shown.months, values, strict=True) if value is not None]
    title = f"{row.name}: {_printed(values[-1])} now"
    if len(known) > 1:
        title = f"{row.name}: {plain_number(known[0][1])} on {format_day(known[0][0])}, {_printed(values[-1])} now"
    points = spark_lines(values, highest, PANEL_WIDTH, PANEL_HEIGHT)
    return Panel(row.name, row.href, _printed(values[-1]), points, title)


def _printed(value: float | None) -> str:
    return "–" if value is None else plain_number(value)
