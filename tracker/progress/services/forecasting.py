"""Making forecasts of the headline figures, and keeping them: once kept they are never changed."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Any

import numpy as np

from tracker.core.bulk import insert_rows
from tracker.core.calendar import end_of_day, financial_year_start, month_end, month_ends
from tracker.core.db import settled_instant, transaction
from tracker.core.errors import DomainError
from tracker.core.metric import Knowledge, Leading, Metric
from tracker.progress.figures import ALL, Scope
from tracker.progress.forecast.draws import Draws, Question
from tracker.progress.forecast.past import Reals
from tracker.progress.forecast.straight import MONTHS, straight_chance
from tracker.progress.models import Forecast, ForecastPoint, ScopeKind
from tracker.progress.queries.counting import counted_by_month, number_of
from tracker.progress.queries.evidence import Evidence, evidence
from tracker.progress.queries.forecasts import forecast_of
from tracker.progress.queries.snapshots import required_compilation
from tracker.progress.queries.targets import line_of, target_lines
from tracker.progress.registry import METRICS
from tracker.progress.services.keeping import keep_scopes, scope_ids_of
from tracker.progress.structure import Structure, load_structure
from tracker.progress.tally import Tally
from tracker.progress.targets import Place, TargetLine

SEED = 20200909
"""The day the promise was made; any number would do, as long as it stays the same."""
METHOD = "stages-1"
"""The way forecasts are made now. Another way gets another name, so that each is scored for itself."""
ENOUGH = 20
"""Stays at a stage that are over, below which there is too little to go on (domain page, Forecast; fine print G2)."""
SCOPES = frozenset({ScopeKind.ALL, ScopeKind.OWN, ScopeKind.FAMILY})
LOW, MIDDLE, HIGH = 0.1, 0.5, 0.9
POINT = ("forecast_id", "scope_id", "day", "low", "middle", "high", "plan", "chance", "straight_chance")


def make_forecast(metric: Metric, as_at: date, known_at: datetime | None = None, seed: int = SEED) -> Forecast | None:
    """Forecast a headline for every scope to the day of its target, and keep that. Opens its own transactions.

    What was forecast before of the same day, instant and seed is returned as it is. Without an instant: as known now.

    :return: None where nothing is to be forecast: the figure has no target that lies ahead.
    :raises DomainError: if the figure is not one that is forecast.
    """
    if metric.leading is None:
        raise DomainError(f"{metric.label} is not forecast", "figure")
    with transaction():
        keep_scopes(load_structure())
    instant = known_at or settled_instant()
    if kept := forecast_of(metric.code, as_at, instant, seed):
        return kept
    lines = target_lines([metric.code])
    days = _days_ahead(metric.leading, as_at, list(lines.values()))
    if not days:
        return None
    rests_on = evidence(metric, metric.leading, as_at, Knowledge(instant), (days[-1] - as_at).days)
    forecast = Forecast(
        figure=metric.code,
        as_at=as_at,
        known_at=instant,
        seed=seed,
        method=METHOD,
        completed_stays=rests_on.stays.ended,
        is_enough=rests_on.stays.ended >= ENOUGH,
        inputs=_inputs(rests_on),
    )
    points = _points(metric, forecast, rests_on, days, lines) if forecast.is_enough else []
    with transaction() as session:
        if kept := forecast_of(metric.code, as_at, instant, seed):
            return kept
        session.add(forecast)
        session.flush()
        insert_rows(session, ForecastPoint.__table__, POINT, ((forecast.id, *point) for point in points))  # type: ignore[arg-type]
    return forecast


def _points(
    metric: Metric, forecast: Forecast, rests_on: Evidence, days: list[date], lines: Mapping[Place, TargetLine]
) -> list[tuple[Any, ...]]:
    """What is expected of every scope that is shown by the structure of the day."""
    structure = load_structure()
    past = _past_counts(metric, structure, forecast.as_at, forecast.known_at)
    drawn = _Drawn(rests_on, forecast.as_at, days, forecast.seed)
    return [
        (scope_id, *point)
        for scope_id, scope in zip(scope_ids_of(structure), structure.kept_scopes, strict=True)
        if scope.kind in SCOPES
        for point in drawn.points(structure, scope, line_of(lines, structure, metric.code, scope), past[scope])
    ]


def _days_ahead(leading: Leading, as_at: date, lines: Sequence[TargetLine]) -> list[date]:
    """Every month end after the day, to the last day of a target; of a yearly count, to the end of its year."""
    last = max((line.due_on for line in lines), default=as_at)
    if leading.is_yearly:
        year_ends = financial_year_start(as_at).replace(year=financial_year_start(as_at).year + 1) - timedelta(days=1)
        last = min(last, year_ends)
    return [day for day in month_ends(as_at + timedelta(days=1), last) if day > as_at]


class _Drawn:
    """The draws of a forecast, and what they come to for any scope."""

    def __init__(self, rests_on: Evidence, as_at: date, days: list[date], seed: int) -> None:
        self._days, self._as_at = days, as_at
        ahead: Reals = np.array([(day - as_at).days for day in days], dtype=float)
        question = Question(ahead, len(rests_on.organisations), len(rests_on.programmes))
        draws = Draws(question, rests_on.course, rests_on.stays, seed)
        draws.add_underway(rests_on.underway)
        draws.add_beginnings(rests_on.beginnings)
        self._more = draws.more
        self._place = {id: place for place, id in enumerate(rests_on.organisations)}
        self._counted, self._everybody = rests_on.counted, rests_on.everybody

    def points(
        self, structure: Structure, scope: Scope, line: TargetLine | None, past: tuple[Reals, Reals]
    ) -> Iterator[tuple[Any, ...]]:
        """For each day: the day as ISO text, three levels, the plan and the two chances of being there.

        First comes what counted on the day of the forecast. Nothing where nothing can come and nothing is planned.
        """
        members = structure.members(scope)
        places = [self._place[id] for id in members if id in self._place]
        if not places and line is None:
            return
        already = self._everybody if scope is ALL else sum(self._counted.get(id, 0) for id in members)
        counts = self._more[places].sum(axis=0) + already
        yield (self._as_at.isoformat(), already, already, already, None, None, None)
        for place, day in enumerate(self._days):
            levels = np.quantile(counts[:, place], (LOW, MIDDLE, HIGH), method="inverted_cdf") if places else (0, 0, 0)
            plan = line.on(day) if line else None
            chance = None if plan is None else float((counts[:, place] >= plan).mean())
            straight = None if plan is None else straight_chance(*past, day.toordinal(), plan)
            yield (day.isoformat(), *map(int, levels), plan, chance, straight)


def _past_counts(
    metric: Metric, structure: Structure, as_at: date, instant: datetime
) -> Mapping[Scope, tuple[Reals, Reals]]:
    """The last month ends up to the day, and what each scope counted on them, as known at the instant."""
    ends = list(month_ends((as_at - timedelta(days=31 * (MONTHS + 1))).replace(day=1), as_at))[-MONTHS:]
    tally = Tally(structure, [metric])
    changes = counted_by_month(ends[0], ends[-1], tally.parts, Knowledge(instant))
    counts: list[list[float]] = []
    for day in ends:
        for change in changes.get(number_of(day), ()):
            tally.add(*change)
        counts.append([tally.finished(metric, place)[2] or 0.0 for place in range(len(tally.scopes))])
    days = np.array([day.toordinal() for day in ends], dtype=float)
    by_scope = np.array(counts).T
    return {scope: (days, by_scope[place]) for place, scope in enumerate(tally.scopes)}


def _inputs(rests_on: Evidence) -> dict[str, Any]:
    """What a forecast was made from, in numbers that can be read again."""
    stages, programmes = rests_on.course.stages, rests_on.programmes
    underway: dict[str, dict[str, int]] = {}
    for programme, stage in zip(rests_on.underway.programme, rests_on.underway.stage, strict=True):
        at = underway.setdefault(programmes[programme], {})
        at[stages[stage]] = at.get(stages[stage], 0) + 1
    expected: dict[str, float] = {}
    for programme, number in zip(rests_on.beginnings.programme, rests_on.beginnings.expected, strict=True):
        expected[programmes[programme]] = expected.get(programmes[programme], 0.0) + float(number)
    return {
        "counted": rests_on.everybody,
        "underway": underway,
        "stays": len(rests_on.stays.days),
        "completed_stays": rests_on.stays.ended,
        "expected_to_begin": expected,
    }


def forecast_headlines(as_at: date, back: int = 24, at_once: int = 2) -> int:
    """Forecast every headline as at a compiled day as known then, and month ends before it as known at their close.

    The latter are what the forecast is scored by; some are made each night until all of the last two years are there.
    Safe to repeat. Returns how many forecasts were made.

    :raises NotCompiled: if the day is not compiled.
    """
    made, known_at = 0, required_compilation(as_at).known_at
    for metric in METRICS.values():
        if metric.leading is None:
            continue
        if forecast_of(metric.code, as_at, known_at, SEED) is None:
            made += make_forecast(metric, as_at, known_at) is not None
        first = month_end(as_at - timedelta(days=31 * back))
        missing = (
            day
            for day in reversed(list(month_ends(first, as_at - timedelta(days=1))))
            if forecast_of(metric.code, day, end_of_day(day), SEED) is None
        )
        made += sum(make_forecast(metric, day, end_of_day(day)) is not None for day in islice(missing, at_once))
    return made
