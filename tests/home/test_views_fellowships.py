"""The front page of a fellow and of a supervisor."""

import time_machine
from flask import Flask

from tests.conftest import Arrange, SignIn
from tests.factories import make_person, make_placement, make_supervisor
from tests.markup import Seen
from tracker.accounts import queries as accounts
from tracker.accounts.permissions import Role
from tracker.fellowships.lifecycle import Decision
from tracker.fellowships.models import Objective
from tracker.fellowships.queries import logs as queries
from tracker.fellowships.services import logs, signing
from tracker.fellowships.services.logs import Entry
from tracker.fellowships.services.signing import Word

FELLOW, HOST = "fellow@example.gov.uk", "host@example.gov.uk"


@time_machine.travel("2026-11-26 09:00:00+00:00", tick=False)
def test_a_fellow_sees_what_came_back_first_what_is_due_and_how_far_it_is(
    app: Flask, sign_in: SignIn, arrange: Arrange
):
    fellow, supervisor = sign_in(Role.FELLOW, email=FELLOW), sign_in(Role.HOST_SUPERVISOR, email=HOST)
    with arrange() as session:
        user = accounts.user_by_email(FELLOW)
        host = make_supervisor(HOST, "Priya")
        made = make_placement(
            "in-post 2026-11-02",
            person=make_person(user_id=user.id, first_name="Ada"),
            ref="PL1",
            supervisor=host,
            planned="2026-11-02 to 2026-11-27",
        )
        for number, state in enumerate(("met", "open", "dropped")):
            session.add(
                Objective(
                    journey_id=made.journey_id, number=number, text="x", state=state, agreed_on=made.planned_start
                )
            )
        weeks = [one.fromordinal(one.toordinal()) for one in map(type(made.planned_start).fromisoformat,
                 ("2026-11-06", "2026-11-13"))]  # fmt: skip
        for week in weeks:
            logs.send(made, week, Entry("4", "Work"), 0, actor=user)
        log = queries.log(made, weeks[1])
        signing.sign(host, {log.id: Word(Decision.RETURNED, 1, "Which days?")})

    page, desk = Seen(fellow.get("/").text), Seen(supervisor.get("/").text)

    assert "Sent back: Which days?" in page.words
    assert page.one("a", class_="govuk-button")["href"] == "/fellowships/placements/PL1/logs/2026-11-13"
    assert "8 days logged" in page.words
    assert "0 days signed off" in page.words
    assert "20 days in the whole placement" in page.words
    assert "1 of 2 objectives met" in page.words
    assert "Week ending 20 November 2026" in page.words
    assert "1 week waits for you" in desk.words
    assert desk.one("a", href="/fellowships/placements/PL1/logs")


@time_machine.travel("2026-11-26 09:00:00+00:00", tick=False)
def test_a_fellow_whose_weeks_are_all_sent_is_told_so(sign_in: SignIn, arrange: Arrange):
    fellow = sign_in(Role.FELLOW, email=FELLOW)
    with arrange():
        user = accounts.user_by_email(FELLOW)
        made = make_placement("in-post 2026-11-23", person=make_person(user_id=user.id), ref="PL1")
        logs.send(made, made.planned_start.fromisoformat("2026-11-27"), Entry("4", "Work"), 0, actor=user)

    assert "Every week is sent." in fellow.get("/").text


def test_what_was_recorded_lately_speaks_of_fellows_too(sign_in: SignIn, arrange: Arrange):
    with arrange() as session:
        made = make_placement("in-post 2026-01-05", person=make_person(first_name="Ada", last_name="Byron"))
        session.flush()
        assert made.standing.stage == "in-post"

    page = Seen(sign_in(Role.PROGRAMME_MANAGER).get("/").text).words

    assert "Ada Byron" in page
    assert "In post 5 January 2026" in page
