"""The vacancies and candidacies behind a number, or behind a term of a bridge: a list exactly as long as the number.

Candidates are named by their reference alone.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Date, Select, cast, func, null, or_, select

from tracker.core.db import db
from tracker.core.metric import Knowledge, Metric
from tracker.core.paging import PER_PAGE, Page, page_number
from tracker.leadership.models import Candidacy, Candidate, LeadershipRole, Vacancy
from tracker.organisations.models import Grade, Organisation
from tracker.progress.figures import Scope
from tracker.progress.queries.records import counted
from tracker.progress.structure import Structure


@dataclass(frozen=True)
class VacancyRow:
    """One record: the vacancy, the candidate by reference where a candidacy is counted, and since when it counts."""

    ref: str
    role: str
    grade: str
    organisation: str
    candidate_ref: str | None
    since: date | None

    @property
    def post(self) -> str:
        """What the post is called."""
        return f"{self.role}, {self.grade}"


def _rows(record: Any) -> Select[Any]:
    """The vacancies of some records, which have journey_id and starts_on; a journey may be a candidacy's."""
    return (
        select(Vacancy.ref, LeadershipRole.name, Grade.code, Organisation.name, Candidate.ref, record.c.starts_on)
        .join_from(record, Candidacy, Candidacy.journey_id == record.c.journey_id, isouter=True)
        .join(Candidate, Candidate.id == Candidacy.candidate_id, isouter=True)
        .join(Vacancy, or_(Vacancy.journey_id == record.c.journey_id, Vacancy.journey_id == Candidacy.vacancy_id))
        .join(LeadershipRole, LeadershipRole.id == Vacancy.role_id)
        .join(Grade, Grade.id == Vacancy.grade_id)
        .join(Organisation, Organisation.id == Vacancy.organisation_id)
        .order_by(Vacancy.ref, Candidate.ref, record.c.journey_id)
    )


def behind(
    metric: Metric,
    structure: Structure,
    scope: Scope,
    as_at: date,
    knowledge: Knowledge,
    *,
    url: Callable[[int], str],
    page: str | None = None,
) -> Page[VacancyRow]:
    """A page of the records behind a figure; of a ratio those of its numerator."""
    record = counted(metric, structure, scope, as_at, knowledge).subquery()
    total = db.session.scalar(select(func.count()).select_from(record)) or 0
    number = page_number(page, total)
    query = _rows(record).limit(PER_PAGE).offset((number - 1) * PER_PAGE)
    return Page([VacancyRow(*row) for row in db.session.execute(query)], number, total, url)


def moved(journeys: Sequence[int], *, url: Callable[[int], str], page: str | None = None) -> Page[VacancyRow]:
    """A page of the vacancies of some journeys; a journey that is there twice is listed twice."""
    number = page_number(page, len(journeys))
    shown = sorted(journeys)[(number - 1) * PER_PAGE : number * PER_PAGE]
    record = select(Vacancy.journey_id, cast(null(), Date).label("starts_on")).where(Vacancy.journey_id.in_(set(shown)))
    told = record.subquery()
    rows = {row[-1]: VacancyRow(*row[:-1]) for row in db.session.execute(_rows(told).add_columns(told.c.journey_id))}
    return Page([rows[id] for id in shown], number, len(journeys), url)
