"""What the strand does by the calendar, with a real mail server: whom it writes to, when, and once."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from email import message_from_bytes, policy

import pytest
import time_machine
from flask import Flask

from tests.auditing import told_of
from tests.conftest import Arrange
from tests.factories import make_person, make_placement, make_supervisor, make_user
from tests.outbox.mail_servers import Mailbox, mail_server
from tracker.core.db import db, transaction
from tracker.fellowships import jobs
from tracker.fellowships.models import Away, Placement
from tracker.fellowships.queries import logs as queries
from tracker.fellowships.services import logs, mailing
from tracker.fellowships.services.logs import NOTHING_DUE, Entry
from tracker.outbox import delivery

HOST, FELLOW = "priya.shah@example.gov.uk", "ada@example.gov.uk"


@pytest.fixture
def mailbox(app: Flask) -> Iterator[Mailbox]:
    """A mail server that the application sends to."""
    before = app.config["TRACKER"]
    with mail_server() as (taken, address):
        app.config["TRACKER"] = replace(before, mail=address)
        yield taken
    app.config["TRACKER"] = before


def at(app: Flask, day: str, job: str = "write_to_supervisors") -> int:
    """Run a job on a day, at eight in the morning, and let the mail leave; how many letters it wrote."""
    with time_machine.travel(f"{day} 08:00:00+00:00", tick=False), app.app_context():
        written: int = getattr(jobs, job)(date.fromordinal(date.fromisoformat(day).toordinal() - 1))
        delivery.send_waiting()
        db.session.remove()
    return written


def placed(arrange: Arrange, *weeks: str, history: str = "in-post 2026-11-02", **fields: object) -> None:
    with time_machine.travel("2026-11-20 15:00:00+00:00", tick=False), arrange():
        user = make_user()
        person = make_person(user_id=user.id, first_name="Ada", last_name="Byron", email=FELLOW)
        made = make_placement(history, person=person, ref="PL1", supervisor=make_supervisor(HOST, "Priya"), **fields)
        for week in weeks:
            logs.send(made, date.fromisoformat(week), Entry("4", "Built <b>it</b>\nand tests"), 0, actor=user)


def found() -> Placement:
    placement = queries.placement("PL1")
    assert placement is not None
    return placement


def test_each_supervisor_gets_one_email_a_week_that_reads_well_in_text_and_html(
    app: Flask, arrange: Arrange, mailbox: Mailbox
):
    placed(arrange, "2026-11-13", "2026-11-20")

    written = [at(app, day) for day in ("2026-11-22", "2026-11-23", "2026-11-23", "2026-11-24")]

    assert written == [0, 1, 0, 0]
    (_, to, content), *others = mailbox.taken
    mail = message_from_bytes(content, policy=policy.default)
    text, html = (mail.get_body((kind,)).get_content().replace("\r", "") for kind in ("plain", "html"))
    assert (others, to, mail["Subject"]) == ([], HOST, "2 weeks to sign off for Ada Byron")
    assert "Ada Byron, week ending 13 November 2026: 4 days\nBuilt <b>it</b>" in text
    assert "Opening the link signs nothing" in text
    assert "/fellowships/sign-off/by-link/" in text
    assert "Built &lt;b&gt;it&lt;/b&gt;" in html
    assert "until 7 December 2026" in html
    assert "\n\n\n" not in text


def test_on_the_fourth_working_day_those_who_let_a_log_wait_are_reminded(
    app: Flask, arrange: Arrange, mailbox: Mailbox
):
    placed(arrange, "2026-11-20")

    assert [at(app, f"2026-11-{day}") for day in (23, 24, 25, 26, 27)] == [1, 0, 0, 1, 0]


def test_a_week_that_begins_with_a_bank_holiday_is_mailed_on_its_tuesday(
    app: Flask, arrange: Arrange, mailbox: Mailbox
):
    placed(arrange, "2026-11-20", history="in-post 2026-11-16")

    # Boxing Day of 2026 is a Saturday, and its Monday a bank holiday.
    assert [at(app, f"2026-12-{day}") for day in (28, 29)] == [0, 1]


def test_nothing_is_written_where_nothing_waits(app: Flask, arrange: Arrange, mailbox: Mailbox):
    placed(arrange)

    assert at(app, "2026-11-23") == 0
    assert mailbox.taken == []


def write_and_fail() -> None:
    with transaction():
        for supervisor_id in mailing.supervisors_due(date(2026, 11, 23)):
            assert mailing.write_to_supervisor(supervisor_id, date(2026, 11, 23)) == 1
        raise ZeroDivisionError


def test_no_letter_leaves_for_work_that_was_undone(app: Flask, arrange: Arrange, mailbox: Mailbox):
    placed(arrange, "2026-11-20")
    with app.app_context():
        with pytest.raises(ZeroDivisionError):
            write_and_fail()
        delivery.send_waiting()

    assert mailbox.taken == []


def test_a_fellow_is_reminded_of_a_week_twice_and_of_several_in_one_letter(
    app: Flask, arrange: Arrange, mailbox: Mailbox
):
    placed(arrange, history="in-post 2026-11-09")

    days = ["2026-11-14", "2026-11-16", "2026-11-17", "2026-11-23", "2026-11-24", "2026-11-30", "2026-12-07"]
    written = [at(app, day, "remind_fellows") for day in days]

    assert written == [0, 1, 0, 1, 0, 1, 1]
    mail = message_from_bytes(mailbox.taken[1][2], policy=policy.default)
    assert mail["Subject"] == "Your log for 2 weeks is due"
    assert "/fellowships/placements/PL1/logs/2026-11-20" in mail.get_body(("plain",)).get_content()


def test_edge_97_a_week_of_leave_or_bank_holidays_is_never_missing(app: Flask, arrange: Arrange, mailbox: Mailbox):
    # In post from 28 December 2026: a bank holiday, and away for the rest of the week.
    placed(arrange, history="in-post 2026-12-28", planned="2026-12-28 to 2027-06-30")
    with arrange() as session:
        away = Away(
            journey_id=found().journey_id, starts_on=date(2026, 12, 29), last_on=date(2027, 1, 1), reason="leave"
        )
        session.add(away)

    written = [at(app, day, "remind_fellows") for day in ("2027-01-04", "2027-01-05")]

    assert written == [0, 0]
    with app.app_context():
        log = queries.log(found(), date(2027, 1, 1))
        assert log is not None
        assert [(version.days, version.summary) for version in log.versions] == [(0, NOTHING_DUE)]
        assert "log.sent" in told_of(f"placement:{found().ref}")


def test_fellow_and_host_are_asked_at_the_end_and_after_3_6_and_12_months_and_reminded_twice(
    app: Flask, arrange: Arrange, mailbox: Mailbox
):
    placed(arrange, history="completed 2025-11-28", planned="2025-01-06 to 2025-11-28")

    written = {
        day: at(app, day, "ask_afterwards")
        for day in (
            "2025-11-27",
            "2025-11-28",
            "2025-12-01",
            "2025-12-12",
            "2025-12-15",
            "2025-12-31",
            "2026-01-20",
            "2026-03-02",
            "2026-05-28",
            "2026-11-30",
        )
    }

    assert [day for day, letters in written.items() if letters] == [
        "2025-11-28",
        "2025-12-12",
        "2025-12-31",
        "2026-03-02",
        "2026-05-28",
        "2026-11-30",
    ]
    assert set(written.values()) == {0, 2}
    subjects = [message_from_bytes(content, policy=policy.default)["Subject"] for _, _, content in mailbox.taken]
    told = [
        " ".join(message_from_bytes(content, policy=policy.default).get_body(("plain",)).get_content().split())
        for _, _, content in mailbox.taken
    ]
    assert told[0].startswith("Dear Ada Byron, Your placement at Home Office ended on 28 November 2025.")
    assert told[1].startswith("Dear Priya, The placement of Ada Byron at Home Office ended on 28 November 2025.")
    assert subjects[0] == "How was the placement with Home Office?"
    assert subjects[1] == "How was the placement with Ada Byron?"
    assert subjects[-1] == "Three questions about the placement with Ada Byron, 12 months on"
