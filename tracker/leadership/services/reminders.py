"""Writing to recruitment leads about what is late."""

from datetime import date, timedelta

from flask import current_app
from sqlalchemy import Select, exists, select

from tracker.accounts.models import RoleGrant, User
from tracker.accounts.permissions import Role
from tracker.core.db import db
from tracker.core.text import format_day
from tracker.leadership.queries import vacancies
from tracker.leadership.queries.vacancies import Standing
from tracker.outbox import services as outbox
from tracker.outbox.models import Message


def remind_of_overdue(day: date) -> int:
    """Write one letter to each recruitment lead about the vacancies whose target ran out on a day.

    Written once for a day: a letter that is there already is not written again. The letter names no candidate.

    :returns: how many letters were written. The caller owns the transaction.
    """
    late = [one for one in vacancies.overdue(day + timedelta(days=1)) if one.due_on == day]
    if not late:
        return 0
    subject = f"Vacancies over their target since {format_day(day)}: {len(late)}"
    text = _letter(late)
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
