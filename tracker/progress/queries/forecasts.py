"""Forecasts as they were made, and how those made before turned out."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from tracker.core.calendar import end_of_day
from tracker.core.db import db
from tracker.progress.figures import Scope
from tracker.progress.models import FigureScope, Forecast, ForecastPoint
from tracker.progress.queries.snapshots import trajectory


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
    """What was expected of some scopes, in order of days."""
    rows = db.session.execute(
        select(FigureScope.kind, FigureScope.organisation_id, ForecastPoint)
        .join(FigureScope, FigureScope.id == ForecastPoint.scope_id)
        .where(
            ForecastPoint.forecast_id == forecast.id,
            FigureScope.kind.in_({scope.kind for scope in scopes}),
        )
        .order_by(ForecastPoint.day)
    )
    by_place = {(scope.kind, scope.organisation_id): scope for scope in scopes}
    found: dict[Scope, list[ForecastPoint]] = {}
    for kind, organisation_id, point in rows:
        if scope := by_place.get((kind, organisation_id)):
            found.setdefault(scope, []).append(point)
    return found


@dataclass(frozen=True)
class Score:
    """How forecasts of a figure turned out. `held`: how many of the 80% bands held what came; Brier scores are mean
    squared differences between the chance of being on plan and what came: 0 is perfect, and lower is better."""

    bands: int
    held: int
    chances: int
    brier: float | None
    straight_brier: float | None

    @property
    def share_held(self) -> float | None:
        """The share of bands that held what came."""
        return self.held / self.bands if self.bands else None


def score(figure: str, scope: Scope, known_by: date) -> Score:
    """How the forecasts of a scope made at month ends, as known then, turned out by the month ends compiled since.

    :param known_by: the last London day that may have come true.
    """
    rows = db.session.execute(
        select(ForecastPoint, Forecast.as_at, Forecast.known_at)
        .join(Forecast, Forecast.id == ForecastPoint.forecast_id)
        .join(FigureScope, FigureScope.id == ForecastPoint.scope_id)
        .where(
            Forecast.figure == figure,
            ForecastPoint.day <= known_by,
            FigureScope.kind == scope.kind,
            FigureScope.organisation_id.is_not_distinct_from(scope.organisation_id),
        )
        .order_by(Forecast.as_at, ForecastPoint.day)
    ).all()
    made = [point for point, as_at, known_at in rows if known_at == end_of_day(as_at)]
    if not made:
        return Score(0, 0, 0, None, None)
    came = {one.as_at: one.value for one in trajectory(figure, scope, min(one.day for one in made), known_by)}
    return _scored([(point, value) for point in made if (value := came.get(point.day)) is not None])


def _scored(pairs: Sequence[tuple[ForecastPoint, float]]) -> Score:
    chances = [
        (point.chance, point.straight_chance, float(value >= point.plan))
        for point, value in pairs
        if point.plan is not None and point.chance is not None and point.straight_chance is not None
    ]
    return Score(
        bands=len(pairs),
        held=sum(point.low <= value <= point.high for point, value in pairs),
        chances=len(chances),
        brier=mean_of([(chance - came) ** 2 for chance, _, came in chances]),
        straight_brier=mean_of([(straight - came) ** 2 for _, straight, came in chances]),
    )


def mean_of(numbers: Sequence[float]) -> float | None:
    """The mean; of nothing there is none."""
    return sum(numbers) / len(numbers) if numbers else None
