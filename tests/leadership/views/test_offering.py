"""From the offer to in post over HTTP."""

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from tests.conftest import Arrange, SignIn
from tests.factories import make_user
from tests.leadership.recruiting import TO_APPOINTABLE, TO_INTERVIEW, make_candidacy, make_vacancy
from tests.leadership.views.test_candidacy import act, stage
from tracker.accounts.permissions import Role
from tracker.core.db import db
from tracker.leadership.models import Offer, Vacancy
from tracker.leadership.queries import candidates as queries
from tracker.leadership.services import offers
from tracker.outbox.models import Message


@pytest.fixture(autouse=True)
def april() -> Iterator[None]:
    with time_machine.travel(datetime(2026, 4, 20, 9, tzinfo=UTC), tick=True):
        yield


def on(day: int, month: int = 4) -> dict[str, str]:
    return {"on-day": str(day), "on-month": str(month), "on-year": "2026"}


def merited(arrange: Arrange) -> list[str]:
    with arrange():
        vacancy, lead = make_vacancy(*TO_INTERVIEW, ref="V-CDO"), make_user()
        refs = [make_candidacy(vacancy, *TO_APPOINTABLE).ref for _ in range(3)]
        offers.settle_merit_order(vacancy, {ref: n for n, ref in enumerate(refs, 1)}, date(2026, 4, 10), by=lead)
        return refs


def vacancy_stage(app: Flask, ref: str = "V-CDO") -> str | None:
    with app.app_context():
        return queries.vacancy_stage(db.session.scalars(select(Vacancy).where(Vacancy.ref == ref)).one())


def test_a_declined_offer_goes_to_the_next_who_takes_up_the_post(app: Flask, arrange: Arrange, sign_in: SignIn):
    (first, second, third), lead = merited(arrange), sign_in(Role.RECRUITMENT_LEAD)

    refused = act(app, lead, second, "offer", working_days="5", **on(13))
    assert "is next" in refused.text
    assert act(app, lead, first, "offer", working_days="5", **on(13)).status_code == 303
    with app.app_context():
        assert db.session.scalars(select(Offer.answer_by)).all() == [date(2026, 4, 20)]
    assert "Select the reason" in act(app, lead, first, "answer", answer="declined", **on(14)).text
    act(app, lead, first, "answer", answer="declined", reason="location", **on(14))
    act(app, lead, second, "offer", working_days="10", **on(14))
    assert "holds the place" in act(app, lead, third, "offer", working_days="5", **on(15)).text
    act(app, lead, second, "answer", answer="accepted", **on(15))
    assert "cannot go from" in act(app, lead, second, "in-post", **on(16)).text
    act(app, lead, second, "checks", passed="yes", **on(16))
    act(app, lead, third, "reserve", **on(17))
    act(app, lead, second, "in-post", **on(20))

    assert [stage(app, ref) for ref in (first, second, third)] == ["declined", "in-post", "reserve"]
    assert vacancy_stage(app) == "in-post"


def test_checks_that_were_not_passed_let_the_acceptance_lapse(app: Flask, arrange: Arrange, sign_in: SignIn):
    (first, *_), lead = merited(arrange), sign_in(Role.RECRUITMENT_LEAD)
    act(app, lead, first, "offer", working_days="10", **on(13))
    act(app, lead, first, "answer", answer="accepted", **on(14))

    act(app, lead, first, "checks", passed="no", **on(15))

    assert stage(app, first) == "lapsed"
    assert "The checks were not passed" in lead.get(f"/leadership/candidacies/{first}").text


def test_a_similar_post_is_offered_from_the_reserve_list(app: Flask, arrange: Arrange, sign_in: SignIn):
    (*_, third), lead = merited(arrange), sign_in(Role.RECRUITMENT_LEAD)
    act(app, lead, third, "reserve", **on(14))

    page = lead.get(f"/leadership/candidacies/{third}")
    done = act(app, lead, third, "similar-post", organisation="hm-treasury", working_days="10", **on(15))

    begun = app.url_map.bind("").match(done.location)[1]["ref"]
    assert "held until 10 April 2027" in page.text
    assert (done.status_code, stage(app, begun)) == (303, "offered")
    assert (vacancy_stage(app, "V-CDO-R1"), stage(app, third)) == ("offer", "reserve")


@pytest.mark.parametrize("name", ["offer", "answer", "checks", "in-post", "reserve", "similar-post"])
def test_each_form_asks_its_questions(app: Flask, arrange: Arrange, sign_in: SignIn, name: str):
    (first, *_), lead = merited(arrange), sign_in(Role.RECRUITMENT_LEAD)

    page = lead.get(f"/leadership/candidacies/{first}/{name}")
    answer = act(app, lead, first, name)

    assert (page.status_code, answer.status_code, "There is a problem" in answer.text) == (200, 200, True)


def test_every_way_an_offer_ends_is_told_to_the_other_recruitment_leads(app: Flask, arrange: Arrange, sign_in: SignIn):
    (first, second, third), lead = merited(arrange), sign_in(Role.RECRUITMENT_LEAD)
    with arrange():
        other = make_user(Role.RECRUITMENT_LEAD).email
        following = queries.candidacy(second)
        assert following is not None
        next_ref = following.candidate.ref
    act(app, lead, first, "offer", working_days="10", **on(13))

    act(app, lead, first, "end", stage="withdrawn", reason="location", **on(14))
    act(app, lead, third, "end", stage="withdrawn", reason="personal", **on(14))
    act(app, lead, second, "offer", working_days="10", **on(15))
    act(app, lead, second, "answer", answer="accepted", **on(16))
    with app.app_context():
        version = str(db.session.scalars(select(Vacancy)).one().journey.version)
    told = {"effective_on-day": "17", "effective_on-month": "4", "effective_on-year": "2026"}
    cancel = {"stage": "cancelled", "version": version, "note": "No money", **told}
    assert lead.send("/leadership/vacancies/V-CDO/stage", cancel).status_code == 303

    assert [stage(app, ref) for ref in (first, second)] == ["withdrawn", "lapsed"]
    assert "The vacancy was cancelled" in lead.get(f"/leadership/candidacies/{second}").text
    with app.app_context():
        letters = [(one.to, one.text) for one in db.session.scalars(select(Message).order_by(Message.id))]
    assert [to for to, _ in letters] == [other, other]
    assert f"ended, as the candidate withdrew. Next in merit order is {next_ref}." in letters[0][1]
    assert "ended with the vacancy. The vacancy is at ‘Cancelled’, so nobody is offered it next." in letters[1][1]
    assert "Applicant" not in letters[0][1] + letters[1][1]
