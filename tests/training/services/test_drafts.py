"""Drafts: answers kept, sections ticked, and all of it made into an enrolment in one piece or not at all."""

from datetime import date

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select

from tests.conftest import Arrange
from tests.factories import make_enrolment, make_person, make_user
from tests.training.drafting import EVERYTHING, make_cohort_for_it, make_draft
from tracker.accounts.models import User
from tracker.core.db import db
from tracker.core.errors import ChangedMeanwhile, DomainError
from tracker.ledger.queries import standing_events
from tracker.outbox.models import Message
from tracker.people.models import Person
from tracker.training import queries, services
from tracker.training.models import DraftHand, Enrolment, EnrolmentDraft
from tracker.training.services import DraftNotReady


def rows(model: type) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def begin(arrange: Arrange, ref: str, user_id: int) -> None:
    with arrange() as session:
        draft = queries.draft(ref)
        assert draft is not None
        services.begin_enrolment(draft, by=session.get_one(User, user_id))


def test_somebody_new_is_enrolled_with_posting_first_event_and_requests_to_endorse(arrange: Arrange):
    with arrange():
        make_cohort_for_it()
        draft, user = make_draft(note="By letter"), make_user()

        enrolment = services.begin_enrolment(draft, by=user)

        person = enrolment.person
        assert (person.name, person.fte) == ("Zoë Bhriain", 0.8)
        event = standing_events(enrolment.journey_id)[0]
        assert (event.stage, event.effective_on, event.recorded_by_id) == ("nominated", date(2026, 3, 2), user.id)
        assert person.postings[0].organisation.slug == "home-office"
        assert [message.to for message in db.session.scalars(select(Message).order_by(Message.id))] == [
            "boss@example.gov.uk",
            "head@example.gov.uk",
        ]
        # Names are kept with people, and nowhere else.
        assert (rows(EnrolmentDraft), rows(DraftHand)) == (0, 0)


def test_edge_3_somebody_known_who_withdrew_is_enrolled_again_without_a_second_record(arrange: Arrange):
    with arrange():
        make_cohort_for_it()
        person = make_person(ref="HO-1")
        make_enrolment("in-training 2025-01-05", "withdrawn 2025-02-02", person=person)
        people = rows(Person)

        enrolment = services.begin_enrolment(make_draft(person), by=make_user())

        assert enrolment.person is person
        assert rows(Person) == people


@pytest.mark.parametrize(
    ("answers", "field", "message"),
    [
        ({"cohort": "GONE"}, "cohort", "not there any more"),
        ({"organisation": "gone"}, "organisation", "not there any more"),
        ({"email": "taken@example.gov.uk"}, None, "Look at the people"),
        ({"effective_on": "2999-01-01"}, "effective_on", "today or in the past"),
        ({"stage": "withdrawn"}, "stage", "use ‘Withdraw’"),
        ({"line_manager_email": "zoe.bhriain@example.gov.uk"}, "line_manager_email", "Nobody endorses themselves"),
        ({"waiting": "yes", "stage": "accepted"}, "cohort", "no place yet"),
    ],
)
def test_what_a_rule_refuses_is_said_at_its_field_and_nothing_of_it_is_kept(
    app: Flask, arrange: Arrange, answers: dict[str, str], field: str | None, message: str
):
    with arrange():
        make_cohort_for_it()
        make_person(email="taken@example.gov.uk")
        ref, user = make_draft(**answers).ref, make_user()
        people, user_id = rows(Person), user.id

    with pytest.raises(DomainError, match=message) as refused:
        begin(arrange, ref, user_id)

    assert refused.value.field == field
    with app.app_context():
        kept = queries.draft(ref)
        assert kept is not None
        assert kept.answers["first_name"] == "Zoë"
        assert (rows(Person), rows(Enrolment), rows(Message)) == (people, 0, 0)


def test_a_section_is_completed_by_the_tick_and_not_by_its_answers(arrange: Arrange):
    with arrange():
        make_cohort_for_it()
        draft, user = make_draft(done=["person", "post", "start", "endorsement"]), make_user()

        with pytest.raises(DraftNotReady, match="Complete these sections first: Programme and cohort"):
            services.begin_enrolment(draft, by=user)
        services.tick_section(draft, "course", True, by=user)
        services.begin_enrolment(draft, by=user)


def test_a_section_without_an_answer_it_needs_cannot_be_ticked(arrange: Arrange):
    with arrange():
        draft = make_draft(cohort="", done=[])

        with pytest.raises(DraftNotReady, match="Answer ‘Which cohort"):
            services.tick_section(draft, "course", True, by=make_user())


def test_edge_150_a_completed_section_opens_again_when_what_it_rests_on_changes(arrange: Arrange):
    with arrange():
        draft = make_draft(waiting="yes")

        services.save_answers(draft, "programme", {"programme": "mdatagov"}, by=make_user())

        assert "cohort" not in draft.answers
        assert "waiting" not in draft.answers
        assert "course" not in draft.done


def test_an_answer_that_stays_as_it_was_opens_nothing(arrange: Arrange):
    with arrange():
        draft = make_draft()

        services.save_answers(draft, "programme", {"programme": "accelerator"}, by=make_user())

        assert draft.answers["cohort"] == "DSA-1"
        assert "course" in draft.done


def test_who_stands_further_than_nominated_needs_no_endorsement(arrange: Arrange):
    with arrange():
        make_cohort_for_it()
        draft = make_draft(
            stage="applied", line_manager="", head_of_profession="", done=["person", "post", "course", "start"]
        )

        services.begin_enrolment(draft, by=make_user())

        assert rows(Message) == 0


def test_somebody_like_them_who_was_entered_meanwhile_has_to_be_told_apart(arrange: Arrange):
    with arrange():
        make_cohort_for_it()
        draft, user = make_draft(), make_user()
        make_person(first_name="Zoe", last_name="Bhriain", ref="HO-9")

        with pytest.raises(DraftNotReady, match="nobody is entered twice"):
            services.begin_enrolment(draft, by=user)
        assert [one.person.ref for one in services.similar(draft)] == ["HO-9"]
        services.tell_apart(draft, by=user)

        services.begin_enrolment(draft, by=user)


def test_somebody_whose_address_it_is_cannot_be_told_apart(arrange: Arrange):
    with arrange():
        draft, user = make_draft(), make_user()
        make_person(email=EVERYTHING["email"])

        services.tell_apart(draft, by=user)

        assert len(services.similar(draft)) == 1


@pytest.mark.parametrize(
    ("question", "answers", "field"),
    [
        ("name", {"first_name": "@Zoë", "last_name": "Bhriain"}, "first_name"),
        ("name", {"first_name": "Zoë", "last_name": "\u202eniairhB"}, "last_name"),
        ("email", {"email": "taken@example.gov.uk"}, "email"),
        ("reference", {"person_ref": "HO-1"}, "person_ref"),
        ("reference", {"person_ref": "HO/details"}, "person_ref"),
        ("since", {"effective_on": "2999-01-01"}, "effective_on"),
        ("since", {"effective_on": "2026-02-27", "stage": "in-training"}, "effective_on"),
        ("line-manager", {"line_manager": "ask", "line_manager_email": "nobody"}, "line_manager_email"),
    ],
)
def test_what_would_be_refused_in_the_end_is_refused_at_once(
    arrange: Arrange, question: str, answers: dict[str, str], field: str
):
    with arrange():
        make_person(email="taken@example.gov.uk", ref="HO-1")
        make_cohort_for_it(starts_on=date(2026, 2, 28))
        draft = make_draft()

        with pytest.raises(DomainError) as refused:
            services.save_answers(draft, question, answers, by=make_user())

        assert refused.value.field == field
        assert draft.answers == EVERYTHING


def test_a_draft_says_who_worked_on_it_and_when(arrange: Arrange):
    with time_machine.travel("2026-03-02 09:00:00+00:00", tick=False) as clock, arrange():
        draft, other = make_draft(), make_user(name="Otto Other")
        clock.shift(3600)
        services.save_answers(draft, "note", {"note": "x"}, by=other)

        found = queries.drafts()[0]
        assert {hand.user.name for hand in found.hands} == {"Mary Manager", "Otto Other"}
        assert found.updated_at.hour == 10


def test_of_two_who_change_a_draft_the_second_is_told(arrange: Arrange):
    with arrange():
        draft = make_draft()
        shown = str(draft.version)
        services.save_answers(draft, "note", {"note": "x"}, by=make_user())

        with pytest.raises(ChangedMeanwhile):
            services.hold_draft(draft, shown)


def test_edge_24_a_draft_that_somebody_finished_meanwhile_says_so(arrange: Arrange):
    with arrange():
        draft = make_draft()
        services.discard_draft(draft, by=make_user())
        db.session.add(stale := EnrolmentDraft(ref="stale"))
        db.session.flush()
        db.session.execute(EnrolmentDraft.__table__.delete())

        with pytest.raises(DraftNotReady, match="finished this draft, or thrown it away"):
            services.hold_draft(stale, "1")


def test_on_a_full_cohort_they_wait_for_a_place(arrange: Arrange):
    with arrange():
        make_cohort_for_it(capacity=1)
        cohort = queries.cohort("DSA-1")
        assert cohort is not None
        make_enrolment("in-training 2026-01-05", person=make_person(), cohort=cohort)

        enrolment = services.begin_enrolment(make_draft(waiting="yes"), by=make_user())

        assert list(queries.waiting(cohort)) == [enrolment.journey_id]
