"""Making forecasts of the headline figures, and keeping them: once kept they are never changed."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

from flask import current_app

from tracker.core import clock
from tracker.core.bulk import insert_rows
from tracker.core.calendar import end_of_day, financial_year_start, month_end, month_ends
from tracker.core.config import Settings
from tracker.core.db import settled_instant, transaction
from tracker.core.errors import DomainError
from tracker.core.metric import Leading, Metric
from tracker.progress.figures import ALL, Scope
from tracker.progress.gathered import FORM, NEVER, Evidence
from tracker.progress.models import Forecast, ForecastPoint, ScopeKind
from tracker.progress.outlook import METHOD
from tracker.progress.queries.counting import counted_by_month, number_of
from tracker.progress.queries.evidence import NO_PLANS, evidence
from tracker.progress.queries.forecasts import forecast_of
from tracker.progress.queries.snapshots import required_compilation
from tracker.progress.queries.targets import line_of, target_lines
from tracker.progress.registry import METRICS
from tracker.progress.services.compiling import Asked
from tracker.progress.services.keeping import keep_scopes, scope_ids_of
from tracker.progress.structure import Structure, load_structure
from tracker.progress.tally import Tally
from tracker.progress.targets import Place, TargetLine
from tracker.progress.workshop import FORECAST, key_of, make, place

SEED = 20200909
"""The day the promise was made; any number would do, as long as it stays the same."""
MONTHS = 12
"""Month ends that the straight line goes through (fine print G10)."""
PLANS_HOLD = timedelta(days=7)
"""How long after its day a forecast may be made with the plans of the day it is made on."""
ENOUGH = 20
"""Stays at a stage that are over, below which there is too little to go on (domain page, Forecast; fine print G2)."""
SCOPES = frozenset({ScopeKind.ALL, ScopeKind.OWN, ScopeKind.FAMILY})
POINT = ("forecast_id", "scope_id", "day", "low", "middle", "high", "plan", "chance", "straight_chance")


@dataclass(frozen=True)
class _Begun:
    """A forecast that waits to be drawn: of which scopes, by number, what is asked on which days.

    Without an order where there is too little to go on.
    `evidence`: the file of what it rests on; `answer`: where the draws will be told.
    """

    forecast: Forecast
    days: Sequence[date]
    asked: Mapping[int, dict[str, Any]]
    order: dict[str, Any] | None
    evidence: Path
    answer: Path


def make_forecast(metric: Metric, as_at: date, known_at: datetime | None = None, seed: int = SEED) -> Forecast | None:
    """Forecast a headline for every scope to the day of its target, and keep that. Opens its own transactions.

    What was forecast before of the same day, instant and seed is returned as it is. Without an instant: as known now.

    :return: None where nothing is to be forecast: the figure has no target that lies ahead.
    :raises DomainError: if the figure is not one that is forecast.
    """
    return make_forecasts([(metric, as_at, known_at)], seed)[0]


def make_forecasts(
    wanted: Sequence[tuple[Metric, date, datetime | None]], seed: int = SEED
) -> Sequence[Forecast | None]:
    """As `make_forecast`, of several headlines, days and instants: one process draws them all, and starts but once."""
    with transaction():
        keep_scopes(load_structure())
    begun = [_begin(metric, as_at, known_at or settled_instant(), seed) for metric, as_at, known_at in wanted]
    waiting = [one for one in begun if isinstance(one, _Begun)]
    try:
        make(FORECAST, [one.order for one in waiting if one.order])
        return [_keep(one) if isinstance(one, _Begun) else one for one in begun]
    finally:
        for one in waiting:
            # What a present forecast rests on is kept, so that scenarios beside it rest on the same.
            if clock.today() - one.forecast.as_at > PLANS_HOLD:
                one.evidence.unlink(missing_ok=True)


def _begin(metric: Metric, as_at: date, instant: datetime, seed: int) -> _Begun | Forecast | None:
    """What was kept already, nothing where nothing is to be forecast, or what is to be drawn."""
    if metric.leading is None:
        raise DomainError(f"{metric.label} is not forecast", "figure")
    if kept := forecast_of(metric.code, as_at, instant, seed):
        return kept
    lines = target_lines([metric.code])
    days = _days_ahead(metric.leading, as_at, list(lines.values()))
    if not days:
        return None
    rests_on = gathered(metric, as_at, instant, (days[-1] - as_at).days)
    forecast = Forecast(
        figure=metric.code,
        as_at=as_at,
        known_at=instant,
        seed=seed,
        method=METHOD,
        completed_stays=rests_on.ended,
        is_enough=rests_on.ended >= ENOUGH,
        inputs=inputs(rests_on),
    )
    settings = current_app.config["TRACKER"]
    file = evidence_file(settings, forecast)
    asked = _asked_of(metric, forecast, rests_on, days, lines) if forecast.is_enough else {}
    if not asked:
        return _Begun(forecast, days, asked, None, file, file)
    rests_on.write(file)
    order = {
        "evidence": str(file),
        "seed": forecast.seed,
        "ahead": [(day - forecast.as_at).days for day in days],
        "days": [day.toordinal() for day in days],
        "scopes": list(asked.values()),
    }
    # Made again, it may rest on other plans.
    answer = place(settings, FORECAST, f"forecast {forecast.figure}", f"{key_of(order, forecast.inputs)}.json")
    return _Begun(forecast, days, asked, {"file": str(answer), **order}, file, answer)


def _keep(begun: _Begun) -> Forecast:
    """Keep what was drawn, once and for all."""
    forecast, points = begun.forecast, _points(begun)
    with transaction() as session:
        if kept := forecast_of(forecast.figure, forecast.as_at, forecast.known_at, forecast.seed):
            return kept
        session.add(forecast)
        session.flush()
        insert_rows(session, ForecastPoint.__table__, POINT, ((forecast.id, *point) for point in points))  # type: ignore[arg-type]
    return forecast


def gathered(metric: Metric, as_at: date, instant: datetime, days_ahead: int) -> Evidence:
    """What the forecast of a headline rests on, with what is planned where its day is the present."""
    assert metric.leading is not None  # its caller has looked
    is_now = clock.today() - as_at <= PLANS_HOLD
    plans = metric.leading.plans(as_at) if is_now else NO_PLANS
    read = partial(evidence, metric, metric.leading, as_at, days_ahead=days_ahead, plans=plans)
    return Asked(instant).ask(read)


def _asked_of(
    metric: Metric, forecast: Forecast, rests_on: Evidence, days: list[date], lines: Mapping[Place, TargetLine]
) -> dict[int, dict[str, Any]]:
    """What is asked of every scope that is shown by the structure of the day, by its number.

    Nothing where nothing can come and nothing is planned.
    """
    structure = load_structure()
    past = _past_counts(metric, structure, forecast.as_at, forecast.known_at)
    found = {
        id: _asked(rests_on, structure, scope, line_of(lines, structure, metric.code, scope), days, past[scope])
        for id, scope in zip(scope_ids_of(structure), structure.kept_scopes, strict=True)
        if scope.kind in SCOPES
    }
    return {id: scope for id, scope in found.items() if scope["members"] or scope["plan"][-1] is not None}


def _points(begun: _Begun) -> list[tuple[Any, ...]]:
    """What is expected of every scope; first comes what counted on the day of the forecast."""
    if begun.order is None:
        return []
    told = json.loads(begun.answer.read_text(encoding="utf-8"))
    points: list[tuple[Any, ...]] = []
    for (id, scope), by_day in zip(begun.asked.items(), told, strict=True):
        already = scope["already"]
        points.append((id, begun.forecast.as_at.isoformat(), already, already, already, None, None, None))
        for day, plan, (low, middle, high, chance, straight) in zip(begun.days, scope["plan"], by_day, strict=True):
            points.append((id, day.isoformat(), low, middle, high, plan, chance, straight))
    return points


def _asked(
    rests_on: Evidence,
    structure: Structure,
    scope: Scope,
    line: TargetLine | None,
    days: list[date],
    past: tuple[list[float], list[float]],
) -> dict[str, Any]:
    """What is asked of one scope: whose draws are added up to what counts already, and what the plan is."""
    members = structure.members(scope)
    return {
        "members": [place for place, id in enumerate(rests_on.organisations) if id in members],
        "already": already(rests_on, structure, scope),
        "plan": [line.on(day) if line else None for day in days],
        "past": past,
    }


def already(rests_on: Evidence, structure: Structure, scope: Scope) -> int:
    """How many count already in a scope."""
    if scope is ALL:
        return rests_on.everybody
    return sum(rests_on.counted.get(id, 0) for id in structure.members(scope))


def evidence_file(settings: Settings, forecast: Forecast) -> Path:
    """Where what a forecast rests on is kept."""
    key = key_of(FORM, forecast.figure, forecast.as_at, forecast.known_at, forecast.method)
    return place(settings, FORECAST, f"forecast {forecast.figure}", f"{key}.evidence")


def _days_ahead(leading: Leading, as_at: date, lines: Sequence[TargetLine]) -> list[date]:
    """Every month end after the day, to the last day of a target; of a yearly count, to the end of its year."""
    last = max((line.due_on for line in lines), default=as_at)
    if leading.is_yearly:
        year_ends = financial_year_start(as_at).replace(year=financial_year_start(as_at).year + 1) - timedelta(days=1)
        last = min(last, year_ends)
    return [day for day in month_ends(as_at + timedelta(days=1), last) if day > as_at]


def _past_counts(
    metric: Metric, structure: Structure, as_at: date, instant: datetime
) -> Mapping[Scope, tuple[list[float], list[float]]]:
    """The last month ends up to the day, and what each scope counted on them, as known at the instant."""
    ends = list(month_ends((as_at - timedelta(days=31 * (MONTHS + 1))).replace(day=1), as_at))[-MONTHS:]
    tally = Tally(structure, [metric])
    changes = Asked(instant).ask(partial(counted_by_month, ends[0], ends[-1], tally.parts))
    counts: list[list[float]] = []
    for day in ends:
        for change in changes.get(number_of(day), ()):
            tally.add(*change)
        counts.append([tally.finished(metric, place)[2] or 0.0 for place in range(len(tally.scopes))])
    days = [float(day.toordinal()) for day in ends]
    return {scope: (days, [counted[place] for counted in counts]) for place, scope in enumerate(tally.scopes)}


def inputs(rests_on: Evidence) -> dict[str, Any]:
    """What a forecast was made from, in numbers that can be read again."""
    stages, programmes = rests_on.stages, rests_on.programmes
    underway: dict[str, dict[str, int]] = {}
    rows = rests_on.underway
    for programme, stage in zip(rows.column("programme"), rows.column("stage"), strict=True):
        at = underway.setdefault(programmes[programme], {})
        at[stages[stage]] = at.get(stages[stage], 0) + 1
    expected: dict[str, int] = {}
    for programme in rests_on.beginnings.column("programme"):
        expected[programmes[programme]] = expected.get(programmes[programme], 0) + 1
    return {
        "counted": rests_on.everybody,
        "underway": underway,
        "stays": len(rests_on.stays),
        "completed_stays": rests_on.ended,
        "expected_to_begin": expected,
        "promised_or_planned": len(rows) - rows.column("goes_on").count(NEVER),
        "planned": [
            {
                "ref": intake["ref"],
                "programme": programmes[intake["programme"]],
                "starts_on": intake["starts_on"],
                "places": intake["places"],
                "taken": intake["taken"],
            }
            for intake in rests_on.intakes
        ],
        "places_filled_before": {"offered": rests_on.offered, "filled": rests_on.filled},
    }


def forecast_headlines(as_at: date, back: int = 24, at_once: int = 2) -> int:
    """Forecast every headline as at a compiled day as known then, and month ends before it as known at their close.

    The latter are what the forecast is scored by; some are made each night until all of the last two years are there.
    Safe to repeat. Returns how many forecasts were made.

    :raises NotCompiled: if the day is not compiled.
    """
    known_at, wanted = required_compilation(as_at).known_at, []
    for metric in METRICS.values():
        if metric.leading is None:
            continue
        if forecast_of(metric.code, as_at, known_at, SEED) is None:
            wanted.append((metric, as_at, known_at))
        first = month_end(as_at - timedelta(days=31 * back))
        missing = (
            (metric, day, end_of_day(day))
            for day in reversed(list(month_ends(first, as_at - timedelta(days=1))))
            if forecast_of(metric.code, day, end_of_day(day), SEED) is None
        )
        wanted += islice(missing, at_once)
    return sum(made is not None for made in make_forecasts(wanted))
