"""The figures of recruitment, each as its counting spans (`core.metric.Spans`).

A vacancy counts for its organisation, and so do its candidates, for ever (fine print B7). What falls in the 12 months
to a day counts from the day it happened to the day before its anniversary: a window.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache
from typing import Any

from sqlalchemy import CTE, ColumnElement, Date, Select, and_, func, select

from tracker.core.calendar import LAST_DAY
from tracker.core.metric import Knowledge, Spans
from tracker.core.sql import days_between, greatest_of, least_of, year_after
from tracker.leadership.lifecycle import CandidacyStage, Route, VacancyStage
from tracker.leadership.models import Candidacy, Vacancy
from tracker.ledger.models import Journey, Strand
from tracker.ledger.queries import stage_spans

JOURNEYS = select(Journey.id).where(Journey.strand == Strand.LEADERSHIP)


def _all(knowledge: Knowledge) -> Knowledge:
    """The same question about every vacancy and candidacy.

    They are nobody's, so narrowing by people says nothing about them; there are few enough to ask for all of them.
    """
    return replace(knowledge, people=None, journeys=None if knowledge.at is None else JOURNEYS)


@lru_cache(maxsize=8)
def _vacancies(knowledge: Knowledge) -> CTE:
    """The stages of every vacancy, each with the organisation it counts for and how the post is filled."""
    span = stage_spans(_all(knowledge)).subquery()
    vacancy = select(span, Vacancy.organisation_id, Vacancy.route)
    vacancy = vacancy.join(Vacancy, Vacancy.journey_id == span.c.journey_id)
    return vacancy.where(span.c.strand == Strand.LEADERSHIP).cte()


@lru_cache(maxsize=8)
def _candidacies(knowledge: Knowledge) -> CTE:
    """The stages of every candidacy, each with its vacancy and the organisation it counts for."""
    span = stage_spans(_all(knowledge)).subquery()
    candidacy = select(span, Candidacy.vacancy_id, Vacancy.organisation_id)
    candidacy = candidacy.join(Candidacy, Candidacy.journey_id == span.c.journey_id)
    candidacy = candidacy.join(Vacancy, Vacancy.journey_id == Candidacy.vacancy_id)
    return candidacy.where(span.c.strand == Strand.LEADERSHIP).cte()


def _counted(row: Any, *more: ColumnElement[Any]) -> Select[Any]:
    """The columns of counting spans: one record is one journey."""
    columns = (row.c.journey_id.label("record_id"), row.c.journey_id, row.c.organisation_id)
    return select(*columns, row.c.starts_on, row.c.ends_on, *more).where(row.c.starts_on < row.c.ends_on)


def standing_at(*stages: VacancyStage) -> Spans:
    """Vacancies while they stand at some stages."""

    def spans(knowledge: Knowledge) -> Select[Any]:
        span = _vacancies(knowledge)
        return _counted(span).where(span.c.stage.in_(stages))

    return spans


def appointed(knowledge: Knowledge) -> Select[Any]:
    """Vacancies from the day somebody took up the post, for ever."""
    return _counted(_first(knowledge, VacancyStage.IN_POST).subquery())


def known(knowledge: Knowledge) -> Select[Any]:
    """Vacancies from their first event on, for ever."""
    span = _vacancies(knowledge)
    first = select(
        span.c.journey_id,
        span.c.organisation_id,
        span.c.starts_on,
        func.coalesce(LAST_DAY, span.c.starts_on).label("ends_on"),
    )
    return _counted(first.where(span.c.position == 1).subquery())


def _first(knowledge: Knowledge, stage: VacancyStage) -> Select[Any]:
    """The first time each vacancy entered a stage: journey_id, organisation_id, route, starts_on, no end."""
    span = _vacancies(knowledge)
    starts_on = func.min(span.c.starts_on)
    return (
        select(
            span.c.journey_id,
            span.c.organisation_id,
            span.c.route,
            starts_on.label("starts_on"),
            func.coalesce(LAST_DAY, starts_on).label("ends_on"),
        )
        .where(span.c.stage == stage)
        .group_by(span.c.journey_id, span.c.organisation_id, span.c.route)
    )


def _windows(span: Any, *stages: str, more: tuple[ColumnElement[Any], ...] = ()) -> Any:
    """A year from each time a journey entered one of the stages, cut short where it did so again: once a day."""
    following = func.lead(span.c.starts_on, type_=Date).over(
        partition_by=span.c.journey_id, order_by=(span.c.position,)
    )
    columns = (span.c.journey_id, span.c.organisation_id, span.c.position, span.c.starts_on)
    until = least_of(year_after(span.c.starts_on), func.coalesce(following, LAST_DAY))
    return select(*columns, until.label("ends_on"), *more).where(span.c.stage.in_(stages)).subquery()


def days_to_hire(knowledge: Knowledge) -> Select[Any]:
    """Days from the latest closing before a vacancy's latest offer to that offer, for a year from it (E2).

    Without a closing, or where the post was not filled by competition, it is left out.
    """
    span, closed = _vacancies(knowledge), _vacancies(knowledge).alias()
    offered = _windows(span, VacancyStage.OFFER, more=(span.c.route,))
    closed_on = (
        select(func.max(closed.c.starts_on))
        .where(
            closed.c.journey_id == offered.c.journey_id,
            closed.c.stage == VacancyStage.CLOSED,
            closed.c.position < offered.c.position,
        )
        .scalar_subquery()
    )
    facts = select(offered, closed_on.label("closed_on")).where(offered.c.route == Route.COMPETITION).subquery()
    value = days_between(facts.c.closed_on, facts.c.starts_on).label("value")
    return _counted(facts, value).where(facts.c.closed_on.is_not(None))


def days_to_fill(knowledge: Knowledge) -> Select[Any]:
    """Days from a vacancy's first approval to the day the post was taken up, for a year from then (E3)."""
    approved, filled = (_first(knowledge, stage).subquery() for stage in (VacancyStage.APPROVAL, VacancyStage.IN_POST))
    facts = (
        select(
            filled.c.journey_id,
            filled.c.organisation_id,
            filled.c.starts_on,
            year_after(filled.c.starts_on).label("ends_on"),
            days_between(approved.c.starts_on, filled.c.starts_on).label("value"),
        )
        .join(approved, approved.c.journey_id == filled.c.journey_id)
        .where(filled.c.route == Route.COMPETITION)
        .subquery()
    )
    return _counted(facts, facts.c.value)


def closed_lately(knowledge: Knowledge) -> Select[Any]:
    """Vacancies for a year from each closing; one that closed twice counts once."""
    return _counted(_windows(_vacancies(knowledge), VacancyStage.CLOSED))


def applicants(knowledge: Knowledge) -> Select[Any]:
    """Candidacies while their vacancy closed in the last 12 months, from both adverts, whatever came of them (E5)."""
    window = _windows(_vacancies(knowledge), VacancyStage.CLOSED)
    span = _candidacies(knowledge)
    facts = (
        select(
            span.c.journey_id,
            span.c.organisation_id,
            greatest_of(span.c.starts_on, window.c.starts_on).label("starts_on"),
            window.c.ends_on,
        )
        .join_from(span, window, and_(window.c.journey_id == span.c.vacancy_id))
        .where(span.c.position == 1)
        .subquery()
    )
    return _counted(facts)


def answered(*stages: CandidacyStage) -> Callable[[Knowledge], Select[Any]]:
    """Candidacies for a year from each time they entered one of the stages."""

    def spans(knowledge: Knowledge) -> Select[Any]:
        return _counted(_windows(_candidacies(knowledge), *stages))

    return spans
