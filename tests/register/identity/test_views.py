"""The queue of duplicates, and the pages on which two records are compared, made one, and taken apart."""

import re
from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select

from tests.browsers import Browser
from tests.conftest import Arrange, SignIn
from tests.counting import counted
from tests.factories import make_cohort, make_enrolment, make_person, make_user, organisation
from tests.markup import Seen
from tracker.accounts.permissions import Role
from tracker.core.db import db
from tracker.people.identity.models import DuplicatePair, PersonMerge
from tracker.people.identity.services import second
from tracker.people.models import Person
from tracker.people.services import Details, change_details
from tracker.register.identity.services import Choice, Side, merge
from tracker.register.identity.services.scanning import look_at_everybody

Pair = Callable[[], str]


@pytest.fixture
def manager(sign_in: SignIn) -> Browser:
    return sign_in(Role.PROGRAMME_MANAGER)


@pytest.fixture
def pair(app: Flask, arrange: Arrange) -> str:
    """The address of the pair of two records of Zoë Quill, both of whom are on one cohort."""
    with arrange():
        cohort = make_cohort("DSA-1")
        one = make_person("hm-treasury", ref="A/1", first_name="Zoë", last_name="Quill", email="zoe@x.gov.uk")
        two = make_person("home-office", ref="B-2", first_name="Quill", last_name="Zoe", email="z.quill@y.gov.uk")
        make_enrolment("in-training 2026-01-05", "completed 2026-03-01", person=one, cohort=cohort)
        make_enrolment("in-training 2026-01-06", person=two, cohort=cohort)
        make_person(first_name="Otto", last_name="Umber")
    with app.app_context():
        assert look_at_everybody() == 1
        return f"/duplicates/{db.session.scalars(select(DuplicatePair.ref)).one()}"


def opened(browser: Browser, address: str) -> dict[str, str]:
    version = Seen(browser.get(address).text).one("input", name="version")["value"]
    chosen = {"survivor": "low", "name": "high", "email": "high", "postings": "both", "enrolment_0": "low"}
    return {"version": version, **chosen, "reason": "The same payroll number"}


def test_edge_1_the_queue_says_what_matches_and_what_differs(manager: Browser, pair: str) -> None:
    """Edge case 6.1-1: a pair is suspected, and somebody decides."""
    page = Seen(manager.get("/duplicates").text)

    assert "Perhaps the same person (1)" in page.words
    assert "Zoë Quill and Quill Zoe A/1 and B-2" in page.words
    assert "name" in page.words
    assert page.all("a", href=pair)


def test_edge_21_two_records_are_made_one_after_the_effect_was_shown_and_old_addresses_lead_on(
    app: Flask, manager: Browser, pair: str
) -> None:
    """Edge case 6.1-21: the old reference answers with the new one."""
    said = opened(manager, pair)
    with app.app_context():
        old = db.session.scalars(select(Person).where(Person.ref == "B-2")).one()
        enrolments = Seen(manager.get(f"/people/{old.ref}").text).all("a", class_="govuk-link")
    left = next(one["href"] for one in enrolments if re.fullmatch("/training/enrolments/[^/]+", one["href"]))

    shown = Seen(manager.send(pair, said).text)
    assert "What would change" in shown.words
    assert "In training" in shown.words
    done = manager.send(pair, {**said, "checked": shown.one("input", name="checked")["value"]})

    assert (done.status_code, done.location) == (303, "/people/A/1")
    page = Seen(manager.get("/people/A/1").text)
    assert "Quill Zoe" in page.words
    assert "z.quill@y.gov.uk" in page.words
    led = manager.get("/people/B-2")
    assert (led.status_code, led.location) == (302, "/people/A/1")
    assert manager.get(left).status_code == 302
    assert "No pair waits for a decision" in manager.get("/duplicates").text


def test_without_the_effect_being_shown_first_nothing_is_done(app: Flask, manager: Browser, pair: str) -> None:
    assert manager.send(pair, {**opened(manager, pair), "checked": "anything"}).status_code == 200

    with app.app_context():
        assert not db.session.scalars(select(PersonMerge)).all()


@pytest.mark.parametrize(
    ("missing", "message"),
    [("reason", "Say how you know that it is the same person"), ("survivor", "Select which record stays")],
)
def test_what_is_not_said_is_asked_for_and_what_was_typed_is_kept(
    manager: Browser, pair: str, missing: str, message: str
) -> None:
    said = {**opened(manager, pair), missing: ""}

    page = manager.send(pair, said)

    assert page.status_code == 200
    assert message in page.text


def test_a_record_that_was_changed_meanwhile_is_compared_anew(manager: Browser, pair: str) -> None:
    said = opened(manager, pair)
    details = {"version": "1", "first_name": "Zoë", "last_name": "Quill", "email": "new@x.gov.uk", "fte": "1.0"}
    assert manager.send("/people/A/1/details", details).status_code == 303

    answer = manager.send(pair, said)

    assert answer.status_code == 409
    assert "Somebody else has changed" in answer.text


def test_two_people_are_never_suggested_again(app: Flask, manager: Browser, pair: str) -> None:
    refused = manager.send(f"{pair}/two-people", {"reason": ""})
    assert "Say how you know that they are two people" in refused.text

    assert manager.send(f"{pair}/two-people", {"reason": "Mother and daughter"}).status_code == 303
    with app.app_context():
        look_at_everybody()

    assert "No pair waits for a decision" in manager.get("/duplicates").text
    assert "Mother and daughter" in manager.get("/duplicates?decided=1").text


def test_a_merge_is_undone_from_the_page_of_the_survivor(app: Flask, manager: Browser, pair: str) -> None:
    said = opened(manager, pair)
    seal = Seen(manager.send(pair, said).text).one("input", name="checked")["value"]
    manager.send(pair, {**said, "checked": seal})
    links = [one["href"] for one in Seen(manager.get("/people/A/1").text).all("a", class_="govuk-link")]
    undo = next(href for href in links if href.startswith("/merges/"))

    assert "Say why they are two people" in manager.send(undo, {"reason": ""}).text
    done = manager.send(undo, {"reason": "A namesake"})

    assert (done.status_code, done.location) == (303, "/people/B-2")
    assert manager.get("/people/B-2").status_code == 200
    assert "Zoë Quill" in manager.get("/people/A/1").text
    assert manager.get(undo).status_code == 404


def test_another_record_of_somebody_is_named_by_its_reference(manager: Browser, pair: str) -> None:
    where = "/people/A/1/same-person"

    assert "Nobody has this reference" in manager.send(where, {"other": "nobody"}).text
    assert "This is the same record already" in manager.send(where, {"other": "A/1"}).text
    assert manager.send(where, {"other": "B-2"}).location == pair


@pytest.mark.parametrize("role", [Role.DEPARTMENT_LEAD, Role.AUDITOR, Role.LEADERSHIP, Role.ADMINISTRATOR])
def test_nobody_else_gets_in(sign_in: SignIn, pair: str, role: Role) -> None:
    stranger = sign_in(role)

    assert stranger.get("/duplicates").status_code == 403
    assert stranger.get(pair).status_code == 403
    assert stranger.send(pair, {}).status_code == 403


def test_no_page_about_identity_asks_more_than_fourteen_times(
    app: Flask, manager: Browser, pair: str, arrange: Arrange
) -> None:
    with arrange() as session:
        people = [make_person("home-office", ref=f"Q{n}", first_name="Quentin", last_name="Yarrow") for n in range(6)]
        by = make_user()
        merge(people[0], people[1], Choice(name=Side.MERGED), reason="Same", by=by)
        change_details(people[0], Details("Quentin", "Yarrow-Hill", "q@x.gov.uk", 1.0), by=by)
        days = {"starts_on": date(2026, 1, 5), "returns_on": date(2027, 1, 5)}
        second(people[0], organisation_id=organisation("hm-treasury").id, grade_id=None, reason="", by=by, **days)
        session.flush()
    with app.app_context():
        look_at_everybody()
    asked = {}
    for page in ("/duplicates", pair, f"{pair}/two-people", "/people/Q0", "/people/Q0/same-person"):
        with counted(app)() as statements:
            assert manager.get(page).status_code == 200
        asked[page] = len(statements)

    assert {page: count for page, count in asked.items() if count > 14} == {}
