"""Signing off, by the link of the weekly email and with an account: what is said stays, and nothing is said twice."""

import re
from collections.abc import Iterator
from datetime import date

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from tests.browsers import Browser, browser, browser_of
from tests.conftest import Arrange, SignIn
from tests.factories import make_person, make_placement, make_supervisor, make_user
from tests.markup import Seen
from tracker.accounts import queries as accounts
from tracker.accounts.models import AuditEntry
from tracker.accounts.permissions import Role
from tracker.core.db import db, transaction
from tracker.fellowships.lifecycle import LogState
from tracker.fellowships.models import SupervisorAssignment
from tracker.fellowships.queries import logs as queries
from tracker.fellowships.services import logs, mailing
from tracker.fellowships.services.logs import Entry
from tracker.outbox.models import Message

MONDAY = date(2026, 11, 23)
WEEKS = (date(2026, 11, 13), date(2026, 11, 20))
HOST, OTHER = "priya.shah@example.gov.uk", "omar@example.gov.uk"


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel("2026-11-23 09:00:00+00:00", tick=False) as traveller:
        yield traveller


@pytest.fixture
def placement(arrange: Arrange) -> str:
    """A placement with two weeks sent and nobody's word on them yet."""
    with arrange():
        user = make_user(Role.FELLOW, email="fellow@example.gov.uk")
        person = make_person(user_id=user.id, first_name="Ada", last_name="Byron", email="ada@example.gov.uk")
        supervisor = make_supervisor(HOST, "Priya Shah")
        made = make_placement("in-post 2026-11-09", person=person, ref="PL1", supervisor=supervisor)
        for week in WEEKS:
            logs.send(made, week, Entry("4", f"Work of {week:%d %B}"), 0, actor=user)
    return "PL1"


def letter(app: Flask, to: str = HOST) -> Message:
    with app.app_context():
        found = db.session.scalars(select(Message).where(Message.to == to).order_by(Message.id.desc())).first()
        assert found is not None
        db.session.expunge(found)
        return found


def mailed(app: Flask, day: date = MONDAY) -> str:
    """The address of the link in the weekly email of a day."""
    with app.app_context(), transaction():
        for supervisor_id in mailing.supervisors_due(day):
            mailing.write_to_supervisor(supervisor_id, day)
    found = re.search(r"http://127\.0\.0\.1:5000(\S+)", letter(app).text)
    assert found is not None
    return found[1]


def states(app: Flask) -> list[LogState]:
    with app.app_context():
        found = queries.placement("PL1")
        assert found is not None
        known = queries.logs(found)
        return [known[week].state for week in WEEKS]


def said_in(page: str, address: str = HOST, **said: str) -> dict[str, str]:
    """A form as it was drawn, with the address and what is chosen; `decision_0` speaks of the first week shown."""
    seen = [one for one in Seen(page).all("input") if one.get("name", "").startswith("seen_")]
    numbers = [one["name"].removeprefix("seen_") for one in seen]
    drawn = {one["name"]: one["value"] for one in seen}
    chosen = {re.sub(r"_(\d)$", lambda found: f"_{numbers[int(found[1])]}", name): text for name, text in said.items()}
    return {**drawn, "address": address, **chosen}


def test_the_weekly_email_opens_the_weeks_and_one_press_approves_them(placement: str, app: Flask):
    address, somebody = mailed(app), browser(app)

    page = somebody.get(address)
    before = states(app)
    done = somebody.send(address, said_in(page.text, act="every"))
    thanks = somebody.get(done.location)

    assert "Ada Byron, week ending 13 November 2026: 4 days" in Seen(page.text).words
    assert "Work of 20 November" in page.text
    assert before == [LogState.SUBMITTED] * 2
    assert (done.status_code, states(app)) == (303, [LogState.APPROVED] * 2)
    assert "What you said of 2 weeks is recorded" in Seen(thanks.text).words


def test_opening_by_a_mail_scanner_signs_nothing(placement: str, app: Flask):
    address = mailed(app)

    for _ in range(3):
        browser(app).get(address)
        browser(app).head(address)

    assert states(app) == [LogState.SUBMITTED] * 2
    with app.app_context():
        opened = db.session.scalars(
            select(AuditEntry).where(AuditEntry.verb == "link.opened").order_by(AuditEntry.number)
        ).all()
        assert len(opened) == 6


def test_a_link_used_twice_forwarded_expired_or_tampered_with_signs_nothing(
    placement: str, app: Flask, clock: time_machine.Traveller
):
    address = mailed(app)
    page = browser(app).get(address).text
    forwarded = browser(app).send(address, said_in(page, OTHER, act="every"))
    tampered = browser(app).send(address[:-2] + "xx", said_in(page, act="every"))
    untouched = states(app)
    used = browser(app).send(address, said_in(page, act="chosen", decision_0="approved"))
    again = browser(app).send(address, said_in(page, act="every"))
    after_use = states(app)
    clock.shift(7 * 86400)
    second = mailed(app, date(2026, 11, 30))
    page = browser(app).get(second).text
    clock.shift(15 * 86400)
    expired = browser(app).send(second, said_in(page, act="chosen", decision_0="returned", reason_0="Too few <days>"))

    assert [forwarded.status_code, tampered.status_code, used.status_code] == [200, 404, 303]
    assert [again.status_code, expired.status_code] == [410, 410]
    assert untouched == [LogState.SUBMITTED] * 2
    assert after_use == [LogState.APPROVED, LogState.SUBMITTED] == states(app)
    # Edge case 96: a link that runs out while somebody reads keeps what they typed.
    assert "Too few &lt;days&gt;" in expired.text
    with app.app_context():
        refused = db.session.scalars(
            select(AuditEntry).where(AuditEntry.verb == "link.refused").order_by(AuditEntry.number)
        ).all()
        whys = [next(one["after"] for one in entry.changes if one["field"] == "why") for entry in refused]
        assert whys == ["another address", "unknown", "used", "expired"]


def test_a_week_goes_back_with_a_reason_and_the_fellow_is_written_to(placement: str, app: Flask, sign_in: SignIn):
    address = mailed(app)
    page = browser(app).get(address).text

    without = browser(app).send(address, said_in(page, act="chosen", decision_1="returned"))
    back = browser(app).send(
        address, said_in(page, act="chosen", decision_0="approved", decision_1="returned", reason_1="Was it 4 days?")
    )

    assert "Say why the week ending 20 November 2026 goes back" in Seen(without.text).words
    assert (back.status_code, states(app)) == (303, [LogState.APPROVED, LogState.RETURNED])
    told = letter(app, "ada@example.gov.uk")
    assert told.subject == "Your log for the week ending 20 November 2026 came back"
    assert "Was it 4 days?" in told.text
    assert "/fellowships/placements/PL1/logs/2026-11-20" in told.text
    week = sign_in_fellow(app).get("/fellowships/placements/PL1/logs/2026-11-20").text
    assert "Sent back: Was it 4 days?" in Seen(week).words


def sign_in_fellow(app: Flask) -> Browser:
    return browser_of(app, "fellow@example.gov.uk")


def test_a_supervisor_with_an_account_signs_on_the_page(placement: str, app: Flask, sign_in: SignIn):
    supervisor = sign_in(Role.HOST_SUPERVISOR, email=HOST)
    page = supervisor.get("/fellowships/sign-off")

    done = supervisor.send("/fellowships/sign-off", said_in(page.text, act="every"))

    assert (done.status_code, states(app)) == (303, [LogState.APPROVED] * 2)
    assert "Nothing waits for you" in supervisor.get(done.location).text
    assert sign_in(Role.HOST_SUPERVISOR).get("/fellowships/sign-off").text.count("Byron") == 0


def test_edge_86_what_waits_goes_to_the_next_supervisor_and_what_was_signed_keeps_the_old_name(
    placement: str, app: Flask, arrange: Arrange
):
    old = mailed(app)
    page = browser(app).get(old).text
    browser(app).send(old, said_in(page, act="chosen", decision_0="approved"))
    again = mailed_anew(app)
    held = browser(app).get(again).text
    hand_over(arrange)

    late = browser(app).send(again, said_in(held, act="every"))
    with arrange():
        omar = make_user(Role.HOST_SUPERVISOR, email=OTHER)
        waiting = queries.waiting_for(queries.supervisor_of_user(omar.email_key))
        signed = queries.log(queries.placement("PL1"), WEEKS[0])

        assert [log.week_ending for log in waiting] == [WEEKS[1]]
        assert signed.versions[0].decisions[0].decided_by_name == "Priya Shah"
    assert "they wait for somebody else now" in Seen(late.text).words
    assert states(app) == [LogState.APPROVED, LogState.SUBMITTED]


def mailed_anew(app: Flask) -> str:
    with app.app_context(), transaction():
        supervisor = queries.supervisor_of_user(HOST)
        assert supervisor is not None
        mailing.write_to_supervisor(supervisor.id, date(2026, 11, 24))
    found = re.search(r"http://127\.0\.0\.1:5000(\S+)", letter(app).text)
    assert found is not None
    return found[1]


def hand_over(arrange: Arrange) -> None:
    with arrange() as session:
        found = queries.placement("PL1")
        assert found is not None
        current = found.assignments[0]
        current.ends_on = MONDAY
        session.flush()
        session.add(
            SupervisorAssignment(
                journey_id=found.journey_id,
                supervisor_id=make_supervisor(OTHER, "Omar").id,
                starts_on=MONDAY,
            )
        )


def test_a_log_sent_anew_since_it_was_read_is_not_signed_unread(placement: str, app: Flask, arrange: Arrange):
    address = mailed(app)
    page = browser(app).get(address).text
    with arrange():
        found = queries.placement("PL1")
        log = queries.log(found, WEEKS[0])
        user = accounts.user_by_email("fellow@example.gov.uk")
        logs.send(found, WEEKS[0], Entry("5", "More than I said"), log.version, actor=user)

    overtaken = browser(app).send(address, said_in(page, act="every"))

    assert "Somebody else has changed the week ending 13 November 2026" in Seen(overtaken.text).words
    assert "More than I said" in overtaken.text
    assert states(app) == [LogState.SUBMITTED] * 2


def test_edges_87_and_94_only_the_programme_unlocks_with_a_reason_and_both_versions_stay(
    placement: str, app: Flask, sign_in: SignIn
):
    address = mailed(app)
    browser(app).send(address, said_in(browser(app).get(address).text, act="every"))
    week = "/fellowships/placements/PL1/logs/2026-11-13"
    fellow, manager = sign_in_fellow(app), sign_in(Role.PROGRAMME_MANAGER)

    locked = fellow.send(week, {"days": "5", "summary": "More", "version": "9", "act": "send"})
    forbidden = [one.get(f"{week}/unlock").status_code for one in (fellow, sign_in(Role.HOST_SUPERVISOR, email=HOST))]
    led = [bool(Seen(one.get(week).text).all("a", href=f"{week}/unlock")) for one in (fellow, manager)]
    version = Seen(manager.get(f"{week}/unlock").text).one("input", name="version")["value"]
    without = manager.send(f"{week}/unlock", {"version": version, "reason": " "})
    older = manager.send(f"{week}/unlock", {"version": "9", "reason": "The wrong week was signed"})
    unlocked = manager.send(f"{week}/unlock", {"version": version, "reason": "The wrong week was signed"})
    form = Seen(fellow.get(week).text)
    sent = fellow.send(
        week, {"days": "3", "summary": "As it was", "version": form.one("input", name="version")["value"]}
    )
    read = Seen(manager.get(week).text).words

    assert locked.status_code in (200, 409)
    assert forbidden == [403, 403]
    assert led == [False, True]
    assert "Say why the week is unlocked" in without.text
    assert older.status_code == 409
    assert "Somebody else has changed the log of this week" in Seen(older.text).words
    assert (unlocked.status_code, sent.status_code) == (303, 303)
    assert "Void since 23 November 2026, 9:00am: The wrong week was signed" in read
    assert "Work of 13 November" in read
    assert "As it was" in read
    assert states(app)[0] is LogState.SUBMITTED
