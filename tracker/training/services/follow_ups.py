"""Asking people what came of their training 3, 6 and 12 months after it, by a link that works without an account."""

from dataclasses import dataclass
from datetime import timedelta

from tracker.accounts import audit
from tracker.accounts.services import answer_links
from tracker.accounts.services.answer_links import LinkKind
from tracker.core import clock
from tracker.core.calendar import months_after
from tracker.core.db import db
from tracker.core.errors import DomainError
from tracker.core.text import format_day
from tracker.ledger import services as ledger
from tracker.ledger.services import Recorder
from tracker.outbox import services as outbox
from tracker.training import queries
from tracker.training.lifecycle import ENROLMENT, Stage
from tracker.training.models import Enrolment, FollowUp, Use
from tracker.training.services.enrolments import EnrolmentNotAllowed

FOLLOW_UP = LinkKind("follow-up", "/training/follow-up", timedelta(days=30), "Tell the programme team instead.")
MONTHS = (3, 6, 12)
LATE = timedelta(days=31)
"""Whoever completed so long ago that the day passed earlier than this is not asked any more: an older system's people
are not written to all at once."""


@dataclass(frozen=True)
class Answer:
    """The three answers."""

    uses: Use
    in_role: bool
    remark: str = ""


def ask_what_came() -> int:
    """Write to everybody whose 3, 6 or 12 months are over, once for each. Returns how many mails were written.

    The caller owns the transaction.
    """
    day = clock.today()
    done = queries.completed_between(months_after(day, -max(MONTHS)) - LATE - LATE, day)
    asked = queries.asked_already([row.id for row in done])
    written = 0
    for row in done:
        for months in MONTHS:
            due = months_after(row.completed_on, months)
            if day - LATE < due <= day and (row.id, months) not in asked:
                db.session.add(FollowUp(journey_id=row.id, months=months, asked_on=day))
                written += _send(row.ref, months, row.name, row.email, row.programme)
    db.session.flush()
    return written


def _send(ref: str, months: int, name: str, email: str, programme: str) -> int:
    until = format_day(FOLLOW_UP.last_day())
    link = answer_links.issue(FOLLOW_UP, f"enrolment:{ref}/{months}", email)
    text = (
        f"{name}, you completed {programme} {months} months ago. Three questions about what came of it, by {until}:\n\n"
        f"{link}\n\nYou need no account. The link works once, and only for this address.\n"
    )
    try:
        outbox.enqueue(email, f"Three questions, {months} months after your training", text)
    except DomainError:
        return 0  # an address that no mail can have keeps nobody else's question back
    return 1


def asked_about(subject: str) -> tuple[FollowUp, Enrolment] | None:
    """The follow-up that a link's subject names, with its enrolment; None where that is gone."""
    ref, _, months = subject.removeprefix("enrolment:").partition("/")
    enrolment = queries.enrolment(ref)
    found = queries.follow_ups(enrolment.journey_id) if enrolment else ()
    asked = next((one for one in found if str(one.months) == months), None)
    return None if asked is None or enrolment is None else (asked, enrolment)


def answer_follow_up(asked: FollowUp, enrolment: Enrolment, answer: Answer) -> None:
    """Keep what somebody answered. Whoever says to be in a data science role stands in one from today, if completed.

    :raises EnrolmentNotAllowed: if it was answered before.
    """
    db.session().refresh(enrolment.journey, ["version"], with_for_update=True)
    if asked.answered_at is not None:
        raise EnrolmentNotAllowed("This was answered before")
    asked.answered_at = clock.now()
    asked.uses, asked.in_role, asked.remark = answer.uses, answer.in_role, answer.remark.strip()
    db.session.flush()
    subject = f"enrolment:{enrolment.ref}"
    said = {"months": asked.months, "uses": answer.uses, "in_role": answer.in_role}
    audit.record("enrolment.follow-up", subject, actor=None, after=said)
    stands = queries.standing([enrolment.journey_id]).get(enrolment.journey_id)
    if answer.in_role and stands is not None and stands.stage == Stage.COMPLETED:
        note = f"Answered by the person, {asked.months} months after completing"
        ledger.record_stage(enrolment.journey, ENROLMENT, Stage.IN_ROLE, clock.today(), Recorder(None), note=note)
        audit.record("enrolment.stage", subject, actor=None, after={"stage": Stage.IN_ROLE})
