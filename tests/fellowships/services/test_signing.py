"""What was said of a week counts from the day it was said, as known at any instant, and is never taken out."""

from datetime import date, datetime

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from tests.conftest import Arrange
from tests.factories import make_placement, make_supervisor, make_user
from tracker.core.calendar import parse_instant
from tracker.core.db import db
from tracker.core.errors import ChangedMeanwhile, DomainError
from tracker.core.metric import Knowledge
from tracker.fellowships.lifecycle import Decision
from tracker.fellowships.metrics import METRICS
from tracker.fellowships.models import Supervisor, WeekLog
from tracker.fellowships.queries import logs as queries
from tracker.fellowships.services import logs, signing
from tracker.fellowships.services.logs import Entry
from tracker.fellowships.services.signing import Word

WEEK = date(2026, 10, 9)
SIGNED_OFF = next(metric for metric in METRICS if metric.code == "fellowships.days_signed_off")


def signed_off(day: str, known_at: str | None = None) -> float:
    """The figure on a day, as known at an instant."""
    instant: datetime | None = parse_instant(known_at) if known_at else None
    span = SIGNED_OFF.numerator(Knowledge(at=instant)).subquery()
    on = date.fromisoformat(day)
    found = select(span.c.value).where(span.c.starts_on <= on, on < span.c.ends_on)
    return float(sum(db.session.scalars(found)))


def on(day: str) -> time_machine.travel:
    return time_machine.travel(f"{day} 12:00:00+00:00", tick=False)


def sent(arrange: Arrange, days: str = "4") -> None:
    with on("2026-10-09"), arrange():
        made = make_placement("in-post 2026-09-28", ref="PL1", supervisor=make_supervisor("host@example.gov.uk"))
        logs.send(made, WEEK, Entry(days, "Work"), 0, actor=make_user(email="fellow@example.gov.uk"))


def the_log() -> WeekLog:
    placement = queries.placement("PL1")
    assert placement is not None
    found = queries.log(placement, WEEK)
    assert found is not None
    return found


def host(name: str = "host") -> Supervisor:
    found = queries.supervisor_of_user(f"{name}@example.gov.uk")
    assert found is not None
    return found


def said(arrange: Arrange, day: str, decision: Decision, number: int = 1, reason: str = "") -> None:
    with on(day), arrange():
        signing.sign(host(), {the_log().id: Word(decision, number, reason)})


def test_days_count_as_signed_off_from_the_day_they_were_and_as_it_was_known(app: Flask, arrange: Arrange):
    sent(arrange)
    said(arrange, "2026-10-14", Decision.APPROVED)
    with on("2026-11-02"), arrange():
        signing.unlock(the_log(), "The wrong week", actor=make_user(email="manager@example.gov.uk"))
    with on("2026-11-03"), arrange():
        log = the_log()
        logs.send(log.placement, WEEK, Entry("3", "Less"), log.version, actor=make_user())
    said(arrange, "2026-11-05", Decision.APPROVED, number=2)

    with app.app_context():
        assert [signed_off(day) for day in ("2026-10-14", "2026-11-04", "2026-11-05")] == [0, 0, 3]
        assert [signed_off(day, "2026-11-01") for day in ("2026-10-13", "2026-10-14", "2026-10-31")] == [0, 4, 4]
        assert signed_off("2026-11-02", "2026-11-03") == 0
        assert [(one.decision, one.void_reason) for version in the_log().versions for one in version.decisions] == [
            (Decision.APPROVED, "The wrong week"),
            (Decision.APPROVED, ""),
        ]


def test_a_week_that_was_sent_back_counts_when_its_new_version_is_approved(app: Flask, arrange: Arrange):
    sent(arrange)
    said(arrange, "2026-10-12", Decision.RETURNED, reason="Which days?")
    with on("2026-10-13"), arrange():
        log = the_log()
        logs.send(log.placement, WEEK, Entry("4.5", "Monday to Friday noon"), log.version, actor=make_user())
    said(arrange, "2026-10-14", Decision.APPROVED, number=2)

    with app.app_context():
        assert [signed_off(day) for day in ("2026-10-13", "2026-10-14")] == [0, 4.5]


def test_nothing_is_said_twice_of_a_week_by_nobody_else_and_by_no_fellow_of_their_own(app: Flask, arrange: Arrange):
    sent(arrange)
    with arrange():
        make_supervisor("stranger@example.gov.uk")
        number = the_log().id
    with app.app_context():
        with pytest.raises(ChangedMeanwhile):
            signing.sign(host("stranger"), {number: Word(Decision.APPROVED, 1)})
        with pytest.raises(DomainError, match="Approve or return at least one week"):
            signing.sign(host(), {})
    said(arrange, "2026-10-14", Decision.APPROVED)

    with app.app_context():
        with pytest.raises(ChangedMeanwhile):
            signing.sign(host(), {number: Word(Decision.APPROVED, 1)})
        assert len(the_log().versions[0].decisions) == 1


def test_nobody_signs_their_own_log(app: Flask, arrange: Arrange):
    sent(arrange)
    with app.app_context():
        log = the_log()
        user = make_user(email="host@example.gov.uk")
        log.placement.person.user_id = user.id
        db.session.flush()

        with pytest.raises(DomainError, match="Nobody signs their own log"):
            signing.sign(host(), {log.id: Word(Decision.APPROVED, 1)}, user=user)
