"""What recruitment holds about somebody as a candidate, for subject access and for anonymising."""

from collections.abc import Sequence

from sqlalchemy import or_, select

from tracker.core.db import Model, db
from tracker.core.erasing import take_out
from tracker.core.subject import REMOVED, Facts, Part, Subject
from tracker.core.text import format_instant
from tracker.leadership.lifecycle import LEAVING_REASONS
from tracker.leadership.models import (
    AssessmentNote,
    Candidacy,
    CandidacyLeaving,
    Candidate,
    CandidateChange,
    Criterion,
    Interview,
    PanelMember,
    Recusal,
    Score,
    VacancyPause,
)
from tracker.leadership.queries import candidates as queries
from tracker.leadership.queries.candidates import Stands
from tracker.leadership.services import retention
from tracker.leadership.services.interviews import NOTE_KINDS
from tracker.ledger.models import Event

WORDS: dict[type[Model], tuple[str, ...]] = {
    AssessmentNote: ("text",),
    Interview: ("place", "moved_reason"),
    Recusal: ("reason",),
    PanelMember: ("declaration", "recusal_reason"),
    VacancyPause: ("reason",),
}
"""Where words can name somebody whose candidacy it is not."""


def _candidates(subject: Subject) -> Sequence[Candidate]:
    """Candidates who are they: by their reference, by the person they are tied to, or by an address."""
    by = (
        Candidate.ref == subject.ref,
        Candidate.email_key.in_(subject.emails),
        Candidate.person_id.in_(subject.people),
    )
    return db.session.scalars(select(Candidate).where(or_(*by)).order_by(Candidate.id)).all()


def _standing(subject: Subject) -> list[Stands]:
    return [stands for candidate in _candidates(subject) for stands in queries.standing_of(candidate.id)]


def recognise(subject: Subject) -> Subject:
    """Their references, names and addresses as a candidate, and the person they are."""
    found = _candidates(subject)
    return subject.also(
        person_id=next((one.person_id for one in found if one.person_id is not None), None),
        refs=[*(one.ref for one in found), *(one.candidacy.ref for one in _standing(subject))],
        emails=[one.email for one in found],
        names=[(one.first_name, one.last_name) for one in found],
    )


def tell(subject: Subject) -> dict[str, Facts]:
    """What they applied for, how it went, and what the panel found; and the panels they sat on. It names no other."""
    found, standing = _candidates(subject), _standing(subject)
    return {
        "As a candidate": [_as_candidate(one) for one in found],
        "Candidacies": [_candidacy(one) for one in standing],
        "Why candidacies ended": _reasons(standing),
        "Scores": _scores(standing),
        "Notes of assessments": [
            {"About": NOTE_KINDS[note.kind], "Held on": note.held_on, "Note": note.text}
            for one in standing
            for note, _ in queries.notes(one.candidacy)
        ],
        "Interviews": [
            {"At": format_instant(seen.starts_at), "Where": seen.place, "Moved because": seen.moved_reason}
            for one in standing
            for seen in queries.interviews(one.candidacy)
        ],
        "Details changed by files of candidates": _changes(found),
        "Panels": [_seat(one) for one in _seats(subject)],
        "Candidates stood back from": [{"When": one.recorded_at, "Because": one.reason} for one in _recusals(subject)],
    }


def _as_candidate(candidate: Candidate) -> dict[str, object]:
    return {
        "Reference": candidate.ref,
        "First name": candidate.first_name,
        "Last name": candidate.last_name,
        "Email address": candidate.email,
        "Known since": candidate.created_at,
        "Anonymised": candidate.anonymised_at,
    }


def _candidacy(stands: Stands) -> dict[str, object]:
    vacancy = stands.candidacy.vacancy
    return {
        "Journey": stands.candidacy.ref,
        "Vacancy": f"{vacancy.ref}: {vacancy.name}",
        "Stands at": stands.label,
        "Since": stands.since,
        "Place in the merit order": stands.place,
        "Offer to be answered by": stands.answer_by,
    }


def _seat(member: PanelMember) -> dict[str, object]:
    return {
        "Vacancy": member.vacancy.ref,
        "Named": member.named_at,
        "Left on": member.left_on,
        "Declared": member.declaration,
        "Stood back because": member.recusal_reason,
    }


def _journeys(standing: list[Stands]) -> list[int]:
    return [one.candidacy.journey_id for one in standing]


def _reasons(standing: list[Stands]) -> Facts:
    left = (
        select(Event.effective_on, Event.stage, CandidacyLeaving.reason_code)
        .join(CandidacyLeaving, CandidacyLeaving.event_id == Event.id)
        .where(Event.journey_id.in_(_journeys(standing)))
        .order_by(Event.effective_on)
    )
    rows = db.session.execute(left)
    return [{"On": day, "What": stage, "Reason": LEAVING_REASONS[code]} for day, stage, code in rows]


def _seats(subject: Subject) -> Sequence[PanelMember]:
    """The panels they were named on as a user."""
    named = select(PanelMember).where(PanelMember.user_id.in_(subject.users)).order_by(PanelMember.id)
    return db.session.scalars(named).all()


def _recusals(subject: Subject) -> Sequence[Recusal]:
    """The candidates they stood back from, with what they said of themselves."""
    seats = [one.id for one in _seats(subject)]
    return db.session.scalars(select(Recusal).where(Recusal.member_id.in_(seats))).all()


def _changes(found: Sequence[Candidate]) -> Facts:
    changed = select(CandidateChange).where(CandidateChange.candidate_id.in_([one.id for one in found]))
    return [{"Detail": one.field, "Before": one.before, "After": one.after} for one in db.session.scalars(changed)]


def _scores(standing: list[Stands]) -> Facts:
    given = (
        select(Candidacy, Criterion.text, Score.score, Score.submitted_at)
        .join(Candidacy, Candidacy.journey_id == Score.candidacy_id)
        .join(Criterion, Criterion.id == Score.criterion_id)
        .where(Score.candidacy_id.in_(_journeys(standing)))
        .order_by(Score.candidacy_id, Score.member_id, Criterion.position)
    )
    return [
        {"Journey": of.ref, "Criterion": text, "Score": score, "Given": at}
        for of, text, score, at in db.session.execute(given)
    ]


def objections(subject: Subject) -> list[str]:
    """Nobody can be offered a post without a name."""
    ended = queries.ended_vacancies()
    return [
        f"Their candidacy for {one.candidacy.vacancy.ref} is under way: {one.label}"
        for one in _standing(subject)
        if queries.waits(one, ended)
    ]


def forget(subject: Subject) -> None:
    """Forget them as a candidate, and what they said of themselves on a panel.

    Whoever was appointed stays tied to the person, who is forgotten too.
    """
    for seat in _seats(subject):
        seat.declaration, seat.recusal_reason = "", REMOVED if seat.recused_at else ""
    for recusal in _recusals(subject):
        recusal.reason = REMOVED
    for candidate in _candidates(subject):
        if candidate.anonymised_at is None:
            retention.forget(candidate, by=None)
    take_out(subject, WORDS)


PART = Part(tell, forget, recognise, objections)
