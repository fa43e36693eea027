"""The figures of the fellowships strand, each as its counting spans (`core.metric.Spans`)."""

from datetime import date
from functools import lru_cache
from typing import Any

from sqlalchemy import CTE, BigInteger, Date, Select, and_, cast, func, literal, literal_column, or_, select

from tracker.core.calendar import LAST_DAY
from tracker.core.metric import Knowledge
from tracker.core.sql import april_after, days_after, greatest_of, least_of
from tracker.fellowships.lifecycle import Decision, Stage
from tracker.fellowships.metrics.placing import (
    at_several,
    counted_by_fellow,
    host_on,
    host_spans,
    stages,
    stays,
    where_begun,
    while_there,
)
from tracker.fellowships.models import LogDecision, LogVersion, Placement, WeekLog
from tracker.ledger.models import Journey, Strand
from tracker.ledger.queries import stage_spans

FIRST_FRIDAY = date(2000, 1, 7)
"""The end of the first week that is looked at."""
GRACE = 7
"""A log is overdue when its week ended so many days ago (fine print D4)."""
LOOK_AHEAD = 366
"""Weeks are looked at up to so many days after the last planned end of any placement."""
LATEST = date(2100, 1, 1)
"""A planned end after this day is a slip of somebody's hand, for which no weeks are made."""


def _in_post(knowledge: Knowledge) -> Select[Any]:
    return while_there(stays(knowledge), knowledge)


def in_post(knowledge: Knowledge) -> Select[Any]:
    """Fellows in post, at the host they are with that day."""
    return counted_by_fellow(_in_post(knowledge))


def in_post_at_several(knowledge: Knowledge) -> Select[Any]:
    """The days on which a fellow is in post at several hosts."""
    return at_several(_in_post(knowledge))


def _started(knowledge: Knowledge) -> Select[Any]:
    """From the day a placement entered in post to the end of that financial year (fine print D1)."""
    span = stays(knowledge)
    return where_begun(span, april_after(span.c.starts_on), knowledge)


def started_in_year(knowledge: Knowledge) -> Select[Any]:
    """Fellows who entered post in the financial year, at the host of that day."""
    return counted_by_fellow(_started(knowledge))


def started_at_several(knowledge: Knowledge) -> Select[Any]:
    """The days on which a fellow counts as started at several hosts."""
    return at_several(_started(knowledge))


def _completed(knowledge: Knowledge) -> Select[Any]:
    span = stages(knowledge, Stage.COMPLETED)
    return where_begun(span, span.c.ends_on, knowledge)


def completed(knowledge: Knowledge) -> Select[Any]:
    """Fellows with a placement that stands completed, at the host of the day it was (fine print D2)."""
    return counted_by_fellow(_completed(knowledge))


def completed_at_several(knowledge: Knowledge) -> Select[Any]:
    """The days on which a fellow counts as completed at several hosts."""
    return at_several(_completed(knowledge))


def _ended_early(knowledge: Knowledge) -> Select[Any]:
    span = stages(knowledge, Stage.ENDED_EARLY)
    return where_begun(span, span.c.ends_on, knowledge)


def ended_early(knowledge: Knowledge) -> Select[Any]:
    """Fellows with a placement that stands ended early, at the host of the day it was (fine print D2)."""
    return counted_by_fellow(_ended_early(knowledge))


def ended_early_at_several(knowledge: Knowledge) -> Select[Any]:
    """The days on which a fellow counts as having ended early at several hosts."""
    return at_several(_ended_early(knowledge))


@lru_cache(maxsize=8)
def sent_logs(knowledge: Knowledge) -> CTE:
    """The log of each week as it was last sent: log_id, version_id, journey_id, person_id, week_ending, days.

    Known from when it was sent until it was sent again or taken back with its import. Worked out once in a statement,
    however many figures ask.
    """
    latest = func.row_number().over(partition_by=LogVersion.log_id, order_by=LogVersion.number.desc())
    columns = (LogVersion.id.label("version_id"), LogVersion.log_id, LogVersion.days, latest.label("place"))
    version = select(*columns).where(_counts(LogVersion.submitted_at, LogVersion.voided_at, knowledge)).subquery()
    week = (WeekLog.journey_id, Journey.person_id, WeekLog.week_ending)
    sent = (
        select(version.c.log_id, version.c.version_id, *week, version.c.days)
        .join(WeekLog, WeekLog.id == version.c.log_id)
        .join(Journey, Journey.id == WeekLog.journey_id)
        .where(version.c.place == 1)
    )
    if knowledge.people is not None:
        sent = sent.where(Journey.person_id.in_(knowledge.people))
    return sent.cte().prefix_with("MATERIALIZED", dialect="sqlite")


def _counts(since: Any, voided_at: Any, knowledge: Knowledge) -> Any:
    if knowledge.at is None:
        return voided_at.is_(None)
    return and_(since <= knowledge.at, or_(voided_at.is_(None), voided_at > knowledge.at))


def _at_host(week: Any, knowledge: Knowledge) -> Select[Any]:
    """Facts about weeks, each at the host of the Friday that ended it."""
    host = host_spans(knowledge)
    return of_weeks(week, host).join_from(week, host, host_on(week.c.week_ending, week.c.journey_id, host))


def of_weeks(week: Any, place: Any) -> Select[Any]:
    """The counting spans of facts about weeks, for the organisation of a place they are then joined to."""
    value = [week.c.value] if "value" in week.c else []
    return select(
        *(week.c.record_id, week.c.journey_id, place.c.organisation_id, week.c.starts_on),
        func.coalesce(LAST_DAY, week.c.starts_on).label("ends_on"),
        *value,
    )


def _logged(sent: Any, since: Any) -> Select[Any]:
    week = (sent.c.journey_id, sent.c.person_id, sent.c.week_ending)
    return select(sent.c.log_id.label("record_id"), *week, since.label("starts_on"), sent.c.days.label("value"))


def weeks_logged(knowledge: Knowledge) -> Any:
    """Weekly logs from the end of their week on, with their days, wherever they count (fine print D3)."""
    sent = sent_logs(knowledge)
    return _logged(sent, sent.c.week_ending).subquery()


def days_logged(knowledge: Knowledge) -> Select[Any]:
    """Weekly logs from the end of their week on, with their days, at the host of that Friday (fine print D3)."""
    return _at_host(weeks_logged(knowledge), knowledge)


@lru_cache(maxsize=8)
def weeks_signed_off(knowledge: Knowledge) -> CTE:
    """As `weeks_logged`, of logs that are signed off, from the day they were (fine print D3)."""
    sent = sent_logs(knowledge)
    approved = and_(
        LogDecision.version_id == sent.c.version_id,
        LogDecision.decision == Decision.APPROVED,
        _counts(LogDecision.decided_at, LogDecision.voided_at, knowledge),
    )
    since = greatest_of(sent.c.week_ending, LogDecision.decided_on)
    # Worked out once: left to itself SQLite looks the decisions up anew for every posting of anybody.
    return _logged(sent, since).join(LogDecision, approved).cte().prefix_with("MATERIALIZED", dialect="sqlite")


def days_signed_off(knowledge: Knowledge) -> Select[Any]:
    """As `days_logged`, of logs that are signed off, from the day they were (fine print D3)."""
    return _at_host(weeks_signed_off(knowledge), knowledge)


def _fridays() -> Any:
    """The ends of all weeks that are looked at, with their numbers."""
    week = select(literal_column("0").label("number"), literal(FIRST_FRIDAY, Date()).label("friday")).cte(
        recursive=True
    )
    last = select(least_of(func.max(Placement.planned_end), literal(LATEST, Date()))).scalar_subquery()
    following = select(week.c.number + literal_column("1"), days_after(week.c.friday, literal_column("7")))
    return week.union_all(following.where(week.c.friday < days_after(last, literal_column(str(LOOK_AHEAD)))))


@lru_cache(maxsize=8)
def weeks_overdue(knowledge: Knowledge) -> CTE:
    """Weeks in post, on at least one day Monday to Friday, without a log a week after they ended (fine print D4).

    Worked out once in a statement, wherever they count.
    """
    # Worked out once: left to itself SQLite works the stays out anew for every Friday, once they are of a past instant.
    span = select(stays(knowledge)).cte().prefix_with("MATERIALIZED", dialect="sqlite")
    week, sent = _fridays(), sent_logs(knowledge)
    in_week = and_(span.c.starts_on <= week.c.friday, span.c.ends_on > days_after(week.c.friday, literal_column("-4")))
    logged = and_(sent.c.journey_id == span.c.journey_id, sent.c.week_ending == week.c.friday)
    number = cast(span.c.journey_id, BigInteger) * literal_column("10000") + week.c.number
    overdue = (
        select(
            number.label("record_id"),
            span.c.journey_id,
            span.c.person_id,
            week.c.friday.label("week_ending"),
            days_after(week.c.friday, literal_column(str(GRACE))).label("starts_on"),
        )
        .join_from(span, week, in_week)
        .outerjoin(sent, logged)
        .where(sent.c.log_id.is_(None))
    )
    overdue = overdue if knowledge.on is None else overdue.where(week.c.friday <= knowledge.on)
    return overdue.cte().prefix_with("MATERIALIZED", dialect="sqlite")


def logs_overdue(knowledge: Knowledge) -> Select[Any]:
    """Weeks in post without a log, at the host of the Friday; they stay overdue after the placement has ended."""
    return _at_host(weeks_overdue(knowledge), knowledge)


def placements_known(knowledge: Knowledge) -> Select[Any]:
    """Placements from their first event on, for every host they have been at since; they stay known for ever.

    Only ever asked per organisation.
    """
    span = stage_spans(knowledge).subquery()
    first = select(span).where(span.c.strand == Strand.FELLOWSHIPS, span.c.position == 1).subquery()
    host = host_spans(knowledge)
    since = greatest_of(first.c.starts_on, host.c.starts_on)
    return select(
        first.c.journey_id.label("record_id"),
        first.c.journey_id,
        host.c.organisation_id,
        since.label("starts_on"),
        func.coalesce(LAST_DAY, since).label("ends_on"),
    ).join_from(first, host, and_(host.c.journey_id == first.c.journey_id, host.c.ends_on > first.c.starts_on))
