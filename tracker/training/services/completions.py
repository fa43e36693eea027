"""Completions, with what shows them: at the first assessment, after a resit or on appeal."""

from dataclasses import dataclass
from datetime import date
from urllib.parse import urlsplit

from tracker.accounts.models import User
from tracker.core.db import db
from tracker.core.text import has_control_characters
from tracker.ledger import services as ledger
from tracker.ledger.models import Event
from tracker.ledger.queries import standing_events
from tracker.ledger.services import Recorder
from tracker.training.lifecycle import ENROLMENT, Stage
from tracker.training.models import CompletionEvidence, Enrolment
from tracker.training.services.enrolments import EnrolmentNotAllowed, record_stage, written

LONGEST_URL = 2_000


@dataclass(frozen=True)
class Evidence:
    """What shows a completion, or that a resit was agreed: words, and where it can be read, if anywhere."""

    text: str
    url: str = ""

    def check(self, missing: str = "Say what shows that they completed") -> None:
        """Refuse evidence that says nothing, or an address that is no page.

        :raises EnrolmentNotAllowed: naming the field. Nobody looks whether there is anything at the address.
        """
        if not self.text.strip():
            raise EnrolmentNotAllowed(missing, "evidence")
        if self.url and not is_page(self.url):
            raise EnrolmentNotAllowed("Enter a web address that starts with https:// or http://", "url")


def is_page(url: str) -> bool:
    """Whether a text is the address of a web page; whether there is one is not asked."""
    if len(url) > LONGEST_URL or has_control_characters(url) or " " in url:
        return False
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.username is None


def complete(enrolment: Enrolment, completed_on: date, evidence: Evidence, *, by: User, note: str = "") -> Event:
    """Record that somebody completed, with what shows it.

    :raises EnrolmentNotAllowed: if there is no evidence.
    :raises MoveNotAllowed: as the ledger's `record_stage`.
    """
    event = _complete(enrolment, completed_on, evidence, by, note)
    after = {"stage": Stage.COMPLETED, "effective_on": completed_on, "evidence": evidence.url or "text"}
    written("enrolment.completed", enrolment, by, after)
    return event


def appeal(enrolment: Enrolment, decided_on: date, evidence: Evidence, *, by: User, note: str = "") -> Event:
    """Record that an appeal against ‘not completed’ was upheld: they completed on the day that was decided.

    The first decision stays in the history; the day of completion is that of the appeal (fine print C10).

    :raises EnrolmentNotAllowed: if they do not stand not completed, or there is no evidence.
    :raises MoveNotAllowed: as the ledger's `record_stage`.
    """
    if not _is_not_completed(enrolment):
        raise EnrolmentNotAllowed("Only ‘not completed’ can be appealed against")
    event = _complete(enrolment, decided_on, evidence, by, note)
    written("enrolment.appeal-upheld", enrolment, by, {"stage": Stage.COMPLETED, "effective_on": decided_on})
    return event


def resit(enrolment: Enrolment, agreed_on: date, evidence: Evidence, *, by: User, note: str = "") -> Event:
    """Record that somebody who did not complete goes on to be assessed again.

    :param evidence: what shows that it was agreed; it may say nothing at all.
    :raises EnrolmentNotAllowed: if they do not stand not completed, or nothing but an address is given.
    :raises MoveNotAllowed: as the ledger's `record_stage`.
    """
    if not _is_not_completed(enrolment):
        raise EnrolmentNotAllowed("Only after ‘not completed’ there is a resit")
    if evidence.text.strip() or evidence.url:
        evidence.check("Say what shows that the resit was agreed")
    event = record_stage(enrolment, Stage.IN_TRAINING, agreed_on, by=by, note=note)
    if evidence.text.strip():
        keep(event, evidence)
    return event


def _is_not_completed(enrolment: Enrolment) -> bool:
    stages = [event.stage for event in standing_events(enrolment.journey_id) if event.stage is not None]
    return bool(stages) and stages[-1] == Stage.NOT_COMPLETED


def _complete(enrolment: Enrolment, on: date, evidence: Evidence, by: User, note: str) -> Event:
    evidence.check()
    event = ledger.record_stage(enrolment.journey, ENROLMENT, Stage.COMPLETED, on, Recorder(by.id), note=note)
    keep(event, evidence)
    return event


def keep(event: Event, evidence: Evidence) -> None:
    """Keep what shows a completion, with its entry."""
    db.session.add(CompletionEvidence(event_id=event.id, text=evidence.text.strip(), url=evidence.url.strip()))
    db.session.flush()
