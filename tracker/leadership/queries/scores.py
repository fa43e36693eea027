"""Sift scores: each panel member's own, hidden from the others until theirs is in."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, and_, exists, func, select
from sqlalchemy.orm import joinedload

from tracker.core.calendar import LAST_DAY
from tracker.core.db import db
from tracker.leadership.lifecycle import CandidacyStage
from tracker.leadership.models import Candidacy, Criterion, PanelMember, Recusal, Score, Vacancy
from tracker.leadership.queries.candidates import VACANCY_ENDED, member_of
from tracker.ledger.models import StageSpan

AT_SIFT = frozenset({CandidacyStage.APPLIED, CandidacyStage.SIFTED_IN})
"""Stages at which a candidate is scored."""


@dataclass(frozen=True)
class Sheet:
    """The scores of a candidate that a reader may see now.

    `rows`: a criterion with the score of each member whose sheet is open. `average` is over those scores that count:
    of members who neither stand back nor left before theirs was in. `waiting`: whose scores are not in yet.
    """

    members: Sequence[PanelMember]
    rows: Sequence[tuple[Criterion, Sequence[int | None]]]
    average: float | None
    waiting: Sequence[PanelMember]
    hidden: int


def scores_of(candidacy: Candidacy) -> dict[int, dict[int, int]]:
    """All scores that are in: by member, then by criterion."""
    found: dict[int, dict[int, int]] = defaultdict(dict)
    for one in db.session.scalars(select(Score).where(Score.candidacy_id == candidacy.journey_id)):
        found[one.member_id][one.criterion_id] = one.score
    return dict(found)


def criteria(vacancy: Vacancy) -> Sequence[Criterion]:
    """The essential criteria of a vacancy, in order."""
    wanted = select(Criterion).where(Criterion.vacancy_id == vacancy.journey_id).order_by(Criterion.position)
    return db.session.scalars(wanted).all()


def stands_back(candidacy: Candidacy, member: PanelMember) -> bool:
    """Whether a conflict of interest keeps a member from this candidate, or from the whole panel."""
    return member.recused_at is not None or any(one.member_id == member.id for one in candidacy.recusals)


def sheet(candidacy: Candidacy, reader_id: int) -> Sheet:
    """The scores that a reader may see: a member whose own are still to come sees nobody's.

    Scores of who stands back are never shown and never counted. Who left the panel is counted if theirs were in.
    """
    found = scores_of(candidacy)
    counting = [one for one in candidacy.vacancy.panel if not stands_back(candidacy, one)]
    submitted = [one for one in counting if one.id in found]
    waiting = [one for one in counting if one.sits and one.id not in found]
    hides = any(one.user_id == reader_id for one in waiting)
    shown = [] if hides else submitted
    rows = [(one, [found[member.id].get(one.id) for member in shown]) for one in criteria(candidacy.vacancy)]
    given = [score for member in shown for score in found[member.id].values()]
    average = sum(given) / len(given) if given else None
    return Sheet(shown, rows, average, waiting, len(submitted) if hides else 0)


def averages(vacancy: Vacancy) -> dict[int, float]:
    """The average score of each candidate over the members that count, by candidacy; for who may see all of them."""
    found: dict[int, list[int]] = defaultdict(list)
    rows = db.session.execute(
        select(Score, Candidacy, PanelMember)
        .join(Candidacy, Candidacy.journey_id == Score.candidacy_id)
        .join(PanelMember, PanelMember.id == Score.member_id)
        .where(Candidacy.vacancy_id == vacancy.journey_id)
        .options(joinedload(Candidacy.recusals))
    ).unique()
    for score, candidacy, member in rows:
        if not stands_back(candidacy, member):
            found[candidacy.journey_id].append(score.score)
    return {journey_id: sum(given) / len(given) for journey_id, given in found.items()}


@dataclass(frozen=True)
class Seat:
    """A panel somebody sits on, of a vacancy that goes on, with how many candidates wait for their scores."""

    vacancy: Vacancy
    waiting: int


def seats_of(user_id: int) -> list[Seat]:
    """The panels a user sits on: those that wait for their scores first, then by reference of the vacancy."""
    now = and_(StageSpan.journey_id == Vacancy.journey_id, StageSpan.ends_on == LAST_DAY)
    waits = _waiting_for(PanelMember).order_by(None).with_only_columns(func.count(), maintain_column_froms=True)
    rows = db.session.execute(
        select(Vacancy, waits.correlate(PanelMember).scalar_subquery())
        .join(PanelMember, PanelMember.vacancy_id == Vacancy.journey_id)
        .join(StageSpan, now)
        .where(PanelMember.user_id == user_id, PanelMember.recused_at.is_(None), PanelMember.left_on.is_(None))
        .where(StageSpan.stage.not_in(VACANCY_ENDED))
        .order_by(Vacancy.ref)
        .options(joinedload(Vacancy.role), joinedload(Vacancy.grade), joinedload(Vacancy.organisation))
    )
    return sorted((Seat(*row) for row in rows), key=lambda seat: seat.waiting == 0)


def to_score(vacancy: Vacancy, user_id: int) -> Sequence[Candidacy]:
    """The candidates who wait for the scores of a user, as they came; none where the user does not sit on the panel."""
    member = member_of(vacancy, user_id)
    return db.session.scalars(_waiting_for(member)).all() if member is not None and member.sits else []


def _waiting_for(member: PanelMember | type[PanelMember]) -> Select[Candidacy]:
    """The candidates of the vacancy, still at sift, whom a member has neither scored nor stood back from.

    :param member: one of them, or, in a question about members, each.
    """
    scored = select(Score.candidacy_id).where(Score.member_id == member.id).correlate(PanelMember)
    stood_back = select(Recusal.candidacy_id).where(Recusal.member_id == member.id).correlate(PanelMember)
    has_criteria = exists().where(Criterion.vacancy_id == member.vacancy_id).correlate(PanelMember)
    return (
        select(Candidacy)
        .join(StageSpan, and_(StageSpan.journey_id == Candidacy.journey_id, StageSpan.ends_on == LAST_DAY))
        .where(Candidacy.vacancy_id == member.vacancy_id, StageSpan.stage.in_(AT_SIFT))
        .where(Candidacy.journey_id.not_in(scored), Candidacy.journey_id.not_in(stood_back), has_criteria)
        .order_by(Candidacy.journey_id)
    )
