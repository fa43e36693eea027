"""The course of vacancies: which stages they went through and when, and how far their candidates came."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, func, select

from tracker.core.db import db
from tracker.leadership.lifecycle import CANDIDACY, CANDIDACY_LINE, CandidacyStage, Route
from tracker.leadership.models import Campaign, Candidacy, Vacancy, VacancyPause
from tracker.ledger.lifecycle import StageInfo
from tracker.ledger.models import StageSpan
from tracker.organisations.models import Organisation


@dataclass(frozen=True)
class Stretch:
    """Days a vacancy stood at a stage: from the first up to, not including, the second."""

    stage: str
    starts_on: date
    ends_on: date


@dataclass(frozen=True)
class Pause:
    """Days on which a vacancy stood still, and why; `ends_on` is None while it still does."""

    starts_on: date
    ends_on: date | None
    reason: str


def stretches_of(vacancy: Vacancy) -> list[Stretch]:
    """The stages a vacancy went through, in order."""
    return courses(Vacancy.journey_id == vacancy.journey_id).get(vacancy.journey_id, [])


def courses(*where: ColumnElement[bool]) -> dict[int, list[Stretch]]:
    """The stages vacancies went through, by vacancy, each in order."""
    read = (
        select(StageSpan.journey_id, StageSpan.stage, StageSpan.starts_on, StageSpan.ends_on)
        .join(Vacancy, Vacancy.journey_id == StageSpan.journey_id)
        .join(Campaign, Campaign.id == Vacancy.campaign_id)
        .join(Organisation, Organisation.id == Vacancy.organisation_id)
        .where(*where)
        .order_by(StageSpan.journey_id, StageSpan.position)
    )
    found: dict[int, list[Stretch]] = {}
    for id, stage, starts_on, ends_on in db.session.execute(read):
        found.setdefault(id, []).append(Stretch(stage, starts_on, ends_on))
    return found


def by_competition() -> ColumnElement[bool]:
    """Whether a post is filled by competition: the others are a class of their own."""
    return Vacancy.route == Route.COMPETITION


def pauses_of(vacancy: Vacancy) -> list[Pause]:
    """The times a vacancy stood still."""
    read = select(VacancyPause.starts_on, VacancyPause.ends_on, VacancyPause.reason)
    read = read.where(VacancyPause.vacancy_id == vacancy.journey_id).order_by(VacancyPause.starts_on, VacancyPause.id)
    return [Pause(*row) for row in db.session.execute(read)]


@dataclass(frozen=True)
class Rung:
    """A stage of candidates: how many came as far, how many stand there, and how many left from there, by how."""

    stage: StageInfo
    reached: int
    standing: int
    left: tuple[tuple[StageInfo, int], ...]


def funnel(*where: ColumnElement[bool]) -> list[Rung]:
    """How far the candidates of vacancies came: each rung counts those who reached it or anything beyond it.

    Those who left are told at the last stage they had reached, by how they left. A stage that a file left out counts as
    reached by whoever came further.
    """
    read = (
        select(StageSpan.journey_id, StageSpan.stage)
        .join(Candidacy, Candidacy.journey_id == StageSpan.journey_id)
        .join(Vacancy, Vacancy.journey_id == Candidacy.vacancy_id)
        .where(*where)
        .order_by(StageSpan.journey_id, StageSpan.position)
    )
    histories: dict[int, list[str]] = {}
    for id, stage in db.session.execute(read):
        histories.setdefault(id, []).append(stage)
    return _rungs(histories.values())


def _rungs(histories: Iterable[Sequence[str]]) -> list[Rung]:
    place = {stage: number for number, stage in enumerate(CANDIDACY_LINE)}
    reached = [0] * len(CANDIDACY_LINE)
    standing: dict[tuple[int, str], int] = {}
    for history in histories:
        furthest = max((place[CandidacyStage(stage)] for stage in history if stage in place), default=0)
        for number in range(furthest + 1):
            reached[number] += 1
        key = (furthest, history[-1])
        standing[key] = standing.get(key, 0) + 1
    return [
        Rung(
            CANDIDACY.stages[stage],
            reached[number],
            standing.get((number, stage), 0),
            tuple(
                (info, standing[number, code])
                for code, info in CANDIDACY.stages.items()
                if code not in place and (number, code) in standing
            ),
        )
        for number, stage in enumerate(CANDIDACY_LINE)
    ]


def number_of_candidacies(*where: ColumnElement[bool]) -> int:
    """How many candidacies vacancies have."""
    read = select(func.count(func.distinct(Candidacy.journey_id))).select_from(Candidacy)
    read = read.join(StageSpan, StageSpan.journey_id == Candidacy.journey_id)
    read = read.join(Vacancy, Vacancy.journey_id == Candidacy.vacancy_id).where(*where)
    return db.session.scalar(read) or 0
