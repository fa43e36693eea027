"""Imports in the browser: sent, checked, what it would do, loaded, undone."""

import io
import re
from datetime import date, timedelta
from pathlib import Path

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from tests.browsers import Browser
from tests.conftest import Arrange, SignIn
from tests.factories import make_enrolment
from tests.imports.conftest import Run
from tests.imports.files import DATA, as_csv, trainee
from tests.markup import Seen
from tests.training.drafting import make_draft
from tracker.accounts.permissions import Role
from tracker.core import clock
from tracker.core.db import db
from tracker.imports import jobs
from tracker.imports.models import ImportBatch, Status
from tracker.imports.services import taking, uploads, working
from tracker.people.models import Person
from tracker.progress.models import Compilation
from tracker.training.models import Cohort


@pytest.fixture
def manager(sign_in: SignIn) -> Browser:
    return sign_in(Role.PROGRAMME_MANAGER)


def send(browser: Browser, content: str | bytes, name: str = "people.csv", kind: str = "trainees") -> TestResponse:
    data = content.encode() if isinstance(content, str) else content
    return browser.send(
        "/imports/new", {"kind": kind, "file": (io.BytesIO(data), name)}, content_type="multipart/form-data"
    )


def sent(browser: Browser, *rows: dict[str, str]) -> str:
    """The address of an import of the rows."""
    response = send(browser, as_csv(*rows))
    assert response.status_code == 303
    return str(response.location)


def load(browser: Browser, address: str) -> TestResponse:
    """What pressing the button of the page does, if there is one."""
    seen = Seen(browser.get(address).text).all("input", name="checked")
    return browser.send(f"{address}/load", {"checked": seen[0]["value"] if seen else ""})


def people(app: Flask) -> int:
    with app.app_context():
        return len(db.session.scalars(select(Person).where(Person.removed_at.is_(None))).all())


def test_closed_months_that_a_file_would_revise_are_named(manager: Browser, arrange: Arrange):
    with arrange() as session:
        for day in (date(2026, 1, 31), date(2026, 2, 28), date(2026, 3, 31)):
            known = {"known_at": clock.now(), "confirmed_at": clock.now(), "last_event_id": 0, "last_posting_id": 0}
            session.add(Compilation(as_at=day, is_final=day.month != 2, basis="", **known))

    page = manager.get(sent(manager, trainee(stage="completed", effective_on="2026-02-02"))).text
    later = manager.get(sent(manager, trainee("P2", stage="completed", effective_on="2026-04-02"))).text

    assert "Figures that were closed will be shown with a revision: 31 March 2026 " in Seen(page).words
    assert "with a revision" not in later


def test_a_file_is_checked_first_and_loaded_only_when_asked(manager: Browser, app: Flask):
    address = sent(manager, trainee(stage="completed"), trainee("P2", shoe="9"))
    checked = Seen(manager.get(address).text)
    before = people(app)

    loaded = load(manager, address)
    receipt = Seen(manager.get(address).text)

    assert "Waiting for you" in checked.words
    assert "Ignored columns shoe" in checked.words
    assert "Rows that create something 2" in checked.words
    assert "All government +1" in checked.words
    assert "Home Office +1" in checked.words
    assert "Load 2 rows" in checked.words
    assert before == 0
    assert loaded.status_code == 303
    assert people(app) == 2
    assert "Events recorded 2" in receipt.words
    assert re.search("SHA-256 of the file: [0-9a-f]{64}", receipt.words)


def test_errors_are_shown_by_kind_and_row_and_can_be_downloaded_to_mend(manager: Browser, app: Flask):
    address = sent(manager, trainee(), trainee("P2", grade="Wizard", note="=1+1"))
    page = Seen(manager.get(address).text)
    report = manager.get(f"{address}/errors.csv")
    nobody = people(app)

    load(manager, address)

    assert "1 row in error" in page.words
    assert "unknown-grade grade 1" in page.words
    assert "Load the valid rows only: 1" in page.words
    assert "grade: unknown-grade" in report.text
    assert ",'=1+1," in report.text
    assert report.headers["Content-Disposition"].startswith("attachment; filename=import-")
    assert nobody == 0
    assert people(app) == 1


def test_a_file_that_was_loaded_before_and_people_who_may_be_known_are_pointed_out(manager: Browser):
    first = sent(manager, trainee())
    load(manager, first)

    again = Seen(manager.get(sent(manager, trainee())).text)
    other = Seen(manager.get(sent(manager, trainee("P9", first_name="Lee", last_name="Ánn"))).text)

    assert "This very file was loaded before" in again.words
    assert "No figure of today changes" in again.words
    assert "Perhaps the same person: 1 pairs" in other.words
    assert "P9 (row 1)" in other.words
    assert "P1 name, organisation, grade, cohort address before the @" in other.words


def test_an_import_is_undone_or_says_what_rests_on_it(manager: Browser, app: Flask):
    first = sent(manager, trainee(stage="in-training"))
    load(manager, first)
    second = sent(manager, trainee(stage="completed", effective_on="2026-04-01"))
    load(manager, second)

    refused = manager.send(f"{first}/undo")
    asked = Seen(manager.get(f"{first}/undo").text)
    manager.send(f"{second}/undo")
    undone = manager.send(f"{first}/undo")

    assert refused.status_code == 200
    assert "‘Completed’ on 1 April 2026, recorded since for P1 on DSA-1" in asked.words
    assert undone.status_code == 303
    assert people(app) == 0


def test_a_load_does_what_was_shown_or_nothing(manager: Browser, run: Run, app: Flask):
    address = sent(manager, trainee(stage="completed"), trainee("P2"))
    opened = Seen(manager.get(address).text).one("input", name="checked")["value"]
    run("trainees", trainee("P2"))

    refused = manager.send(f"{address}/load", {"checked": opened})
    before = people(app)
    page = Seen(refused.text)
    renewed = page.one("input", name="checked")["value"]
    stale = manager.send(f"{address}/load", {"checked": opened})
    loaded = manager.send(f"{address}/load", {"checked": renewed})

    assert (refused.status_code, stale.status_code, loaded.status_code) == (409, 409, 303)
    assert "There is a problem Nothing was loaded: the records changed since the file was checked" in page.words
    assert "rows that create something: 1 instead of 2; rows that change nothing: 1 instead of 0" in page.words
    assert "Rows that create something 1" in page.words
    assert "What the file would do has changed since you opened this page" in stale.text
    assert "What you typed" not in refused.text + stale.text
    assert (before, people(app)) == (1, 2)


def test_rows_that_came_to_be_in_error_are_shown_before_the_others_are_loaded(manager: Browser, run: Run, app: Flask):
    address = sent(manager, trainee(), trainee("P2"))
    run("trainees", trainee("P9", email="p2@ho.example"))

    refused = load(manager, address)
    loaded = load(manager, address)

    assert refused.status_code == 409
    assert "rows in error: 1 instead of 0" in refused.text
    assert "Load the valid rows only: 1" in refused.text
    assert (loaded.status_code, people(app)) == (303, 2)


def test_an_undo_takes_the_cohorts_away_that_nobody_else_uses_or_changed(manager: Browser, run: Run, arrange: Arrange):
    names = ("GONE", "USED", "DRAFTED", "CHANGED")
    ref = run("trainees", *(trainee(f"P{place}", cohort=name) for place, name in enumerate(names))).ref
    with arrange() as session:
        make_enrolment("in-training 2026-03-02", cohort=session.scalars(select(Cohort).filter_by(code="USED")).one())
        make_draft(cohort="DRAFTED")
    version = Seen(manager.get("/training/cohorts/CHANGED/edit").text).one("input", name="version")["value"]
    plan = {"code": "CHANGED", "programme": "accelerator", "owner": "", "capacity": "9", "version": version}
    assert manager.send("/training/cohorts/CHANGED/edit", plan).status_code == 303

    asked = Seen(manager.get(f"/imports/{ref}/undo").text).words
    manager.send(f"/imports/{ref}/undo")
    receipt = Seen(manager.get(f"/imports/{ref}").text).words
    listed = manager.get("/training/cohorts?show=all").text
    offered = manager.get("/training/programmes/accelerator").text

    stay = " ".join(f"{name}, Data Science Accelerator" for name in ("CHANGED", "DRAFTED", "USED"))
    assert (
        f"These cohorts will stay This import made them, and somebody has used or changed them since. {stay}" in asked
    )
    assert f"Cohorts that stay This import made them, and somebody has used or changed them since. {stay}" in receipt
    assert [[name in page for name in names] for page in (listed, offered)] == [[False, True, True, True]] * 2
    assert manager.get("/training/cohorts/GONE").status_code == 404


def test_the_last_undo_takes_the_cohort_away_and_it_can_be_made_anew(manager: Browser, run: Run):
    first, second = run("trainees", trainee()).ref, run("trainees", trainee("P2")).ref

    run("undo", first)
    used = manager.get("/training/cohorts/DSA-1").status_code
    run("undo", second)
    gone = manager.get("/training/cohorts/DSA-1").status_code
    plan = {"code": "DSA-1", "programme": "l4-apprenticeship", "owner": "", "capacity": ""}
    added = manager.send("/training/cohorts/new", plan)
    again = run("trainees", trainee(programme="l4-apprenticeship"), trainee("P2", programme="l4-apprenticeship"))

    assert (used, gone, added.status_code) == (200, 404, 303)
    assert again.counts["created"] == 2


def test_an_import_is_cancelled_until_it_is_loaded(manager: Browser, app: Flask):
    address = sent(manager, trainee())

    assert manager.send(f"{address}/cancel").status_code == 303
    assert load(manager, address).status_code == 409
    assert people(app) == 0


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        ("person_ref\n1\n", "people.csv", "missing-column: Add the columns first_name"),
        ("", "people.csv", "empty: The file holds nothing"),
        (as_csv(trainee()).splitlines()[0], "people.csv", "empty: There is no row under the headings"),
        (bytes(range(256)) * 20, "people.csv", "unreadable"),
        (b"PK\x03\x04 not a zip", "people.xlsx", "unreadable: The spreadsheet is damaged"),
    ],
)
def test_a_file_that_cannot_be_taken_says_why(manager: Browser, content: str | bytes, name: str, words: str):
    response = send(manager, content, name)
    page = manager.get(response.location) if response.status_code == 303 else response

    assert words in Seen(page.text).words


def test_files_with_another_ending_are_refused_on_the_form(manager: Browser):
    response = send(manager, "x", "people.exe")

    assert response.status_code == 200
    assert "The file must be a CSV, XLSX or ODS file" in response.text


def test_large_work_shows_how_far_it_is_and_says_so_when_it_died(manager: Browser, app: Flask, arrange: Arrange):
    with arrange() as session:
        file = uploads.keep_upload(io.BytesIO(as_csv(trainee()).encode()), "x.csv", (), app.config["TRACKER"])
        batch = taking.begin(
            "trainees", file, name="x.csv", is_historical=False, created_by_id=None, stored_as=file.name
        )
        batch.status, batch.read_bytes, batch.size, batch.rows = Status.CHECKING, 30, 60, 5
        batch.heartbeat_at = clock.now()
        session.flush()
        address, ref = f"/imports/{batch.ref}", batch.ref

    with app.app_context():
        assert not working.work(ref, app.config["TRACKER"])
    going = manager.get(address).text
    with time_machine.travel(clock.now() + timedelta(minutes=2)):
        dead = Seen(manager.get(address).text)
        again = manager.send(f"{address}/again")
        after = Seen(manager.get(address).text)

    assert "Reading and checking: 5 rows so far" in going
    assert 'http-equiv="refresh"' in going
    assert "The work on this file broke off" in dead.words
    assert again.status_code == 303
    assert "Waiting for you" in after.words


def test_those_who_may_only_look_are_offered_nothing_to_press(manager: Browser, sign_in: SignIn):
    address = sent(manager, trainee())
    auditor = sign_in(Role.AUDITOR)

    page = auditor.get(address)

    assert page.status_code == 200
    assert "Load 1 rows" not in page.text
    assert load(auditor, address).status_code == 403
    assert auditor.get("/imports/new").status_code == 403


def test_an_uploaded_file_is_readable_by_nobody_else_and_removed_after_thirty_days(
    manager: Browser, app: Flask, instance: Path
):
    before = set((instance / "uploads").glob("*.csv"))
    sent(manager, trainee())
    (file,) = {*(instance / "uploads").glob("*.csv")} - before
    mode = file.stat().st_mode & 0o777

    with time_machine.travel(clock.now() + timedelta(days=31)), app.app_context():
        removed = jobs.purge_uploads(clock.today())

    assert mode == 0o600
    assert removed == 1
    assert not file.exists()


def test_the_sample_shows_its_effect_and_loads(manager: Browser, app: Flask):
    response = send(manager, (DATA / "trainees.csv").read_bytes(), "trainees.csv")
    page = Seen(manager.get(response.location).text)

    load(manager, response.location)

    assert "Rows that create something 946" in page.words
    assert people(app) == 800
    with app.app_context():
        assert db.session.scalars(select(ImportBatch.status)).all() == [Status.LOADED]


def test_files_of_candidates_are_for_recruitment_leads_who_take_no_others(
    manager: Browser, sign_in: SignIn, app: Flask
):
    lead, auditor = sign_in(Role.RECRUITMENT_LEAD), sign_in(Role.AUDITOR)
    candidates = (DATA / "candidates.csv").read_text(encoding="utf-8")
    bad = candidates.splitlines()[0] + "\n" + "C-1" * 60 + ",Zephyrine" + "," * 20
    of_trainees = sent(manager, trainee())
    of_vacancies = send(manager, (DATA / "vacancies.csv").read_bytes(), "posts.csv", kind="vacancies").location

    sent_by_manager = send(manager, bad, "candidates.csv", kind="candidates")
    sent_by_lead = send(lead, bad, "Zephyrine.csv", kind="candidates").location
    trainees_by_lead = send(lead, as_csv(trainee()), kind="trainees")
    lists = {name: one.get("/imports").text for name, one in (("lead", lead), ("pm", manager), ("audit", auditor))}

    assert "Zephyrine" in lead.get(sent_by_lead).text
    assert "There is a problem" in sent_by_manager.text
    assert "There is a problem" in trainees_by_lead.text
    assert 'value="candidates"' not in manager.get("/imports/new").text
    assert 'value="trainees"' not in lead.get("/imports/new").text
    assert {name: "Zephyrine" in text for name, text in lists.items()} == {"lead": True, "pm": False, "audit": False}
    assert "people.csv" not in lists["lead"]
    assert all('href="/imports"' in one.get("/").text for one in (lead, manager, auditor))
    assert [one.get(f"{sent_by_lead}{more}").status_code for one in (manager, auditor) for more in ("", "/undo")] == [
        *(404, 404),
        *(404, 403),
    ]
    assert manager.get(f"{sent_by_lead}/errors.csv").status_code == 404
    assert lead.get(of_trainees).status_code == 404
    assert load(lead, of_trainees).status_code == 404
    assert load(lead, of_vacancies).status_code == 303
    assert "posts.csv" in lead.get("/").text
