"""A draft page by page: any manager goes on with it, nothing typed is lost, and it is made into an enrolment once."""

from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select, update

from tests.browsers import Browser, browser_of
from tests.conftest import Arrange, SignIn
from tests.factories import make_cohort, make_enrolment, make_person
from tests.markup import Seen
from tests.training.drafting import ENDORSERS, PERSON, POST, make_cohort_for_it, make_draft
from tracker.accounts.models import UserSession
from tracker.accounts.permissions import Role
from tracker.core.clock import now
from tracker.core.db import db
from tracker.ledger.models import Event
from tracker.people.models import Person
from tracker.training import queries

WHERE = "/training/enrol/drafts"
DAY = {"when": "another", "effective_on-day": "2", "effective_on-month": "3", "effective_on-year": "2026"}


def version(browser: Browser, path: str) -> str:
    return str(Seen(browser.get(path).text).all("input", name="version")[-1]["value"])


def send(browser: Browser, path: str, **said: str):
    return browser.send(path, {"version": version(browser, path), **said})


def test_a_whole_enrolment_one_question_at_a_time_with_two_managers(app: Flask, sign_in: SignIn, arrange: Arrange):
    with arrange():
        make_cohort_for_it(capacity=3)
    first, second = sign_in(Role.PROGRAMME_MANAGER), sign_in(Role.PROGRAMME_MANAGER)
    draft = first.send("/training/enrol", PERSON).location
    for section, questions in {
        "person": {"name": PERSON, "email": PERSON, "reference": {"person_ref": "HO-77"}},
        "post": {"organisation": POST, "grade": POST, "profession": {}, "region": {}, "hours": POST},
        "course": {"programme": {"programme": "accelerator"}, "cohort": {"cohort": "DSA-1"}},
        "start": {"stage": {"stage": "nominated"}, "since": DAY, "note": {"note": "By letter"}},
        "endorsement": {"line-manager": ENDORSERS, "head-of-profession": ENDORSERS},
    }.items():
        by, leads_to = second if section in {"course", "start"} else first, ""
        for question, said in questions.items():
            answer = send(by, f"{draft}/questions/{question}", **said)
            assert answer.status_code == 303, (question, Seen(answer.text).words)
            leads_to = answer.location
        assert leads_to == f"{draft}/sections/{section}"
        ticked = send(by, leads_to, is_done="y")
        assert (ticked.status_code, ticked.location) == (303, draft)

    listed = Seen(second.get(WHERE).text).words
    check = Seen(second.get(f"{draft}/check").text)
    done = send(second, f"{draft}/check")
    page = Seen(second.get(done.location).text)

    assert "Zoë Bhriain" in listed
    assert "DSA-1, places left: 3 of 3" in check.words
    assert done.status_code == 303
    assert "Zoë Bhriain is on DSA-1" in page.words
    assert "boss@example.gov.uk has two weeks to endorse it" in page.words
    assert second.get(draft).status_code == 404
    assert "Nominated for DSA-1 since 2 March 2026." in Seen(second.get("/people/HO-77").text).words


def test_a_change_from_the_check_leads_back_to_it_and_one_from_a_section_to_the_section(
    sign_in: SignIn, arrange: Arrange
):
    with arrange():
        make_cohort_for_it()
        draft = f"{WHERE}/{make_draft().ref}"
    manager = sign_in(Role.PROGRAMME_MANAGER)

    links = Seen(manager.get(f"{draft}/check").text)
    to_check = send(manager, f"{draft}/questions/name?then=check", **PERSON)
    to_section = send(manager, f"{draft}/questions/name?then=section", **PERSON)

    assert links.one("a", href=f"{draft}/questions/name?then=check")
    assert to_check.location == f"{draft}/check"
    assert to_section.location == f"{draft}/sections/person"


def test_sent_too_early_it_names_each_section_that_is_not_completed(sign_in: SignIn, arrange: Arrange):
    with arrange():
        make_cohort_for_it()
        draft = f"{WHERE}/{make_draft(done=['person', 'post']).ref}"
    manager = sign_in(Role.PROGRAMME_MANAGER)

    page = Seen(send(manager, f"{draft}/check").text)

    for section, words in (("course", "Programme and cohort"), ("start", "Where they stand")):
        assert f"Complete ‘{words}’" in page.words
        assert page.all("a", href=f"{draft}/sections/{section}")


def test_a_refused_rule_leads_to_its_question_and_keeps_everything(app: Flask, sign_in: SignIn, arrange: Arrange):
    with arrange():
        cohort = make_cohort("DSA-1", capacity=1)
        make_enrolment("in-training 2026-01-05", person=make_person(), cohort=cohort)
        draft = f"{WHERE}/{make_draft(stage='accepted').ref}"
    manager = sign_in(Role.PROGRAMME_MANAGER)

    answer = send(manager, f"{draft}/check")
    page = Seen(answer.text)

    assert answer.status_code == 200
    assert "DSA-1 is full: all of its 1 places are taken" in page.words
    assert page.all("a", href=f"{draft}/questions/cohort?then=check")
    with app.app_context():
        assert db.session.scalars(select(Person).where(Person.email_key == PERSON["email"])).all() == []
        assert queries.draft(draft.rpartition("/")[2]) is not None


@pytest.mark.parametrize(
    ("question", "said", "message"),
    [
        ("name", {"first_name": "Zoë", "last_name": ""}, "Enter the last name"),
        ("name", {"first_name": "=Zoë", "last_name": "B"}, "cannot start with"),
        ("email", {"email": "zoe"}, "correct format"),
        ("hours", {"fte": "1.5"}, "over 0 and no more than 1"),
        ("organisation", {"organisation": "nowhere"}, "is not offered any more"),
        ("since", {"when": "another"}, "Enter the day"),
        ("since", {**DAY, "effective_on-year": "2999"}, "today or in the past"),
        ("since", {**DAY, "effective_on-month": "13"}, "no such date"),
        ("note", {"note": "x" * 501}, "500 characters or fewer"),
        ("line-manager", {"line_manager": "ask", "line_manager_email": ""}, "correct format"),
    ],
)
def test_an_answer_that_cannot_stand_is_refused_at_its_field_and_stays_typed(
    sign_in: SignIn, arrange: Arrange, question: str, said: dict[str, str], message: str
):
    with arrange():
        path = f"{WHERE}/{make_draft().ref}/questions/{question}"
    manager = sign_in(Role.PROGRAMME_MANAGER)

    answer = send(manager, path, **said)
    page = Seen(answer.text)

    assert answer.status_code == 200
    assert "There is a problem" in page.words
    assert message in page.words
    for name, value in said.items():
        if value and page.all("input", name=name, type="text"):
            assert page.all("input", name=name)[0]["value"] == value


def test_edge_41_today_is_the_day_it_was_chosen_on(app: Flask, sign_in: SignIn, arrange: Arrange):
    with time_machine.travel("2026-03-02 23:50:00+00:00", tick=False) as clock:
        with arrange():
            ref = make_draft(effective_on="").ref
        manager = sign_in(Role.PROGRAMME_MANAGER)
        send(manager, f"{WHERE}/{ref}/questions/since", when="today")
        clock.shift(timedelta(minutes=20))

        with app.app_context():
            draft = queries.draft(ref)
            assert draft is not None
            assert draft.answers["effective_on"] == "2026-03-02"


def test_two_managers_on_one_page_and_the_second_is_told_and_loses_nothing(sign_in: SignIn, arrange: Arrange):
    with arrange():
        path = f"{WHERE}/{make_draft().ref}/questions/note"
    first, second = sign_in(Role.PROGRAMME_MANAGER), sign_in(Role.PROGRAMME_MANAGER)
    shown = version(first, path)
    first.send(path, {"note": "mine", "version": shown})

    answer = second.send(path, {"note": "theirs", "version": shown})

    assert answer.status_code == 409
    assert "Somebody else has changed this draft" in answer.text
    assert "theirs" in answer.text


def test_edge_190_a_session_that_ended_on_the_check_page_loses_nothing(app: Flask, sign_in: SignIn, arrange: Arrange):
    with arrange():
        make_cohort_for_it()
        draft = f"{WHERE}/{make_draft().ref}"
    manager = sign_in(Role.PROGRAMME_MANAGER)
    shown, question = version(manager, f"{draft}/check"), f"{draft}/questions/note"
    typed = {"note": "Began after all", "version": shown}
    with arrange() as session:
        session.execute(update(UserSession).values(revoked_at=now()))

    checked = manager.send(f"{draft}/check", {"version": shown})
    answered = manager.send(question, typed)
    back = browser_of(app, manager.email)

    assert checked.location.startswith("/sign-in?next=")
    assert "questions" in answered.location
    assert "Zoë Bhriain" in back.get(f"{draft}/check").text
    assert send(back, f"{draft}/check").status_code == 303


def test_edge_188_and_189_a_draft_is_found_by_nothing_that_can_be_guessed(sign_in: SignIn, arrange: Arrange):
    with arrange():
        ref = make_draft(person=make_person()).ref
    manager = sign_in(Role.PROGRAMME_MANAGER)

    assert len(ref) == 10
    for path in ("1", "nothing", f"{ref}/questions/name", f"{ref}/questions/nothing", f"{ref}/sections/person"):
        assert manager.get(f"{WHERE}/{path}").status_code == 404
    assert sign_in(Role.DEPARTMENT_LEAD).get(f"{WHERE}/{ref}").status_code == 403


def test_somebody_entered_meanwhile_is_shown_and_told_apart(sign_in: SignIn, arrange: Arrange):
    with arrange():
        make_cohort_for_it()
        draft = f"{WHERE}/{make_draft().ref}"
        make_person(first_name="Zoe", last_name="Bhriain", ref="HO-9")
    manager = sign_in(Role.PROGRAMME_MANAGER)

    shown = Seen(manager.get(f"{draft}/check").text)
    early = send(manager, f"{draft}/check")
    apart = manager.send(f"{draft}/told-apart", {"version": version(manager, f"{draft}/check")})
    done = send(manager, f"{draft}/check")

    assert "People who are like this one" in shown.words
    assert "nobody is entered twice" in early.text
    assert (apart.status_code, apart.location, done.status_code) == (303, f"{draft}/check", 303)


def test_edge_155_a_form_sent_twice_enrols_once(app: Flask, sign_in: SignIn, arrange: Arrange):
    with arrange():
        make_cohort_for_it()
        draft = f"{WHERE}/{make_draft().ref}"
    manager = sign_in(Role.PROGRAMME_MANAGER)
    said = {"version": version(manager, f"{draft}/check"), "_idem": "0f8fad5b-d9cb-469f-a165-70867728950e"}

    first, again = (manager.send(f"{draft}/check", said) for _ in range(2))

    assert first.status_code == 303
    assert again.status_code in {303, 404}
    with app.app_context():
        assert len(db.session.scalars(select(Event)).all()) == 1


def test_a_draft_is_thrown_away_after_it_was_asked(sign_in: SignIn, arrange: Arrange):
    with arrange():
        draft = f"{WHERE}/{make_draft().ref}"
    manager = sign_in(Role.PROGRAMME_MANAGER)

    asked = Seen(manager.get(f"{draft}/discard").text)
    gone = manager.send(f"{draft}/discard")

    assert "Throw away the draft for Zoë Bhriain?" in asked.words
    assert (gone.status_code, gone.location) == (303, WHERE)
    assert manager.get(draft).status_code == 404


def test_a_programme_without_a_cohort_that_takes_people_says_what_to_do(sign_in: SignIn, arrange: Arrange):
    with arrange():
        make_cohort("OVER", ends_on=(now() - timedelta(days=2)).date())
        path = f"{WHERE}/{make_draft().ref}/questions/cohort"

    page = Seen(sign_in(Role.PROGRAMME_MANAGER).get(path).text)

    assert "No cohort of this programme takes people now." in page.words
    assert page.one("a", href="/training/cohorts/new")
