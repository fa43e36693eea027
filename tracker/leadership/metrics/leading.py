"""How vacancies come to be counted as filled: what the forecast of the headline is made from."""

from datetime import date
from typing import Any

from sqlalchemy import Select, select

from tracker.core.metric import Knowledge, Leading
from tracker.leadership.lifecycle import VACANCY, VacancyStage
from tracker.leadership.models import Vacancy
from tracker.organisations.models import Grade


def _journeys(knowledge: Knowledge, as_at: date) -> Select[Any]:
    """Vacancies; those of one grade are alike."""
    columns: tuple[Any, ...] = (Vacancy.journey_id, Vacancy.journey_id.label("record_id"))
    return select(*columns, Grade.code.label("programme"), Vacancy.organisation_id).join(
        Grade, Grade.id == Vacancy.grade_id
    )


TO_BE_APPOINTED = Leading(
    stages=tuple(VACANCY.stages),
    moves=VACANCY.steps(),
    arrives_at=frozenset({VacancyStage.IN_POST}),
    journeys=_journeys,
)
