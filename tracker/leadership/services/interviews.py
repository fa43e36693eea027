"""Interviews and assessments: arranged, moved with their history, and noted."""

from datetime import date, datetime

from tracker.accounts.models import User
from tracker.core.clock import london_day, now
from tracker.core.db import db
from tracker.core.text import format_day, format_instant
from tracker.leadership.lifecycle import CandidacyStage
from tracker.leadership.models import AssessmentNote, Candidacy, Interview
from tracker.leadership.queries import candidates
from tracker.leadership.services.candidacies import CandidacyNotAllowed, not_ahead, written

NOTE_KINDS: dict[str, str] = {
    "staff-engagement": "Staff engagement exercise",
    "assessment": "Another assessment",
    "interview": "Interview",
}


def arrange(candidacy: Candidacy, starts_at: datetime, place: str, *, by: User, reason: str = "") -> Interview:
    """Set an interview, or move the one that is set: that one stays, with why it was moved; scores stay as they are.

    :param starts_at: an instant; asked for in London time.
    :param reason: why it is moved; needed where one is set already.
    :raises CandidacyNotAllowed: if they are not shortlisted, or not yet on that day, another candidate of the vacancy
        is seen at that time, or it is moved without a reason.
    """
    stands = candidates.standing(candidacy)
    if stands.stage != CandidacyStage.SHORTLISTED:
        raise CandidacyNotAllowed(f"Only a shortlisted candidate is interviewed; they are at ‘{stands.label}’")
    if stands.since is not None and london_day(starts_at) < stands.since:
        raise CandidacyNotAllowed(f"They were shortlisted on {format_day(stands.since)}: choose a later day", "day")
    for other, of in candidates.schedule(candidacy.vacancy):
        if other.starts_at == starts_at and of.journey_id != candidacy.journey_id:
            raise CandidacyNotAllowed(f"{of.candidate.ref} is seen on {format_instant(starts_at)}", "day")
    before = next((one for one in candidates.interviews(candidacy) if one.moved_at is None), None)
    if before is not None:
        if not reason.strip():
            raise CandidacyNotAllowed("Say why the interview is moved", "reason")
        before.moved_at, before.moved_reason = now(), reason.strip()
    interview = Interview(
        candidacy_id=candidacy.journey_id, starts_at=starts_at, place=place.strip(), recorded_by_id=by.id
    )
    db.session.add(interview)
    db.session.flush()
    written("interview-set", candidacy, by, {"starts_at": starts_at, "is_moved": before is not None})
    return interview


def note(candidacy: Candidacy, kind: str, held_on: date, text: str, *, by: User) -> AssessmentNote:
    """Keep what was found at the staff engagement exercise, another assessment or the interview.

    :raises CandidacyNotAllowed: if the kind is none, the day lies ahead, or nothing is said.
    """
    if kind not in NOTE_KINDS:
        raise CandidacyNotAllowed("Select what the note is about", "kind")
    not_ahead(held_on, "held_on")
    if not text.strip():
        raise CandidacyNotAllowed("Enter what was found", "text")
    kept = AssessmentNote(
        candidacy_id=candidacy.journey_id, kind=kind, held_on=held_on, text=text.strip(), recorded_by_id=by.id
    )
    db.session.add(kept)
    db.session.flush()
    written("noted", candidacy, by, {"kind": kind, "held_on": held_on})
    return kept
