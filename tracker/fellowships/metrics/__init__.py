"""The figures of the fellowships strand: what each is called and what it means. How each counts is in `spans`."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, select

from tracker.core.metric import Metric
from tracker.fellowships.metrics import homes, spans
from tracker.fellowships.metrics.leading import TO_START
from tracker.fellowships.models import LogDecision, LogVersion, WeekLog
from tracker.ledger.models import Journey, StageSpan, Strand

REPORTED = Metric(
    code="fellowships.reported",
    label="Placements known",
    unit="placements",
    kind="count",
    definition="Placements of which anything is known that happened by the day, at every host they have been with. An "
    "organisation with none has not reported.",
    numerator=spans.placements_known,
    record="journey",
)
"""Tells whether an organisation has reported at all: silence is missing, not zero."""

REPORTED_FROM = Metric(
    code="fellowships.reported_from",
    label="Placements of own fellows known",
    unit="placements",
    kind="count",
    definition="Placements of which anything is known that happened by the day, at every organisation the fellow has "
    "been posted to since. An organisation with none has not reported.",
    numerator=homes.fellows_known,
    record="journey",
)
"""The same of the figures by home organisation."""

UNKNOWN_HOME = "Whoever has no posting in the register is left out, in all government too."

METRICS: tuple[Metric, ...] = (
    Metric(
        code="fellowships.started_in_year",
        label="Fellows started this financial year",
        unit="people",
        kind="count",
        definition="People whose placement entered post between 1 April and the day. Two part-time placements of one "
        "person are one fellow. Each counts at the host they started with; with two hosts, once at each and once in "
        "all.",
        numerator=spans.started_in_year,
        shared=spans.started_at_several,
        is_headline=True,
        leading=TO_START,
    ),
    Metric(
        code="fellowships.in_post",
        label="Fellows in post",
        unit="people",
        kind="count",
        definition="People with a placement in post on the day, at the host they are with on the day; with two hosts, "
        "once at each and once in all. The day a placement ends is not a day in post.",
        numerator=spans.in_post,
        shared=spans.in_post_at_several,
    ),
    Metric(
        code="fellowships.completed",
        label="Placements completed",
        unit="people",
        kind="count",
        definition="People with a placement that stands completed on the day, at the host it was completed with; with "
        "two hosts, once at each and once in all. A placement that ended in a permanent post is completed.",
        numerator=spans.completed,
        shared=spans.completed_at_several,
    ),
    Metric(
        code="fellowships.ended_early",
        label="Placements ended early",
        unit="people",
        kind="count",
        definition="People with a placement that stands ended early on the day, at the host it ended with. Somebody "
        "who also completed one counts in both.",
        numerator=spans.ended_early,
        shared=spans.ended_early_at_several,
    ),
    Metric(
        code="fellowships.days_logged",
        label="Days logged",
        unit="days",
        kind="sum",
        definition="Days in weekly logs that were sent, of weeks that ended on or before the day, whenever they were "
        "sent, at the host of the Friday that ended the week.",
        numerator=spans.days_logged,
        decimals=1,
        record="journey",
    ),
    Metric(
        code="fellowships.days_signed_off",
        label="Days signed off",
        unit="days",
        kind="sum",
        definition="Days in weekly logs that the host signed off, where both the end of the week and the sign-off lie "
        "on or before the day.",
        numerator=spans.days_signed_off,
        decimals=1,
        record="journey",
    ),
    Metric(
        code="fellowships.logs_overdue",
        label="Weekly logs overdue",
        unit="logs",
        kind="count",
        definition="Weeks that ended at least 7 days before the day, in which a placement was in post on a day from "
        "Monday to Friday, and for which no log was sent. Weeks with bank holidays are due a log too.",
        numerator=spans.logs_overdue,
        record="journey",
    ),
    Metric(
        code="fellowships.started_in_year_from",
        label="Fellows started this financial year, by home organisation",
        unit="people",
        kind="count",
        definition="People whose placement entered post between 1 April and the day, at the organisation they were "
        "posted to themselves on the day they started, whoever hosts them. Somebody who started twice from two "
        f"organisations counts once at each and once in all. {UNKNOWN_HOME}",
        numerator=homes.started_in_year_from,
        shared=homes.started_from_several,
        reported=REPORTED_FROM,
        is_aside=True,
    ),
    Metric(
        code="fellowships.in_post_from",
        label="Fellows in post, by home organisation",
        unit="people",
        kind="count",
        definition="People with a placement in post on the day, at the organisation they are posted to themselves on "
        f"the day, whoever hosts them; with two hosts, once. {UNKNOWN_HOME}",
        numerator=homes.in_post_from,
        reported=REPORTED_FROM,
        is_aside=True,
    ),
    Metric(
        code="fellowships.completed_from",
        label="Placements completed, by home organisation",
        unit="people",
        kind="count",
        definition="People with a placement that stands completed on the day, at the organisation they were posted to "
        "themselves on the day it was completed, whoever hosted them; from two organisations, once at each and once in "
        f"all. {UNKNOWN_HOME}",
        numerator=homes.completed_from,
        shared=homes.completed_from_several,
        reported=REPORTED_FROM,
        is_aside=True,
    ),
    Metric(
        code="fellowships.ended_early_from",
        label="Placements ended early, by home organisation",
        unit="people",
        kind="count",
        definition="People with a placement that stands ended early on the day, at the organisation they were posted "
        "to themselves on the day it ended, whoever hosted them; from two organisations, once at each and once in all. "
        f"{UNKNOWN_HOME}",
        numerator=homes.ended_early_from,
        shared=homes.ended_early_from_several,
        reported=REPORTED_FROM,
        is_aside=True,
    ),
    Metric(
        code="fellowships.days_logged_from",
        label="Days logged, by home organisation",
        unit="days",
        kind="sum",
        definition="Days in weekly logs that were sent, of weeks that ended on or before the day, at the organisation "
        f"the fellow was posted to themselves on the Friday that ended the week, whoever hosted them. {UNKNOWN_HOME}",
        numerator=homes.days_logged_from,
        decimals=1,
        record="journey",
        reported=REPORTED_FROM,
        is_aside=True,
    ),
    Metric(
        code="fellowships.days_signed_off_from",
        label="Days signed off, by home organisation",
        unit="days",
        kind="sum",
        definition="Days in weekly logs that the host signed off, where both the end of the week and the sign-off lie "
        "on or before the day, at the organisation the fellow was posted to themselves on the Friday that ended the "
        f"week. {UNKNOWN_HOME}",
        numerator=homes.days_signed_off_from,
        decimals=1,
        record="journey",
        reported=REPORTED_FROM,
        is_aside=True,
    ),
    Metric(
        code="fellowships.logs_overdue_from",
        label="Weekly logs overdue, by home organisation",
        unit="logs",
        kind="count",
        definition="Weeks in post that ended at least 7 days before the day without a log, at the organisation the "
        f"fellow was posted to themselves on the Friday that ended the week, whoever hosted them. {UNKNOWN_HOME}",
        numerator=homes.logs_overdue_from,
        record="journey",
        reported=REPORTED_FROM,
        is_aside=True,
    ),
)


def touched_since(instant: Any) -> Sequence[Select[Any]]:
    """Everybody whose logs were sent, signed, returned or taken back since an instant: selects of person ids."""
    of_log = (
        select(Journey.person_id)
        .join(WeekLog, WeekLog.journey_id == Journey.id)
        .join(LogVersion, LogVersion.log_id == WeekLog.id)
    )
    of_decision = of_log.join(LogDecision, LogDecision.version_id == LogVersion.id)
    return (
        of_log.where(LogVersion.submitted_at > instant),
        of_log.where(LogVersion.voided_at > instant),
        of_decision.where(LogDecision.decided_at > instant),
        of_decision.where(LogDecision.voided_at > instant),
    )


def changed_by_the_calendar() -> Select[Any]:
    """Everybody whose figures may change from one day to the next though nothing happens: a week ends, a year begins.

    A select of person ids.
    """
    return select(StageSpan.person_id).where(StageSpan.strand == Strand.FELLOWSHIPS)
