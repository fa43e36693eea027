"""What the figures are made from: the spans of stages, and where people were while they lasted or when they began."""

from typing import Any

from sqlalchemy import Select, and_, select
from sqlalchemy.sql.expression import ColumnElement

from tracker.core.metric import Knowledge
from tracker.core.sql import greatest_of, least_of
from tracker.ledger.models import Strand
from tracker.ledger.queries import stage_spans
from tracker.people.queries import posting_spans
from tracker.training.lifecycle import Stage


def stages(knowledge: Knowledge, *wanted: Stage) -> Any:
    """The spans of the wanted stages, as a subquery."""
    span = stage_spans(knowledge).subquery()
    return select(span).where(span.c.strand == Strand.TRAINING, span.c.stage.in_(wanted)).subquery()


def standing(knowledge: Knowledge, *wanted: Stage) -> Any:
    """The spans of stages where only standing there counts: asked for one day, those that hold it."""
    span = stage_spans(knowledge).subquery()
    spans = select(span).where(span.c.strand == Strand.TRAINING, span.c.stage.in_(wanted))
    if knowledge.on is not None:
        spans = spans.where(span.c.starts_on <= knowledge.on, knowledge.on < span.c.ends_on)
    return spans.subquery()


def where_each_day(
    standing: Any, knowledge: Knowledge, *more: ColumnElement[Any], record: str = "person_id"
) -> Select[Any]:
    """Spans of standing, cut where the person was posted elsewhere: each day counts for the organisation of that day.
    Asked for one day they are not cut: those stay that hold it, for the organisation of the day.

    `standing` has person_id, journey_id, starts_on and ends_on, without overlap for a record; `record` names the column
    that is counted.
    """
    posting = posting_spans(knowledge).subquery()
    first, until = (standing.c.starts_on, standing.c.ends_on)
    overlaps = and_(posting.c.starts_on < until, posting.c.ends_on > first)
    days = (greatest_of(posting.c.starts_on, first), least_of(posting.c.ends_on, until))
    if knowledge.on is not None:
        overlaps = and_(posting.c.starts_on <= knowledge.on, knowledge.on < posting.c.ends_on)
        days = (first, until)
    here = and_(posting.c.person_id == standing.c.person_id, overlaps)
    return select(
        standing.c[record].label("record_id"),
        standing.c.journey_id,
        posting.c.organisation_id,
        days[0].label("starts_on"),
        days[1].label("ends_on"),
        *more,
    ).join_from(standing, posting, here)


def where_on(
    day: ColumnElement[Any], facts: Any, knowledge: Knowledge, record: str, *more: ColumnElement[Any]
) -> Select[Any]:
    """Facts that count, for as long as they hold, for the organisation the person was in on one day.

    `facts` has person_id, journey_id, starts_on and ends_on; `record` names the column that is counted.
    """
    posting = posting_spans(knowledge).subquery()
    there = and_(posting.c.person_id == facts.c.person_id, posting.c.starts_on <= day, day < posting.c.ends_on)
    return (
        select(
            facts.c[record].label("record_id"),
            facts.c.journey_id,
            posting.c.organisation_id,
            facts.c.starts_on,
            facts.c.ends_on,
            *more,
        )
        .join_from(facts, posting, there)
        .where(facts.c.starts_on < facts.c.ends_on)
    )
