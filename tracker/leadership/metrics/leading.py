"""How vacancies come to be counted as filled: what the forecast of the headline is made from."""

from datetime import date
from typing import Any

from sqlalchemy import Date, Select, String, null, select, type_coerce

from tracker.core.metric import Knowledge, Leading, Plans
from tracker.leadership.lifecycle import VACANCY, VacancyStage
from tracker.leadership.models import Vacancy
from tracker.organisations.models import Grade


def _journeys(knowledge: Knowledge, as_at: date) -> Select[Any]:
    """Vacancies; those of one grade are alike."""
    columns: tuple[Any, ...] = (Vacancy.journey_id, Vacancy.journey_id.label("record_id"))
    no_plan = (type_coerce(null(), String).label("intake"), type_coerce(null(), Date).label("planned_on"))
    return select(*columns, Grade.code.label("programme"), Vacancy.organisation_id, *no_plan).join(
        Grade, Grade.id == Vacancy.grade_id
    )


def _no_plans(_: date) -> Plans:
    """A post that is to be filled is a vacancy, and so under way: nothing is planned besides."""
    return Plans((), 0, 0)


TO_BE_APPOINTED = Leading(
    stages=tuple(VACANCY.stages),
    moves=VACANCY.steps(),
    arrives_at=frozenset({VacancyStage.IN_POST}),
    journeys=_journeys,
    names=lambda: select(Grade.code, Grade.code),
    starts_at=VacancyStage.ADVERT,
    starts="be advertised",
    kind="grade",
    plans=_no_plans,
)
