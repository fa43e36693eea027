"""Schemes, hosts and projects through their pages."""

from datetime import date

import pytest
import time_machine

from tests.browsers import Browser
from tests.conftest import Arrange, SignIn
from tests.factories import make_person, make_placement
from tests.markup import Seen
from tracker.accounts.permissions import Role
from tracker.core.db import db
from tracker.fellowships.models import Project


@pytest.fixture(autouse=True)
def _a_day():
    with time_machine.travel("2026-06-15 09:00:00+00:00", tick=False):
        yield


def day(name: str, text: str) -> dict[str, str]:
    when = date.fromisoformat(text)
    return {f"{name}-day": str(when.day), f"{name}-month": str(when.month), f"{name}-year": str(when.year)}


SAID = {
    "title": "Matching records",
    "description": "Which records are about one person?",
    "scheme": "no10-innovation",
    "capacity": "2",
    "fte": "0.8",
    "region": "London",
    "location": "Croydon",
    "supervisor_email": "sam@example.gov.uk",
    "supervisor_name": "Sam",
    "skills": "programming",
    **day("starts_on", "2026-09-01"),
    **day("ends_on", "2027-08-31"),
}
NEW = "/fellowships/hosts/home-office/projects/new"


def offer(browser: Browser, **fields: str) -> int:
    return browser.send(NEW, {**SAID, **fields}).status_code


def test_a_lead_offers_a_project_and_a_fellow_sees_it(sign_in: SignIn, arrange: Arrange):
    lead, fellow = sign_in(Role.DEPARTMENT_LEAD), sign_in(Role.FELLOW)
    elsewhere = sign_in(Role.DEPARTMENT_LEAD, Role.FELLOW, at="hm-treasury")

    assert offer(lead) == 303
    with arrange():
        ref = db.session.query(Project).one().ref
    led = [f"{ref}/edit" in one.get(f"/fellowships/projects/{ref}").text for one in (lead, fellow, elsewhere)]
    page = Seen(fellow.get(f"/fellowships/projects/{ref}").text).words

    other = sign_in(Role.DEPARTMENT_LEAD, at="hm-treasury")
    listed = ["Matching records" in Seen(one.get("/fellowships/projects").text).words for one in (fellow, lead, other)]

    assert listed == [True, True, False]
    assert "Which records are about one person?" in page
    assert "Places left 2 of 2" in page
    assert "Croydon, London" in page
    assert "Programming" in page
    assert led == [True, False, False]
    assert fellow.get(f"/fellowships/projects/{ref}/edit").status_code == 403


@pytest.mark.parametrize("capacity", ["0", "-1", "1.5", "many", ""])
def test_case_84_a_capacity_that_is_no_whole_number_over_none_is_refused(sign_in: SignIn, capacity: str):
    answer = sign_in(Role.DEPARTMENT_LEAD).send(NEW, {**SAID, "capacity": capacity})

    assert answer.status_code == 200
    said = {"0": "at least 1 place", "-1": "at least 1 place", "": "Enter how many places"}
    assert said.get(capacity, "Enter a whole number") in answer.text
    assert "Which records are about one person?" in answer.text


def test_a_project_is_changed_by_one_of_two_who_opened_it_and_closed(sign_in: SignIn, arrange: Arrange):
    lead = sign_in(Role.DEPARTMENT_LEAD)
    offer(lead)
    with arrange():
        ref = db.session.query(Project).one().ref
    edit = f"/fellowships/projects/{ref}/edit"
    version = Seen(lead.get(edit).text).one("input", name="version")["value"]

    first = lead.send(edit, {**SAID, "title": "Joining records", "version": version})
    second = lead.send(edit, {**SAID, "title": "Linking records", "version": version})

    assert (first.status_code, second.status_code) == (303, 409)
    assert lead.send(f"/fellowships/projects/{ref}/close").status_code == 303
    assert "Joining records" in lead.get("/fellowships/projects").text
    assert "Closed" in Seen(lead.get("/fellowships/projects").text).words


def test_a_lead_answers_for_their_own_organisation_alone(sign_in: SignIn):
    lead = sign_in(Role.DEPARTMENT_LEAD)

    assert lead.send("/fellowships/hosts/home-office", {"answer": "maybe"}).status_code == 200
    said = {"answer": "maybe", "reason": "If there are desks"}
    assert lead.send("/fellowships/hosts/home-office", said).status_code == 303

    hosts = Seen(lead.get("/fellowships/hosts").text).words
    assert "Maybe If there are desks" in hosts
    assert "HM Treasury" not in hosts
    assert lead.get("/fellowships/hosts/hm-treasury").status_code == 404
    assert offer_elsewhere(lead) == 404


def offer_elsewhere(lead: Browser) -> int:
    return lead.send(NEW.replace("home-office", "hm-treasury"), SAID).status_code


def test_case_82_a_no_with_fellows_assigned_is_refused_with_who(sign_in: SignIn, arrange: Arrange):
    with arrange():
        make_placement("accepted 2026-06-01", person=make_person(first_name="Ann", last_name="Lee"), ref="PL1")
    lead = sign_in(Role.DEPARTMENT_LEAD)

    answer = lead.send("/fellowships/hosts/home-office", {"answer": "no", "reason": "No desks"})

    assert answer.status_code == 200
    assert "Ann Lee (PL1)" in answer.text
    assert "No desks" in answer.text


def test_a_round_is_added_to_a_scheme(sign_in: SignIn):
    manager = sign_in(Role.PROGRAMME_MANAGER)

    sent = manager.send("/fellowships/schemes/no10-innovation/rounds", {"name": "2027", "places": "12"})

    assert sent.status_code == 303
    assert "2027, 12 places wanted" in Seen(manager.get("/fellowships/schemes").text).words
