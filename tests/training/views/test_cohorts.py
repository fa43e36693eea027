from datetime import timedelta

import pytest
from flask import Flask

from tests.browsers import Browser
from tests.conftest import Arrange, SignIn
from tests.counting import counted
from tests.factories import make_cohort, make_enrolment, make_person
from tests.markup import Seen
from tests.whole.test_acting_at_once import sent_at_once
from tracker.accounts.permissions import Role
from tracker.core.clock import now, today
from tracker.core.text import format_day
from tracker.training import queries

MOST_QUERIES = 12


def ago(days: int) -> str:
    return (today() - timedelta(days=days)).isoformat()


def day(field: str, text: str) -> dict[str, str]:
    year, month, date = text.split("-")
    return {f"{field}-day": date, f"{field}-month": month, f"{field}-year": year}


PLAN = {"code": "DSA-2026", "programme": "accelerator", "capacity": "20", "owner": ""}


def test_a_cohort_leads_from_its_numbers_to_the_people(sign_in: SignIn, arrange: Arrange):
    with arrange():
        cohort = make_cohort("DSA-1", capacity=5)
        for stage in ("in-training", "in-training", "completed"):
            make_enrolment(f"{stage} 2026-01-05", person=make_person(), cohort=cohort)
        make_cohort("DSA-0")
    manager = sign_in(Role.PROGRAMME_MANAGER)

    overview = Seen(manager.get("/training/cohorts").text)
    page = Seen(manager.get("/training/cohorts/DSA-1").text)

    assert "Cohorts (2)" in overview.words
    assert "No limit" in overview.words
    assert "2 of 5" in overview.words
    assert overview.all("a", href="/training/cohorts/DSA-1")
    assert "In training 2 Completed 1" in page.words
    link = page.one("a", href="/people?cohort=DSA-1&stage=in-training")
    assert "People (2)" in Seen(manager.get(link["href"]).text).words


def test_the_list_begins_with_what_goes_on_and_leads_to_what_has_ended(sign_in: SignIn, arrange: Arrange):
    with arrange():
        make_cohort("NOW", ends_on=today())
        make_cohort("OVER", ends_on=today() - timedelta(days=1))
        make_cohort("SHUT", closed_at=now())
    manager = sign_in(Role.PROGRAMME_MANAGER)

    def listed(view: str) -> list[bool]:
        page = Seen(manager.get(f"/training/cohorts{view}").text)
        return [bool(page.all("a", href=f"/training/cohorts/{code}")) for code in ("NOW", "OVER", "SHUT")]

    assert listed("") == listed("?view=open") == [True, False, False]
    assert listed("?view=ended") == [False, True, True]
    assert listed("?view=all") == [True, True, True]


def test_edge_33_a_cohort_without_days_is_of_no_year_and_makes_nobody_late(sign_in: SignIn, arrange: Arrange):
    with arrange():
        cohort = make_cohort("DSA-1", programme="evidence-house")
        for stage in ("applied", "enrolled", "in-training"):
            make_enrolment(f"{stage} {ago(800)}", person=make_person(), cohort=cohort)
    manager = sign_in(Role.PROGRAMME_MANAGER)

    page = Seen(manager.get("/training/cohorts/DSA-1").text)
    listed = Seen(manager.get("/training/cohorts").text)
    soon = Seen(manager.get("/training/cohorts?soon=1").text)

    assert "Starts – Ends –" in page.words
    assert "0 late" in page.words
    assert "DSA-1 More in this row Programme Evidence House Starts – Ends –" in listed.words
    assert "DSA-1" not in soon.words


@pytest.mark.parametrize(("role", "status"), [(Role.AUDITOR, 200), (Role.DEPARTMENT_LEAD, 403), (Role.TRAINEE, 403)])
def test_cohorts_are_for_those_who_look_after_the_programme(sign_in: SignIn, arrange: Arrange, role: Role, status: int):
    with arrange():
        make_cohort("DSA-1")
    browser = sign_in(role)

    assert browser.get("/training/cohorts").status_code == status
    assert browser.get("/training/cohorts/DSA-1").status_code == status


def test_a_cohort_that_is_not_there_is_not_found(sign_in: SignIn):
    assert sign_in(Role.PROGRAMME_MANAGER).get("/training/cohorts/NONE").status_code == 404


def test_who_is_late_on_a_break_and_waiting_stands_on_the_page(sign_in: SignIn, arrange: Arrange):
    with arrange():
        cohort = make_cohort("DSA-1", starts_on=today() - timedelta(days=90), ends_on=today() - timedelta(days=1))
        for name, history in {
            "Slow": [f"in-training {ago(80)}"],
            "Unbegun": [f"enrolled {ago(80)}"],
            "Overdue": [f"in-training {ago(80)}", f"on-break {ago(60)} until {ago(2)}"],
            "Resting": [f"in-training {ago(80)}", f"on-break {ago(60)} until {ago(-9)}"],
            "Undecided": [f"applied {ago(80)}"],
            "Done": [f"completed {ago(3)}"],
        }.items():
            make_enrolment(*history, person=make_person(last_name=name), cohort=cohort)

    page = Seen(sign_in(Role.PROGRAMME_MANAGER).get("/training/cohorts/DSA-1").text)

    assert "4 late, 2 on a break, 0 waiting" in page.words
    for words in (
        f"Ann Slow Should have finished by {format_day(today() - timedelta(days=1))}",
        f"Ann Unbegun Should have started on {format_day(today() - timedelta(days=90))}",
        f"Ann Overdue Was due back on {format_day(today() - timedelta(days=2))}",
        "Ann Undecided Has no place, and the cohort began on",
        "On a break (2)",
        "Everybody (6)",
    ):
        assert words in page.words


def test_edge_27_without_a_last_day_the_length_of_the_programme_says_who_is_late(sign_in: SignIn, arrange: Arrange):
    with arrange():
        cohort = make_cohort("DSA-1", programme="accelerator")
        make_enrolment(f"in-training {ago(84)}", person=make_person(last_name="Intime"), cohort=cohort)
        make_enrolment(f"in-training {ago(85)}", person=make_person(last_name="Toolong"), cohort=cohort)

    page = Seen(sign_in(Role.PROGRAMME_MANAGER).get("/training/cohorts/DSA-1").text)

    assert "1 late" in page.words
    assert "Ann Toolong Should have finished by" in page.words


def test_the_number_of_questions_to_the_database_does_not_grow_with_the_people(
    app: Flask, sign_in: SignIn, arrange: Arrange
):
    with arrange():
        small, large = make_cohort("SMALL", capacity=9), make_cohort("LARGE", capacity=99)
        for cohort, people in ((small, 1), (large, 30)):
            for n in range(people):
                stage = ("in-training", "applied", "on-break", "completed")[n % 4]
                make_enrolment(f"{stage} 2026-01-05", person=make_person(), cohort=cohort)
    manager, asked = sign_in(Role.PROGRAMME_MANAGER), {}
    manager.get("/training/cohorts/SMALL")

    for code in ("SMALL", "LARGE"):
        with counted(app)() as statements:
            assert manager.get(f"/training/cohorts/{code}").status_code == 200
        asked[code] = len(statements)

    assert asked["SMALL"] == asked["LARGE"] <= MOST_QUERIES


def test_a_manager_adds_changes_copies_closes_and_opens_a_cohort(sign_in: SignIn):
    manager = sign_in(Role.PROGRAMME_MANAGER)

    added = manager.send("/training/cohorts/new", {**PLAN, **day("starts_on", "2026-09-01")})
    version = Seen(manager.get("/training/cohorts/DSA-2026/edit").text).one("input", name="version")["value"]
    changed = manager.send("/training/cohorts/DSA-2026/edit", {**PLAN, "capacity": "25", "version": version})
    copy = Seen(manager.get("/training/cohorts/DSA-2026/copy").text)
    copied = manager.send("/training/cohorts/DSA-2026/copy", {**PLAN, "code": "DSA-2027"})
    closed = manager.send("/training/cohorts/DSA-2026/close")
    page = Seen(manager.get("/training/cohorts/DSA-2026").text)
    reopened = manager.send("/training/cohorts/DSA-2026/reopen")

    assert [one.status_code for one in (added, changed, copied, closed, reopened)] == [303] * 5
    assert added.location == "/training/cohorts/DSA-2026"
    assert copy.one("input", name="code")["value"] == "DSA-2027"
    assert copy.one("input", name="capacity")["value"] == "25"
    assert "Places left: Closed" in page.words


@pytest.mark.parametrize("typed", ["0", "-1", "1.5", "twenty", "٣"])
def test_edge_84_places_that_are_no_number_of_people_are_refused_and_what_was_typed_stays(sign_in: SignIn, typed: str):
    answer = sign_in(Role.PROGRAMME_MANAGER).send("/training/cohorts/new", {**PLAN, "capacity": typed})
    page = Seen(answer.text)

    assert answer.status_code == 200
    assert "There is a problem" in page.words
    assert page.one("input", name="capacity")["value"] == typed
    assert page.one("input", name="code")["value"] == "DSA-2026"


def test_a_cohort_with_people_left_hanging_lists_them_and_stays_open(sign_in: SignIn, arrange: Arrange):
    with arrange():
        cohort = make_cohort("DSA-1")
        ref = make_enrolment("in-training 2026-01-05", person=make_person(last_name="Hanging"), cohort=cohort).ref
    manager = sign_in(Role.PROGRAMME_MANAGER)

    page = Seen(manager.get("/training/cohorts/DSA-1/close").text)
    answer = manager.send("/training/cohorts/DSA-1/close")

    assert "DSA-1 cannot be closed yet" in page.words
    assert page.one("a", href=f"/training/enrolments/{ref}")
    assert not page.all("form", action="/training/cohorts/DSA-1/close")
    assert (answer.status_code, "1 person is not finished yet" in answer.text) == (200, True)


def test_edge_85_of_several_who_take_the_last_place_at_once_one_gets_it(sign_in: SignIn, arrange: Arrange):
    with arrange():
        cohort = make_cohort("DSA-1", capacity=1)
        refs = [make_enrolment("applied 2026-01-05", person=make_person(), cohort=cohort).ref for _ in range(4)]
    manager = sign_in(Role.PROGRAMME_MANAGER)
    paths = [f"/training/enrolments/{ref}/stage" for ref in refs]
    versions = [Seen(manager.get(path).text).one("input", name="version")["value"] for path in paths]
    browsers: list[Browser] = [sign_in(Role.PROGRAMME_MANAGER) for _ in paths]
    said = {"stage": "accepted", **day("effective_on", "2026-03-01"), "version": versions[0]}

    answers = sent_at_once(browsers, paths, said)

    assert answers == [200, 200, 200, 303]
    with arrange():
        found = queries.cohort("DSA-1")
        assert found is not None
        assert queries.places_taken(found) == 1


def test_two_who_change_a_cohort_at_once_and_the_second_is_told(sign_in: SignIn, arrange: Arrange):
    with arrange():
        make_cohort("DSA-2026")
    manager = sign_in(Role.PROGRAMME_MANAGER)
    version = Seen(manager.get("/training/cohorts/DSA-2026/edit").text).one("input", name="version")["value"]
    first = manager.send("/training/cohorts/DSA-2026/edit", {**PLAN, "version": version})

    second = manager.send("/training/cohorts/DSA-2026/edit", {**PLAN, "capacity": "7", "version": version})

    assert (first.status_code, second.status_code) == (303, 409)
    assert "Somebody else has changed this cohort" in second.text
    assert Seen(second.text).one("input", name="capacity")["value"] == "7"
