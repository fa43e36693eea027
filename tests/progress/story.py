"""A small programme whose every figure can be counted on the fingers, compiled on some days.

Trained by 15 April 2026: two of the Home Office (10 February, 5 March), one of HM Treasury (15 January), one of the
Crown Commercial Service, a body of the Cabinet Office (2 April). One more of the Home Office is in training, one on a
break that was promised to end on 1 April.
"""

from datetime import date

from flask import Flask
from sqlalchemy import select

from tests.factories import Arrange, make_enrolment, make_person, organisation
from tracker.core.calendar import end_of_day
from tracker.progress.models import FigureScope, Forecast, ForecastPoint, ScopeKind
from tracker.progress.services.compiling import compile_day, compile_range
from tracker.progress.services.forecasting import SEED
from tracker.progress.services.targets import replace_line

TRAINED = "training.trained"
LATEST = date(2026, 4, 15)
STORIES = {
    "home-office": (
        ("in-training 2026-01-05", "completed 2026-02-10"),
        ("in-training 2026-01-05", "completed 2026-03-05"),
        ("in-training 2026-02-01",),
        ("in-training 2026-02-01", "on-break 2026-03-01 until 2026-04-01"),
    ),
    "hm-treasury": (("in-training 2025-11-01", "completed 2026-01-15"),),
    "crown-commercial-service": (("in-training 2026-01-05", "completed 2026-04-02"),),
}


def tell(arrange: Arrange) -> None:
    """Let it happen, and set the targets: ten by March 2027, four of them of the Home Office."""
    with arrange():
        for slug, histories in STORIES.items():
            for history in histories:
                make_enrolment(*history, person=make_person(slug))
        lines = {None: 10.0, "home-office": 4.0, "ministry-of-defence": 3.0}
        for slug, goal in lines.items():
            whose = organisation(slug).id if slug else None
            points = {date(2025, 12, 31): 0.0, date(2027, 3, 31): goal}
            replace_line(TRAINED, whose, points, reason="The strategy", created_by_id=None)


def compile_story(app: Flask) -> None:
    """Compile the month ends, and the latest day."""
    with app.app_context():
        compile_range(date(2025, 12, 31), date(2026, 3, 31))
        compile_day(LATEST)


def foretell(
    arrange: Arrange, chances: dict[str | None, float], as_at: date = LATEST, *, stays: int = 100, figure: str = TRAINED
) -> None:
    """Keep a forecast of a compiled day that gives each organisation (none: all government) its chance."""
    with arrange() as session:
        made = Forecast(
            figure=figure,
            as_at=as_at,
            known_at=end_of_day(as_at),
            seed=SEED,
            method="told",
            completed_stays=stays,
            is_enough=stays >= 20,
            inputs={},
        )
        session.add(made)
        session.flush()
        for slug, chance in chances.items():
            kind = ScopeKind.OWN if slug else ScopeKind.ALL
            scope = FigureScope.organisation_id.is_not_distinct_from(organisation(slug).id if slug else None)
            scope_id = session.scalars(select(FigureScope.id).where(FigureScope.kind == kind, scope)).one()
            levels = {"low": 1, "middle": 2, "high": 3, "plan": 3.0, "chance": chance, "straight_chance": 0.5}
            session.add(ForecastPoint(forecast_id=made.id, scope_id=scope_id, day=date(2027, 3, 31), **levels))
