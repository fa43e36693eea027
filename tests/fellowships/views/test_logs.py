"""Weekly logs through their pages: written by the fellow, read by others, locked when signed off."""

import re
from datetime import date

import pytest
import time_machine
from flask import Flask

from tests.browsers import Browser, browser_of
from tests.conftest import Arrange, SignIn
from tests.factories import make_person, make_placement, make_supervisor
from tests.markup import Seen
from tracker.accounts import queries as accounts
from tracker.accounts.permissions import Role
from tracker.core.db import db
from tracker.fellowships.models import Placement, WeekLog
from tracker.fellowships.queries import logs as queries

THURSDAY = "2026-11-26 09:00:00+00:00"
FRIDAY, LAST = "2026-11-27", "2026-11-20"
FELLOW, HOST = "fellow@example.gov.uk", "host@example.gov.uk"
LOGS = "/fellowships/placements/PL1/logs"
WEEK = f"{LOGS}/{FRIDAY}"
SAID = {"days": "4", "summary": "Built the matching step", "skills": ["applied-maths"], "act": "send"}


@pytest.fixture(autouse=True)
def _a_thursday():
    with time_machine.travel(THURSDAY, tick=False):
        yield


@pytest.fixture
def fellow(sign_in: SignIn, arrange: Arrange) -> Browser:
    """A fellow in post since the spring, three days a week, with somebody to sign."""
    browser = sign_in(Role.FELLOW, email=FELLOW)
    with arrange():
        person = make_person(user_id=accounts.user_by_email(FELLOW).id)
        make_placement("in-post 2026-04-01", person=person, ref="PL1", fte=0.6, supervisor=make_supervisor(HOST))
    return browser


def stored(app: Flask, week: str = FRIDAY) -> WeekLog | None:
    with app.app_context():
        found = queries.log(placement(), date.fromisoformat(week))
        db.session.expunge_all()
        return found


def placement() -> Placement:
    found = queries.placement("PL1")
    assert found is not None
    return found


def write(browser: Browser, address: str = WEEK, **said: object):
    version = Seen(browser.get(address).text).one("input", name="version")["value"]
    return browser.send(address, {**SAID, "version": version, **said})


def test_a_week_is_sent_and_offered_to_the_next(fellow: Browser, app: Flask):
    sent = write(fellow, f"{LOGS}/{LAST}", days="2.5", blockers="No licence yet")
    page = fellow.get(WEEK)
    like_last = Seen(fellow.get(f"{WEEK}?from=last").text)

    assert (sent.status_code, sent.location) == (303, LOGS)
    assert "This week holds 3 days of work for you" in Seen(page.text).words
    assert Seen(page.text).one("input", name="days", checked="")["value"] == "3"
    assert Seen(fellow.get(LOGS).text).words.count("Waiting for sign-off") == 1
    assert like_last.one("input", name="days", checked="")["value"] == "2.5"
    assert "Built the matching step" in like_last.words
    assert "checked" in like_last.one("input", name="skills", value="applied-maths")
    assert "No licence yet" not in like_last.words


@pytest.mark.parametrize(
    ("days", "answer"),
    [
        ("", "Choose how many days you worked; 0 if none"),
        ("0.25", "Days are counted in halves"),
        ("25", "A week has 5 days at most"),
        ("-1", "Days cannot be fewer than 0"),
        ("many", "Days must be a number in halves"),
        ("nan", "A week has 5 days at most"),
    ],
)
def test_edge_89_each_wrong_number_of_days_gets_its_own_answer(fellow: Browser, app: Flask, days: str, answer: str):
    refused = write(fellow, days=days)

    assert refused.status_code == 200
    assert answer in Seen(refused.text).words
    assert "Built the matching step" in refused.text
    assert stored(app) is None


def test_edge_89_no_days_is_a_log_and_blank_is_none(fellow: Browser, app: Flask):
    sent = write(fellow, days="0", summary="Leave all week")

    log = stored(app)
    assert sent.status_code == 303
    assert log is not None
    assert log.versions[0].days == 0


def test_edge_90_exactly_what_is_agreed_is_taken_without_a_word_and_more_with_a_warning(fellow: Browser):
    exactly = write(fellow, days="3")
    first = Seen(fellow.get(exactly.location).text).words
    more = write(fellow, days="3.5")
    second = Seen(fellow.get(more.location).text).words

    assert "is more than" not in first
    assert "3.5 days is more than the 3 days a week agreed for this placement" in second


def test_edge_89_a_week_is_sent_from_its_monday_on(fellow: Browser, app: Flask):
    ahead = "2026-12-04"
    early = fellow.send(f"{LOGS}/{ahead}", {**SAID, "version": "0"})
    with time_machine.travel("2026-11-30 00:00:01+00:00", tick=False):
        from_monday = write(browser_of(app, FELLOW), f"{LOGS}/{ahead}")

    assert "That week has not begun. Its log can be sent from Monday 30 November 2026" in early.text
    assert from_monday.status_code == 303


def test_a_draft_is_kept_as_it_was_typed_and_nobody_else_sees_it(fellow: Browser, sign_in: SignIn, app: Flask):
    kept = write(fellow, days="", summary=" half a sentence ", private_note="I am unhappy here", act="draft")
    again = fellow.get(kept.location).text
    manager = sign_in(Role.PROGRAMME_MANAGER)

    assert ">\r\n half a sentence </textarea>" in again or "> half a sentence </textarea>" in again
    assert "I am unhappy here" in again
    assert "half a sentence" not in manager.get(WEEK).text
    assert "No log was sent for this week" in manager.get(WEEK).text


def test_a_private_note_is_shown_to_the_fellow_and_to_nobody_else(fellow: Browser, sign_in: SignIn):
    write(fellow, private_note="Zephyr")
    others = [sign_in(Role.PROGRAMME_MANAGER), sign_in(Role.AUDITOR), sign_in(Role.HOST_SUPERVISOR, email=HOST)]

    assert "Zephyr" in fellow.get(WEEK).text
    assert ["Note days away" in one.get(LOGS).text for one in (fellow, *others)] == [True, False, False, False]
    for other in others:
        page = other.get(WEEK)
        assert page.status_code == 200
        assert "Built the matching step" in page.text
        assert "Zephyr" not in page.text
    assert "Zephyr" not in others[1].get("/audit").text
    assert "Zephyr" not in others[2].get("/fellowships/sign-off").text


def test_a_log_sent_again_keeps_both_versions_and_the_later_counts(fellow: Browser, app: Flask):
    write(fellow, days="2")
    write(fellow, days="3", summary="And Friday")

    log = stored(app)
    assert log is not None
    assert [(version.number, version.days) for version in log.versions] == [(1, 2), (2, 3)]


def test_a_log_changed_elsewhere_meanwhile_is_not_written_over_unsaid(fellow: Browser, app: Flask):
    fellow.get(WEEK)
    write(fellow, summary="From the telephone")
    overtaken = fellow.send(WEEK, {**SAID, "version": "0", "summary": "From the desk"})
    version = Seen(overtaken.text).one("input", name="version")["value"]
    meant = fellow.send(WEEK, {**SAID, "version": version, "summary": "From the desk"})

    assert overtaken.status_code == 409
    assert "Somebody else has changed the log of this week" in Seen(overtaken.text).words
    assert "From the telephone" in overtaken.text
    assert "From the desk" in overtaken.text
    assert meant.status_code == 303
    assert [one.summary for one in stored(app).versions] == ["From the telephone", "From the desk"]


@pytest.mark.parametrize("week", ["2026-11-26", "2026-03-27", "20261127", "2026-13-45", "2025-11-28"])
def test_there_is_no_page_for_a_week_that_is_none_of_the_placement(fellow: Browser, week: str):
    assert fellow.get(f"{LOGS}/{week}").status_code == 404


def test_somebody_elses_logs_are_not_there(fellow: Browser, sign_in: SignIn, arrange: Arrange):
    with arrange():
        make_placement("in-post 2026-04-01", ref="PL2", supervisor=make_supervisor())
    stranger, other_host = sign_in(Role.FELLOW), sign_in(Role.HOST_SUPERVISOR)

    assert [one.get(WEEK).status_code for one in (stranger, other_host)] == [404, 404]
    assert stranger.send(WEEK, {**SAID, "version": "0"}).status_code == 404
    assert fellow.get("/fellowships/placements/PL2/logs").status_code == 404
    assert sign_in(Role.LEADERSHIP).get(WEEK).status_code == 403


def test_edge_91_a_log_is_of_the_week_its_address_says_and_never_of_the_day_it_was_sent(fellow: Browser, app: Flask):
    no_friday = fellow.send(f"{LOGS}/2026-11-26", {**SAID, "version": "0"})
    late = write(fellow, f"{LOGS}/2026-06-05")

    log = stored(app, "2026-06-05")
    assert (no_friday.status_code, late.status_code) == (404, 303)
    assert log is not None
    assert log.versions[0].submitted_at.date() == date(2026, 11, 26)
    assert stored(app) is None


def test_edge_92_a_break_holds_no_work_and_days_out_of_post_take_no_log(
    fellow: Browser, sign_in: SignIn, arrange: Arrange, app: Flask
):
    day = {"starts_on-day": "9", "starts_on-month": "11", "starts_on-year": "2026", "reason": "leave"}
    planned = [Seen(fellow.get(LOGS).text).words]
    fellow.send(f"{LOGS}/away", day | {"last_on-day": "20", "last_on-month": "11", "last_on-year": "2026"})
    planned.append(Seen(fellow.get(LOGS).text).words)

    assert "This week holds 0 days of work for you" in Seen(fellow.get(f"{LOGS}/2026-11-13").text).words
    assert "This week holds 3 days of work for you" in Seen(fellow.get(WEEK).text).words
    # Two weeks of three days hold six days fewer in the whole placement.
    whole = [float(re.findall(r"([0-9.]+) days in the whole placement", words)[0]) for words in planned]
    assert whole[0] - whole[1] == 6
    before = fellow.send(f"{LOGS}/2026-03-27", {**SAID, "version": "0"})
    assert before.status_code == 404
    assert stored(app, "2026-03-27") is None


def test_edge_97_leave_and_bank_holidays_shorten_what_is_expected(fellow: Browser):
    day = {"starts_on-day": "23", "starts_on-month": "11", "starts_on-year": "2026", "reason": "leave"}
    day |= {"last_on-day": "24", "last_on-month": "11", "last_on-year": "2026"}

    noted = fellow.send(f"{LOGS}/away", day)
    again = fellow.send(f"{LOGS}/away", day)
    before = fellow.send(f"{LOGS}/away", {**day, "last_on-day": "20"})

    assert noted.status_code == 303
    assert "This week holds 2 days of work for you" in Seen(fellow.get(WEEK).text).words
    # Easter Monday and Good Friday of 2026 leave four days each, at three fifths of a week.
    assert "This week holds 2.5 days of work" in Seen(fellow.get(f"{LOGS}/2026-04-10").text).words
    assert "You are away from 23 November 2026 to 24 November 2026 already" in again.text
    assert "The last day away is before the first" in before.text
    assert "23 November 2026 to 24 November 2026" in fellow.get(LOGS).text


def test_edge_93_hours_that_change_do_not_rewrite_the_weeks_before(
    fellow: Browser, sign_in: SignIn, arrange: Arrange, app: Flask
):
    manager, hours = sign_in(Role.PROGRAMME_MANAGER), "/fellowships/placements/PL1/hours"

    def change(fte: str, day: str) -> str:
        year, month, of_month = day.split("-")
        version = Seen(manager.get(hours).text).one("input", name="version")["value"]
        said = {"starts_on-day": of_month, "starts_on-month": month, "starts_on-year": year}
        return manager.send(hours, {"version": version, "fte": fte, **said}, follow_redirects=True).text

    sent = write(fellow, f"{LOGS}/2026-11-13", days="3")
    refused = (
        change("0.6", "2026-11-18"),
        change("1.2", "2026-11-18"),
        change("1", "2027-01-01"),
        change("0.001", "2026-11-18"),
        change("0,6", "2026-11-18"),
    )
    # From three days a week to five, from the Wednesday of the week that ends on 20 November.
    changed = change("1", "2026-11-18")

    assert sent.status_code == 303
    assert [
        words in text
        for words, text in zip(
            (
                "It is 0.60 on 18 November 2026 already",
                "no more than 1",
                "Choose a day of the placement",
                "2 decimal places or fewer",
                "Enter a number in digits",
            ),
            refused,
            strict=True,
        )
    ] == [True] * 5
    assert "0.60, 1.00 from 18 November 2026" in Seen(changed).words
    # Two days at 0.6 and three whole ones make 4.2 days, in halves 4.
    held = {"2026-11-13": "3 days", "2026-11-20": "4 days", "2026-11-27": "5 days"}
    for week, days in held.items():
        assert f"This week holds {days} of work for you" in Seen(fellow.get(f"{LOGS}/{week}").text).words, week
    write(fellow, f"{LOGS}/2026-11-06", days="3.5")
    assert "3.5 days is more than the 3 days a week agreed" in fellow.get(LOGS).text
    write(fellow, WEEK, days="5")
    assert "more than" not in fellow.get(LOGS).text


def test_edge_93_hours_fill_the_time_of_a_fellow_from_their_day_on(fellow: Browser, sign_in: SignIn, arrange: Arrange):
    with arrange():
        make_placement(
            "in-post 2026-09-01",
            person=placement().person,
            ref="PL2",
            fte=0.4,
            at="hm-treasury",
            planned="2026-09-01 to 2026-10-31",
        )
    manager = sign_in(Role.PROGRAMME_MANAGER)
    opened = Seen(manager.get("/fellowships/placements/PL1/hours").text).one("input", name="version")["value"]
    told = {"version": opened, "fte": "0.7", "starts_on-day": "31", "starts_on-month": "10", "starts_on-year": "2026"}

    clash = manager.send("/fellowships/placements/PL1/hours", told)
    fits = manager.send(
        "/fellowships/placements/PL1/hours",
        told | {"starts_on-day": "1", "starts_on-month": "11"},
    )

    assert "From 31 October 2026 to 31 October 2026 it would make 1.10 full-time equivalents" in clash.text
    assert fits.status_code == 303
