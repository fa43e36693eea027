"""The figures of the training strand, each as its counting spans (`core.metric.Spans`).

A person's stage is counted where the person is that day; a completion, a withdrawal and a first role where the person
was on the day it happened (fine print B3).
"""

from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from typing import Any

from sqlalchemy import CTE, Date, Select, and_, func, select, type_coerce

from tracker.core.calendar import LAST_DAY
from tracker.core.metric import Knowledge, OneOf, Spans
from tracker.core.sql import day_after, days_between, greatest_of, least_of
from tracker.ledger.models import Strand
from tracker.ledger.queries import stage_spans
from tracker.people.queries import posting_spans
from tracker.training.lifecycle import Stage
from tracker.training.metrics.placing import stages, standing, where_each_day, where_on
from tracker.training.metrics.qualifying import qualifying_cohorts
from tracker.training.models import Enrolment

ENDED_WELL = (Stage.COMPLETED, Stage.IN_ROLE)
"""A journey that entered at in-role was completed on that day (fine print C2); otherwise completed comes first."""


def _without_overlap(span: Any, knowledge: Knowledge) -> Any:
    """The spans without what an earlier one of the same person and stage covers: a person counts once a day."""
    if knowledge.on is not None:
        return _once_on_a_day(span, knowledge.on)
    earlier = func.max(span.c.ends_on).over(
        partition_by=(span.c.stage, span.c.person_id), order_by=(span.c.starts_on, span.c.event_id), rows=(None, -1)
    )
    columns = (span.c.stage, span.c.person_id, span.c.journey_id, span.c.starts_on, span.c.ends_on)
    covered = select(*columns, earlier.label("covered_to")).where(span.c.starts_on < span.c.ends_on).subquery()
    starts_on = greatest_of(covered.c.starts_on, func.coalesce(covered.c.covered_to, covered.c.starts_on))
    cut = select(
        covered.c.stage, covered.c.person_id, covered.c.journey_id, starts_on.label("starts_on"), covered.c.ends_on
    )
    return cut.where(starts_on < covered.c.ends_on).subquery()


def _once_on_a_day(span: Any, on: date) -> Any:
    """Those of the spans that hold the one day asked for, once for each person, cut short to begin on it."""
    first = func.min(span.c.journey_id).label("journey_id")
    days = (type_coerce(on, Date).label("starts_on"), type_coerce(LAST_DAY, Date).label("ends_on"))
    held = select(span.c.stage, span.c.person_id, first, *days).where(span.c.starts_on <= on, on < span.c.ends_on)
    return held.group_by(span.c.stage, span.c.person_id).subquery()


def _standing_at(knowledge: Knowledge, wanted: Sequence[str]) -> Select[Any]:
    """People with a journey that stands at some stages, counted where they are that day, once at each stage."""
    span = _without_overlap(standing(knowledge, *map(Stage, wanted)), knowledge)
    return where_each_day(span, knowledge, span.c.stage.label("sort"))


def standing_at(stage: Stage) -> Spans:
    """People with a journey that stands at a stage, counted where they are that day."""
    return OneOf(_standing_at, stage)


def at_risk(knowledge: Knowledge) -> Select[Any]:
    """People on a break, from the day after the promised return until the break ends or a new day is promised."""
    pause = standing(knowledge, Stage.ON_BREAK)
    overdue = select(
        pause.c.stage,
        pause.c.event_id,
        pause.c.person_id,
        pause.c.journey_id,
        greatest_of(pause.c.starts_on, day_after(pause.c.promised_on)).label("starts_on"),
        pause.c.ends_on,
    ).where(pause.c.promised_on.is_not(None))
    return where_each_day(_without_overlap(overdue.subquery(), knowledge), knowledge)


@lru_cache(maxsize=8)
def _completed(knowledge: Knowledge) -> CTE:
    """Each completed journey with the day of its first completion: person_id, journey_id, starts_on.

    One table expression however many figures of a statement rest on it.
    """
    done = stages(knowledge, *ENDED_WELL)
    first = func.min(done.c.starts_on).label("starts_on")
    return select(done.c.person_id, done.c.journey_id, first).group_by(done.c.person_id, done.c.journey_id).cte()


@lru_cache(maxsize=8)
def _completed_by(knowledge: Knowledge) -> CTE:
    """Everybody who ever completed anything, since when: person_id, starts_on."""
    done = _completed(knowledge)
    return select(done.c.person_id, func.min(done.c.starts_on).label("starts_on")).group_by(done.c.person_id).cte()


@lru_cache(maxsize=8)
def _first_completions(knowledge: Knowledge) -> CTE:
    """Each person's first completion of a programme that qualified that day: person_id, journey_id, day, no end."""
    done = _completed(knowledge)
    first = func.row_number().over(partition_by=done.c.person_id, order_by=(done.c.starts_on, done.c.journey_id))
    counts = qualifying_cohorts(knowledge).subquery()
    that_day = and_(counts.c.starts_on <= done.c.starts_on, done.c.starts_on < counts.c.ends_on)
    ranked = (
        select(done.c.person_id, done.c.journey_id, done.c.starts_on, first.label("place"))
        .join(Enrolment, Enrolment.journey_id == done.c.journey_id)
        .join(counts, and_(counts.c.cohort_id == Enrolment.cohort_id, that_day))
        .subquery()
    )
    never = func.coalesce(LAST_DAY, ranked.c.starts_on).label("ends_on")
    return select(ranked.c.person_id, ranked.c.journey_id, ranked.c.starts_on, never).where(ranked.c.place == 1).cte()


def trained(knowledge: Knowledge) -> Select[Any]:
    """People from their first completion of a qualifying programme on, counted where they were on that day."""
    first = _first_completions(knowledge)
    return where_on(first.c.starts_on, first, knowledge, "person_id")


def in_role(knowledge: Knowledge) -> Select[Any]:
    """Trained people from their first data science role on, where they were on the day it was taken up (C8)."""
    role = stages(knowledge, Stage.IN_ROLE)
    place = func.row_number().over(partition_by=role.c.person_id, order_by=(role.c.starts_on, role.c.event_id))
    ranked = select(
        role.c.person_id, role.c.journey_id, role.c.starts_on.label("role_on"), place.label("place")
    ).subquery()
    trained_first = _first_completions(knowledge)
    facts = (
        select(
            ranked.c.person_id,
            ranked.c.journey_id,
            ranked.c.role_on,
            greatest_of(ranked.c.role_on, trained_first.c.starts_on).label("starts_on"),
            trained_first.c.ends_on,
        )
        .join(trained_first, trained_first.c.person_id == ranked.c.person_id)
        .where(ranked.c.place == 1)
        .subquery()
    )
    return where_on(facts.c.role_on, facts, knowledge, "person_id")


def _latest_each_day(left: Any) -> Any:
    """Whoever left, cut at every day one begins or ends: each piece with the latest leaving that holds it first."""
    bounds = (
        select(left.c.person_id, left.c.starts_on.label("day"))
        .union(select(left.c.person_id, left.c.ends_on))
        .subquery()
    )
    until = func.lead(bounds.c.day, type_=Date).over(partition_by=bounds.c.person_id, order_by=bounds.c.day)
    piece = select(bounds.c.person_id, bounds.c.day, until.label("until")).subquery()
    holds = and_(left.c.person_id == piece.c.person_id, left.c.starts_on <= piece.c.day, piece.c.day < left.c.ends_on)
    latest = func.row_number().over(
        partition_by=(piece.c.person_id, piece.c.day), order_by=(left.c.starts_on.desc(), left.c.event_id.desc())
    )
    chosen = select(
        piece.c.person_id,
        left.c.journey_id,
        left.c.starts_on.label("left_on"),
        piece.c.day,
        piece.c.until,
        latest.label("place"),
    ).join_from(piece, left, holds)
    return chosen.subquery()


def left_at(stage: Stage) -> Spans:
    """People with a journey that stands at a stage out of the line, none of whose journeys was completed (C4).

    Counted where they were on the day of the latest such event: of two journeys that stand there the later one says.
    """

    def spans(knowledge: Knowledge) -> Select[Any]:
        left = standing(knowledge, stage)
        if knowledge.on is not None:
            return _left_on_a_day(left, knowledge)
        chosen_piece = _latest_each_day(left)
        done = _completed_by(knowledge)
        facts = (
            select(
                chosen_piece.c.person_id,
                chosen_piece.c.journey_id,
                chosen_piece.c.left_on,
                chosen_piece.c.day.label("starts_on"),
                least_of(chosen_piece.c.until, func.coalesce(done.c.starts_on, chosen_piece.c.until)).label("ends_on"),
            )
            .outerjoin_from(chosen_piece, done, done.c.person_id == chosen_piece.c.person_id)
            .where(chosen_piece.c.place == 1)
            .subquery()
        )
        return where_on(facts.c.left_on, facts, knowledge, "person_id")

    return spans


def _left_on_a_day(left: Any, knowledge: Knowledge) -> Select[Any]:
    """As `left_at`, of spans that all hold one day: no person's need be cut into pieces."""
    latest = func.row_number().over(
        partition_by=left.c.person_id, order_by=(left.c.starts_on.desc(), left.c.event_id.desc())
    )
    ranked = select(
        left.c.person_id, left.c.journey_id, left.c.starts_on, left.c.ends_on, latest.label("place")
    ).subquery()
    done = _completed_by(knowledge)
    facts = (
        select(ranked)
        .outerjoin(done, done.c.person_id == ranked.c.person_id)
        .where(ranked.c.place == 1, done.c.person_id.is_(None))
        .subquery()
    )
    return where_on(facts.c.starts_on, facts, knowledge, "person_id")


def _completed_for_ever(knowledge: Knowledge) -> Select[Any]:
    done = _completed(knowledge)
    never = func.coalesce(LAST_DAY, done.c.starts_on).label("ends_on")
    return select(done.c.person_id, done.c.journey_id, done.c.starts_on, never)


def journeys_completed(knowledge: Knowledge) -> Select[Any]:
    """Journeys from their first completion on, counted where the person was on that day."""
    facts = _completed_for_ever(knowledge).subquery()
    return where_on(facts.c.starts_on, facts, knowledge, "journey_id")


@lru_cache(maxsize=8)
def _began(knowledge: Knowledge) -> CTE:
    """Each journey that was ever in training, with its first day there and the place of that in its history."""
    training = stages(knowledge, Stage.IN_TRAINING)
    first_day, position = func.min(training.c.starts_on), func.min(training.c.position)
    return (
        select(training.c.journey_id, first_day.label("first_day"), position.label("position"))
        .group_by(training.c.person_id, training.c.journey_id)
        .cte()
    )


def journeys_ended(knowledge: Knowledge) -> Select[Any]:
    """Journeys while they stand ended: completed, not completed, or withdrawn after starting (fine print C6)."""
    assessed, left, began = (
        standing(knowledge, Stage.NOT_COMPLETED),
        standing(knowledge, Stage.WITHDRAWN),
        _began(knowledge),
    )
    failed = select(assessed.c.person_id, assessed.c.journey_id, assessed.c.starts_on, assessed.c.ends_on)
    withdrew = select(left.c.person_id, left.c.journey_id, left.c.starts_on, left.c.ends_on).join_from(
        left, began, and_(began.c.journey_id == left.c.journey_id, began.c.position < left.c.position)
    )
    facts = _completed_for_ever(knowledge).union_all(failed, withdrew).subquery()
    return where_on(facts.c.starts_on, facts, knowledge, "journey_id")


def days_to_complete(knowledge: Knowledge) -> Select[Any]:
    """Completed journeys with the days from first in-training to first completed, breaks taken out (fine print C7)."""
    completed, pause, began = stages(knowledge, Stage.COMPLETED), stages(knowledge, Stage.ON_BREAK), _began(knowledge)
    columns = (completed.c.person_id, completed.c.journey_id)
    first_day, position = func.min(completed.c.starts_on), func.min(completed.c.position)
    done = select(*columns, first_day.label("starts_on"), position.label("position")).group_by(*columns).cte()
    inside = and_(pause.c.position > began.c.position, pause.c.position < done.c.position)
    paused_days = func.sum(days_between(pause.c.starts_on, pause.c.ends_on)).label("days")
    paused = (
        select(pause.c.journey_id, paused_days)
        .join_from(pause, done, done.c.journey_id == pause.c.journey_id)
        .join(began, began.c.journey_id == pause.c.journey_id)
        .where(inside)
        .group_by(pause.c.journey_id)
        .subquery()
    )
    value = days_between(began.c.first_day, done.c.starts_on) - func.coalesce(paused.c.days, 0)
    never = func.coalesce(LAST_DAY, done.c.starts_on).label("ends_on")
    facts = (
        select(done.c.person_id, done.c.journey_id, done.c.starts_on, never, value.label("value"))
        .join_from(done, began, and_(began.c.journey_id == done.c.journey_id, began.c.position < done.c.position))
        .outerjoin(paused, paused.c.journey_id == done.c.journey_id)
        .subquery()
    )
    return where_on(facts.c.starts_on, facts, knowledge, "journey_id", facts.c.value)


def journeys_known(knowledge: Knowledge) -> Select[Any]:
    """Journeys from their first event on, for every organisation the person was in since; they stay known there for
    ever.

    Only ever asked per organisation: a journey is known in each place its person was in.
    """
    span = stage_spans(knowledge).subquery()
    first = select(span).where(span.c.strand == Strand.TRAINING, span.c.position == 1).subquery()
    posting = posting_spans(knowledge).subquery()
    since = greatest_of(first.c.starts_on, posting.c.starts_on)
    return select(
        first.c.journey_id.label("record_id"),
        first.c.journey_id,
        posting.c.organisation_id,
        since.label("starts_on"),
        func.coalesce(LAST_DAY, since).label("ends_on"),
    ).join_from(first, posting, and_(posting.c.person_id == first.c.person_id, posting.c.ends_on > first.c.starts_on))
