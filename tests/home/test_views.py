"""The front page: for each role what needs doing, what changed, and nothing that is not theirs."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from tests.browsers import Browser, browser_of
from tests.conftest import Arrange, SignIn
from tests.counting import counted
from tests.factories import make_cohort, make_enrolment, make_person
from tests.leadership.recruiting import make_candidacy, make_vacancy, seat
from tracker.accounts import queries as accounts
from tracker.accounts.models import User
from tracker.accounts.permissions import Permission, Role
from tracker.core.clock import today
from tracker.core.db import db
from tracker.imports.models import ImportBatch, Status
from tracker.leadership.models import PanelMember
from tracker.people.identity.models import DuplicatePair
from tracker.quality import services as quality
from tracker.quality.models import Finding


def words(browser: Browser, path: str = "/") -> str:
    answer = browser.get(path)
    assert answer.status_code == 200
    return " ".join(re.sub(r"<[^>]+>", " ", answer.text).split())


def tasks(browser: Browser) -> dict[str, tuple[int, str]]:
    """What waits, by its words: how many, and the address of the list."""
    found = re.findall(r'app-tasks__link" href="([^"]+)"><span[^>]*>([\d,]+)</span> ([^<]+)</a>', browser.get("/").text)
    return {text: (int(count.replace(",", "")), href.replace("&amp;", "&")) for href, count, text in found}


def listed(browser: Browser, path: str) -> int:
    """How many records the heading of a list says it holds."""
    return int(re.search(r"<h1[^>]*>[^<]*\(([\d,]+)\)", browser.get(path).text)[1].replace(",", ""))


def overdue(arrange: Arrange, slug: str) -> None:
    promised = today() - timedelta(days=3)
    with arrange():
        make_enrolment("in-training 2026-01-05", f"on-break 2026-02-02 until {promised}", person=make_person(slug))


def test_a_manager_is_told_what_waits_by_counts_that_open_lists_of_that_length(sign_in: SignIn, arrange: Arrange):
    for slug in ("home-office", "hm-treasury"):
        overdue(arrange, slug)
    manager = sign_in(Role.PROGRAMME_MANAGER)

    waiting = tasks(manager)

    count, href = waiting["people on a break past the return they promised"]
    assert (count, href) == (2, "/training/breaks")
    assert listed(manager, href) == 2


def test_a_lead_is_told_of_the_own_people_alone(sign_in: SignIn, arrange: Arrange):
    for slug in ("home-office", "hm-treasury"):
        overdue(arrange, slug)
    lead = sign_in(Role.DEPARTMENT_LEAD, at="home-office")

    count, href = tasks(lead)["people on a break past the return they promised"]

    assert count == listed(lead, href) == 1


def test_a_lead_reads_what_was_recorded_lately_of_the_own_people_alone(sign_in: SignIn, arrange: Arrange):
    with arrange():
        make_enrolment("in-training 2026-01-05", person=make_person("home-office", last_name="Ownperson"))
        make_enrolment("in-training 2026-01-05", person=make_person("hm-treasury", last_name="Otherperson"))

    told = words(sign_in(Role.DEPARTMENT_LEAD, at="home-office"))

    assert "Ownperson" in told
    assert "Otherperson" not in told


def test_what_there_is_none_of_is_not_counted(sign_in: SignIn):
    manager = sign_in(Role.PROGRAMME_MANAGER)

    assert tasks(manager) == {}
    assert "Nothing waits for you" in words(manager)


def test_a_checked_import_waits_for_somebody_to_decide(sign_in: SignIn, arrange: Arrange):
    with arrange() as session:
        session.add(ImportBatch(ref="abc", kind="trainees", status=Status.CHECKED, file_name="may.csv", rows=12))
        session.add(ImportBatch(ref="def", kind="trainees", status=Status.LOADED, file_name="april.csv", rows=9))
        session.add(
            ImportBatch(ref="ghi", kind="trainees", status=Status.CHECKED, file_name="bad.csv", rows=2, rejected=2)
        )
    manager = sign_in(Role.PROGRAMME_MANAGER)

    count, href = tasks(manager)["files checked and not yet loaded"]
    assert count == listed(manager, href) == 1
    assert "may.csv" in manager.get(href).text
    assert "april.csv" not in manager.get(href).text
    assert "bad.csv" not in manager.get(href).text
    assert "All rows in error" in manager.get("/imports").text


def test_a_manager_sees_cohorts_in_progress_and_what_was_recorded_lately(sign_in: SignIn, arrange: Arrange):
    with arrange():
        running = make_cohort("DSA-1")
        person = make_person("home-office", first_name="Ada", last_name="Byron")
        make_enrolment("in-training 2026-01-05", person=person, cohort=running)
        make_enrolment("completed 2026-01-05", cohort=make_cohort("DSA-0"))
        make_cohort("DSA-2", starts_on=today() + timedelta(days=10))
        make_cohort("DSA-3", starts_on=today() + timedelta(days=100))
    page = words(sign_in(Role.PROGRAMME_MANAGER))

    assert "DSA-1" in page
    assert "DSA-2" in page
    assert "DSA-0" not in page
    assert "DSA-3" not in page
    assert re.search(r"Ada Byron .*In training 5 January 2026", page)


@pytest.mark.usefixtures("told")
def test_leadership_sees_the_headline_and_no_names(sign_in: SignIn):
    leadership = sign_in(Role.LEADERSHIP)

    page = words(leadership)

    assert "4 now plan for 15 April 2026: 2.3 target 10 by 31 March 2027" in page
    assert "Crown Commercial Service: up 1 since 31 March 2026" in page
    assert "What needs doing" not in page
    assert "Example" not in page
    assert "/people" not in leadership.get("/").text


@pytest.mark.usefixtures("told")
def test_a_lead_sees_the_headline_of_the_own_organisation(sign_in: SignIn):
    page = words(sign_in(Role.DEPARTMENT_LEAD, at="hm-treasury"))

    assert "HM Treasury" in page
    assert "Home Office" not in page
    assert "All government" not in page


def test_without_figures_the_page_says_that_none_are_compiled(sign_in: SignIn):
    assert "No figures are compiled yet" in words(sign_in(Role.LEADERSHIP))


def test_an_administrator_sees_the_state_of_the_service_and_of_the_users(sign_in: SignIn, arrange: Arrange):
    page = words(sign_in(Role.ADMINISTRATOR))

    assert "The service" in page
    assert "1 have not answered their invitation" in page
    assert "Progress to target" not in page
    assert "What needs doing" not in page


def test_an_auditor_is_led_to_the_trail(sign_in: SignIn):
    page = sign_in(Role.AUDITOR).get("/").text

    assert 'href="/audit"' in page
    assert "What needs doing" not in page


def test_a_trainee_finds_the_own_record_and_nothing_else(sign_in: SignIn, arrange: Arrange, app: Flask):
    trainee = sign_in(Role.TRAINEE, email="ada@example.gov.uk")
    with arrange():
        user = accounts.user_by_email("ada@example.gov.uk")
        assert user is not None
        make_enrolment("in-training 2026-01-05", person=make_person(ref="P7", user_id=user.id))

    page = trainee.get("/").text

    assert 'href="/people/P7"' in page
    assert [path for path in ("/people", "/leadership", "/progress") if f'href="{path}"' in page] == []
    assert "Recorded lately" not in page
    assert "nothing for you here yet" not in page


@pytest.mark.parametrize("role", [Role.FELLOW, Role.HOST_SUPERVISOR, Role.TRAINEE])
def test_who_has_nothing_here_is_told_so(sign_in: SignIn, role: Role):
    assert "There is nothing for you here yet" in words(sign_in(role))


def test_nobody_signed_in_is_sent_to_sign_in(client: Browser):
    answer = client.get("/")

    assert answer.status_code == 303
    assert answer.location.startswith("/sign-in")


def everything_that_can_wait(arrange: Arrange) -> None:
    """Something of every kind that the front page counts, within the Home Office and beyond it."""
    day, long_ago = today(), today() - timedelta(days=400)
    with arrange() as session:
        ended = make_cohort("ENDED", starts_on=long_ago, ends_on=day - timedelta(days=9))
        begun = make_cohort("BEGUN", starts_on=day - timedelta(days=30), ends_on=day + timedelta(days=90))
        for slug in ("home-office", "home-office", "hm-treasury"):
            history = (f"in-training {long_ago}", f"on-break {long_ago} until {day - timedelta(days=3)}")
            make_enrolment(*history, person=make_person(slug))
            make_enrolment(f"on-break {long_ago}", person=make_person(slug))
            for stage, cohort in (("in-training", ended), ("enrolled", begun), ("accepted", begun)):
                make_enrolment(f"{stage} {long_ago}", person=make_person(slug), cohort=cohort)
            twice = make_person(slug)
            for _ in range(2):
                make_enrolment(f"applied {day}", person=twice, cohort=make_cohort(ends_on=day))
            make_enrolment(person=make_person(slug))
            low, high = make_person(slug), make_person(slug, grade=None)
            pair = DuplicatePair(ref=f"PAIR-{high.id}", low_id=low.id, high_id=high.id)
            pair.weight, pair.matches, pair.differs = 9, "[]", "[]"
            session.add(pair)
        make_enrolment(f"in-training {long_ago}", cohort=make_cohort(programme="mdatagov"))
        make_person("department-for-international-development")
        full = make_cohort("FULL", starts_on=day + timedelta(days=5), capacity=1)
        make_enrolment(f"enrolled {day}", cohort=full)
        make_cohort("PLACES", starts_on=day + timedelta(days=5), capacity=1)
        session.add_all(ImportBatch(ref=status.value, kind="trainees", status=status, rows=5) for status in Status)
        quality.keep_findings(day)
        for user in session.scalars(select(User)):
            for finding in session.scalars(select(Finding).where(Finding.rule == "grade-missing")):
                if user.may(Permission.QUALITY_VIEW, finding):
                    quality.give(finding, user, by=user)


@pytest.mark.parametrize("role", list(Role))
def test_every_count_opens_a_list_of_exactly_that_length(sign_in: SignIn, arrange: Arrange, role: Role):
    reader = sign_in(role)
    everything_that_can_wait(arrange)

    counted = tasks(reader)

    assert {text: count for text, (count, href) in counted.items() if listed(reader, href) != count} == {}
    assert len(counted) >= {Role.PROGRAMME_MANAGER: 15, Role.DEPARTMENT_LEAD: 9}.get(role, 0)


def test_who_sits_on_a_panel_is_led_to_its_candidates_with_how_many_wait_for_scores(app: Flask, arrange: Arrange):
    with arrange():
        vacancy = make_vacancy("sift 2026-03-05", criteria=["Strategy"], ref="V-CDO")
        make_candidacy(vacancy)
        make_candidacy(vacancy, "applied 2026-02-10", "rejected 2026-03-01")
        email = seat(vacancy, Role.TRAINEE).email
        seat(make_vacancy("in-post 2026-03-05", ref="V-FILLED"), Role.TRAINEE)
        idle = make_vacancy("sift 2026-03-05", criteria=["Strategy"], ref="A-IDLE")
        user = accounts.user_by_email(email)
        db.session.add(PanelMember(vacancy_id=idle.journey_id, user_id=user.id, role="member"))

    page = browser_of(app, email).get("/").text

    waiting, _, idle_ones = page.partition("Panels you sit on that wait for nothing from you")
    assert "/leadership/vacancies/V-CDO/candidates" in waiting
    assert re.search(r"numeric[^>]*>\s*1\s*<", waiting)
    assert "/leadership/vacancies/A-IDLE/candidates" in idle_ones
    assert "A-IDLE" not in waiting
    assert "V-FILLED" not in page


@pytest.mark.usefixtures("told")
@pytest.mark.parametrize("role", list(Role))
def test_the_front_page_asks_the_database_at_most_twelve_times_while_no_figure_changes(
    app: Flask, sign_in: SignIn, arrange: Arrange, role: Role
):
    for slug in ("home-office", "hm-treasury"):
        overdue(arrange, slug)
    browser = sign_in(role)
    first = browser.get("/").text

    with counted(app)() as asked:
        assert browser.get("/").text.count("Analysts trained") == first.count("Analysts trained")

    assert len(asked) <= 12, "\n".join(asked)
