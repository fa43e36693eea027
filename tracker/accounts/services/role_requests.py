"""Roles that take two administrators: one asks, with the reason; another one approves or declines."""

from collections.abc import Iterable
from datetime import timedelta

from flask import current_app
from sqlalchemy import select, update

from tracker.accounts import audit, queries
from tracker.accounts.models import Outcome, RoleRequest, User
from tracker.accounts.permissions import TWO_PEOPLE, Role
from tracker.accounts.services import users
from tracker.core import clock
from tracker.core.db import db
from tracker.core.errors import DomainError
from tracker.core.text import format_instant
from tracker.organisations.models import Organisation
from tracker.outbox import services as outbox

LASTS = timedelta(days=7)
LONGEST_REASON = 500


def ask(user: User, role: Role, reason: str, *, organisation: Organisation | None, actor: User) -> RoleRequest:
    """Ask for a privileged role for somebody else. The role is not held before another administrator approves.

    The other administrators are written to.

    :raises DomainError: if the user cannot be given the role, it is asked for already, the reason is missing, or there
        is nobody who could decide.
    """
    assert role in TWO_PEOPLE
    users.check_role(user, role, organisation=organisation, actor=actor)
    if not reason.strip():
        raise DomainError(f"Enter why they need it: {role.label} takes a second administrator, who reads it", "reason")
    others = [one for one in queries.administrators() if one.id not in {actor.id, user.id}]
    if not others:
        raise DomainError(
            f"{role.label} takes a second administrator, and there is none who could decide. Whoever runs the server "
            f"can give it there: tracker users add {user.email} --role {role.value}"
        )
    expire_overdue()
    if any(one.role is role for one in queries.open_role_requests(user)):
        raise DomainError(f"{role.label} is asked for already, and waits for a second administrator", "role")
    now = clock.now()
    asked = RoleRequest(user=user, role=role, reason=reason.strip()[:LONGEST_REASON], asked_by_id=actor.id)
    asked.asked_at, asked.expires_at = now, now + LASTS
    db.session.add(asked)
    db.session.flush()
    facts = {**_facts(asked), "reason": asked.reason, "expires": asked.expires_at}
    audit.record("role.asked", _subject(asked), actor=actor, after=facts)
    _tell(others, asked)
    return asked


def is_open(asked: RoleRequest) -> bool:
    """Whether a request waits for a decision still."""
    return asked.outcome is None and clock.now() < asked.expires_at


def may_decide(asked: RoleRequest, user: User) -> bool:
    """Whether an administrator is neither the one who asked nor the one it is for."""
    return user.id not in {asked.asked_by_id, asked.user_id}


def approve(asked: RoleRequest, actor: User) -> None:
    """Give the role that was asked for, effective at once.

    :raises DomainError: if the administrator is not a second one, it is decided or has run out, who asked is no longer
        an administrator, or the user cannot be given the role any more.
    """
    _check_second(asked, actor)
    _end(asked, Outcome.APPROVED, actor)
    if not (asked.asked_by.is_active and asked.asked_by.holds(Role.ADMINISTRATOR)):
        raise DomainError(f"{asked.asked_by.name}, who asked, is no longer an administrator: decline it, and ask anew")
    users.give_role(asked.user, asked.role, actor=actor, asked_by=asked.asked_by)
    _answer(asked, actor)


def decline(asked: RoleRequest, actor: User) -> None:
    """Leave the role ungiven.

    :raises DomainError: if the administrator is not a second one, or it is decided or has run out.
    """
    _check_second(asked, actor)
    _end(asked, Outcome.DECLINED, actor)
    _answer(asked, actor)


def withdraw(asked: RoleRequest, actor: User) -> None:
    """Take back what one asked for.

    :raises DomainError: if somebody else asked, or it is decided or has run out.
    """
    if asked.asked_by_id != actor.id:
        raise DomainError("Only who asked can withdraw: decline it instead")
    _end(asked, Outcome.WITHDRAWN, actor)


def expire_overdue() -> int:
    """End the requests that nobody decided within their days; how many there were."""
    overdue = select(RoleRequest).where(RoleRequest.outcome.is_(None), RoleRequest.expires_at <= clock.now())
    found = db.session.scalars(overdue.order_by(RoleRequest.id).with_for_update()).all()
    for asked in found:
        asked.outcome, asked.decided_at = Outcome.EXPIRED, clock.now()
        audit.record("role.expired", _subject(asked), actor=None, after=_facts(asked))
    db.session.flush()
    return len(found)


def _check_second(asked: RoleRequest, actor: User) -> None:
    if not may_decide(asked, actor):
        raise DomainError("You asked for this, or it is for you: another administrator has to decide")


def _end(asked: RoleRequest, outcome: Outcome, actor: User) -> None:
    """Decide in one statement, so that of two who decide at once one does."""
    now = clock.now()
    waiting = (RoleRequest.id == asked.id, RoleRequest.outcome.is_(None), RoleRequest.expires_at > now)
    decision = update(RoleRequest).where(*waiting).values(outcome=outcome, decided_by_id=actor.id, decided_at=now)
    decided = db.session.execute(decision.execution_options(synchronize_session=False))
    if decided.rowcount != 1:  # type: ignore[attr-defined]
        raise DomainError("This request has been decided, withdrawn, or has run out")
    db.session.refresh(asked)
    audit.record(f"role.{outcome}", _subject(asked), actor=actor, after=_facts(asked))


def _tell(others: Iterable[User], asked: RoleRequest) -> None:
    """Write to those who may decide."""
    address = f"{current_app.config['TRACKER'].public_url}/admin/users/requests/{asked.ref}"
    text = (
        f"{asked.asked_by.name} asks that {asked.user.name} ({asked.user.email}) becomes {asked.role.label.lower()}. "
        f"The role is given once another administrator approves, by {format_instant(asked.expires_at)}:\n\n{address}\n"
    )
    for one in others:
        outbox.enqueue(one.email, "A role waits for a second administrator", text)


def _answer(asked: RoleRequest, actor: User) -> None:
    """Write to who asked."""
    said = "approved" if asked.outcome is Outcome.APPROVED else "declined"
    text = f"{actor.name} has {said} that {asked.user.name} becomes {asked.role.label.lower()}.\n"
    outbox.enqueue(asked.asked_by.email, f"A role that you asked for was {said}", text)


def _subject(asked: RoleRequest) -> str:
    return f"user:{asked.user.ref}"


def _facts(asked: RoleRequest) -> dict[str, object]:
    return {"role": asked.role.value, "request": asked.ref, "asked_by": asked.asked_by.ref}
