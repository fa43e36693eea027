import pytest
from flask import Flask

from tests.conftest import Arrange, SignIn
from tests.counting import counted
from tests.factories import make_cohort, make_person
from tests.markup import Seen
from tests.training.drafting import make_draft
from tracker.accounts.permissions import Role


def test_somebody_known_is_found_first_and_enrolled_from_there(sign_in: SignIn, arrange: Arrange):
    with arrange():
        make_person(first_name="José", last_name="O’Brien", email="jose@example.gov.uk", ref="HO-1")
    manager = sign_in(Role.PROGRAMME_MANAGER)

    page = Seen(manager.get("/training/enrol?first_name=Jose&last_name=obrien&email=other@example.gov.uk").text)
    answer = manager.send("/training/enrol", {"person": "HO-1"})
    draft = Seen(manager.get(answer.location).text)

    assert "People this may be (1)" in page.words
    assert "email address: jose@example.gov.uk" in page.words
    assert "None of these: enter somebody new" in page.words
    assert answer.status_code == 303
    assert "Enrol José O’Brien" in draft.words
    assert "Programme and cohort" in draft.words
    assert "Personal details" not in draft.words


def test_nobody_new_is_entered_with_the_address_of_somebody_known(sign_in: SignIn, arrange: Arrange):
    with arrange():
        make_person(email="ann@example.gov.uk")

    page = Seen(sign_in(Role.PROGRAMME_MANAGER).get("/training/enrol?email=ANN@example.gov.uk").text)

    assert "belongs to nobody else" in page.words
    assert "enter somebody new" not in page.words


def test_what_was_searched_by_is_the_beginning_of_the_draft(sign_in: SignIn):
    manager = sign_in(Role.PROGRAMME_MANAGER)

    answer = manager.send("/training/enrol", {"first_name": "Zoë", "last_name": "Bhriain", "email": "z@example.gov.uk"})
    page = Seen(manager.get(f"{answer.location}/questions/name").text)

    assert page.one("input", name="first_name")["value"] == "Zoë"
    assert page.one("input", name="last_name")["value"] == "Bhriain"


def test_a_search_for_nothing_asks_for_something(sign_in: SignIn):
    manager = sign_in(Role.PROGRAMME_MANAGER)
    asks = "Enter a name, an email address or a reference to search."

    assert asks in Seen(manager.get("/training/enrol?cohort=&first_name=+&last_name=&email=&ref=").text).words
    assert asks not in Seen(manager.get("/training/enrol?cohort=DSA-1").text).words


def test_from_a_persons_page_no_search_is_needed(sign_in: SignIn, arrange: Arrange):
    with arrange():
        make_person(ref="HO-1", last_name="Known")
    manager = sign_in(Role.PROGRAMME_MANAGER)

    assert Seen(manager.get("/people/HO-1").text).one("a", href="/training/enrol?person=HO-1")
    assert "Ann Known" in Seen(manager.get("/training/enrol?person=HO-1").text).words


def test_somebody_who_is_gone_meanwhile_is_searched_for_again(sign_in: SignIn):
    answer = sign_in(Role.PROGRAMME_MANAGER).send("/training/enrol", {"person": "NOBODY"})

    assert (answer.status_code, answer.location) == (303, "/training/enrol")


def test_drafts_are_listed_with_who_worked_on_them(app: Flask, sign_in: SignIn, arrange: Arrange):
    with arrange():
        ref = make_draft().ref
    manager = sign_in(Role.PROGRAMME_MANAGER)

    with counted(app)() as few:
        page = Seen(manager.get("/training/enrol/drafts").text)
    with arrange():
        for n in range(10):
            make_draft(last_name=f"Bhriain{n}")
    with counted(app)() as many:
        manager.get("/training/enrol/drafts")

    assert "Drafts (1)" in page.words
    assert "Mary Manager" in page.words
    assert page.one("a", href=f"/training/enrol/drafts/{ref}")
    assert len(few) == len(many) <= 12
    assert "Drafts to go on with (11)" in manager.get("/training/enrol").text


@pytest.mark.parametrize("role", [Role.DEPARTMENT_LEAD, Role.AUDITOR, Role.TRAINEE])
def test_enrolling_is_for_programme_managers(sign_in: SignIn, role: Role):
    browser = sign_in(role)

    assert browser.get("/training/enrol").status_code == 403
    assert browser.get("/training/enrol/drafts").status_code == 403


def test_from_a_cohorts_page_the_cohort_is_answered_already(sign_in: SignIn, arrange: Arrange):
    with arrange():
        make_cohort("DSA-1")
    manager = sign_in(Role.PROGRAMME_MANAGER)
    link = Seen(manager.get("/training/cohorts/DSA-1").text).one("a", href="/training/enrol?cohort=DSA-1")
    page = Seen(manager.get(f"{link['href']}&last_name=Newcomer").text)

    hidden = {one["name"]: one["value"] for one in page.all("input", type="hidden") if one["name"] == "cohort"}
    draft = manager.send("/training/enrol", {"last_name": "Newcomer", **hidden}).location

    assert "DSA-1" in Seen(manager.get(f"{draft}/sections/course").text).words
