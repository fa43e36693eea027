"""What is said of one figure, in the same order on every page: value, plan and target, change, chart."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from tracker.core.clock import london_day
from tracker.core.text import format_day, format_number
from tracker.progress import charts
from tracker.progress.addresses import Links
from tracker.progress.figures import Figure
from tracker.progress.models import ForecastPoint, StatusDeclared
from tracker.progress.outlook import Outlook
from tracker.progress.status import Case, Thresholds, Verdict, verdict
from tracker.progress.targets import Place, TargetLine

SPARK_WIDTH, SPARK_HEIGHT = 120, 28
WHOLE = 100.0


@dataclass(frozen=True)
class Tag:
    """A status in words and on its colour."""

    label: str
    colour: str


TAGS = {
    "green": Tag("Green", "green"),
    "amber": Tag("Amber", "orange"),
    "red": Tag("Red", "red"),
    "grey": Tag("Grey", "grey"),
}
"""Delivery confidence as it is printed; where there is neither target nor forecast there is none."""


@dataclass(frozen=True)
class Said:
    """What the owner declared, as it is printed: the colour, since when, why, and how it becomes green again."""

    tag: Tag
    since: str
    reason: str
    route: str | None

    @classmethod
    def of(cls, declared: StatusDeclared) -> "Said":
        """What was declared, in words."""
        route = None
        if declared.route and declared.green_by:
            route = f"Route to green by {format_day(declared.green_by)}: {declared.route}"
        since = f"Declared {format_day(london_day(declared.declared_at))}"
        return cls(TAGS[declared.colour], since, declared.reason, route)


@dataclass(frozen=True)
class Judged:
    """By what the statuses of a page are judged, and what stands as declared, by figure and organisation."""

    thresholds: Thresholds
    declared: Mapping[Place, StatusDeclared]

    def said(self, figure: Figure) -> Said | None:
        """What was declared of a figure's scope."""
        found = self.declared.get((figure.metric.code, figure.scope.organisation_id))
        return Said.of(found) if found else None


@dataclass(frozen=True)
class Bar:
    """Where we are and where the plan said we would be, as shares of the target from 0 to 100, and all in words."""

    actual: float
    plan: float | None
    words: tuple[str, ...]
    shares: str


@dataclass(frozen=True)
class Change:
    """How a figure moved since an earlier day: in a sentence, in short, where the reasons stand, and what it was."""

    sentence: str
    short: str
    amount: float
    href: str | None
    before: Figure


@dataclass(frozen=True)
class Facts:
    """One figure with everything that is said beside it."""

    figure: Figure
    href: str | None
    definition_href: str
    bar: Bar | None
    standing: str
    change: Change | None
    verdict: Verdict
    said: Said | None
    status_href: str | None

    @property
    def tag(self) -> Tag | None:
        """The status that was worked out, as it is printed."""
        return TAGS.get(self.verdict.colour)

    @property
    def value(self) -> str:
        """The value as it is printed, with its unit where that is not part of it."""
        return with_unit(self.figure)


def plain_number(number: float) -> str:
    """A number with no more places than it needs: 42, or 42.5."""
    text = format_number(number, 1)
    return text.removesuffix(".0")


def with_unit(figure: Figure) -> str:
    """The value with its unit, where the unit is not printed with it."""
    return f"{figure.text} {figure.metric.unit}" if figure.metric.unit == "days" and not figure.symbol else figure.text


def facts(case: Case, before: Figure | None, judged: Judged, links: Links) -> Facts:
    """All that is said of a figure.

    :param before: the same figure at the end of the month before, if that is known.
    """
    figure, line = case.figure, case.line
    return Facts(
        figure=figure,
        href=links.people(figure.metric, figure.scope, figure.as_at),
        definition_href=links.definition(figure.metric),
        bar=bar(figure, line),
        standing=standing(figure, line),
        change=change(before, figure, links),
        verdict=verdict(case, judged.thresholds),
        said=judged.said(figure),
        status_href=links.status(figure.metric, figure.scope) if figure.metric.leading else None,
    )


def goal(line: TargetLine | None, as_at: date) -> tuple[date, float] | None:
    """The day and value to be reached: the last point of a line that has begun (fine print G1)."""
    if line is None or line.on(as_at) is None:
        return None
    return line.points[-1]


def share(value: float, target: float) -> float:
    """A value as a share of a target above zero, kept between 0 and 100 for drawing."""
    return round(min(WHOLE, max(0.0, value / target * WHOLE)), 1)


def percent(value: float, target: float) -> str:
    """A value as a share of the target in words, also where it is more than the whole."""
    return f"{format_number(value / target * WHOLE)}%"


def bar(figure: Figure, line: TargetLine | None) -> Bar | None:
    """The bar of a figure that has a target above zero, with its words, which also say what is more than the whole."""
    target = goal(line, figure.as_at)
    if target is None or line is None or figure.value is None or target[1] <= 0:
        return None
    day, value = target
    plan = line.on(figure.as_at)
    words = [f"{figure.text} now"]
    words += [f"plan for {format_day(figure.as_at)}: {plain_number(plan)}"] if plan is not None else []
    words.append(f"target {plain_number(value)} by {format_day(day)}")
    shares = [f"{percent(figure.value, value)} of target"]
    shares += [f"plan {percent(plan, value)}"] if plan is not None else []
    drawn_plan = None if plan is None else share(plan, value)
    return Bar(share(figure.value, value), drawn_plan, tuple(words), ", ".join(shares))


def standing(figure: Figure, line: TargetLine | None) -> str:
    """The figure against its plan, in a sentence that can stand over its chart."""
    plan = line.on(figure.as_at) if line else None
    said = f"{figure.metric.label}: {with_unit(figure)}"
    if figure.value is None:
        return f"{figure.metric.label}: not applicable"
    if plan is None:
        return f"{said} on {format_day(figure.as_at)}"
    difference = round(figure.value - plan, 1)
    if difference == 0:
        return f"{said}, as planned for the day"
    return (
        f"{said}, {plain_number(abs(difference))} {'ahead of' if difference > 0 else 'short of'} the plan for the day"
    )


def change(before: Figure | None, now: Figure, links: Links) -> Change | None:
    """How the figure moved since an earlier day; nothing where either is missing: missing is not zero."""
    if before is None or before.number is None or now.number is None:
        return None
    amount = round(now.number - before.number, now.metric.decimals)
    since = format_day(before.as_at)
    if amount == 0:
        return Change(f"No change since {since}", "0", 0.0, links.bridge(before, now), before)
    in_days = now.metric.kind in ("median", "sum")
    points = " percentage points" if now.metric.is_percentage else " days" if in_days else ""
    size = format_number(abs(amount), now.metric.decimals)
    word, sign = ("Up", "+") if amount > 0 else ("Down", "−")
    return Change(f"{word} {size}{points} since {since}", f"{sign}{size}", amount, links.bridge(before, now), before)


def months(
    series: Sequence[Figure], line: TargetLine | None, outlook: Outlook | None, as_at: date
) -> list[charts.Month]:
    """What was counted on each day of a series, with the plan; after it the plan, and what is expected, to their end.

    What is expected begins at what was counted last.
    """
    counted = [charts.Month(figure.as_at, figure.number, line.on(figure.as_at) if line else None) for figure in series]
    expected = {day: point for day, point in (outlook.by_day() if outlook else {}).items() if day > as_at}
    if expected and counted and counted[-1].actual is not None:
        now = counted[-1]
        counted[-1] = replace(now, low=now.actual, middle=now.actual, high=now.actual)
    days = sorted({day for day, _ in (line.points if line else ()) if day > as_at} | expected.keys())
    return [*counted, *(_ahead(day, line, expected.get(day)) for day in days)]


def _ahead(day: date, line: TargetLine | None, expected: ForecastPoint | None) -> charts.Month:
    plan = line.on(day) if line else None
    if expected is None:
        return charts.Month(day, None, plan)
    return charts.Month(day, None, plan, expected.low, expected.middle, expected.high)


def spark_lines(
    values: Sequence[float | None], top: float, width: int = SPARK_WIDTH, full: int = SPARK_HEIGHT
) -> list[str]:
    """The points of a small line in its box, as runs without a gap; a single month between gaps is a short stroke.

    :param top: the value at the upper edge, the same for all lines of a table.
    :param full: the height of the box.
    """
    step = width / max(1, len(values) - 1)
    runs: list[list[str]] = [[]]
    for place, value in enumerate(values):
        if value is None:
            runs.append([])
            continue
        height = full * (1 - min(1.0, value / top)) if top > 0 else full
        runs[-1].append(f"{place * step:.1f},{height:.1f}")
    return [" ".join(run if len(run) > 1 else [run[0], run[0]]) for run in runs if run]
