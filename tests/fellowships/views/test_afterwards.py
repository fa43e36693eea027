"""What fellow and host say of a placement that is over."""

import re

import pytest
import time_machine
from flask import Flask

from tests.auditing import told_of
from tests.browsers import browser
from tests.conftest import Arrange, SignIn
from tests.factories import make_person, make_placement, make_supervisor
from tests.markup import Seen
from tracker.accounts.permissions import Role
from tracker.core.db import transaction
from tracker.fellowships.afterlife import Asked, Side
from tracker.fellowships.queries import logs as queries
from tracker.fellowships.services import afterwards

NOON = "2026-11-30 12:00:00+00:00"
HOST, FELLOW = "priya.shah@example.gov.uk", "ada@example.gov.uk"
LATER = {"in_use": "partly", "whereabouts": "government", "words": "The model runs every week"}


@pytest.fixture(autouse=True)
def _a_monday():
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture(autouse=True)
def _placement(arrange: Arrange) -> None:
    with arrange():
        person = make_person(first_name="Ada", last_name="Byron", email=FELLOW)
        supervisor = make_supervisor(HOST, "Priya Shah")
        make_placement("completed 2026-08-28", person=person, ref="PL/1", supervisor=supervisor)


def link(app: Flask, asked: Asked, side: Side) -> str:
    with app.app_context(), transaction():
        placement = queries.placement("PL/1")
        assert placement is not None
        to = afterwards.address(placement, side)
        issued = afterwards.answer_links.issue(afterwards.AFTERWARDS, afterwards.subject_of(placement, asked, side), to)
    found = re.search(r"http://127\.0\.0\.1:5000(\S+)", issued)
    assert found is not None
    return found[1]


def test_both_sides_answer_by_a_link_and_the_programme_reads_it(app: Flask, sign_in: SignIn, arrange: Arrange):
    end = link(app, Asked.END, Side.FELLOW)
    later = link(app, Asked.MONTHS_3, Side.HOST)

    incomplete = browser(app).send(end, {"address": FELLOW, "rating": "5", "words": "Keep the desk"})
    went = browser(app).send(end, {"address": FELLOW, "rating": "5", "again": "yes", "words": "Keep the desk"})
    again = browser(app).send(end, {"address": FELLOW, "rating": "1", "again": "no"})
    host = browser(app).send(later, {"address": HOST, **LATER})
    read = Seen(sign_in(Role.PROGRAMME_MANAGER).get("/fellowships/placements/PL/1/afterwards").text).words

    assert "Choose whether you would do it again" in incomplete.text
    assert "Keep the desk" in incomplete.text
    assert [went.status_code, again.status_code, host.status_code] == [303, 410, 303]
    assert "Very well; would do it again" in read
    assert "Some of it is. Works now: Elsewhere in central government" in read
    assert "After 3 months" in read
    with arrange():
        assert told_of("placement:PL/1").count("placement.answered") == 2
    assert "Priya Shah" in read


def test_a_question_is_answered_once_and_only_from_its_address(app: Flask):
    address = link(app, Asked.MONTHS_3, Side.FELLOW)

    asked = Seen(browser(app).get(address).text).words
    hosts = Seen(browser(app).get(link(app, Asked.MONTHS_3, Side.HOST)).text).words
    assert ("Where do you work now?" in asked, "Where does the fellow work now?" in hosts) == (True, True)
    forwarded = browser(app).send(address, {"address": HOST, **LATER})
    answered = browser(app).send(address, {"address": FELLOW, **LATER})
    newer = browser(app).send(link(app, Asked.MONTHS_3, Side.FELLOW), {"address": FELLOW, **LATER})

    assert "was sent to another email address" in forwarded.text
    assert answered.status_code == 303
    assert "This has been answered already" in newer.text


def test_what_was_said_is_for_those_who_see_the_placement(sign_in: SignIn):
    address = "/fellowships/placements/PL/1/afterwards"

    assert sign_in(Role.HOST_SUPERVISOR).get(address).status_code == 404
    assert sign_in(Role.LEADERSHIP).get(address).status_code == 403
    assert "Nobody has answered yet" in sign_in(Role.AUDITOR).get(address).text
