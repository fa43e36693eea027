"""Endorsements: both have to agree; the last request to each counts; what is settled is settled."""

import pytest
from sqlalchemy import select

from tests.auditing import told_of
from tests.conftest import Arrange
from tests.factories import make_enrolment, make_person, make_user
from tracker.accounts.models import AnswerLink
from tracker.core.clock import today
from tracker.core.db import db
from tracker.ledger.queries import standing_events
from tracker.outbox.models import Message
from tracker.training import queries, services
from tracker.training.models import Endorsement, Endorser, Enrolment
from tracker.training.services import EndorsementNotAllowed

LINE, HEAD = Endorser.LINE_MANAGER, Endorser.HEAD_OF_PROFESSION


def nominated(**person: object) -> Enrolment:
    enrolment = make_enrolment("nominated 2026-03-02", person=make_person(**person))
    found = queries.enrolment(enrolment.journey.ref)
    assert found is not None
    return found


def ask(enrolment: Enrolment, endorser: Endorser, email: str = "boss@example.gov.uk") -> Endorsement:
    return services.ask_for_endorsement(enrolment, endorser, email, by=make_user())


def stages(enrolment: Enrolment) -> list[str | None]:
    return [event.stage for event in standing_events(enrolment.journey_id)]


def test_with_both_agreed_the_enrolment_is_endorsed_from_today(arrange: Arrange):
    with arrange():
        enrolment = nominated()
        line, head = ask(enrolment, LINE), ask(enrolment, HEAD)

        services.answer_endorsement(line, enrolment, True, "")
        assert stages(enrolment) == ["nominated"]
        services.answer_endorsement(head, enrolment, True, "A good choice")

        assert stages(enrolment) == ["nominated", "endorsed"]
        assert standing_events(enrolment.journey_id)[-1].effective_on == today()
        subject = f"enrolment:{enrolment.ref}"
    with arrange():
        assert told_of(subject)[-3:] == ["enrolment.endorsement", "enrolment.endorsement", "enrolment.stage"]


def test_who_does_not_endorse_says_why_and_nothing_goes_on(arrange: Arrange):
    with arrange():
        enrolment = nominated()
        line, head = ask(enrolment, LINE), ask(enrolment, HEAD)

        with pytest.raises(EndorsementNotAllowed, match="Say why") as refused:
            services.answer_endorsement(line, enrolment, False, " ")
        assert refused.value.field == "remark"
        services.answer_endorsement(line, enrolment, False, "Not this year")
        services.answer_endorsement(head, enrolment, True, "")

        assert services.answers_of(enrolment) == {LINE: "refused", HEAD: "agreed"}
        assert stages(enrolment) == ["nominated"]
        # Asked again, and of another mind: the last request counts.
        services.answer_endorsement(ask(enrolment, LINE, "new.boss@example.gov.uk"), enrolment, True, "")
        assert stages(enrolment) == ["nominated", "endorsed"]


def test_asking_somebody_else_ends_the_link_of_whom_was_asked_before(arrange: Arrange):
    with arrange():
        enrolment = nominated()
        ask(enrolment, LINE)
        ask(enrolment, HEAD, "head@example.gov.uk")
        ask(enrolment, LINE, "new.boss@example.gov.uk")

        live = select(AnswerLink.address).where(AnswerLink.revoked_at.is_(None))
        assert sorted(db.session.scalars(live)) == ["head@example.gov.uk", "new.boss@example.gov.uk"]
        assert "nominated for" in db.session.scalars(select(Message)).first().text  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("email", "message"), [("Me@example.gov.uk", "Nobody endorses themselves"), ("boss", "correct format")]
)
def test_an_address_that_cannot_endorse_is_refused(arrange: Arrange, email: str, message: str):
    with arrange():
        enrolment = nominated(email="me@example.gov.uk")

        with pytest.raises(EndorsementNotAllowed, match=message) as refused:
            ask(enrolment, LINE, email)

        assert refused.value.field == "email"


def test_what_has_gone_on_already_is_neither_asked_nor_answered(arrange: Arrange):
    with arrange():
        enrolment = nominated()
        line = ask(enrolment, LINE)
        services.record_stage(enrolment, "applied", today(), by=make_user())

        with pytest.raises(EndorsementNotAllowed, match="gone on already"):
            ask(enrolment, HEAD)
        with pytest.raises(EndorsementNotAllowed, match="gone on already"):
            services.answer_endorsement(line, enrolment, True, "")
