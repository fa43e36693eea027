"""`tracker person` as somebody types it."""

import json
import stat
from pathlib import Path

from click.testing import CliRunner, Result
from flask import Flask
from sqlalchemy import select

from tests.browsers import browser_of
from tests.conftest import Arrange
from tests.factories import make_cohort, make_enrolment, make_person, make_user
from tests.imports.files import as_csv, trainee
from tests.markup import Seen
from tracker.accounts.models import AuditEntry
from tracker.accounts.permissions import Role
from tracker.core.db import db
from tracker.core.errors import DomainError
from tracker.imports.commands import import_command
from tracker.people.identity.models import FormerDetails
from tracker.people.models import Person
from tracker.register.commands import person_group


def run(app: Flask, *words: str) -> Result:
    return CliRunner().invoke(person_group, words, obj=lambda: app)


def somebody() -> None:
    person = make_person("home-office", "hm-treasury from 2026-02-10", ref="P-7", first_name="Zoë", last_name="O’Neil")
    history = ("in-training 2026-01-05 recorded 2026-01-19", "withdrawn 2026-03-02")
    make_enrolment(*history, person=person, cohort=make_cohort("DSA-1"))


def test_the_subject_access_file_holds_everything_as_json_and_as_a_page(app: Flask, arrange: Arrange, tmp_path: Path):
    with arrange():
        somebody()

    done = run(app, "export", "P-7", "--folder", str(tmp_path / "out"))

    files = [Path(line) for line in done.stdout.splitlines()]
    assert [stat.S_IMODE(file.stat().st_mode) for file in files] == [0o600, 0o600]
    told = json.loads(files[0].read_text("utf-8"))
    assert told["reference"] == "P-7"
    held = told["holds"]
    assert [(one["First name"], one["Last name"]) for one in held["Personal details"]] == [("Zoë", "O’Neil")]
    assert [one["Organisation"] for one in held["Postings"]] == ["HM Treasury", "Home Office"]
    first = held["Events of journeys"][0]
    assert (first["What"], first["Happened on"], first["Recorded"][:10]) == ("in-training", "2026-01-05", "2026-01-19")
    assert [(one["Cohort"], one["Stands at"]) for one in held["Enrolments"]] == [("DSA-1", "Withdrawn")]
    page = Seen(files[1].read_text("utf-8"))
    assert len(page.all("h1")) == 1
    assert all(word in page.words for word in ("Zoë", "O’Neil", "HM Treasury", "5 January 2026", "19 January 2026"))


def test_handing_it_over_is_kept_in_the_audit_trail_with_how_much_it_was(app: Flask, arrange: Arrange, tmp_path: Path):
    with arrange():
        make_person(ref="P-7")

    run(app, "export", "P-7", "--folder", str(tmp_path))

    with app.app_context():
        entry = db.session.scalars(select(AuditEntry)).one()
        assert (entry.verb, entry.subject_ref, json.loads(entry.after or "")) == (
            "exported", "P-7", {"rows": 2, "why": "subject access"},
        )  # fmt: skip


def test_those_who_looked_are_told_by_their_role_and_not_by_their_name(app: Flask, arrange: Arrange, tmp_path: Path):
    with arrange():
        make_person(ref="P-7")
        email = make_user(Role.PROGRAMME_MANAGER, name="Mabel Manager").email
    browser_of(app, email).get("/people/P-7")

    run(app, "export", "P-7", "--folder", str(tmp_path))

    text = next(tmp_path.glob("*.json")).read_text("utf-8")
    looks = json.loads(text)["holds"]["Who acted on or looked at the record"]
    assert [(one["What"], one["In which role"]) for one in looks] == [("looked at", "Programme manager")]
    assert "Mabel" not in text


def test_a_reference_that_nobody_has_is_refused_and_writes_nothing(app: Flask, tmp_path: Path):
    done = run(app, "export", "P-9", "--folder", str(tmp_path / "out"))

    assert isinstance(done.exception, DomainError)
    assert done.exception.message == "there is nobody with the reference P-9"
    assert not (tmp_path / "out").exists()


def test_a_list_that_is_sent_again_gives_nobody_their_name_back(app: Flask, arrange: Arrange, tmp_path: Path):
    file = tmp_path / "rows.csv"
    file.write_text(as_csv(trainee(stage="completed")))
    assert CliRunner().invoke(import_command, ["trainees", str(file)], obj=lambda: app).exit_code == 0

    done = run(app, "anonymise", "P1")
    again = CliRunner().invoke(import_command, ["trainees", str(file)], obj=lambda: app)

    assert (done.exit_code, "P1 is anonymised" in done.stdout) == (0, True)
    assert (again.exit_code, again.exception) == (0, None)
    with app.app_context():
        (found,) = db.session.scalars(select(Person))
        assert (found.first_name, found.last_name) == ("Anonymised", "P1")
        assert found.email.endswith("@anonymised.invalid")
        assert db.session.scalars(select(FormerDetails.last_name).where(FormerDetails.last_name != "")).all() == []


def test_an_open_journey_is_a_reason_to_wait_and_the_command_says_so(app: Flask, arrange: Arrange):
    with arrange():
        make_enrolment("in-training 2026-01-05", person=make_person(ref="P-7"), cohort=make_cohort("DSA-1"))

    refused = run(app, "anonymise", "P-7")
    done = run(app, "anonymise", "P-7", "--despite", "Decided on their request")

    assert isinstance(refused.exception, DomainError)
    assert "under way" in refused.exception.message
    assert done.exit_code == 0
