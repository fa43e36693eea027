"""The figures of fellows by the organisation they come from: where they are posted themselves, whoever hosts them.

Whoever has no posting, as when a list of placements was all that named them, counts nowhere here.
"""

from typing import Any

from sqlalchemy import Select, and_, func, select

from tracker.core.calendar import LAST_DAY
from tracker.core.metric import Knowledge
from tracker.core.sql import april_after, greatest_of, least_of
from tracker.fellowships.lifecycle import Stage
from tracker.fellowships.metrics.placing import at_several, counted_by_fellow, stages, stays
from tracker.fellowships.metrics.spans import of_weeks, weeks_logged, weeks_overdue, weeks_signed_off
from tracker.ledger.models import Strand
from tracker.ledger.queries import stage_spans
from tracker.people.queries import posting_spans


def _while_posted(span: Any, knowledge: Knowledge) -> Select[Any]:
    """Spans cut where the fellow was posted elsewhere: each day counts for the organisation of that day."""
    home = posting_spans(knowledge).subquery()
    here = and_(
        home.c.person_id == span.c.person_id, home.c.starts_on < span.c.ends_on, home.c.ends_on > span.c.starts_on
    )
    return select(
        span.c.person_id,
        span.c.journey_id,
        home.c.organisation_id,
        greatest_of(home.c.starts_on, span.c.starts_on).label("starts_on"),
        least_of(home.c.ends_on, span.c.ends_on).label("ends_on"),
    ).join_from(span, home, here)


def _where_posted(span: Any, until: Any, knowledge: Knowledge) -> Select[Any]:
    """Facts that count, up to a day, for the organisation the fellow was posted to on the day they began."""
    home = posting_spans(knowledge).subquery()
    there = and_(
        home.c.person_id == span.c.person_id, home.c.starts_on <= span.c.starts_on, span.c.starts_on < home.c.ends_on
    )
    return select(
        span.c.person_id, span.c.journey_id, home.c.organisation_id, span.c.starts_on, until.label("ends_on")
    ).join_from(span, home, there)


def in_post_from(knowledge: Knowledge) -> Select[Any]:
    """Fellows in post, at the organisation they are posted to that day: one, however many hosts they have."""
    return counted_by_fellow(_while_posted(stays(knowledge), knowledge))


def _started(knowledge: Knowledge) -> Select[Any]:
    span = stays(knowledge)
    return _where_posted(span, april_after(span.c.starts_on), knowledge)


def started_in_year_from(knowledge: Knowledge) -> Select[Any]:
    """Fellows who entered post in the financial year, at the organisation they were posted to that day."""
    return counted_by_fellow(_started(knowledge))


def started_from_several(knowledge: Knowledge) -> Select[Any]:
    """The days on which a fellow counts as started from several organisations."""
    return at_several(_started(knowledge))


def _completed(knowledge: Knowledge) -> Select[Any]:
    span = stages(knowledge, Stage.COMPLETED)
    return _where_posted(span, span.c.ends_on, knowledge)


def completed_from(knowledge: Knowledge) -> Select[Any]:
    """Fellows with a placement that stands completed, at the organisation they were posted to on the day it was."""
    return counted_by_fellow(_completed(knowledge))


def completed_from_several(knowledge: Knowledge) -> Select[Any]:
    """The days on which a fellow counts as completed from several organisations."""
    return at_several(_completed(knowledge))


def _ended_early(knowledge: Knowledge) -> Select[Any]:
    span = stages(knowledge, Stage.ENDED_EARLY)
    return _where_posted(span, span.c.ends_on, knowledge)


def ended_early_from(knowledge: Knowledge) -> Select[Any]:
    """Fellows with a placement that stands ended early, at the organisation they were posted to on the day it was."""
    return counted_by_fellow(_ended_early(knowledge))


def ended_early_from_several(knowledge: Knowledge) -> Select[Any]:
    """The days on which a fellow counts as having ended early from several organisations."""
    return at_several(_ended_early(knowledge))


def _of_weeks(week: Any, knowledge: Knowledge) -> Select[Any]:
    """Facts about weeks, each at the organisation the fellow was posted to on the Friday that ended it."""
    home = posting_spans(knowledge).subquery()
    there = and_(
        home.c.person_id == week.c.person_id,
        home.c.starts_on <= week.c.week_ending,
        week.c.week_ending < home.c.ends_on,
    )
    return of_weeks(week, home).join_from(week, home, there)


def days_logged_from(knowledge: Knowledge) -> Select[Any]:
    """As `days_logged`, at the organisation the fellow was posted to on the Friday."""
    return _of_weeks(weeks_logged(knowledge), knowledge)


def days_signed_off_from(knowledge: Knowledge) -> Select[Any]:
    """As `days_signed_off`, at the organisation the fellow was posted to on the Friday."""
    return _of_weeks(weeks_signed_off(knowledge), knowledge)


def logs_overdue_from(knowledge: Knowledge) -> Select[Any]:
    """As `logs_overdue`, at the organisation the fellow was posted to on the Friday."""
    return _of_weeks(weeks_overdue(knowledge), knowledge)


def fellows_known(knowledge: Knowledge) -> Select[Any]:
    """Placements from their first event on, for every organisation the fellow was posted to since; for ever.

    Only ever asked per organisation.
    """
    span = stage_spans(knowledge).subquery()
    first = select(span).where(span.c.strand == Strand.FELLOWSHIPS, span.c.position == 1).subquery()
    home = posting_spans(knowledge).subquery()
    since = greatest_of(first.c.starts_on, home.c.starts_on)
    return select(
        first.c.journey_id.label("record_id"),
        first.c.journey_id,
        home.c.organisation_id,
        since.label("starts_on"),
        func.coalesce(LAST_DAY, since).label("ends_on"),
    ).join_from(first, home, and_(home.c.person_id == first.c.person_id, home.c.ends_on > first.c.starts_on))
