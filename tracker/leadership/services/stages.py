"""What happens to a vacancy: moved on, put right, paused. The ledger judges the history."""

from datetime import date, datetime

from sqlalchemy import select

from tracker.accounts.models import User
from tracker.core.clock import london_day, now, today
from tracker.core.db import db
from tracker.leadership.lifecycle import (
    COMMISSIONER_GRADES,
    VACANCY,
    VACANCY_LINE,
    CandidacyStage,
    LeavingCode,
    PanelRole,
    Route,
    VacancyStage,
)
from tracker.leadership.models import Advert, PanelMember, Vacancy, VacancyPause
from tracker.leadership.queries import candidates
from tracker.leadership.queries import vacancies as queries
from tracker.leadership.services.candidacies import OFFER_OUT, WITH_VACANCY, leave
from tracker.leadership.services.vacancies import VacancyNotAllowed, written
from tracker.ledger import services as ledger
from tracker.ledger.models import Event, Source
from tracker.ledger.queries import standing_events
from tracker.ledger.services import Recorder

TAKEN = frozenset({CandidacyStage.ACCEPTED, CandidacyStage.IN_POST})
SEEN_BY_PANEL = VACANCY_LINE[VACANCY_LINE.index(VacancyStage.SIFT) : VACANCY_LINE.index(VacancyStage.IN_POST) + 1]
"""Stages at which a panel has sat: from the sift on."""
WITH_A_CANDIDATE = {
    VacancyStage.OFFER: (frozenset({CandidacyStage.OFFERED}) | TAKEN, "nobody has been offered the post"),
    VacancyStage.CHECKS: (TAKEN, "nobody has accepted the post"),
    VacancyStage.FORMAL_OFFER: (TAKEN, "nobody has accepted the post"),
    VacancyStage.IN_POST: (frozenset({CandidacyStage.IN_POST}), "nobody has taken up the post"),
}
"""Stages that say something of one candidate: where that candidate has to stand, and what is wrong if none does."""
WITH_REASON = frozenset({VacancyStage.NO_APPOINTMENT, VacancyStage.CANCELLED})


def record_stage(vacancy: Vacancy, stage: str, effective_on: date, *, by: User, note: str = "") -> Event:
    """Record that a vacancy entered a stage on a day. Where nobody is appointed or it is cancelled, an offer that is
    out lapses with it.

    :raises VacancyNotAllowed: if a reason is missing where nobody is appointed or the vacancy is cancelled, a
        commissioner is missing on the panel, or no candidate on record stands where the stage says that one does.
    :raises MoveNotAllowed: as the ledger's `record_stage`.
    """
    if stage in WITH_REASON and not note.strip():
        raise VacancyNotAllowed("Say why, in the note", "note")
    _check_panel(vacancy, stage)
    _check_candidates(vacancy, stage)
    if stage == VacancyStage.ADVERT and vacancy.advert:
        _reopen(vacancy, vacancy.advert)
    event = ledger.record_stage(vacancy.journey, VACANCY, stage, effective_on, Recorder(by.id), note=note)
    written("vacancy.stage", vacancy, by, {"stage": stage, "effective_on": effective_on})
    if stage in WITH_REASON:
        _end_offers(vacancy, effective_on, by)
    return event


def _end_offers(vacancy: Vacancy, on: date, by: User) -> None:
    for one in candidates.standing_for(vacancy):
        if one.stage in OFFER_OUT:
            code, recorder = LeavingCode.VACANCY_ENDED, Recorder(by.id)
            leave(one.candidacy, CandidacyStage.LAPSED, code, on, by=by, recorder=recorder)


def _reopen(vacancy: Vacancy, advert: Advert) -> None:
    """A post advertised again has a closing of its own: the earlier one is over."""
    if advert.closes_at is not None and advert.closes_at <= now():
        vacancy.advert = Advert(campaign_id=vacancy.campaign_id, text=advert.text)
        db.session.flush()


def _check_panel(vacancy: Vacancy, stage: str) -> None:
    if stage not in SEEN_BY_PANEL or vacancy.grade.code not in COMMISSIONER_GRADES:
        return
    if vacancy.route is not Route.COMPETITION:
        return
    sitting = select(PanelMember.id).where(
        PanelMember.vacancy_id == vacancy.journey_id,
        PanelMember.role == PanelRole.COMMISSIONER,
        PanelMember.recused_at.is_(None),
        PanelMember.left_on.is_(None),
    )
    if db.session.scalar(sitting) is None:
        raise VacancyNotAllowed(
            f"Name a Civil Service Commissioner on the panel first: competitions at {vacancy.grade.code} need one",
            "stage",
        )


def _check_candidates(vacancy: Vacancy, stage: str) -> None:
    """A vacancy whose candidates are on record is filled by one of them. Of one without, such as a managed move,
    the stages are all there is."""
    if stage not in WITH_A_CANDIDATE:
        return
    where, what = WITH_A_CANDIDATE[VacancyStage(stage)]
    standing = candidates.standing_for(vacancy)
    if standing and not any(one.stage in where for one in standing):
        raise VacancyNotAllowed(
            f"By its candidates {what}: record it for the candidate, and the vacancy moves with them", "stage"
        )


def close_adverts(instant: datetime) -> int:
    """Record as closed every vacancy at advert whose closing has come, on the London day of it; how many they were.

    The caller owns the transaction.
    """
    due = queries.closing_by(instant)
    for vacancy in due:
        assert vacancy.advert is not None
        assert vacancy.advert.closes_at is not None  # only such are due
        closed_on = london_day(vacancy.advert.closes_at)
        ledger.record_stage(vacancy.journey, VACANCY, VacancyStage.CLOSED, closed_on, Recorder(None, Source.JOB))
    return len(due)


def take_back(vacancy: Vacancy, event: Event, *, reason: str, by: User) -> None:
    """Void an entry that should not be there; one at least has to stay.

    :raises VacancyNotAllowed: if it is the only one, or a candidate stands where it says that one does.
    :raises MoveNotAllowed: as the ledger's `void_event`.
    """
    _check_nobody_bears_out(vacancy, event)
    if len(standing_events(vacancy.journey_id)) == 1:
        raise VacancyNotAllowed("It is the only entry of the vacancy: correct it, or record that it is cancelled")
    ledger.void_event(event, VACANCY, reason=reason, voided_by_id=by.id)
    before = {"stage": event.stage, "effective_on": event.effective_on}
    written("vacancy.entry-voided", vacancy, by, {"reason": reason}, **before)


def _check_nobody_bears_out(vacancy: Vacancy, event: Event) -> None:
    """An entry that a candidate's own brought with it goes back with that one."""
    standing = candidates.standing_for(vacancy)
    label = next((one.label for one in standing if one.stage and WITH_VACANCY.get(one.stage) == event.stage), None)
    if label is not None:
        raise VacancyNotAllowed(
            f"A candidate stands at ‘{label}’: take that back on the candidate's page, and the vacancy goes back too"
        )


def correct(vacancy: Vacancy, event: Event, stage: str, effective_on: date, *, reason: str, by: User) -> Event:
    """Void an entry and record the right one, as one act.

    :raises VacancyNotAllowed: if it becomes another stage, as `record_stage` and `take_back`.
    :raises MoveNotAllowed: as the ledger's `correct_event`. Nothing has been changed.
    """
    if stage != event.stage:
        _check_nobody_bears_out(vacancy, event)
        _check_panel(vacancy, stage)
        _check_candidates(vacancy, stage)
    before = {"stage": event.stage, "effective_on": event.effective_on}
    kept = ledger.correct_event(
        event,
        VACANCY,
        stage=stage,
        effective_on=effective_on,
        promised_on=None,
        reason=reason,
        recorder=Recorder(by.id),
    )
    after = {"stage": stage, "effective_on": effective_on, "reason": reason}
    written("vacancy.entry-corrected", vacancy, by, after, **before)
    return kept


def pause(vacancy: Vacancy, starts_on: date, reason: str, *, by: User) -> VacancyPause:
    """Record that a vacancy stands still from a day on, such as for a general election. Its clocks run on.

    :raises VacancyNotAllowed: if the day lies ahead, no reason is given, or it stands still already.
    """
    if starts_on > today():
        raise VacancyNotAllowed("The date must be today or in the past", "starts_on")
    if not reason.strip():
        raise VacancyNotAllowed("Say why it stands still", "reason")
    if _open_pause(vacancy) is not None:
        raise VacancyNotAllowed("It stands still already: record that it goes on first")
    paused = VacancyPause(
        vacancy_id=vacancy.journey_id, starts_on=starts_on, reason=reason.strip(), recorded_by_id=by.id
    )
    db.session.add(paused)
    vacancy.journey.version += 1
    db.session.flush()
    written("vacancy.paused", vacancy, by, {"starts_on": starts_on, "reason": reason})
    return paused


def resume(vacancy: Vacancy, ends_on: date, *, by: User) -> None:
    """Record that a vacancy that stood still goes on from a day.

    :raises VacancyNotAllowed: if it does not stand still, or the day lies ahead or not after the first.
    """
    paused = _open_pause(vacancy)
    if paused is None:
        raise VacancyNotAllowed("It does not stand still")
    if ends_on > today() or ends_on <= paused.starts_on:
        raise VacancyNotAllowed("The date must be after the day it was paused, and not in the future", "ends_on")
    paused.ends_on = ends_on
    vacancy.journey.version += 1
    db.session.flush()
    written("vacancy.resumed", vacancy, by, {"ends_on": ends_on})


def _open_pause(vacancy: Vacancy) -> VacancyPause | None:
    return db.session.scalar(
        select(VacancyPause).where(VacancyPause.vacancy_id == vacancy.journey_id, VacancyPause.ends_on.is_(None))
    )
