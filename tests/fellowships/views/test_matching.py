"""Matching through its pages: wishes, reasons, ranks, the proposal; and the last place that many want."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier

import pytest
import time_machine
from flask import Flask

from tests.browsers import Browser, browser_of
from tests.conftest import Arrange, SignIn
from tests.factories import make_person, make_user, organisation
from tests.markup import Seen
from tracker.accounts import queries as accounts
from tracker.accounts.permissions import Role
from tracker.core.db import db
from tracker.fellowships.models import Placement, Project, ProjectPlace
from tracker.fellowships.queries import offers as queries
from tracker.fellowships.services import matching, offers, placements
from tracker.fellowships.services.offers import Offered

TAKERS = 20


@pytest.fixture(autouse=True)
def _a_day():
    with time_machine.travel("2026-06-15 09:00:00+00:00", tick=False):
        yield


def make_project(capacity: int = 1, **fields: object) -> Project:
    scheme, region = queries.scheme("no10-innovation"), queries.region("London")
    assert scheme is not None
    days = (date(2026, 9, 1), date(2027, 8, 31))
    skills = ["programming", "data-ethics"]
    said = Offered(scheme, "Matching records", "", capacity, 1.0, region, "", None, *days, skills)
    by = make_user(Role.PROGRAMME_MANAGER)
    return offers.open_project(organisation("home-office"), said, by=by)


def test_a_fellow_is_matched_with_the_reasons_ranked_and_proposed(sign_in: SignIn, arrange: Arrange):
    with arrange():
        make_person(ref="P1", first_name="Ann", last_name="Lee")
        project = make_project().ref
    manager = sign_in(Role.PROGRAMME_MANAGER)
    wishes = {"region": "Wales", "fte": "1", "skills": "programming"}

    assert manager.send("/fellowships/matching/P1/preferences", wishes).status_code == 303
    page = Seen(manager.get("/fellowships/matching/P1").text).words
    assert "Skills: does not fit. 1 of 2 skills; not: Data ethics and privacy" in page
    assert "Location: does not fit. London, but Wales is looked for" in page
    assert "Dates: fits. 1 September 2026 to 31 August 2027" in page
    assert manager.send(f"/fellowships/matching/P1/rank/{project}", {"fellow_rank": "1"}).status_code == 303
    assert "Fellow: 1, host: –" in Seen(manager.get("/fellowships/matching/P1").text).words
    sent = manager.send(f"/fellowships/matching/P1/propose/{project}")

    assert sent.status_code == 303
    assert "Proposed for Home Office on 15 June 2026" in Seen(manager.get(sent.location).text).words
    assert "Ann Lee" in manager.get("/fellowships/matching").text


def test_a_fellow_says_and_ranks_for_themselves_and_never_sees_or_moves_the_rank_of_the_host(
    sign_in: SignIn, arrange: Arrange
):
    fellow = sign_in(Role.FELLOW, email="ann@example.gov.uk")
    with arrange():
        user = accounts.user_by_email("ann@example.gov.uk")
        make_person(ref="P1", first_name="Ann", last_name="Lee", user_id=user.id)
        make_person(ref="P2", first_name="Bob", last_name="May")
        project = make_project().ref
    manager = sign_in(Role.PROGRAMME_MANAGER)
    rank = f"/fellowships/matching/P1/rank/{project}"
    assert manager.send(rank, {"fellow_rank": "5", "host_rank": "77"}).status_code == 303

    assert "/fellowships/matching/P1" in fellow.get("/").text
    wishes = {"region": "London", "fte": "0.5", "skills": "programming"}
    assert fellow.send("/fellowships/matching/P1/preferences", wishes).status_code == 303
    assert "host_rank" not in fellow.get(rank).text
    assert fellow.send(rank, {"fellow_rank": "1", "host_rank": "1"}).status_code == 303
    page = Seen(fellow.get("/fellowships/matching/P1").text).words

    assert "1 Rank Matching records" in page
    assert "77" not in page, "no time has it in it, as the page may"
    assert "Propose" not in page
    assert "Fellow: 1, host: 77" in Seen(manager.get("/fellowships/matching/P1").text).words
    assert "A rank is 1 or more" in fellow.send(rank, {"fellow_rank": "0"}).text
    assert fellow.get("/fellowships/matching/P2").status_code == 404
    assert fellow.send(f"/fellowships/matching/P1/propose/{project}").status_code == 403


@pytest.mark.parametrize(
    ("fte", "told"),
    [
        *((fte, "2 decimal places or fewer") for fte in ("0.001", "0.755", "1e-9")),
        *((fte, "Enter a number in digits, such as 0.8") for fte in ("1e309", "1e9999999", "9" * 40, "nan", "-inf")),
    ],
)
def test_a_full_time_equivalent_that_cannot_be_kept_as_typed_is_refused(
    sign_in: SignIn, arrange: Arrange, fte: str, told: str
):
    with arrange():
        make_person(ref="P1")

    sent = sign_in(Role.PROGRAMME_MANAGER).send("/fellowships/matching/P1/preferences", {"region": "", "fte": fte})

    assert sent.status_code == 200
    assert told in sent.text


def test_a_project_of_a_host_that_was_closed_is_not_offered(sign_in: SignIn, arrange: Arrange):
    with arrange():
        make_person(ref="P1")
        project = make_project().ref
        organisation("home-office").is_closed = True
    manager = sign_in(Role.PROGRAMME_MANAGER)

    matched = Seen(manager.get("/fellowships/matching/P1").text).words
    listed = Seen(manager.get("/fellowships/projects").text).words
    refused = manager.send(f"/fellowships/matching/P1/propose/{project}")

    assert "Matching records" not in matched
    assert re.search("Matching records.* Closed", listed)
    assert "This project is closed, or its host is: choose another" in Seen(refused.text).words


def test_the_last_place_says_so_before_it_is_proposed(sign_in: SignIn, arrange: Arrange):
    with arrange():
        make_person(ref="P1")
        project = make_project().ref

    page = sign_in(Role.PROGRAMME_MANAGER).get(f"/fellowships/matching/P1/propose/{project}")

    assert "This is the last place" in page.text


def test_case_85_of_20_who_take_the_last_place_in_the_same_moment_one_wins(app: Flask, arrange: Arrange):
    with arrange():
        by = make_user(Role.PROGRAMME_MANAGER)
        emails = [make_user(Role.PROGRAMME_MANAGER).email for _ in range(TAKERS)]
        work = make_project()
        refs = []
        for _ in range(TAKERS):
            placement = matching.propose(make_person(), work, by=by)
            placements.record_stage(placement, "matched", date(2026, 6, 15), by=by)
            refs.append(placement.ref)
    browsers = [browser_of(app, email) for email in emails]
    forms = [
        Seen(browser.get(f"/fellowships/placements/{ref}/stage").text).one("input", name="version")["value"]
        for browser, ref in zip(browsers, refs, strict=True)
    ]
    tokens = [browser.form_token() for browser in browsers]
    start = Barrier(TAKERS)

    def take(browser: Browser, ref: str, version: str, token: str) -> int:
        said = {"version": version, "csrf_token": token, "stage": "offered"}
        when = {"effective_on-day": "15", "effective_on-month": "6", "effective_on-year": "2026"}
        start.wait()
        answer = browser.send(f"/fellowships/placements/{ref}/stage", {**said, **when})
        if answer.status_code == 200:
            assert "Its one place is taken" in answer.text
        return answer.status_code

    with ThreadPoolExecutor(TAKERS) as pool:
        answers = sorted(pool.map(take, browsers, refs, forms, tokens))

    assert answers == [200] * (TAKERS - 1) + [303]
    with arrange():
        assert db.session.query(ProjectPlace).count() == 1
        offered = [one for one in db.session.query(Placement) if one.standing and one.standing.stage == "offered"]
        assert len(offered) == 1
