"""Forecasts as they were made, and how those made before turned out."""

from collections.abc import Callable, Collection, Sequence
from datetime import date, datetime

from sqlalchemy import func, select

from tracker.core.calendar import end_of_day
from tracker.core.db import db
from tracker.core.metric import Metric
from tracker.progress.figures import Figure, Scope
from tracker.progress.models import FigureScope, Forecast, ForecastPoint, ScopeKind
from tracker.progress.outlook import GOOD_FOR, METHOD, Outlook, Score
from tracker.progress.queries.snapshots import Place, kept_for

Expected = tuple[int, Scope]
"""A forecast, by its number, and one of its scopes."""
Came = Callable[[Metric, Scope], Sequence[Figure]]
"""What came: a figure of a scope at month ends."""
Made = tuple[date, ForecastPoint]
"""What was expected by a forecast as at a day."""


def forecast_of(figure: str, as_at: date, known_at: datetime, seed: int) -> Forecast | None:
    """The forecast of exactly a day and an instant, if it was made."""
    return db.session.scalar(
        select(Forecast).where(
            Forecast.figure == figure, Forecast.as_at == as_at, Forecast.known_at == known_at, Forecast.seed == seed
        )
    )


def latest_forecasts(figures: Collection[str], as_at: date, known_at: datetime | None = None) -> dict[str, Forecast]:
    """The latest forecast of each figure made as at a day or before it, as known at an instant or before it."""
    newest = (Forecast.as_at.desc(), Forecast.known_at.desc())
    place = func.row_number().over(partition_by=Forecast.figure, order_by=newest).label("place")
    made = select(Forecast.id, place).where(Forecast.figure.in_(sorted(figures)), Forecast.as_at <= as_at)
    if known_at is not None:
        made = made.where(Forecast.known_at <= known_at)
    ranked = made.subquery()
    latest = select(Forecast).join(ranked, ranked.c.id == Forecast.id).where(ranked.c.place == 1)
    return {one.figure: one for one in db.session.scalars(latest)}


def points(forecasts: Collection[Forecast], scopes: Collection[Scope]) -> dict[Expected, list[ForecastPoint]]:
    """What was expected of some scopes by some forecasts, in order of days; of a scope that is not kept, of the
    organisation's own."""
    found: dict[tuple[int, Place], list[ForecastPoint]] = {}
    rows = db.session.execute(
        select(ForecastPoint, FigureScope.kind, FigureScope.organisation_id)
        .join(FigureScope, FigureScope.id == ForecastPoint.scope_id)
        .where(ForecastPoint.forecast_id.in_([one.id for one in forecasts]), kept_for(scopes))
        .order_by(ForecastPoint.day)
    )
    for point, kind, organisation_id in rows:
        found.setdefault((point.forecast_id, (kind, organisation_id)), []).append(point)
    chosen = {
        (made.id, scope): next((found[made.id, place] for place in _places(scope) if (made.id, place) in found), [])
        for made in forecasts
        for scope in scopes
    }
    return {expected: those for expected, those in chosen.items() if those}


def _places(scope: Scope) -> tuple[Place, Place]:
    """Where something of a scope may be kept: under its own kind, or, if it is the same, as the organisation's own."""
    return (scope.kind, scope.organisation_id), (ScopeKind.OWN, scope.organisation_id)


def outlooks(
    metrics: Collection[Metric],
    scopes: Collection[Scope],
    as_at: date,
    known_at: datetime | None,
    *,
    scored: Collection[Scope] = (),
    came: Came | None = None,
) -> dict[tuple[str, Scope], Outlook]:
    """What is expected of headlines as at a day, by the latest forecast of that day or of the weeks before it.

    :param scored: scopes of which to look up how earlier forecasts turned out; the score of others is empty.
    :param came: a headline of a scope at the month ends by which they are scored.
    """
    leading = [metric for metric in metrics if metric.leading]
    latest = latest_forecasts([metric.code for metric in leading], as_at, known_at) if leading else {}
    made = {code: one for code, one in latest.items() if as_at - one.as_at <= GOOD_FOR}
    if not made:
        return {}
    expected = points(list(made.values()), scopes)
    of = [metric for metric in leading if metric.code in made]
    records = scores(of, scored, as_at, came) if scored and came else {}
    return {
        (code, scope): Outlook(
            forecast, tuple(expected.get((forecast.id, scope), ())), records.get((code, scope), UNSCORED)
        )
        for code, forecast in made.items()
        for scope in scopes
    }


UNSCORED = Score(0, 0, None, None)


def scores(
    metrics: Collection[Metric], scopes: Collection[Scope], known_by: date, came: Came
) -> dict[tuple[str, Scope], Score]:
    """How the forecasts made at month ends, as known then, turned out by the month ends that have come since.

    What became known only later of the time before a forecast is not held against it: it is judged by what came after
    its day. Those that were made another way are not counted in.

    :param known_by: the last London day that may have come true.
    :param came: what came: a figure of a scope at month ends.
    """
    rows = db.session.execute(
        select(
            *(ForecastPoint, Forecast.figure, Forecast.as_at, Forecast.known_at),
            *(FigureScope.kind, FigureScope.organisation_id),
        )
        .join(Forecast, Forecast.id == ForecastPoint.forecast_id)
        .join(FigureScope, FigureScope.id == ForecastPoint.scope_id)
        .where(
            Forecast.figure.in_([metric.code for metric in metrics]),
            Forecast.method == METHOD,
            ForecastPoint.day <= known_by,
            kept_for(scopes),
        )
        .order_by(Forecast.as_at, ForecastPoint.day)
    )
    made: dict[tuple[str, Place], list[Made]] = {}
    for point, figure, as_at, known_at, kind, organisation_id in rows:
        if known_at == end_of_day(as_at):
            made.setdefault((figure, (kind, organisation_id)), []).append((as_at, point))
    found = {}
    for metric in metrics:
        for scope in scopes:
            of_scope = next((made[metric.code, one] for one in _places(scope) if (metric.code, one) in made), [])
            found[metric.code, scope] = _score(of_scope, came(metric, scope))
    return found


def _score(made: Sequence[Made], figures: Sequence[Figure]) -> Score:
    came = {one.as_at: one.value for one in figures if one.value is not None}
    begun = {as_at: point.middle for as_at, point in made if point.day == as_at}
    return _scored(
        [
            (point, begun[as_at] + came[point.day] - came[as_at])
            for as_at, point in made
            if point.day > as_at and as_at in begun and as_at in came and point.day in came
        ]
    )


def _scored(pairs: Sequence[tuple[ForecastPoint, float]]) -> Score:
    chances = [
        (point.chance, point.straight_chance, float(value >= point.plan))
        for point, value in pairs
        if point.plan is not None and point.chance is not None and point.straight_chance is not None
    ]
    return Score(
        bands=len(pairs),
        held=sum(point.low <= value <= point.high for point, value in pairs),
        brier=mean_of([(chance - came) ** 2 for chance, _, came in chances]),
        straight_brier=mean_of([(straight - came) ** 2 for _, straight, came in chances]),
    )


def mean_of(numbers: Sequence[float]) -> float | None:
    """The mean; of nothing there is none."""
    return sum(numbers) / len(numbers) if numbers else None
