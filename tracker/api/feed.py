"""The ledger as another system follows it: in the order in which it came to be known, nothing missed or doubled."""

import logging
from typing import Any

from sqlalchemy.exc import OperationalError

from tracker.accounts.models import User
from tracker.api import answers, queries, services
from tracker.api.messages import Pages
from tracker.api.operations import NotThere, following
from tracker.core.db import transaction

BRIEFLY_MS = 500
logger = logging.getLogger("tracker.api")


def catch_up() -> None:
    """Give what is new its places; while the database is busy with something long, they are given next time."""
    if not queries.feed_is_behind():
        return
    try:
        with transaction(BRIEFLY_MS):
            services.give_places()
    except OperationalError:
        logger.info("the feed did not go on: the database is busy")


def feed(asked: Pages, user: User) -> answers.Feed:
    """A part of the feed, behind the place asked for.

    :raises NotThere: if the feed does not reach that far: whoever waited there would miss what comes before it.
    """
    end = queries.end_of_feed()
    if asked.cursor > end:
        raise NotThere("The feed does not reach as far as this cursor: begin again without one", "cursor")
    rows, looked_to = queries.feed(user, asked.cursor, asked.limit, end)
    return answers.Feed(data=[_line(row) for row in rows], next=following(looked_to), more=len(rows) == asked.limit)


def _line(row: Any) -> answers.Line:
    event = row.Event
    return answers.Line(
        position=row.position,
        type="taken-back" if row.is_void else "recorded",
        event=event.id,
        strand=row.strand.value,
        journey=row.named or row.journey,
        person=row.person,
        kind=event.kind.value,
        stage=event.stage,
        cohort=row.cohort,
        effective_on=event.effective_on,
        promised_on=event.promised_on,
        recorded_at=event.recorded_at,
        source=event.source.value,
        taken_back_at=row.voided_at,
        replaced_by=row.replaced_by_id,
    )
