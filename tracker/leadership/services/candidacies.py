"""Candidates of a vacancy: added, moved on, left with a reason, taken back."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from email_validator import EmailNotValidError, validate_email

from tracker.accounts import audit
from tracker.accounts.models import User
from tracker.core.clock import london_day, today
from tracker.core.db import db
from tracker.core.errors import DomainError
from tracker.core.text import email_key, format_instant, has_control_characters
from tracker.leadership.lifecycle import (
    CANDIDACY,
    LEAVING_CHOICES,
    VACANCY,
    CandidacyStage,
    LeavingCode,
    VacancyStage,
)
from tracker.leadership.models import Candidacy, CandidacyLeaving, Candidate, Vacancy
from tracker.leadership.queries import candidates as queries
from tracker.leadership.services import reminders
from tracker.ledger import services as ledger
from tracker.ledger.models import Event, Strand
from tracker.ledger.queries import standing_events
from tracker.ledger.services import Recorder, new_ref

PLAIN = (
    CandidacyStage.SIFTED_IN,
    CandidacyStage.SHORTLISTED,
    CandidacyStage.INTERVIEWED,
    CandidacyStage.APPOINTABLE,
)
"""Stages that need nothing but their day; the others have acts of their own."""
WITH_VACANCY: dict[str, VacancyStage] = {
    CandidacyStage.OFFERED: VacancyStage.OFFER,
    CandidacyStage.ACCEPTED: VacancyStage.CHECKS,
    CandidacyStage.IN_POST: VacancyStage.IN_POST,
}
"""Where a vacancy goes together with its candidate."""
OFFER_OUT = frozenset({CandidacyStage.OFFERED, CandidacyStage.ACCEPTED})
"""Stages at which an offer stands: still to be answered, or accepted and not taken up yet."""
ONE_ACT = timedelta(seconds=5)
"""What one person recorded of a candidate and of the vacancy for one day within this time was one act."""


class CandidacyNotAllowed(DomainError):
    """Something about a candidate that the rules refuse."""


@dataclass(frozen=True)
class Applicant:
    """Who applies, as far as it is said. `ref`: of a candidate who is known already; else one is made that says
    nothing. `person_ref`: somebody the programme knows."""

    first_name: str = ""
    last_name: str = ""
    email: str = ""
    ref: str = ""
    person_ref: str = ""


def hold(candidacy: Candidacy) -> None:
    """Have nobody else act on the candidacy, nor on its vacancy, until the transaction ends."""
    session = db.session()
    for journey in (candidacy.vacancy.journey, candidacy.journey):
        session.refresh(journey, ["version"], with_for_update=True)


def hold_vacancy(vacancy: Vacancy) -> None:
    """Have nobody else act on the vacancy until the transaction ends."""
    db.session().refresh(vacancy.journey, ["version"], with_for_update=True)


def written(verb: str, candidacy: Candidacy, by: User | None, after: Mapping[str, object] | None = None) -> None:
    """Say in the audit trail what was done to a candidacy: by references and codes, never in words."""
    facts = {"vacancy": candidacy.vacancy.ref, "candidate": candidacy.candidate.ref, **(after or {})}
    audit.record(f"candidacy.{verb}", f"candidacy:{candidacy.ref}", actor=by, after=facts)


def add(vacancy: Vacancy, applicant: Applicant, applied_on: date, *, by: User, note: str = "") -> Candidacy:
    """Record that somebody applied for a vacancy.

    :param applied_on: the London day the application came; on or before the day the advert closes, and today or before.
    :raises CandidacyNotAllowed: if applications are over, the candidate is not known or is somebody else, or has
        applied for it before; nothing has been changed.

    Flushes; the caller owns the transaction.
    """
    _check_applications(vacancy, applied_on)
    candidate = _candidate(applicant)
    if any(one.candidacy.vacancy_id == vacancy.journey_id for one in queries.standing_of(candidate.id)):
        raise CandidacyNotAllowed(f"{candidate.ref} has applied for this vacancy already", "ref")
    db.session.add(candidate)
    db.session.flush()
    candidacy = begin(vacancy, candidate, by)
    ledger.record_stage(candidacy.journey, CANDIDACY, CandidacyStage.APPLIED, applied_on, Recorder(by.id), note=note)
    written("added", candidacy, by, {"effective_on": applied_on})
    return candidacy


def begin(vacancy: Vacancy, candidate: Candidate, by: User, from_reserve: Candidacy | None = None) -> Candidacy:
    """Begin the journey of a candidate for a vacancy; it has no events yet."""
    journey = ledger.begin_journey(Strand.LEADERSHIP, None, Recorder(by.id))
    candidacy = Candidacy(
        journey=journey,
        vacancy=vacancy,
        candidate=candidate,
        from_reserve_id=from_reserve.journey_id if from_reserve else None,
    )
    db.session.add(candidacy)
    db.session.flush()
    return candidacy


def _check_applications(vacancy: Vacancy, applied_on: date) -> None:
    stage = queries.vacancy_stage(vacancy)
    if stage in queries.VACANCY_ENDED:
        raise CandidacyNotAllowed(f"The vacancy takes no candidates: it is at ‘{VACANCY.label(str(stage))}’")
    closes_at = vacancy.advert.closes_at if vacancy.advert else None
    # An application is judged by the day it came: one that came in time may be recorded after the advert closed.
    if closes_at is not None and applied_on > london_day(closes_at):
        raise CandidacyNotAllowed(f"The advert closed on {format_instant(closes_at)} London time", "applied_on")


def _candidate(applicant: Applicant) -> Candidate:
    """The candidate there is, or a new one that is still to be added."""
    if applicant.ref.strip():
        found = queries.candidate(applicant.ref.strip())
        if found is None:
            raise CandidacyNotAllowed("There is no candidate with this reference", "ref")
        if any(text.strip() for text in (applicant.first_name, applicant.last_name, applicant.email)):
            raise CandidacyNotAllowed(
                f"Leave the name and address empty: {found.ref} has them already. For somebody else, leave the "
                "reference empty",
                "ref",
            )
        return found
    first, last = (" ".join(name.split()) for name in (applicant.first_name, applicant.last_name))
    for name, field in ((first, "first_name"), (last, "last_name")):
        if not name or name[0] in "=+@" or has_control_characters(name):
            raise CandidacyNotAllowed("Enter the name. It cannot start with =, + or @", field)
    email = _checked_email(applicant.email)
    same = queries.candidate_at(email) if email else None
    if same is not None:
        raise CandidacyNotAllowed(f"{same.ref} has this address: enter that reference instead", "email")
    person = queries.person(applicant.person_ref.strip()) if applicant.person_ref.strip() else None
    if applicant.person_ref.strip() and person is None:
        raise CandidacyNotAllowed("There is nobody with this reference among the people", "person_ref")
    return Candidate(
        ref=f"C-{new_ref()}", first_name=first, last_name=last, email=email, email_key=email_key(email), person=person
    )


def _checked_email(text: str) -> str:
    if not text.strip():
        return ""
    try:
        return validate_email(text.strip(), check_deliverability=False, test_environment=True).original
    except EmailNotValidError:
        raise CandidacyNotAllowed("Enter an email address, like name@example.gov.uk", "email") from None


def record(candidacy: Candidacy, stage: str, on: date, *, by: User, note: str = "") -> Event:
    """Move a candidate on to one of the stages of the line before an offer.

    :raises CandidacyNotAllowed: if the stage has an act of its own.
    :raises MoveNotAllowed: as the ledger's `record_stage`.
    """
    if stage not in PLAIN:
        raise CandidacyNotAllowed("Select the new stage", "stage")
    event = ledger.record_stage(candidacy.journey, CANDIDACY, stage, on, Recorder(by.id), note=note)
    written("moved", candidacy, by, {"stage": stage, "effective_on": on})
    return event


def leave(
    candidacy: Candidacy, stage: str, reason_code: str, on: date, *, by: User | None, note: str = "", recorder: Recorder
) -> Event:
    """Record that a candidacy ended: rejected, withdrawn, declined or lapsed, with the reason by its code.

    Whichever way an offer ends by it, recruitment leads are told, and who is next in merit order.

    :raises CandidacyNotAllowed: if the reason does not fit that end.
    :raises MoveNotAllowed: as the ledger's `record_stage`.
    """
    if reason_code not in LEAVING_CHOICES.get(stage, ()):
        raise CandidacyNotAllowed("Select the reason", "reason")
    held_an_offer = queries.standing(candidacy).stage in OFFER_OUT
    event = ledger.record_stage(candidacy.journey, CANDIDACY, stage, on, recorder, note=note)
    db.session.add(CandidacyLeaving(event_id=event.id, reason_code=LeavingCode(reason_code)))
    db.session.flush()
    written(stage, candidacy, by, {"reason_code": reason_code, "effective_on": on})
    if held_an_offer:
        reminders.tell_of_ended_offer(candidacy, stage, LeavingCode(reason_code), by=by)
    return event


def end(candidacy: Candidacy, stage: str, reason_code: str, on: date, *, by: User, note: str = "") -> Event:
    """Record by hand that a candidate was rejected or withdrew. As `leave` otherwise."""
    if stage not in {CandidacyStage.REJECTED, CandidacyStage.WITHDRAWN}:
        raise CandidacyNotAllowed("Select how it ended", "stage")
    if queries.standing(candidacy).stage == CandidacyStage.ACCEPTED and stage == CandidacyStage.REJECTED:
        raise CandidacyNotAllowed("They have accepted: if the checks are not passed, record that instead", "stage")
    return leave(candidacy, stage, reason_code, on, by=by, note=note, recorder=Recorder(by.id))


def take_back(candidacy: Candidacy, *, reason: str, by: User) -> None:
    """Void the last entry of a candidacy, which leaves the candidate at the very stage they had before.

    Where the vacancy moved by the same act, it moves back too.

    :raises CandidacyNotAllowed: if only the application itself is left.
    :raises MoveNotAllowed: if no reason is given.
    """
    events = [event for event in standing_events(candidacy.journey_id) if event.stage is not None]
    if len(events) < 2:
        raise CandidacyNotAllowed("This is the first entry: record a withdrawal instead")
    last = events[-1]
    moved = WITH_VACANCY.get(str(last.stage))
    together = [one for one in standing_events(candidacy.vacancy.journey_id)[-1:] if _is_one_act(one, last, moved)]
    ledger.void_event(last, CANDIDACY, reason=reason, voided_by_id=by.id)
    for one in together:
        ledger.void_event(one, VACANCY, reason=reason, voided_by_id=by.id)
    written("entry-voided", candidacy, by, {"stage": last.stage, "effective_on": last.effective_on})


def _is_one_act(event: Event, other: Event, stage: str | None) -> bool:
    return (
        event.stage == stage
        and (event.effective_on, event.recorded_by_id) == (other.effective_on, other.recorded_by_id)
        and abs(event.recorded_at - other.recorded_at) < ONE_ACT
    )


def move_vacancy(vacancy: Vacancy, stage: VacancyStage, on: date, by: User) -> None:
    """Move a vacancy together with its candidate, unless it stands there already.

    :raises MoveNotAllowed: as the ledger's `record_stage`.
    """
    if queries.vacancy_stage(vacancy) == stage:
        return
    ledger.record_stage(vacancy.journey, VACANCY, stage, on, Recorder(by.id))
    facts = {"stage": stage, "effective_on": on}
    audit.record("vacancy.moved", f"vacancy:{vacancy.ref}", actor=by, after=facts)


def not_ahead(on: date, field: str = "on") -> None:
    """Refuse a day that lies ahead.

    :raises CandidacyNotAllowed: if it does.
    """
    if on > today():
        raise CandidacyNotAllowed("The date must be today or in the past", field)
