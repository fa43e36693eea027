"""Endorsements: line manager and head of profession are asked by email and answer by a link, without an account."""

from datetime import timedelta

from tracker.accounts import audit
from tracker.accounts.models import User
from tracker.accounts.services import answer_links
from tracker.accounts.services.answer_links import LinkKind
from tracker.core import clock
from tracker.core.db import db
from tracker.core.errors import DomainError
from tracker.core.text import format_day
from tracker.ledger import services as ledger
from tracker.ledger.services import Recorder
from tracker.outbox import services as outbox
from tracker.people.services import checked_email
from tracker.training import queries
from tracker.training.lifecycle import ENROLMENT, Stage
from tracker.training.models import Endorsement, Endorser, Enrolment

ENDORSE = LinkKind("endorse", "/training/endorse", timedelta(days=14), "Ask the programme team to send you a new one.")
WHO = {Endorser.LINE_MANAGER: "line manager", Endorser.HEAD_OF_PROFESSION: "head of profession"}
LONGEST_REMARK = 1000


class EndorsementNotAllowed(DomainError):
    """A request to endorse, or an answer to one, that the rules refuse."""


def checked_endorser(email: str, field: str = "email") -> str:
    """The address of whom to ask.

    :raises EndorsementNotAllowed: at the field, if it is none.
    """
    try:
        return checked_email(email)
    except DomainError as refusal:
        raise EndorsementNotAllowed(refusal.message, field) from None


def ask_for_endorsement(
    enrolment: Enrolment, endorser: Endorser, email: str, *, by: User, field: str = "email"
) -> Endorsement:
    """Ask somebody by email to endorse an enrolment; whoever was asked before in the same part is asked no longer.

    :param field: where a refusal of the address is said.
    :raises EndorsementNotAllowed: if the address is none, is that of the person themselves, or the enrolment has gone
        on already.
    """
    address = checked_endorser(email, field)
    if address.casefold() == enrolment.person.email_key:
        raise EndorsementNotAllowed("Nobody endorses themselves: enter somebody else’s address", field)
    _check_nominated(enrolment)
    asked = Endorsement(journey_id=enrolment.journey_id, endorser=endorser, email=address, asked_by_id=by.id)
    db.session.add(asked)
    db.session.flush()
    link = answer_links.issue(ENDORSE, _subject(enrolment, endorser), address, actor=by)
    _send(enrolment, endorser, address, link)
    return asked


def answer_endorsement(asked: Endorsement, enrolment: Enrolment, agrees: bool, remark: str) -> None:
    """Keep what an endorser answered; with both agreed, the enrolment is endorsed from today.

    :raises EndorsementNotAllowed: if the enrolment has gone on meanwhile, or a refusal gives no reason.
    """
    if not agrees and not remark.strip():
        raise EndorsementNotAllowed("Say why you do not endorse it, so that they can be told", "remark")
    db.session().refresh(enrolment.journey, ["version"], with_for_update=True)
    _check_nominated(enrolment)
    asked.answered_at, asked.agrees, asked.remark = clock.now(), agrees, remark.strip()
    db.session.flush()
    subject = f"enrolment:{enrolment.ref}"
    said = {"endorser": asked.endorser, "agrees": agrees, "sent_to": asked.email}
    audit.record("enrolment.endorsement", subject, actor=None, after=said)
    if agrees and all(word == "agreed" for word in answers_of(enrolment).values()):
        note = "Endorsed by line manager and head of profession by email"
        ledger.record_stage(enrolment.journey, ENROLMENT, Stage.ENDORSED, clock.today(), Recorder(None), note=note)
        audit.record("enrolment.stage", subject, actor=None, after={"stage": Stage.ENDORSED})


def answers_of(enrolment: Enrolment) -> dict[Endorser, str]:
    """Of each endorser: `agreed`, `refused`, `asked`, or `not asked`. The last request to each counts."""
    found = dict.fromkeys(Endorser, "not asked")
    for asked in reversed(queries.endorsements(enrolment.journey_id)):
        found[asked.endorser] = "asked" if asked.agrees is None else "agreed" if asked.agrees else "refused"
    return found


def asked_by_link(subject: str) -> tuple[Endorsement, Enrolment] | None:
    """The request that a link's subject names, with its enrolment; None where that is gone."""
    ref, _, endorser = subject.removeprefix("enrolment:").partition("/")
    enrolment = queries.enrolment(ref)
    if enrolment is None:
        return None
    asked = [one for one in queries.endorsements(enrolment.journey_id) if one.endorser == endorser]
    return (asked[0], enrolment) if asked else None


def _subject(enrolment: Enrolment, endorser: Endorser) -> str:
    return f"enrolment:{enrolment.ref}/{endorser.value}"


def _check_nominated(enrolment: Enrolment) -> None:
    stands = queries.standing([enrolment.journey_id]).get(enrolment.journey_id)
    if stands is None or stands.stage != Stage.NOMINATED:
        raise EndorsementNotAllowed("This enrolment has gone on already: there is nothing to endorse any more")


def _send(enrolment: Enrolment, endorser: Endorser, address: str, link: str) -> None:
    until = format_day(ENDORSE.last_day())
    cohort, name = enrolment.cohort, enrolment.person.name
    began = f", which begins on {format_day(cohort.starts_on)}" if cohort.starts_on else ""
    text = (
        f"{name} has been nominated for {cohort.programme.name} ({cohort.code}){began}. "
        f"You were named as their {WHO[endorser]}.\n\n"
        f"Say whether you endorse it, by {until}:\n\n{link}\n\n"
        "You need no account. The link works once, and only for this address. Opening it decides nothing.\n"
    )
    outbox.enqueue(address, f"Do you endorse the nomination of {name}?", text)
