"""Candidates of a vacancy: who stands where, what the panel found, what was offered."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Row, Select, and_, func, select
from sqlalchemy.orm import aliased, contains_eager, joinedload

from tracker.accounts.models import User
from tracker.core.calendar import LAST_DAY, year_after
from tracker.core.db import db
from tracker.core.text import email_key
from tracker.leadership.lifecycle import CANDIDACY, CandidacyStage, VacancyStage
from tracker.leadership.models import (
    AssessmentNote,
    Candidacy,
    CandidacyLeaving,
    Candidate,
    Interview,
    MeritPlace,
    Offer,
    PanelMember,
    Vacancy,
)
from tracker.ledger.models import Event, EventNote, EventVoid, Journey, StageSpan, Strand
from tracker.people.models import Person

GOING_ON = frozenset(
    {
        CandidacyStage.APPLIED,
        CandidacyStage.SIFTED_IN,
        CandidacyStage.SHORTLISTED,
        CandidacyStage.INTERVIEWED,
        CandidacyStage.APPOINTABLE,
        CandidacyStage.OFFERED,
        CandidacyStage.ACCEPTED,
        CandidacyStage.RESERVE,
    }
)
"""Stages at which a candidate still waits for something."""
VACANCY_ENDED = frozenset({VacancyStage.IN_POST, VacancyStage.NO_APPOINTMENT, VacancyStage.CANCELLED})
HOLDING = frozenset({CandidacyStage.OFFERED, CandidacyStage.ACCEPTED, CandidacyStage.IN_POST})
"""Stages of the one candidate who holds the place of a vacancy."""
IN_MERIT_ORDER = frozenset({CandidacyStage.APPOINTABLE, CandidacyStage.RESERVE})
"""Stages at which somebody with a place in the merit order waits for an offer."""


def _candidacies() -> Select[Candidacy]:
    return (
        select(Candidacy)
        .join(Candidacy.journey)
        .join(Candidacy.candidate)
        .options(contains_eager(Candidacy.journey), contains_eager(Candidacy.candidate))
        .options(
            joinedload(Candidacy.vacancy).options(
                *map(joinedload, (Vacancy.journey, Vacancy.campaign, Vacancy.role, Vacancy.grade, Vacancy.organisation))
            )
        )
    )


def candidacy(ref: str) -> Candidacy | None:
    """The candidacy with a reference, with who sits on the panel and who stands back: that decides who sees it."""
    panel = joinedload(Candidacy.vacancy).joinedload(Vacancy.panel).joinedload(PanelMember.user)
    known = contains_eager(Candidacy.candidate).joinedload(Candidate.person)
    found = _candidacies().where(Journey.ref == ref).options(panel, known, joinedload(Candidacy.recusals))
    return db.session.scalars(found).unique().one_or_none()


def candidate(ref: str) -> Candidate | None:
    """The candidate with a reference."""
    return db.session.scalar(select(Candidate).where(Candidate.ref == ref))


def candidate_at(email: str) -> Candidate | None:
    """The candidate with an address, compared without case."""
    return db.session.scalar(select(Candidate).where(Candidate.email_key == email_key(email)).limit(1))


def person(ref: str) -> Person | None:
    """The person a candidate is said to be."""
    return db.session.scalar(select(Person).where(Person.ref == ref, Person.removed_at.is_(None)))


@dataclass(frozen=True)
class Stands:
    """Where a candidacy stands now. `promised_on`: the last day a reserve place is held."""

    candidacy: Candidacy
    stage: str | None
    since: date | None
    promised_on: date | None
    place: int | None
    answer_by: date | None

    @property
    def label(self) -> str:
        """The words of the stage."""
        return CANDIDACY.label(self.stage) if self.stage else "No history"

    @property
    def colour(self) -> str:
        """The colour of its tag."""
        return CANDIDACY.stages[self.stage].colour if self.stage else "red"


def _standing(found: Select[Candidacy]) -> list[Stands]:
    answer_by = (
        select(Offer.answer_by)
        .where(Offer.candidacy_id == Candidacy.journey_id)
        .order_by(Offer.event_id.desc())
        .limit(1)
        .scalar_subquery()
    )
    now = and_(StageSpan.journey_id == Candidacy.journey_id, StageSpan.ends_on == LAST_DAY)
    rows = db.session.execute(
        found.add_columns(StageSpan.stage, StageSpan.starts_on, StageSpan.promised_on, MeritPlace.place, answer_by)
        .outerjoin(StageSpan, now)
        .outerjoin(MeritPlace, MeritPlace.candidacy_id == Candidacy.journey_id)
        .order_by(MeritPlace.place.is_(None), MeritPlace.place, Candidacy.journey_id)
    )
    return [
        Stands(one, stage, since, promised, place, answer if stage == CandidacyStage.OFFERED else None)
        for one, stage, since, promised, place, answer in rows.unique()
    ]


def standing(candidacy: Candidacy) -> Stands:
    """Where one candidacy stands now."""
    return _standing(_candidacies().where(Candidacy.journey_id == candidacy.journey_id))[0]


def standing_for(vacancy: Vacancy) -> list[Stands]:
    """Where every candidate of a vacancy stands, in merit order, then as they came."""
    return _standing(_candidacies().where(Candidacy.vacancy_id == vacancy.journey_id))


def next_in_merit(vacancy: Vacancy) -> Stands | None:
    """Who is offered the post next."""
    return first_in_merit(standing_for(vacancy))


def first_in_merit(standing: Sequence[Stands]) -> Stands | None:
    """Of all candidates of a vacancy the first of the merit order who still waits, while nobody holds the place.

    :param standing: as `standing_for` gives them.
    """
    if any(one.stage in HOLDING for one in standing):
        return None
    return next((one for one in standing if one.place and one.stage in IN_MERIT_ORDER), None)


def standing_of(candidate_id: int) -> list[Stands]:
    """Where one candidate stands, for every vacancy they applied for."""
    return _standing(_candidacies().where(Candidacy.candidate_id == candidate_id))


def standing_of_kept() -> dict[int, list[Stands]]:
    """The same for every candidate who was not forgotten yet, by their number."""
    found: dict[int, list[Stands]] = {}
    for one in _standing(_candidacies().where(Candidate.anonymised_at.is_(None))):
        found.setdefault(one.candidacy.candidate_id, []).append(one)
    return found


def standing_as(person: Person) -> list[Stands]:
    """Where somebody the programme knows stands as a candidate."""
    return _standing(_candidacies().where(Candidate.person_id == person.id))


def standing_at(stage: CandidacyStage) -> list[Stands]:
    """Every candidacy that stands at a stage now."""
    at = select(StageSpan.journey_id).where(StageSpan.stage == stage, StageSpan.ends_on == LAST_DAY)
    return _standing(_candidacies().where(Candidacy.journey_id.in_(at)))


def vacancy_stage(vacancy: Vacancy) -> str | None:
    """Where a vacancy stands now."""
    now = select(StageSpan.stage).where(StageSpan.journey_id == vacancy.journey_id, StageSpan.ends_on == LAST_DAY)
    return db.session.scalar(now)


def ended_vacancies() -> frozenset[int]:
    """The numbers of the vacancies that have ended."""
    now = select(StageSpan.journey_id).where(StageSpan.stage.in_(VACANCY_ENDED), StageSpan.ends_on == LAST_DAY)
    return frozenset(db.session.scalars(now.where(StageSpan.strand == Strand.LEADERSHIP)))


def waits(stands: Stands, ended: Collection[int]) -> bool:
    """Whether a candidate still waits for something: they stand in the line of a vacancy that goes on, hold an offer
    or a reserve place.

    :param ended: the vacancies that have ended, by number.
    """
    if stands.stage not in GOING_ON:
        return False
    held = {CandidacyStage.RESERVE, CandidacyStage.OFFERED, CandidacyStage.ACCEPTED}
    return stands.stage in held or stands.candidacy.vacancy_id not in ended


def merit_order_day(vacancy: Vacancy) -> date | None:
    """The day the merit order was settled."""
    latest = select(func.max(StageSpan.starts_on)).where(
        StageSpan.journey_id == vacancy.journey_id, StageSpan.stage == VacancyStage.MERIT_ORDER
    )
    return db.session.scalar(latest)


def reserve_until(stands: Stands) -> date | None:
    """The last day a reserve place is held: 12 months from the merit order, or as was promised.

    Where a file brought it and neither is known, 12 months from the day it began.
    """
    began = merit_order_day(stands.candidacy.vacancy) or stands.since
    return stands.promised_on or (year_after(began) if began else None)


@dataclass(frozen=True)
class Line:
    """One line of the ledger of a candidacy, with the reason and who wrote it and took it back."""

    event: Event
    reason_code: str | None
    recorder: str | None
    voider: str | None


def lines(candidacy: Candidacy) -> list[Line]:
    """Everything the ledger holds of a candidacy, what was taken back too, in ledger order."""
    recorder, voider = aliased(User), aliased(User)
    rows = db.session.execute(
        select(Event, CandidacyLeaving.reason_code, recorder.name, voider.name)
        .outerjoin(EventVoid, EventVoid.event_id == Event.id)
        .outerjoin(EventNote, EventNote.event_id == Event.id)
        .outerjoin(CandidacyLeaving, CandidacyLeaving.event_id == Event.id)
        .outerjoin(recorder, recorder.id == Event.recorded_by_id)
        .outerjoin(voider, voider.id == EventVoid.voided_by_id)
        .where(Event.journey_id == candidacy.journey_id)
        .order_by(Event.effective_on, Event.recorded_at, Event.id)
        .options(contains_eager(Event.void), contains_eager(Event.note))
    )
    return [Line(*row) for row in rows]


def notes(candidacy: Candidacy) -> Sequence[Row[AssessmentNote, str]]:
    """Notes of assessments with who wrote them, the latest first."""
    return db.session.execute(
        select(AssessmentNote, User.name)
        .outerjoin(User, User.id == AssessmentNote.recorded_by_id)
        .where(AssessmentNote.candidacy_id == candidacy.journey_id)
        .order_by(AssessmentNote.held_on.desc(), AssessmentNote.id.desc())
    ).all()


def interviews(candidacy: Candidacy) -> Sequence[Interview]:
    """Interviews, those that were moved too, the latest arranged first."""
    found = select(Interview).where(Interview.candidacy_id == candidacy.journey_id)
    return db.session.scalars(found.order_by(Interview.id.desc())).all()


def schedule(vacancy: Vacancy) -> Sequence[Row[Interview, Candidacy]]:
    """The interviews of a vacancy that stand, in order of time."""
    return db.session.execute(
        select(Interview, Candidacy)
        .join(Candidacy, Candidacy.journey_id == Interview.candidacy_id)
        .where(Candidacy.vacancy_id == vacancy.journey_id, Interview.moved_at.is_(None))
        .order_by(Interview.starts_at, Interview.id)
        .options(joinedload(Candidacy.candidate), joinedload(Candidacy.journey))
    ).all()


def member_of(vacancy: Vacancy, user_id: int) -> PanelMember | None:
    """The seat a user has on the panel, one given up too."""
    return next((one for one in vacancy.panel if one.user_id == user_id), None)
