import re
from datetime import date

import pytest
from flask import Flask

from tests.browsers import Browser
from tests.conftest import Arrange, SignIn
from tests.factories import make_cohort, make_enrolment, make_person
from tests.markup import Seen
from tests.register.views.test_enrolment import history, on
from tracker.accounts.permissions import Role
from tracker.progress.services.compiling import compile_day


@pytest.fixture
def manager(sign_in: SignIn) -> Browser:
    return sign_in(Role.PROGRAMME_MANAGER)


def begun(arrange: Arrange, *past: str) -> str:
    with arrange():
        enrolment = make_enrolment(*past, person=make_person("hm-treasury", ref="HO-1"), cohort=make_cohort("DSA-1"))
        return f"/training/enrolments/{enrolment.ref}"


def opened(browser: Browser, address: str) -> dict[str, str]:
    return {"version": Seen(browser.get(address).text).one("input", name="version")["value"]}


def test_a_correction_shows_what_would_change_before_it_is_saved(manager: Browser, arrange: Arrange):
    address = begun(arrange, "in-training 2026-01-05", "completed 2026-03-01")
    said = {
        **opened(manager, f"{address}/entries/2/correct"),
        "stage": "completed",
        **on("2026-04-10"),
        "reason": "Typed wrong",
    }

    shown = Seen(manager.send(f"{address}/entries/2/correct", said).text)

    assert "HM Treasury 1 fewer from 1 March 2026, up to but not including 10 April 2026" in shown.words
    # On a small screen the organisation is one tap away, so its words stand in the row twice.
    assert re.search(r"In training .{0,60}HM Treasury 1 more from 1 March 2026", shown.words)
    assert history(arrange, address) == [("in-training", "2026-01-05"), ("completed", "2026-03-01")]

    seal = shown.one("input", name="checked")["value"]
    saved = manager.send(f"{address}/entries/2/correct", {**said, "checked": seal})

    assert (saved.status_code, saved.location) == (303, address)
    assert history(arrange, address) == [("in-training", "2026-01-05"), ("completed", "2026-04-10")]


def test_what_was_changed_after_the_effect_was_shown_is_shown_anew(manager: Browser, arrange: Arrange):
    address = begun(arrange, "in-training 2026-01-05", "completed 2026-03-01")
    said = {**opened(manager, f"{address}/entries/2/correct"), "stage": "completed", "reason": "Typed wrong"}
    shown = Seen(manager.send(f"{address}/entries/2/correct", {**said, **on("2026-04-10")}).text)
    seal = shown.one("input", name="checked")["value"]

    again = manager.send(f"{address}/entries/2/correct", {**said, **on("2026-05-10"), "checked": seal})

    assert again.status_code == 200
    assert "up to but not including 10 May 2026" in Seen(again.text).words
    assert history(arrange, address) == [("in-training", "2026-01-05"), ("completed", "2026-03-01")]


def test_a_month_that_is_final_is_warned_of(app: Flask, manager: Browser, arrange: Arrange):
    address = begun(arrange, "in-training 2026-01-05", "completed 2026-03-01")
    with app.app_context():
        for day, is_final in ((date(2026, 2, 28), True), (date(2026, 3, 31), True), (date(2026, 4, 30), False)):
            compile_day(day, is_final=is_final)

    said = {**opened(manager, f"{address}/entries/2/take-back"), "reason": "Another Ann"}
    shown = Seen(manager.send(f"{address}/entries/2/take-back", said).text)

    assert "Months that are final would be revised: 31 March 2026." in shown.words


def test_taking_back_what_counts_in_no_figure_says_so(manager: Browser, arrange: Arrange):
    address = begun(arrange, "not-accepted 2026-01-05")

    said = {**opened(manager, f"{address}/entries/1/take-back"), "reason": "Another Ann"}

    assert "No figure would change." in Seen(manager.send(f"{address}/entries/1/take-back", said).text).words


@pytest.mark.parametrize(
    ("act", "said", "message"),
    [
        ("correct", {"stage": "accepted", **on("2026-03-01"), "reason": "x"}, "cannot go from"),
        ("correct", {"stage": "completed", **on("2026-03-02"), "reason": ""}, "Say why the entry was wrong"),
        ("correct", {"stage": "withdrawn", **on("2026-03-02"), "reason": "x"}, "is not offered any more"),
        ("take-back", {"reason": " "}, "Say why the entry was wrong"),
    ],
)
def test_a_correction_that_cannot_be_is_refused(
    manager: Browser, arrange: Arrange, act: str, said: dict[str, str], message: str
):
    address = begun(arrange, "in-training 2026-01-05", "completed 2026-03-01")

    response = manager.send(f"{address}/entries/2/{act}", {**opened(manager, f"{address}/entries/2/{act}"), **said})

    assert response.status_code == 200
    assert message in Seen(response.text).words
    assert history(arrange, address) == [("in-training", "2026-01-05"), ("completed", "2026-03-01")]


def test_a_correction_to_completed_asks_what_shows_it(manager: Browser, arrange: Arrange):
    address = begun(arrange, "in-training 2026-01-05", "not-completed 2026-03-01")
    where = f"{address}/entries/2/correct"
    said = {**opened(manager, where), "stage": "completed", **on("2026-03-01"), "reason": "The wrong list"}

    refused = Seen(manager.send(where, said).text)
    said |= {"evidence": "Certificate 7", "url": "https://certificates.example/7"}
    seal = Seen(manager.send(where, said).text).one("input", name="checked")["value"]
    saved = manager.send(where, {**said, "checked": seal})

    assert "Say what shows that they completed" in refused.words
    assert saved.status_code == 303
    assert "Shown by: Certificate 7" in Seen(manager.get(address).text).words
    assert history(arrange, address)[-1] == ("completed", "2026-03-01")
    again = Seen(manager.get(f"{address}/entries/3/correct").text).words
    assert "What shows the completion?" not in again


def test_a_correction_of_what_was_changed_meanwhile_is_told(manager: Browser, arrange: Arrange):
    address = begun(arrange, "in-training 2026-01-05", "completed 2026-03-01")
    said = {**opened(manager, f"{address}/entries/2/take-back"), "reason": "Another Ann"}
    manager.send(f"{address}/stage", {**said, "stage": "in-role", **on("2026-06-01")})

    response = manager.send(f"{address}/entries/2/take-back", said)

    assert response.status_code == 409
    assert "Somebody else has changed this record" in Seen(response.text).words


def test_an_entry_that_is_not_there_is_not_found_and_a_lead_corrects_nothing(
    manager: Browser, sign_in: SignIn, arrange: Arrange
):
    address = begun(arrange, "in-training 2026-01-05")

    assert manager.get(f"{address}/entries/2/correct").status_code == 404
    assert sign_in(Role.DEPARTMENT_LEAD, at="hm-treasury").get(f"{address}/entries/1/correct").status_code == 403
