"""From the merit order to in post: one place, one offer at a time, the next in merit after it."""

from collections.abc import Mapping
from datetime import date

from sqlalchemy import delete

from tracker.accounts import audit
from tracker.accounts.models import User
from tracker.core.calendar import working_days_after
from tracker.core.db import db
from tracker.core.text import format_day
from tracker.leadership.lifecycle import CANDIDACY, CandidacyStage, LeavingCode, VacancyStage
from tracker.leadership.models import Candidacy, MeritPlace, Offer, Vacancy
from tracker.leadership.queries import candidates as queries
from tracker.leadership.queries.candidates import GOING_ON, HOLDING, IN_MERIT_ORDER, next_in_merit
from tracker.leadership.services.candidacies import CandidacyNotAllowed, leave, move_vacancy, not_ahead, written
from tracker.ledger import services as ledger
from tracker.ledger.models import Event
from tracker.ledger.services import Recorder
from tracker.organisations.queries import bank_holidays

WORKING_DAYS_TO_ANSWER = 10
"""How long an offer stands where nothing else is said."""
AFTER_OFFER = frozenset({VacancyStage.OFFER, VacancyStage.CHECKS, VacancyStage.FORMAL_OFFER, VacancyStage.IN_POST})


def settle_merit_order(vacancy: Vacancy, places: Mapping[str, int], on: date, *, by: User) -> None:
    """Settle the order in which the appointable candidates are offered the post; the vacancy moves on to it.

    :param places: for each appointable candidate, by the reference of the candidacy: 1, 2, 3 … without gaps or ties.
    :raises CandidacyNotAllowed: if somebody is missing, places are shared or left out, or an offer was made already.
    :raises MoveNotAllowed: if the vacancy has not come to its interviews.
    """
    if queries.vacancy_stage(vacancy) in AFTER_OFFER:
        raise CandidacyNotAllowed("An offer was made by this merit order, so it stays as it is")
    appointable = {one.candidacy.ref: one for one in queries.standing_for(vacancy) if one.stage in IN_MERIT_ORDER}
    if not appointable:
        raise CandidacyNotAllowed("No candidate is appointable yet")
    if set(places) != set(appointable) or sorted(places.values()) != list(range(1, len(places) + 1)):
        raise CandidacyNotAllowed(
            f"Give the {len(appointable)} candidates the places 1 to {len(appointable)}, each once"
        )
    not_ahead(on)
    move_vacancy(vacancy, VacancyStage.MERIT_ORDER, on, by)
    session = db.session()
    session.execute(delete(MeritPlace).where(MeritPlace.vacancy_id == vacancy.journey_id))
    for ref, place in places.items():
        candidacy = appointable[ref].candidacy
        session.add(MeritPlace(candidacy_id=candidacy.journey_id, vacancy_id=vacancy.journey_id, place=place))
    session.flush()
    order = {str(place): appointable[ref].candidacy.candidate.ref for ref, place in places.items()}
    audit.record("vacancy.merit-order", f"vacancy:{vacancy.ref}", actor=by, after=order)


def answer_by(offered_on: date, working_days: int = WORKING_DAYS_TO_ANSWER) -> date:
    """The last day an offer may be accepted on: so many working days of England and Wales after it was made."""
    return working_days_after(offered_on, working_days, bank_holidays())


def make(candidacy: Candidacy, on: date, by_day: date, *, by: User, note: str = "") -> Event:
    """Offer the post to the next in merit order.

    :param by_day: the last day it may be accepted on; after it the offer lapses.
    :raises CandidacyNotAllowed: if somebody holds the place, another is next, or the last day comes before the offer.
    :raises MoveNotAllowed: if the vacancy has no merit order yet, or the candidate cannot be offered it.
    """
    check_place(candidacy.vacancy)
    first = next_in_merit(candidacy.vacancy)
    if first is None or first.candidacy.journey_id != candidacy.journey_id:
        who = f": {first.candidacy.candidate.ref} is next" if first else ": settle the merit order first"
        raise CandidacyNotAllowed(f"The post is offered in merit order{who}")
    return extend_offer(candidacy, on, by_day, by=by, note=note)


def check_place(vacancy: Vacancy) -> None:
    """One vacancy is one place (fine print G9): nobody is offered it while somebody else holds it.

    :raises CandidacyNotAllowed: naming who holds it, by reference.
    """
    holder = next((one for one in queries.standing_for(vacancy) if one.stage in HOLDING), None)
    if holder is not None:
        raise CandidacyNotAllowed(f"{holder.candidacy.candidate.ref} holds the place: {holder.label}")


def extend_offer(candidacy: Candidacy, on: date, by_day: date, *, by: User, note: str = "") -> Event:
    """Write the offer, and move the vacancy to it where it is not there yet."""
    if by_day < on:
        raise CandidacyNotAllowed("The last day to answer must not come before the offer", "answer_by")
    event = ledger.record_stage(candidacy.journey, CANDIDACY, CandidacyStage.OFFERED, on, Recorder(by.id), note=note)
    if queries.vacancy_stage(candidacy.vacancy) not in {VacancyStage.OFFER, VacancyStage.CHECKS}:
        move_vacancy(candidacy.vacancy, VacancyStage.OFFER, on, by)
    db.session.add(Offer(event_id=event.id, candidacy_id=candidacy.journey_id, answer_by=by_day))
    db.session.flush()
    written("offered", candidacy, by, {"effective_on": on, "answer_by": by_day})
    return event


def accept(candidacy: Candidacy, on: date, *, by: User, note: str = "") -> Event:
    """Record that an offer was accepted: the checks begin, and the candidate's other candidacies are withdrawn.

    :raises CandidacyNotAllowed: if the offer had run out by then, or they accepted another post.
    :raises MoveNotAllowed: as the ledger's `record_stage`.
    """
    stands = queries.standing(candidacy)
    if stands.answer_by is not None and on > stands.answer_by:
        raise CandidacyNotAllowed(f"The offer ran out on {format_day(stands.answer_by)}", "on")
    others = [
        one
        for one in queries.standing_of(candidacy.candidate_id)
        if one.candidacy.journey_id != candidacy.journey_id and one.stage in GOING_ON
    ]
    for other in others:
        if other.stage == CandidacyStage.ACCEPTED:
            raise CandidacyNotAllowed(f"They accepted {other.candidacy.vacancy.ref}: record how that ended first")
    event = ledger.record_stage(candidacy.journey, CANDIDACY, CandidacyStage.ACCEPTED, on, Recorder(by.id), note=note)
    move_vacancy(candidacy.vacancy, VacancyStage.CHECKS, on, by)
    written("accepted", candidacy, by, {"effective_on": on})
    for other in others:
        leave(other.candidacy, CandidacyStage.WITHDRAWN, LeavingCode.OTHER_POST, on, by=by, recorder=Recorder(by.id))
    return event


def decline(candidacy: Candidacy, reason_code: str, on: date, *, by: User, note: str = "") -> Event:
    """Record that an offer was declined. The vacancy stays at offer: the next in merit order is offered it, and
    recruitment leads are told who that is."""
    return leave(candidacy, CandidacyStage.DECLINED, reason_code, on, by=by, note=note, recorder=Recorder(by.id))


def pass_checks(candidacy: Candidacy, on: date, *, by: User) -> None:
    """Record that the checks were passed: the formal offer is made.

    :raises CandidacyNotAllowed: if they have not accepted.
    :raises MoveNotAllowed: if the vacancy is not at its checks.
    """
    _check_accepted(candidacy)
    move_vacancy(candidacy.vacancy, VacancyStage.FORMAL_OFFER, on, by)
    written("checked", candidacy, by, {"effective_on": on})


def fail_checks(candidacy: Candidacy, on: date, *, by: User, note: str = "") -> Event:
    """Record that the checks were not passed: the acceptance lapses, which is not a rejection by the panel."""
    _check_accepted(candidacy)
    code, recorder = LeavingCode.CHECKS_FAILED, Recorder(by.id)
    return leave(candidacy, CandidacyStage.LAPSED, code, on, by=by, note=note, recorder=recorder)


def _check_accepted(candidacy: Candidacy) -> None:
    stands = queries.standing(candidacy)
    if stands.stage != CandidacyStage.ACCEPTED:
        raise CandidacyNotAllowed(f"Checks are made of who has accepted; they are at ‘{stands.label}’")


def take_up(candidacy: Candidacy, on: date, *, by: User, note: str = "") -> Event:
    """Record that somebody took up the post: the candidacy and the vacancy move together, or neither does.

    :raises MoveNotAllowed: if the candidate has not accepted, or the vacancy has no formal offer yet.
    """
    event = ledger.record_stage(candidacy.journey, CANDIDACY, CandidacyStage.IN_POST, on, Recorder(by.id), note=note)
    move_vacancy(candidacy.vacancy, VacancyStage.IN_POST, on, by)
    written("in-post", candidacy, by, {"effective_on": on})
    return event
