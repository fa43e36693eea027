"""`tracker users` and `tracker audit` as somebody types them."""

import io
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from flask import Flask

from tests.auditing import tamper
from tests.browsers import browser
from tests.factories import PASSWORD
from tracker import cli
from tracker.app import create_app
from tracker.core.db import db


@dataclass(frozen=True)
class Done:
    """What came of a command."""

    returncode: int
    stdout: str
    stderr: str


Run = Callable[..., Done]


@pytest.fixture
def run(app: Flask, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Run]:
    """Run the command on the test's database, in this process, since a new one takes longer than the test."""
    settings, made = app.config["TRACKER"], []
    monkeypatch.setenv("DATABASE_URL", settings.database_url)
    monkeypatch.setenv("TRACKER_INSTANCE", str(settings.instance))
    monkeypatch.setenv("TRACKER_SECRET_KEY", settings.secret_key.decode())
    monkeypatch.setattr(cli, "create_app", lambda: made.append(create_app()) or made[-1])

    def command(*words: str, typed: str = "") -> Done:
        monkeypatch.setattr(sys, "argv", ["tracker", *words])
        monkeypatch.setattr(sys, "stdin", io.StringIO(typed))
        with pytest.raises(SystemExit) as left:
            cli.main()
        return Done(int(left.value.code or 0), *capsys.readouterr())

    yield command
    for one in made:
        with one.app_context():
            db.engine.dispose()


def test_a_user_is_added_with_a_password_from_standard_input_and_signs_in(app: Flask, run: Run):
    added = run(
        "users", "add", "ada.byron@example.gov.uk", "--role", "auditor", "--password-stdin", typed=PASSWORD + "\n"
    )
    listed = run("users", "list")
    let_in = browser(app).send("/sign-in", {"email": "ada.byron@example.gov.uk", "password": PASSWORD})

    assert (added.returncode, added.stderr) == (0, "")
    assert listed.stdout == "ada.byron@example.gov.uk\tActive\tAuditor\tAda Byron\n"
    assert let_in.status_code == 303


def test_a_user_without_a_password_gets_a_link(app: Flask, run: Run):
    added = run("users", "add", "lead@example.gov.uk", "--role", "department-lead", "--organisation", "home office")
    link = re.search(r"http://127.0.0.1:5000(/invitation/\S+)", added.stdout)[1]

    assert browser(app).get(link).status_code == 200
    assert "Invited\tDepartment lead (HO)" in run("users", "list").stdout


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (("add", "x@example.gov.uk", "--role", "department-lead"), 1, "given for one organisation"),
        (
            ("add", "x@example.gov.uk", "--role", "department-lead", "--organisation", "x"),
            1,
            "There is no organisation",
        ),
        (("add", "not-an-address", "--role", "auditor"), 1, "Enter an email address"),
        (("add", "x@example.gov.uk", "--role", "king"), 2, "Invalid value for '--role'"),
        (("add", "x@example.gov.uk"), 2, "Missing option '--role'"),
        (("disable", "x@example.gov.uk"), 1, "there is no user x@example.gov.uk"),
        (("reset", "x@example.gov.uk"), 1, "there is no user x@example.gov.uk"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(run: Run, words: tuple[str, ...], code: int, message: str):
    done = run("users", *words)

    assert done.returncode == code
    assert message in done.stderr
    assert "Traceback" not in done.stderr
    assert code == 2 or done.stderr.count("\n") == 1


def test_a_user_is_disabled_and_given_a_link_for_a_new_password(run: Run):
    run("users", "add", "ada@example.gov.uk", "--role", "auditor", "--password-stdin", typed=PASSWORD + "\n")

    reset = run("users", "reset", "ADA@example.gov.uk")
    disabled = run("users", "disable", "ada@example.gov.uk")
    again = run("users", "disable", "ada@example.gov.uk")

    assert "/reset/" in reset.stdout
    assert (disabled.returncode, again.returncode) == (0, 1)
    assert "\tDisabled\t" in run("users", "list").stdout


def test_the_chain_is_verified_and_a_break_is_reported(app: Flask, run: Run):
    run("users", "add", "ada@example.gov.uk", "--role", "auditor", "--password-stdin", typed=PASSWORD + "\n")
    whole = run("audit", "verify")
    tamper(app, "UPDATE audit_entry SET verb = 'nothing' WHERE number = 1")
    broken = run("audit", "verify")

    assert whole.returncode == 0
    assert "The audit trail is whole: 2 entries" in whole.stdout
    assert broken.returncode == 1
    assert broken.stderr == "Error: the audit trail is broken: entry 1 was altered\n"
