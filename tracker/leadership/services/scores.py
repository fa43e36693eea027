"""Sift scores and standing back."""

from collections.abc import Mapping

from sqlalchemy import insert

from tracker.accounts import audit
from tracker.accounts.models import User
from tracker.core.clock import now
from tracker.core.db import db
from tracker.leadership.models import Candidacy, PanelMember, Recusal, Score
from tracker.leadership.queries import candidates, scores
from tracker.leadership.services.candidacies import CandidacyNotAllowed, written

LOWEST, HIGHEST = 1, 7


def submit(candidacy: Candidacy, given: Mapping[int, int], *, by: User) -> None:
    """Hand in a panel member's scores of one candidate: one for each essential criterion, all at once and for good.

    :param given: a score from 1 to 7 by the id of its criterion.
    :raises CandidacyNotAllowed: if they do not sit on the panel, stand back from the candidate, have handed theirs in
        before, the sift is over, or a criterion has no score; nothing has been changed.
    """
    member = _seat(candidacy, by)
    if scores.stands_back(candidacy, member):
        raise CandidacyNotAllowed("You stand back from this candidate, so you cannot score them")
    if member.id in scores.scores_of(candidacy):
        raise CandidacyNotAllowed("Your scores are in already, and stay as they are")
    if candidates.standing(candidacy).stage not in scores.AT_SIFT:
        raise CandidacyNotAllowed("The sift of this candidate is over")
    wanted = {one.id for one in scores.criteria(candidacy.vacancy)}
    if not wanted:
        raise CandidacyNotAllowed("The vacancy has no essential criteria to score against")
    if set(given) != wanted or not all(LOWEST <= score <= HIGHEST for score in given.values()):
        raise CandidacyNotAllowed("Give every criterion a score from 1 to 7")
    rows = [{"criterion_id": criterion_id, "score": score} for criterion_id, score in sorted(given.items())]
    ours = {"candidacy_id": candidacy.journey_id, "member_id": member.id, "submitted_at": now()}
    db.session.execute(insert(Score), [row | ours for row in rows])
    written("scored", candidacy, by, {"criteria": len(rows)})


def stand_back(candidacy: Candidacy, reason: str, *, by: User) -> None:
    """Stand back from one candidate because of a conflict of interest: from now on the member sees nothing of them,
    and what they had scored is not counted.

    :raises CandidacyNotAllowed: if they do not sit on the panel, do so already, or give no reason.
    """
    member = _seat(candidacy, by)
    if not reason.strip():
        raise CandidacyNotAllowed("Say what the conflict of interest is", "reason")
    if scores.stands_back(candidacy, member):
        raise CandidacyNotAllowed("You stand back from this candidate already")
    db.session.add(Recusal(member_id=member.id, candidacy_id=candidacy.journey_id, reason=reason.strip()))
    db.session.flush()
    db.session.expire(candidacy, ["recusals"])
    written("stood-back", candidacy, by)


def stand_back_from_all(candidacy: Candidacy, reason: str, *, by: User) -> None:
    """Stand back from the whole vacancy: the member leaves its panel for good, and no score of theirs is counted.

    :raises CandidacyNotAllowed: if they do not sit on the panel, or give no reason.
    """
    member = _seat(candidacy, by)
    if not reason.strip():
        raise CandidacyNotAllowed("Say what the conflict of interest is", "reason")
    member.recused_at, member.recusal_reason = now(), reason.strip()
    db.session.flush()
    audit.record("panel.stood-back", f"vacancy:{candidacy.vacancy.ref}", actor=by, after={"user": by.ref})


def _seat(candidacy: Candidacy, user: User) -> PanelMember:
    member = candidates.member_of(candidacy.vacancy, user.id)
    if member is None or not member.sits:
        raise CandidacyNotAllowed("Only those who sit on the panel can do this")
    return member
