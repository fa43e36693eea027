"""How long candidates' data is kept, and how it is forgotten: names, addresses and words go, counts stay."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date

from sqlalchemy import and_, delete, select

from tracker.accounts import audit
from tracker.accounts.models import Installation, User
from tracker.core.calendar import LAST_DAY, months_after
from tracker.core.clock import now
from tracker.core.db import db
from tracker.core.errors import DomainError
from tracker.core.subject import REMOVED
from tracker.leadership.lifecycle import CandidacyStage
from tracker.leadership.models import (
    AssessmentNote,
    Campaign,
    Candidacy,
    Candidate,
    CandidateChange,
    Interview,
    Recusal,
    Vacancy,
)
from tracker.leadership.queries import candidates as queries
from tracker.ledger.models import Event, EventNote, EventVoid, StageSpan

SETTING = "candidates_kept_months"
DEFAULT_MONTHS = 24
LEAST_MONTHS, MOST_MONTHS = 1, 120


def months_kept() -> int:
    """How many months after the end of a campaign its candidates' data is kept: a setting."""
    kept = db.session.get(Installation, SETTING)
    return int(kept.value) if kept is not None else DEFAULT_MONTHS


def keep_for(months: int, *, by: User) -> None:
    """Set how many months candidates' data is kept after the end of a campaign.

    :raises DomainError: if it is under 1 or over 120.
    """
    if not LEAST_MONTHS <= months <= MOST_MONTHS:
        raise DomainError(f"Enter a number of months from {LEAST_MONTHS} to {MOST_MONTHS}", "months")
    before = months_kept()
    db.session.merge(Installation(key=SETTING, value=str(months)))
    db.session.flush()
    audit.record("retention.set", f"setting:{SETTING}", actor=by, before={"months": before}, after={"months": months})


def _campaign_ends() -> dict[int, date | None]:
    """The day each campaign ended: the day that was declared or, where none was, the day its last vacancy ended.

    None while one goes on. A campaign nobody declares over does not keep its candidates' data for ever.
    """
    now = and_(StageSpan.journey_id == Vacancy.journey_id, StageSpan.ends_on == LAST_DAY)
    rows = db.session.execute(
        select(Campaign.id, Campaign.ended_on, StageSpan.stage, StageSpan.starts_on)
        .outerjoin(Vacancy, Vacancy.campaign_id == Campaign.id)
        .outerjoin(StageSpan, now)
    )
    declared: dict[int, date | None] = {}
    standing: dict[int, list[tuple[str, date]]] = defaultdict(list)
    for id, ended_on, stage, since in rows:
        declared[id] = ended_on
        if stage is not None:
            standing[id].append((stage, since))
    return {id: day or _last_end(standing[id]) for id, day in declared.items()}


def _last_end(standing: Sequence[tuple[str, date]]) -> date | None:
    if not standing or any(stage not in queries.VACANCY_ENDED for stage, _ in standing):
        return None
    return max(day for _, day in standing)


def due(day: date) -> list[Candidate]:
    """The candidates whose time was over on a day.

    The time is counted from the end of the last campaign they applied in: being considered for another post starts it
    anew. Whoever still waits for something, in whatever campaign, is kept.
    """
    months, ends, ended = months_kept(), _campaign_ends(), queries.ended_vacancies()
    standing = queries.standing_of_kept()
    return [
        one
        for one in _kept()
        if not any(queries.waits(stands, ended) for stands in standing.get(one.id, ()))
        and _is_over([ends[stands.candidacy.vacancy.campaign_id] for stands in standing.get(one.id, ())], months, day)
    ]


def _kept() -> list[Candidate]:
    return list(db.session.scalars(select(Candidate).where(Candidate.anonymised_at.is_(None)).order_by(Candidate.id)))


def _is_over(ends: Sequence[date | None], months: int, day: date) -> bool:
    return bool(ends) and all(end is not None and months_after(end, months) <= day for end in ends)


def forget(candidate: Candidate, *, by: User | None) -> None:
    """Erase who a candidate was and every word about them. Stages, reasons by code, scores and days stay: they are
    counted. Whoever was appointed stays tied to the person they are: that they hold the post is no candidate's data.
    """
    session = db.session()
    standing = queries.standing_of(candidate.id)
    journeys = select(Candidacy.journey_id).where(Candidacy.candidate_id == candidate.id)
    events = select(Event.id).where(Event.journey_id.in_(journeys))
    session.execute(delete(AssessmentNote).where(AssessmentNote.candidacy_id.in_(journeys)))
    session.execute(delete(CandidateChange).where(CandidateChange.candidate_id == candidate.id))
    session.execute(delete(EventNote).where(EventNote.event_id.in_(events)))
    for void in session.scalars(select(EventVoid).where(EventVoid.event_id.in_(events), EventVoid.reason != "")):
        void.reason = ""
    for interview in session.scalars(select(Interview).where(Interview.candidacy_id.in_(journeys))):
        interview.place, interview.moved_reason = "", REMOVED if interview.moved_at else ""
    for recusal in session.scalars(select(Recusal).where(Recusal.candidacy_id.in_(journeys))):
        recusal.reason = REMOVED
    candidate.first_name = candidate.last_name = candidate.email = candidate.email_key = ""
    if not any(one.stage == CandidacyStage.IN_POST for one in standing):
        candidate.person_id = None
    candidate.anonymised_at = now()
    session.flush()
    audit.record("candidate.anonymised", f"candidate:{candidate.ref}", actor=by, after={"candidacies": len(standing)})


def kept_and_due(day: date) -> tuple[int, int]:
    """How many candidates are known by name, and how many of them the next run forgets."""
    return len(_kept()), len(due(day))
