"""The status pages: both colours side by side, who may declare, the history, and the gap."""

import csv
import io
import json
import re
from collections.abc import Iterator
from datetime import date

import pytest
import time_machine
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import select

from tests.browsers import Browser
from tests.conftest import Arrange, ComeTo, SignIn
from tests.factories import make_enrolment, make_person, organisation
from tests.progress.story import LATEST, TRAINED, compile_story, foretell, tell
from tests.progress.views.test_pages import words
from tracker.accounts.permissions import Role
from tracker.core.db import db
from tracker.progress.commands import figures_command
from tracker.progress.models import StatusDeclared
from tracker.progress.services.compiling import compile_day
from tracker.progress.services.statuses import keep_statuses
from tracker.progress.services.targets import replace_line

HOME = f"/progress/status/{TRAINED}/home-office"
PAGES = (
    *("/progress", "/progress/training", f"/progress/figures/{TRAINED}"),
    *("/progress/organisations/home-office", "/progress/organisations/ministry-of-defence"),
)
AMBER = {
    "colour": "amber",
    "reason": "Two courses were late",
    "route": "A third cohort",
    "green_by-day": "30",
    "green_by-month": "9",
    "green_by-year": "2026",
}


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel("2026-04-16T09:00:00Z", tick=False) as traveller:
        yield traveller


@pytest.fixture
def told(app: Flask, arrange: Arrange, come_to: ComeTo) -> None:
    """The small programme, compiled, with a forecast: everybody certain to reach the target."""

    def write() -> None:
        tell(arrange)
        compile_story(app)
        foretell(arrange, {None: 1.0, "home-office": 1.0, "ministry-of-defence": 1.0})

    come_to("story of April", write)


def version(browser: Browser, path: str) -> str:
    found = re.search(r'name="version"[^>]*value="([^"]*)"', browser.get(path).text)
    assert found is not None
    return found[1]


def declare(browser: Browser, path: str = HOME, **more: str) -> int:
    fields = {**AMBER, "version": version(browser, f"{path}/declare"), **more}
    return browser.send(f"{path}/declare", fields).status_code


def statuses(app: Flask, *more: str) -> dict[str, str]:
    asked = ["--as-at", str(LATEST), "--figure", TRAINED, *more]
    answer = CliRunner().invoke(figures_command, asked, obj=lambda: app)
    assert answer.exit_code == 0, answer.output or answer.exception
    return {row["organisation"]: row["status"] for row in json.loads(answer.stdout)}


@pytest.mark.usefixtures("told")
def test_no_page_and_no_file_is_green_while_too_few_have_reported(
    app: Flask, arrange: Arrange, sign_in: SignIn, clock: time_machine.Traveller
):
    leadership = sign_in(Role.LEADERSHIP)
    table = f"/progress/figures/{TRAINED}/organisations.csv"

    pages = {page: words(leadership, page) for page in PAGES}
    rows = list(csv.DictReader(io.StringIO(leadership.get(table).data.decode("utf-8-sig"))))

    # One of the two that are expected to report has: 50%, under three in four.
    assert all("Worked out Grey" in pages[page] for page in PAGES if not page.endswith("home-office"))
    assert (
        "Only 1 of 2 organisations that are expected to report have. Below 75% no colour is given." in pages[PAGES[0]]
    )
    assert "It is expected to report and has not" in pages[PAGES[4]]
    assert "Worked out Green" in pages[PAGES[3]]
    assert {row["slug"]: row["status"] for row in rows if row["target"]} == {
        "all": "grey",
        "home-office": "green",
        "ministry-of-defence": "grey",
    }
    for how in ([], ["--live"]):
        assert statuses(app, *how) == {"all": "grey"}
        assert statuses(app, "--by", "organisation", *how)["ministry-of-defence"] == "grey"
    clock.move_to("2026-04-16T09:05:00Z")
    with arrange():
        make_enrolment("in-training 2026-04-10", person=make_person("ministry-of-defence"))
    with app.app_context():
        compile_day(LATEST)
    assert all("Worked out Green" in words(leadership, page) for page in PAGES)
    assert statuses(app) == statuses(app, "--live") == {"all": "green"}


@pytest.mark.usefixtures("told")
def test_what_a_lead_declares_stands_beside_what_is_worked_out(sign_in: SignIn):
    lead, leadership = sign_in(Role.DEPARTMENT_LEAD), sign_in(Role.LEADERSHIP)

    assert declare(lead) == 303
    page = words(leadership, "/progress/organisations/home-office")
    table = words(leadership, "/progress")

    assert "Worked out Green Declared Amber" in page
    assert "Declared 16 April 2026: Two courses were late" in page
    assert "Route to green by 30 September 2026: A third cohort" in page
    assert re.search(r"Status worked out Green Status declared Amber", table)
    assert "User" in words(leadership, HOME)
    # As at a day before it was said, nothing was.
    assert "Declared Amber" not in words(leadership, "/progress/organisations/home-office?as-at=2026-04-15")
    assert "Declared Amber" not in words(leadership, "/progress/organisations/home-office?known-at=2026-04-15")


@pytest.mark.usefixtures("told")
def test_owners_declare_their_own_and_nobody_else_does(sign_in: SignIn):
    by = {role: sign_in(role) for role in (Role.DEPARTMENT_LEAD, Role.PROGRAMME_MANAGER, Role.RECRUITMENT_LEAD)}
    everybody, posts = f"/progress/status/{TRAINED}/all", "/progress/status/leadership.appointed/all"
    answers = {
        (role.value, path): browser.get(f"{path}/declare").status_code
        for role, browser in by.items()
        for path in (HOME, everybody, posts)
    }

    assert answers == {
        ("department-lead", HOME): 200,
        ("department-lead", everybody): 404,
        ("department-lead", posts): 404,
        ("programme-manager", HOME): 200,
        ("programme-manager", everybody): 200,
        ("programme-manager", posts): 200,
        ("recruitment-lead", HOME): 404,
        ("recruitment-lead", everybody): 404,
        ("recruitment-lead", posts): 200,
    }
    leadership = sign_in(Role.LEADERSHIP)
    assert leadership.get(f"{HOME}/declare").status_code == 403
    assert "Declare a status" not in words(leadership, HOME)
    assert leadership.get("/progress/status/training.in_training/all").status_code == 404


@pytest.mark.usefixtures("told")
def test_a_declaration_sent_twice_is_kept_once_and_one_made_meanwhile_is_told(app: Flask, sign_in: SignIn):
    lead = sign_in(Role.DEPARTMENT_LEAD)
    fields = {**AMBER, "version": "0", "_idem": "7f1a1c1e-3c1d-4d57-9d0e-2f6a1b0c9d8e"}

    twice = [lead.send(f"{HOME}/declare", fields) for _ in range(2)]
    late = lead.send(f"{HOME}/declare", {**AMBER, "version": "0"})

    assert [(one.status_code, one.location) for one in twice] == [(303, HOME)] * 2
    assert late.status_code == 409
    assert "Somebody else has changed this status" in late.text
    assert "Two courses were late" in late.text
    with app.app_context():
        assert len(db.session.scalars(select(StatusDeclared)).all()) == 1


@pytest.mark.usefixtures("told")
def test_amber_without_a_route_to_green_is_asked_for_one(sign_in: SignIn):
    lead = sign_in(Role.DEPARTMENT_LEAD)

    answer = lead.send(f"{HOME}/declare", {**AMBER, "route": "", "version": "0"})

    assert answer.status_code == 200
    assert "Say how it becomes green again" in answer.text
    assert "Two courses were late" in answer.text


@pytest.mark.usefixtures("told")
def test_the_history_tells_both_colours_and_the_gap_follows_by_hand(
    app: Flask, arrange: Arrange, sign_in: SignIn, clock: time_machine.Traveller
):
    assert "Nothing can be compared yet" in words(sign_in(Role.LEADERSHIP), "/progress/status/gap")

    # Worked out green on the 15th; declared amber on the 16th; worked out red on the 16th, red on the 17th; then green
    # is declared on the 18th, before the 18th is worked out red: gaps 1, 1, 2.
    nights = {16: None, 17: None, 18: {"colour": "green"}}
    with app.app_context():
        keep_statuses(LATEST)
    assert declare(sign_in(Role.DEPARTMENT_LEAD)) == 303
    for day, said in nights.items():
        clock.move_to(f"2026-04-{day}T12:00:00Z")
        if said:
            assert declare(sign_in(Role.DEPARTMENT_LEAD), **said) == 303
        with app.app_context():
            compile_day(date(2026, 4, day))
        foretell(arrange, {"home-office": 0.1}, date(2026, 4, day))
        with app.app_context():
            keep_statuses(date(2026, 4, day))

    leadership = sign_in(Role.LEADERSHIP)
    told, gap = words(leadership, HOME), words(leadership, "/progress/status/gap")

    assert "18 April 2026 More in this row Gap +2" in told
    assert "16 April 2026 to 17 April 2026 More in this row Gap +1" in told
    assert "15 April 2026 More in this row Gap –" in told
    assert "Home Office More in this row Days compared 3" in gap
    assert "+1.33 optimistic" in gap
    assert "Ministry of Defence" not in gap
    assert "Home Office" not in words(sign_in(Role.DEPARTMENT_LEAD, at="hm-treasury"), "/progress/status/gap")


def test_when_all_agree_the_gap_is_zero(app: Flask, arrange: Arrange, sign_in: SignIn):
    tell(arrange)
    compile_story(app)
    foretell(arrange, {"home-office": 0.6}, date(2026, 3, 31))
    foretell(arrange, {"home-office": 0.6})
    lead = sign_in(Role.DEPARTMENT_LEAD)
    with time_machine.travel("2026-03-30T09:00:00Z", tick=False):
        lead = sign_in(Role.DEPARTMENT_LEAD)
        assert declare(lead) == 303
    with app.app_context():
        keep_statuses(LATEST)

    assert "0.00 agrees" in words(sign_in(Role.LEADERSHIP), "/progress/status/gap")


def test_everybody_who_may_sign_in_reads_how_it_is_worked_out(sign_in: SignIn):
    page = words(sign_in(Role.TRAINEE), "/progress/status")

    assert "From the beginning Holds now" in page
    assert "80% 50% 75%" in page
    assert "Comes with the service" in page


@pytest.mark.usefixtures("told")
def test_once_the_targets_day_is_over_the_colour_says_whether_it_was_met(app: Flask, arrange: Arrange, sign_in: SignIn):
    with arrange():
        where = organisation("home-office").id
        points = {date(2025, 12, 31): 0.0, date(2026, 4, 1): 3.0}
        replace_line(TRAINED, where, points, reason="Sooner", created_by_id=None)

    page = words(sign_in(Role.LEADERSHIP), "/progress/organisations/home-office")

    assert "Worked out Red" in page
    assert "The target of 3 by 1 April 2026 was missed." in page
