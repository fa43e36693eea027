"""What a fellow's phone is told, and what it sends: once, over nothing that was changed, and for nobody else."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select

from tests.browsers import Browser, browser, browser_of
from tests.conftest import Arrange, SignIn
from tests.factories import make_person, make_placement
from tracker.accounts import queries as accounts
from tracker.accounts.permissions import Role
from tracker.core.db import db
from tracker.fellowships.models import LogVersion
from tracker.fellowships.queries import logs as queries

FELLOW = "fellow@example.gov.uk"
SYNC = "/fellowships/placements/PL1/logs/2026-11-27/sync"


@pytest.fixture(autouse=True)
def _a_thursday():
    with time_machine.travel("2026-11-26 09:00:00+00:00", tick=False):
        yield


@pytest.fixture
def fellow(sign_in: SignIn, arrange: Arrange) -> Browser:
    found = sign_in(Role.FELLOW, email=FELLOW)
    with arrange():
        person = make_person(user_id=accounts.user_by_email(FELLOW).id)
        make_placement("in-post 2026-11-09", person=person, ref="PL1")
    return found


def entry(**said: str) -> dict[str, str]:
    return {"key": str(uuid.uuid4()), "seen": "0", "days": "3", "summary": "On the train", **said}


def sent(app: Flask) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count(LogVersion.id))) or 0


def test_the_phone_is_told_how_every_week_stands(fellow: Browser):
    fellow.send(SYNC, entry(private_note="Only mine"))

    state = fellow.get("/fellowships/phone/state.json").json

    assert [(one["week"], one["standing"], one["seen"] > 0) for one in state["weeks"]] == [
        ("2026-11-27", "Waiting for sign-off", True),
        ("2026-11-20", "Due", False),
        ("2026-11-13", "Overdue", False),
    ]
    assert state["weeks"][0]["said"]["private_note"] == "Only mine"
    assert state["weeks"][1]["said"] == {"days": "5", "skills": []}
    assert state["token"]


def test_an_entry_that_arrives_twice_is_kept_once(fellow: Browser, app: Flask):
    said = entry()

    answers = [fellow.send(SYNC, said) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [200] * 3
    assert [answer.json["number"] for answer in answers] == [1] * 3
    assert sent(app) == 1


def test_an_entry_that_arrives_twice_in_the_same_moment_is_kept_once(fellow: Browser, app: Flask):
    said, start = entry(), Barrier(3)
    browsers = [browser_of(app, FELLOW) for _ in range(3)]
    tokens = [one.form_token() for one in browsers]

    def send(one: Browser, token: str) -> int:
        start.wait()
        return one.send(SYNC, {**said, "csrf_token": token}).status_code

    with ThreadPoolExecutor(3) as pool:
        answers = list(pool.map(send, browsers, tokens))

    assert answers == [200] * 3
    assert sent(app) == 1


def test_what_was_changed_elsewhere_is_told_and_not_written_over(fellow: Browser, app: Flask):
    fellow.send(SYNC, entry(summary="From the desk"))

    overtaken = fellow.send(SYNC, entry(summary="From the train"))

    assert overtaken.status_code == 409
    assert "Somebody else has changed the log of this week" in overtaken.json["message"]
    with app.app_context():
        log = queries.log(queries.placement("PL1"), date(2026, 11, 27))
        assert [version.summary for version in log.versions] == ["From the desk"]


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ({"days": ""}, "Choose how many days you worked"),
        ({"summary": ""}, "Say what you did"),
        ({"key": "1"}, "came without its key"),
        ({"seen": "x"}, "does not say what it was written over"),
        ({"skills": "flying"}, "There is no skill called flying"),
    ],
)
def test_what_cannot_be_kept_is_told_with_its_reason(fellow: Browser, app: Flask, said: dict[str, str], answer: str):
    refused = fellow.send(SYNC, entry(**said))

    assert refused.status_code == 422
    assert answer in refused.json["message"]
    assert sent(app) == 0


def test_entries_are_taken_only_from_the_fellow(fellow: Browser, app: Flask, sign_in: SignIn):
    others = [sign_in(Role.FELLOW), sign_in(Role.PROGRAMME_MANAGER), browser(app)]

    assert [one.send(SYNC, entry()).status_code for one in others] == [404, 403, 303]
    assert sent(app) == 0


def test_the_page_that_stands_in_holds_nothing_of_anybody(fellow: Browser, app: Flask):
    page, script = fellow.get("/fellowships/phone"), browser(app).get("/fellowships/worker.js")

    assert "PL1" not in page.text
    assert "User" not in page.text
    assert (script.status_code, script.headers["Service-Worker-Allowed"]) == (200, "/")
    assert script.content_type.startswith("text/javascript")
    script.close()
