"""The reserve list of a vacancy, held for 12 months from its merit order, and what runs out by itself."""

from datetime import date, timedelta

from sqlalchemy import func, select

from tracker.accounts import audit
from tracker.accounts.models import User
from tracker.core.calendar import year_after
from tracker.core.clock import today
from tracker.core.db import db
from tracker.core.text import format_day
from tracker.leadership.lifecycle import CANDIDACY, VACANCY, CandidacyStage, LeavingCode, Route, VacancyStage
from tracker.leadership.models import Candidacy, Vacancy
from tracker.leadership.queries import candidates as queries
from tracker.leadership.services import offers
from tracker.leadership.services.candidacies import CandidacyNotAllowed, begin, leave, written
from tracker.ledger import services as ledger
from tracker.ledger.models import Event, Source, Strand
from tracker.ledger.services import Recorder
from tracker.organisations.models import Organisation


def put_on(candidacy: Candidacy, on: date, *, by: User, note: str = "") -> Event:
    """Put an appointable candidate on the reserve list, for 12 months from the merit order.

    :raises CandidacyNotAllowed: if there is no merit order, they have no place in it, or the 12 months are over.
    :raises MoveNotAllowed: as the ledger's `record_stage`.
    """
    settled, stands = queries.merit_order_day(candidacy.vacancy), queries.standing(candidacy)
    if settled is None or stands.place is None:
        raise CandidacyNotAllowed("Only candidates in the merit order go on the reserve list: settle it first")
    until = year_after(settled)
    if until < today():
        raise CandidacyNotAllowed(f"The reserve list ended on {format_day(until)}, 12 months after the merit order")
    event = ledger.record_stage(
        candidacy.journey, CANDIDACY, CandidacyStage.RESERVE, on, Recorder(by.id), promised_on=until, note=note
    )
    written("reserved", candidacy, by, {"effective_on": on, "until": until})
    return event


def offer_similar(candidacy: Candidacy, organisation: Organisation, on: date, by_day: date, *, by: User) -> Candidacy:
    """Offer a similar post, in whatever organisation, to somebody on a reserve list: a new vacancy filled from it, and
    a new candidacy that enters at offered. The reserve place is held until they accept.

    :raises CandidacyNotAllowed: if they are not on the list any more on that day, have another offer, or the last day
        to answer is before the offer.

    The new vacancy has the campaign, role, grade and essential facts of the old one; its route says that it was filled
    from a reserve list, so that no time to hire is taken of it.
    """
    stands = queries.standing(candidacy)
    until = queries.reserve_until(stands)
    if stands.stage != CandidacyStage.RESERVE or until is None or on > until:
        raise CandidacyNotAllowed(f"Only somebody on the reserve list is offered a similar post: {stands.label}")
    if any(one.stage in queries.HOLDING for one in queries.standing_of(candidacy.candidate_id)):
        raise CandidacyNotAllowed("They hold another offer: wait for the answer")
    if not organisation.existed_on(on):
        raise CandidacyNotAllowed(f"{organisation.name} did not exist on that date", "organisation")
    vacancy = _similar(candidacy.vacancy, organisation, by)
    ledger.record_stage(vacancy.journey, VACANCY, VacancyStage.OFFER, on, Recorder(by.id))
    offered = begin(vacancy, candidacy.candidate, by, from_reserve=candidacy)
    offers.extend_offer(offered, on, by_day, by=by)
    return offered


def _similar(vacancy: Vacancy, organisation: Organisation, by: User) -> Vacancy:
    session = db.session()
    stem = f"{vacancy.ref[:90]}-R"
    taken = session.scalar(select(func.count()).select_from(Vacancy).where(Vacancy.ref.startswith(stem))) or 0
    similar = Vacancy(
        journey=ledger.begin_journey(Strand.LEADERSHIP, None, Recorder(by.id)),
        ref=f"{stem}{taken + 1}",
        campaign=vacancy.campaign,
        role=vacancy.role,
        grade=vacancy.grade,
        organisation=organisation,
        location=vacancy.location,
        pay_band=vacancy.pay_band,
        route=Route.MERIT_LIST,
    )
    session.add(similar)
    session.flush()
    facts = {"reserve_list_of": vacancy.ref, "organisation": organisation.slug}
    audit.record("vacancy.added", f"vacancy:{similar.ref}", actor=by, after=facts)
    return similar


def lapse_offers(day: date) -> int:
    """Let offers lapse whose last day to answer was on or before a day; recruitment leads are told of each.

    :returns: how many there were. Safe to repeat.
    """
    over = [one for one in queries.standing_at(CandidacyStage.OFFERED) if one.answer_by and one.answer_by <= day]
    for one in over:
        assert one.answer_by is not None  # chosen by it
        _lapse(one.candidacy, LeavingCode.OFFER_EXPIRED, one.answer_by)
    return len(over)


def end_reserves(day: date) -> int:
    """Let reserve places lapse that were held to a day or before; how many there were. Safe to repeat."""
    ends = [(one, queries.reserve_until(one)) for one in queries.standing_at(CandidacyStage.RESERVE)]
    over = [(one.candidacy, until) for one, until in ends if until is not None and until <= day]
    for candidacy, until in over:
        _lapse(candidacy, LeavingCode.RESERVE_ENDED, until)
    return len(over)


def _lapse(candidacy: Candidacy, code: LeavingCode, last: date) -> None:
    """It held for the whole of its last day, so it lapses on the next."""
    recorder = Recorder(None, Source.JOB)
    leave(candidacy, CandidacyStage.LAPSED, code, last + timedelta(days=1), by=None, recorder=recorder)
