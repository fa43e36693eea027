from datetime import date

from flask import Flask

from tests.conftest import Arrange, SignIn
from tests.factories import make_cohort, make_enrolment, make_person
from tests.markup import Seen
from tracker.accounts.permissions import Role
from tracker.progress.services.compiling import compile_day

WHERE = "/training/programmes/accelerator/qualifies"
FROM = {"starts_on-day": "1", "starts_on-month": "2", "starts_on-year": "2026"}
SAID = {"qualifies": "no", **FROM, "reason": "The board decided so"}


def test_the_effect_on_the_headline_is_shown_before_a_programme_stops_counting(sign_in: SignIn, arrange: Arrange):
    with arrange():
        for day, place in (("2026-01-05", "home-office"), ("2026-03-02", "home-office"), ("2026-03-02", "hm-treasury")):
            make_enrolment(f"completed {day}", person=make_person(place), cohort=make_cohort())
    manager = sign_in(Role.PROGRAMME_MANAGER)
    said = {**SAID, "version": Seen(manager.get(WHERE).text).one("input", name="version")["value"]}

    shown = manager.send(WHERE, said)
    page = Seen(shown.text)
    before = Seen(manager.get("/training/programmes/accelerator").text).words
    saved = manager.send(WHERE, {**said, "checked": page.one("input", name="checked")["value"]})
    after = Seen(manager.get("/training/programmes/accelerator").text)

    assert shown.status_code == 200
    assert "all government, today: 3 now, 1 after" in page.words
    assert "HM Treasury 1 0" in page.words
    assert "Home Office 2 1" in page.words
    assert "Completing it counts to the target." in before
    assert (saved.status_code, saved.location) == (303, "/training/programmes/accelerator")
    assert "Completing it does not count to the target." in after.words
    assert "The board decided so" in after.words


def test_what_is_saved_is_what_was_shown(sign_in: SignIn):
    manager = sign_in(Role.PROGRAMME_MANAGER)
    said = {**SAID, "version": Seen(manager.get(WHERE).text).one("input", name="version")["value"]}
    seal = Seen(manager.send(WHERE, said).text).one("input", name="checked")["value"]

    answer = manager.send(WHERE, {**said, "starts_on-month": "3", "checked": seal})

    assert answer.status_code == 200
    assert "What would change" in answer.text


def test_a_change_that_is_refused_says_why_at_its_field_and_keeps_what_was_typed(sign_in: SignIn):
    manager = sign_in(Role.PROGRAMME_MANAGER)
    said = {**SAID, "version": Seen(manager.get(WHERE).text).one("input", name="version")["value"]}

    page = Seen(manager.send(WHERE, {**said, "starts_on-year": "2999"}).text)
    again = manager.send(WHERE, {**said, "qualifies": "yes"})
    stale = manager.send(WHERE, {**said, "version": "0"})

    assert "The day must be today or in the past" in page.words
    assert page.one("input", name="starts_on-year")["value"] == "2999"
    assert "counts on that day already" in again.text
    assert stale.status_code == 409


def test_final_months_that_would_be_revised_are_named_with_both_counts(app: Flask, sign_in: SignIn, arrange: Arrange):
    with arrange():
        for day in ("2026-01-05", "2026-03-02"):
            make_enrolment(f"completed {day}", person=make_person(), cohort=make_cohort())
    with app.app_context():
        for day in (date(2026, 1, 31), date(2026, 3, 31)):
            compile_day(day, is_final=True)
    manager = sign_in(Role.PROGRAMME_MANAGER)
    said = {**SAID, "version": Seen(manager.get(WHERE).text).one("input", name="version")["value"]}

    page = Seen(manager.send(WHERE, said).text)

    assert "Final months that would be revised" in page.words
    assert "31 March 2026 2 1" in page.words
    assert "31 January 2026" not in page.words


def test_a_compile_after_the_change_counts_everything_again(app: Flask, arrange: Arrange, sign_in: SignIn):
    with arrange():
        make_enrolment("completed 2026-03-02", person=make_person(), cohort=make_cohort())
    manager, day = sign_in(Role.PROGRAMME_MANAGER), date(2026, 3, 31)
    with app.app_context():
        compile_day(day)
    said = {**SAID, "version": Seen(manager.get(WHERE).text).one("input", name="version")["value"]}
    seal = Seen(manager.send(WHERE, said).text).one("input", name="checked")["value"]

    manager.send(WHERE, {**said, "checked": seal})
    with app.app_context():
        compile_day(day)

    shown = Seen(manager.get("/progress/figures/training.trained?as-at=2026-03-31").text)
    assert "0 of" in shown.words or " 0 " in shown.words
