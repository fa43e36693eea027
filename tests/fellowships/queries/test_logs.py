"""Whose week waits for whom, and what the next week is offered."""

from datetime import date

import time_machine
from flask import Flask

from tests.conftest import Arrange
from tests.factories import make_person, make_placement, make_supervisor, make_user
from tracker.fellowships.models import Placement
from tracker.fellowships.queries import logs as queries
from tracker.fellowships.services import logs
from tracker.fellowships.services.logs import Entry

FRIDAYS = [date(2026, 11, day) for day in (6, 13, 20)]


def sent(placement: Placement, *weeks: date) -> None:
    user = make_user()
    for week in weeks:
        logs.send(placement, week, Entry("4", f"Week {week.day}"), 0, actor=user)


@time_machine.travel("2026-11-23 09:00:00+00:00", tick=False)
def test_a_week_waits_for_whoever_supervises_today_until_some_weeks_after_the_end(app: Flask, arrange: Arrange):
    with arrange():
        priya, omar = make_supervisor("priya@example.gov.uk"), make_supervisor("omar@example.gov.uk")
        running = make_placement("in-post 2026-11-02", ref="PL1", supervisor=priya)
        over = make_placement("in-post 2026-01-05", "completed 2026-11-09", ref="PL2", supervisor=priya)
        long_over = make_placement("in-post 2026-01-05", "completed 2026-09-14", ref="PL3", supervisor=priya)
        sent(running, *FRIDAYS[:2])
        sent(over, FRIDAYS[0])
        sent(long_over, date(2026, 9, 11))

    with app.app_context():
        priya, omar = (queries.supervisor_of_user(f"{name}@example.gov.uk") for name in ("priya", "omar"))
        waiting = [(log.placement.ref, log.week_ending) for log in queries.waiting_for(priya)]
        assert waiting == [("PL1", FRIDAYS[0]), ("PL1", FRIDAYS[1]), ("PL2", FRIDAYS[0])]
        assert list(queries.waiting_for(omar)) == []
        assert [one.email for one in queries.supervisors_with_waiting_logs()] == ["priya@example.gov.uk"]
        assert [one.ref for one in queries.looked_after(priya)] == ["PL1", "PL2"]


@time_machine.travel("2026-11-23 09:00:00+00:00", tick=False)
def test_the_next_week_is_offered_what_the_latest_before_it_said(app: Flask, arrange: Arrange):
    with arrange():
        placement = make_placement("in-post 2026-11-02", ref="PL1")
        sent(placement, FRIDAYS[0], FRIDAYS[2])

    with app.app_context():
        placement = queries.placement("PL1")
        offered = [queries.last_sent(placement, week) for week in FRIDAYS]
        assert [one.summary if one else None for one in offered] == [None, "Week 6", "Week 6"]


@time_machine.travel("2026-11-23 09:00:00+00:00", tick=False)
def test_placements_in_post_lately_are_those_that_may_owe_a_log(app: Flask, arrange: Arrange):
    with arrange():
        person = make_person()
        make_placement("in-post 2026-11-02", ref="PL1", person=person)
        make_placement("in-post 2026-01-05", "completed 2026-10-26", ref="PL2")
        make_placement("in-post 2026-01-05", "completed 2026-05-01", ref="PL3")
        make_placement("accepted 2026-11-02", ref="PL4")

    with app.app_context():
        assert [one.ref for one in queries.in_post_lately(date(2026, 11, 23), 42)] == ["PL1", "PL2"]
        assert queries.placements_of(0) == []
