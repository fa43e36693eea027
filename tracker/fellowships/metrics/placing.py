"""Where placements count: at which host they are on each day, and where one fellow counts for several at once."""

from functools import lru_cache
from typing import Any

from sqlalchemy import CTE, Date, Select, String, and_, cast, func, literal_column, not_, select

from tracker.core.calendar import FIRST_DAY, LAST_DAY
from tracker.core.metric import Knowledge
from tracker.core.sql import greatest_of, least_of
from tracker.fellowships.lifecycle import Stage
from tracker.fellowships.models import EventHost, Placement
from tracker.ledger.models import Event, EventVoid, Strand
from tracker.ledger.queries import stage_spans


@lru_cache(maxsize=8)
def host_spans(knowledge: Knowledge) -> CTE:
    """The hosts of every placement, each with the days it is there: journey_id, organisation_id, starts_on, ends_on.

    The first host reaches back without limit and is known at every instant; a move from when it was recorded.
    """
    voided = select(EventVoid.event_id)
    moved = select(
        Event.journey_id, EventHost.organisation_id, Event.effective_on.label("day"), Event.id.label("place")
    ).join(EventHost, EventHost.event_id == Event.id)
    if knowledge.at is not None:
        moved = moved.where(Event.recorded_at <= knowledge.at)
        voided = voided.where(EventVoid.voided_at <= knowledge.at)
    first: Any = select(
        Placement.journey_id,
        Placement.first_host_id.label("organisation_id"),
        func.coalesce(FIRST_DAY, Placement.planned_start).label("day"),
        literal_column("0").label("place"),
    )
    at = first.union_all(moved.where(not_(Event.id.in_(voided)))).subquery()
    until = func.lead(at.c.day, type_=Date).over(partition_by=at.c.journey_id, order_by=(at.c.day, at.c.place))
    return select(
        at.c.journey_id,
        at.c.organisation_id,
        at.c.day.label("starts_on"),
        func.coalesce(until, LAST_DAY).label("ends_on"),
    ).cte()


def host_on(day: Any, journey_id: Any, host: Any) -> Any:
    """The condition that joins something of a placement to its host on a day."""
    return and_(host.c.journey_id == journey_id, host.c.starts_on <= day, day < host.c.ends_on)


def stages(knowledge: Knowledge, *wanted: Stage) -> Any:
    """The spans of the wanted stages of placements, as a subquery."""
    span = stage_spans(knowledge).subquery()
    return select(span).where(span.c.strand == Strand.FELLOWSHIPS, span.c.stage.in_(wanted)).subquery()


def stays(knowledge: Knowledge) -> Any:
    """The whole time each placement was in post, whether or not it was extended in between.

    The stage is entered once: nothing leads back to it.
    """
    span = stages(knowledge, Stage.IN_POST)
    days = (func.min(span.c.starts_on).label("starts_on"), func.max(span.c.ends_on).label("ends_on"))
    whose = (span.c.person_id, span.c.journey_id)
    return select(*whose, *days).group_by(*whose).subquery()


def while_there(span: Any, knowledge: Knowledge) -> Select[Any]:
    """Spans of stages cut where the placement moved: each day counts for the host of that day."""
    host = host_spans(knowledge)
    here = and_(
        host.c.journey_id == span.c.journey_id,
        host.c.starts_on < span.c.ends_on,
        host.c.ends_on > span.c.starts_on,
    )
    return select(
        span.c.person_id,
        span.c.journey_id,
        host.c.organisation_id,
        greatest_of(host.c.starts_on, span.c.starts_on).label("starts_on"),
        least_of(host.c.ends_on, span.c.ends_on).label("ends_on"),
    ).join_from(span, host, here)


def where_begun(span: Any, until: Any, knowledge: Knowledge) -> Select[Any]:
    """Facts that count, up to a day, for the host of the day they began."""
    host = host_spans(knowledge)
    return select(
        span.c.person_id, span.c.journey_id, host.c.organisation_id, span.c.starts_on, until.label("ends_on")
    ).join_from(span, host, host_on(span.c.starts_on, span.c.journey_id, host))


def once_at_each(facts: Select[Any]) -> Any:
    """The facts without what an earlier one of the same fellow at the same host covers: they count once a day there.

    `facts` has person_id, journey_id, organisation_id, starts_on and ends_on.
    """
    fact = facts.subquery()
    whole = select(fact).where(fact.c.starts_on < fact.c.ends_on).subquery()
    earlier = func.max(whole.c.ends_on).over(
        partition_by=(whole.c.person_id, whole.c.organisation_id),
        order_by=(whole.c.starts_on, whole.c.journey_id),
        rows=(None, -1),
    )
    covered = select(*whole.c, earlier.label("covered_to")).subquery()
    starts_on = greatest_of(covered.c.starts_on, func.coalesce(covered.c.covered_to, covered.c.starts_on))
    columns = (covered.c.person_id, covered.c.journey_id, covered.c.organisation_id)
    cut = select(*columns, starts_on.label("starts_on"), covered.c.ends_on)
    return cut.where(starts_on < covered.c.ends_on).subquery()


def counted_by_fellow(facts: Select[Any]) -> Select[Any]:
    """The counting spans of fellows, once a day at each host."""
    fact = once_at_each(facts)
    return select(
        fact.c.person_id.label("record_id"),
        fact.c.journey_id,
        fact.c.organisation_id,
        fact.c.starts_on,
        fact.c.ends_on,
    )


def at_several(facts: Select[Any]) -> Select[Any]:
    """The days on which a fellow counts at several hosts, with all of them (`core.metric.Metric.shared`)."""
    fact = once_at_each(facts)
    bounds = (
        select(fact.c.person_id, fact.c.starts_on.label("day"))
        .union(select(fact.c.person_id, fact.c.ends_on))
        .subquery()
    )
    until = func.lead(bounds.c.day, type_=Date).over(partition_by=bounds.c.person_id, order_by=bounds.c.day)
    piece = select(bounds.c.person_id, bounds.c.day, until.label("until")).subquery()
    holds = and_(fact.c.person_id == piece.c.person_id, fact.c.starts_on <= piece.c.day, piece.c.day < fact.c.ends_on)
    hosts = func.aggregate_strings(cast(fact.c.organisation_id, String), ",").label("organisation_id")
    columns = (piece.c.person_id, piece.c.day, piece.c.until)
    return (
        select(
            piece.c.person_id.label("record_id"),
            func.min(fact.c.journey_id).label("journey_id"),
            hosts,
            piece.c.day.label("starts_on"),
            piece.c.until.label("ends_on"),
        )
        .join_from(piece, fact, holds)
        .group_by(*columns)
        .having(func.count() > 1)
    )
