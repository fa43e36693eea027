"""Writing to recruitment leads about what is late, what ended by itself and what will end soon."""

from datetime import date, timedelta

from flask import current_app
from sqlalchemy import Select, exists, select

from tracker.accounts.models import RoleGrant, User
from tracker.accounts.permissions import Role
from tracker.core.db import db
from tracker.core.text import format_day
from tracker.leadership.lifecycle import VACANCY, CandidacyStage, LeavingCode
from tracker.leadership.models import Candidacy, Vacancy
from tracker.leadership.queries import candidates, vacancies
from tracker.leadership.queries.vacancies import Standing
from tracker.outbox import services as outbox
from tracker.outbox.models import Message

RESERVE_WARNING = timedelta(days=30)
"""So long before a reserve place ends recruitment leads are reminded of it."""


def remind_of_overdue(day: date) -> int:
    """Write one letter to each recruitment lead about the vacancies whose target ran out on a day.

    Written once for a day: a letter that is there already is not written again. The letter names no candidate.

    :returns: how many letters were written. The caller owns the transaction.
    """
    late = [one for one in vacancies.overdue(day + timedelta(days=1)) if one.due_on == day]
    if not late:
        return 0
    return _write_once(f"Vacancies over their target since {format_day(day)}: {len(late)}", _letter(late))


def remind_of_reserves(day: date) -> int:
    """Write one letter to each recruitment lead about the reserve places that end 30 days after a day.

    Written once for a day. The letter names candidates by their references alone.

    :returns: how many letters were written. The caller owns the transaction.
    """
    ends_on = day + RESERVE_WARNING
    ending = [one for one in candidates.standing_at(CandidacyStage.RESERVE) if candidates.reserve_until(one) == ends_on]
    if not ending:
        return 0
    lines = [f"{one.candidacy.candidate.ref}, {_post(one.candidacy.vacancy)}" for one in ending]
    told = f"These candidates are on a reserve list until {format_day(ends_on)}. Until then they can be offered a "
    text = f"{told}similar post.\n\n" + "\n\n".join(lines) + "\n"
    return _write_once(f"Reserve places ending on {format_day(ends_on)}: {len(ending)}", text)


def tell_of_ended_offer(candidacy: Candidacy, stage: str, reason: LeavingCode, *, by: User | None) -> None:
    """Write to each recruitment lead but the one who recorded it that an offer came to nothing, and who is next.

    :param stage: what became of the candidacy. :param reason: why.

    The letter names candidates by their references alone. The caller owns the transaction.
    """
    ref, vacancy = candidacy.candidate.ref, candidacy.vacancy
    how, after = _how(stage, reason), _what_follows(vacancy)
    for user in db.session.scalars(_leads()):
        if by is None or user.id != by.id:
            text = f"The offer to {ref} {how}. {after}\n\n{_post(vacancy)}\n"
            outbox.enqueue(user.email, f"{vacancy.ref}: the offer to {ref} {how}", text)


def _how(stage: str, reason: LeavingCode) -> str:
    if reason is LeavingCode.VACANCY_ENDED:
        return "ended with the vacancy"
    if reason is LeavingCode.CHECKS_FAILED:
        return "lapsed with the checks"
    return {
        CandidacyStage.DECLINED: "was declined",
        CandidacyStage.LAPSED: "lapsed",
        CandidacyStage.WITHDRAWN: "ended, as the candidate withdrew",
        CandidacyStage.REJECTED: "ended, as the candidate was rejected",
    }[CandidacyStage(stage)]


def _what_follows(vacancy: Vacancy) -> str:
    stage = candidates.vacancy_stage(vacancy)
    if stage in candidates.VACANCY_ENDED:
        return f"The vacancy is at ‘{VACANCY.label(str(stage))}’, so nobody is offered it next."
    following = candidates.next_in_merit(vacancy)
    return f"Next in merit order is {following.candidacy.candidate.ref}." if following else "Nobody is next in merit."


def _post(vacancy: Vacancy) -> str:
    address = current_app.config["TRACKER"].public_url
    return f"{vacancy.ref}, {vacancy.name}\n{address}/leadership/vacancies/{vacancy.ref}"


def _write_once(subject: str, text: str) -> int:
    written = 0
    for user in db.session.scalars(_leads()):
        if not db.session.scalar(select(exists().where(Message.to == user.email, Message.subject == subject))):
            outbox.enqueue(user.email, subject, text)
            written += 1
    return written


def _leads() -> Select[User]:
    holds = User.grants.any(RoleGrant.role == Role.RECRUITMENT_LEAD)
    return select(User).where(holds, User.disabled_at.is_(None)).order_by(User.id)


def _letter(late: list[Standing]) -> str:
    address = current_app.config["TRACKER"].public_url
    lines = [
        f"{one.vacancy.ref}, {one.vacancy.name}: at ‘{one.info.label}’ since {format_day(one.since)}. "
        f"The target is {one.target_days} days.\n{address}/leadership/vacancies/{one.vacancy.ref}"
        for one in late
    ]
    return "These vacancies have gone over the target for the stage they stand at.\n\n" + "\n\n".join(lines) + "\n"
