"""Forecasts as they were made, and how those made before turned out."""

from collections.abc import Collection, Sequence
from datetime import date, datetime

from sqlalchemy import select

from tracker.core.calendar import end_of_day
from tracker.core.db import db
from tracker.core.metric import Metric
from tracker.progress.figures import Scope
from tracker.progress.models import Forecast, ForecastPoint
from tracker.progress.outlook import GOOD_FOR, METHOD, Outlook, Score
from tracker.progress.queries.snapshots import scope_ids, trajectory


def forecast_of(figure: str, as_at: date, known_at: datetime, seed: int) -> Forecast | None:
    """The forecast of exactly a day and an instant, if it was made."""
    return db.session.scalar(
        select(Forecast).where(
            Forecast.figure == figure, Forecast.as_at == as_at, Forecast.known_at == known_at, Forecast.seed == seed
        )
    )


def latest_forecast(figure: str, as_at: date, known_at: datetime | None = None) -> Forecast | None:
    """The latest forecast made as at a day or before it, as known at an instant or before it."""
    query = select(Forecast).where(Forecast.figure == figure, Forecast.as_at <= as_at)
    if known_at is not None:
        query = query.where(Forecast.known_at <= known_at)
    return db.session.scalar(query.order_by(Forecast.as_at.desc(), Forecast.known_at.desc()).limit(1))


def points(forecast: Forecast, scopes: Collection[Scope]) -> dict[Scope, list[ForecastPoint]]:
    """What was expected of some scopes, in order of days; of a scope that is not kept, of the organisation's own."""
    ids = scope_ids(scopes)
    wanted = {id for those in ids.values() for id in those}
    found: dict[int, list[ForecastPoint]] = {}
    for point in db.session.scalars(
        select(ForecastPoint)
        .where(ForecastPoint.forecast_id == forecast.id, ForecastPoint.scope_id.in_(wanted))
        .order_by(ForecastPoint.day)
    ):
        found.setdefault(point.scope_id, []).append(point)
    chosen = {scope: next((found[id] for id in those if id in found), []) for scope, those in ids.items()}
    return {scope: those for scope, those in chosen.items() if those}


def outlooks(
    metrics: Collection[Metric],
    scopes: Collection[Scope],
    as_at: date,
    known_at: datetime | None,
    *,
    scored: Collection[Scope] = (),
) -> dict[tuple[str, Scope], Outlook]:
    """What is expected of headlines as at a day, by the latest forecast of that day or of the weeks before it.

    :param scored: scopes of which to look up how earlier forecasts turned out; the score of others is empty.
    """
    found: dict[tuple[str, Scope], Outlook] = {}
    for metric in metrics:
        forecast = latest_forecast(metric.code, as_at, known_at) if metric.leading else None
        if forecast is None or as_at - forecast.as_at > GOOD_FOR:
            continue
        expected = points(forecast, scopes)
        for scope in scopes:
            record = score(metric.code, scope, as_at) if scope in scored else UNSCORED
            found[metric.code, scope] = Outlook(forecast, tuple(expected.get(scope, ())), record)
    return found


UNSCORED = Score(0, 0, None, None)


def score(figure: str, scope: Scope, known_by: date) -> Score:
    """How the forecasts of a scope made at month ends, as known then, turned out by the month ends compiled since.

    What became known only later of the time before a forecast is not held against it: it is judged by what came after
    its day. Those that were made another way are not counted in.

    :param known_by: the last London day that may have come true.
    """
    those = scope_ids([scope])[scope]
    rows = db.session.execute(
        select(ForecastPoint, Forecast.as_at, Forecast.known_at)
        .join(Forecast, Forecast.id == ForecastPoint.forecast_id)
        .where(
            Forecast.figure == figure,
            Forecast.method == METHOD,
            ForecastPoint.day <= known_by,
            ForecastPoint.scope_id.in_(those[:1]),
        )
        .order_by(Forecast.as_at, ForecastPoint.day)
    ).all()
    made = [(as_at, point) for point, as_at, known_at in rows if known_at == end_of_day(as_at)]
    if not made:
        return UNSCORED
    came = {one.as_at: one.value for one in trajectory(figure, scope, made[0][0], known_by) if one.value is not None}
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
