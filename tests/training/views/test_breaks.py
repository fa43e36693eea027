from datetime import timedelta

import pytest
from flask import Flask

from tests.browsers import Browser
from tests.conftest import Arrange, SignIn
from tests.counting import counted
from tests.factories import make_cohort, make_enrolment, make_person, make_user
from tests.markup import Seen
from tracker.accounts.permissions import Role
from tracker.core.clock import today
from tracker.ledger.queries import journey, standing_events

BREAK = ("in-training 2026-01-05", "on-break 2026-02-01 until 2026-05-01")


@pytest.fixture
def manager(sign_in: SignIn) -> Browser:
    return sign_in(Role.PROGRAMME_MANAGER)


def answer(browser: Browser, ref: str, what: str) -> tuple[int, str]:
    """Press the button of an answer as the page gives it."""
    form = next(
        one for one in browser.get("/training/breaks").text.split("<form ") if f"/training/breaks/{ref}/{what}" in one
    )
    sent = {name: Seen(form).one("input", name=name)["value"] for name in ("version", "_idem")}
    done = browser.send(f"/training/breaks/{ref}/{what}", sent)
    return done.status_code, Seen(browser.get("/training/breaks").text).words


def last(arrange: Arrange, ref: str) -> str:
    with arrange():
        found = journey(ref)
        assert found is not None
        return str(standing_events(found.id)[-1].stage)


@pytest.mark.parametrize(
    ("what", "stage", "said"),
    [
        ("returned", "in-training", "Ann Away returned on 1 May 2026. If it was otherwise"),
        ("extended", "on-break", "Ann Away’s break is extended to"),
        ("withdrawn", "withdrawn", "Ann Away withdrew on 1 May 2026"),
    ],
)
def test_one_press_answers_a_break_and_takes_it_from_the_queue(
    manager: Browser, arrange: Arrange, what: str, stage: str, said: str
):
    with arrange():
        ref = make_enrolment(*BREAK, person=make_person(first_name="Ann", last_name="Away")).ref
    assert "Breaks past their day (1)" in Seen(manager.get("/training/breaks").text).words

    status, words = answer(manager, ref, what)

    assert status == 303
    assert said in words
    assert "Breaks past their day (0)" in words
    assert last(arrange, ref) == stage


def test_each_break_stands_in_the_queue_of_its_owner_and_the_counts_are_those_of_the_lists(
    manager: Browser, arrange: Arrange
):
    with arrange():
        owner = make_user(Role.PROGRAMME_MANAGER, name="Olive Owner")
        for cohort in (make_cohort(owner_id=owner.id), make_cohort(), make_cohort()):
            make_enrolment(*BREAK, cohort=cohort)
        address = f"/training/breaks?owner={owner.ref}"

    page = Seen(manager.get("/training/breaks").text)

    assert "Everybody (3)" in page.words
    assert "Programme office (2)" in page.words
    assert page.one("a", href=address)
    assert "Breaks past their day (1)" in Seen(manager.get(address).text).words


def test_an_answer_to_what_was_changed_since_is_refused(manager: Browser, arrange: Arrange):
    with arrange():
        ref = make_enrolment(*BREAK, person=make_person(first_name="Ann", last_name="Away")).ref

    manager.send(f"/training/breaks/{ref}/withdrawn", {"version": "99"})

    assert last(arrange, ref) == "on-break"
    assert "Somebody else has changed the break of Ann Away" in Seen(manager.get("/training/breaks").text).words


def test_a_lead_sees_and_answers_only_their_own_department(sign_in: SignIn, arrange: Arrange):
    with arrange():
        mine = make_enrolment(*BREAK, person=make_person(first_name="Ann")).ref
        theirs = make_enrolment(*BREAK, person=make_person("hm-treasury", first_name="Zoe")).ref
    lead = sign_in(Role.DEPARTMENT_LEAD)

    page = lead.get("/training/breaks").text

    assert mine in page
    assert theirs not in page
    assert lead.send(f"/training/breaks/{theirs}/returned", {}).status_code == 404


def test_what_ends_soon_is_listed_below_and_asked_about_only_after_its_day(manager: Browser, arrange: Arrange):
    with arrange():
        for days in (0, 30, 31):
            make_enrolment("in-training 2026-01-05", f"on-break 2026-02-01 until {today() + timedelta(days=days)}")

    words = Seen(manager.get("/training/breaks").text).words

    assert "Breaks past their day (0)" in words
    assert "Due back within 30 days (2)" in words


def test_the_page_asks_the_same_few_questions_however_many_breaks_there_are(
    app: Flask, manager: Browser, arrange: Arrange
):
    def questions() -> int:
        with counted(app)() as asked:
            manager.get("/training/breaks")
        return len(asked)

    with arrange():
        make_enrolment(*BREAK)
    few = questions()
    with arrange():
        for _ in range(20):
            make_enrolment(*BREAK)

    assert questions() == few <= 12
