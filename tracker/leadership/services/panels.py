"""Who sits on the panel of a vacancy: named, and left."""

from datetime import date

from sqlalchemy import select

from tracker.accounts.models import User
from tracker.core.clock import now, today
from tracker.core.db import db
from tracker.leadership.lifecycle import PANEL_ROLES, PanelRole
from tracker.leadership.models import PanelMember, Vacancy
from tracker.leadership.services.vacancies import VacancyNotAllowed, written


def name_member(vacancy: Vacancy, user: User, role: PanelRole, *, by: User) -> PanelMember:
    """Name a user on the panel; somebody who had left comes back, somebody who stood back does not.

    :raises VacancyNotAllowed: if the user sits on it already, stood back from it, or cannot sign in.

    Flushes; the caller owns the transaction.
    """
    if not user.is_active:
        raise VacancyNotAllowed(f"{user.name} cannot sign in any more: name somebody else", "user")
    member = db.session.scalar(
        select(PanelMember).where(PanelMember.vacancy_id == vacancy.journey_id, PanelMember.user_id == user.id)
    )
    if member is not None and member.recused_at is not None:
        raise VacancyNotAllowed(f"{user.name} stood back from this vacancy: name somebody else", "user")
    if member is not None and member.sits:
        raise VacancyNotAllowed(f"{user.name} is on the panel already", "user")
    if member is None:
        member = PanelMember(vacancy=vacancy, user_id=user.id, role=role, named_at=now())
        db.session.add(member)
    member.role, member.left_on = role, None
    vacancy.journey.version += 1
    db.session.flush()
    written("panel.named", vacancy, by, {"user": user.ref, "role": PANEL_ROLES[role]})
    return member


def leave(member: PanelMember, left_on: date, *, by: User) -> None:
    """Record that somebody left the panel. What they had scored stays; what they had not is waited for no longer.

    :raises VacancyNotAllowed: if they do not sit on it, or the day lies ahead.
    """
    if not member.sits:
        raise VacancyNotAllowed("They do not sit on the panel any more")
    if left_on > today():
        raise VacancyNotAllowed("The date must be today or in the past", "left_on")
    member.left_on = left_on
    member.vacancy.journey.version += 1
    db.session.flush()
    written("panel.left", member.vacancy, by, {"user": member.user.ref, "left_on": left_on})
