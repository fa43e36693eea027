"""Links that work once: the first administrator's set-up, invitations and new passwords."""

from datetime import timedelta

from sqlalchemy import delete, update

from tracker.accounts import audit, queries
from tracker.accounts.models import OneTimeToken, Purpose, User
from tracker.accounts.permissions import Role
from tracker.accounts.services import users
from tracker.accounts.services.sessions import new_token, token_hash
from tracker.core import clock
from tracker.core.db import db
from tracker.core.errors import DomainError

LASTS = {
    Purpose.SET_UP: timedelta(minutes=30),
    Purpose.RESET: timedelta(minutes=30),
    Purpose.INVITATION: timedelta(days=7),
}
SPENT = "This link has been used or is too old. Ask for a new one"


def issue(purpose: Purpose, user: User | None = None, *, actor: User | None = None) -> str:
    """Make a link's token; earlier ones for the same user and purpose stop working.

    :param user: whom it is for; None only for the first set-up.
    """
    earlier = OneTimeToken.user_id.is_(None) if user is None else OneTimeToken.user_id == user.id
    db.session.execute(delete(OneTimeToken).where(OneTimeToken.purpose == purpose, earlier))
    token = new_token()
    expires_at = clock.now() + LASTS[purpose]
    row = OneTimeToken(token_hash=token_hash(token), purpose=purpose, user_id=user and user.id, expires_at=expires_at)
    db.session.add(row)
    db.session.flush()
    audit.record(f"link.{purpose}", f"user:{user.ref if user else ''}", actor=actor)
    return token


def set_up(token: str, email: str, name: str, password: str) -> User:
    """Make the first administrator.

    :raises DomainError: if the link is spent, there is an administrator already, or a field is wrong.
    """
    _spend(token, Purpose.SET_UP)
    if queries.administrators():
        raise DomainError("There is an administrator already: sign in, or ask them for an invitation")
    user = users.create_user(email, name, password=password)
    users.give_role(user, Role.ADMINISTRATOR)
    return user


def choose_password(token: str, purpose: Purpose, kept_as: str) -> User:
    """Let the user of a link choose a password; every session of theirs ends.

    :param kept_as: what `passwords.chosen` made of it.
    :raises DomainError: if the link is spent.
    """
    user = _spend(token, purpose).user
    if user is None or not user.is_active:
        raise DomainError(SPENT)
    users.set_password(user, kept_as, actor=user)
    return user


def _spend(token: str, purpose: Purpose) -> OneTimeToken:
    """Use a token up, in one statement, so that it works once even when it is sent twice at the same time."""
    now = clock.now()
    usable = (OneTimeToken.token_hash == token_hash(token), OneTimeToken.purpose == purpose)
    spend = update(OneTimeToken).where(*usable, OneTimeToken.used_at.is_(None), OneTimeToken.expires_at > now)
    spent = db.session.execute(spend.values(used_at=now).execution_options(synchronize_session=False))
    row = db.session.get(OneTimeToken, token_hash(token), populate_existing=True)
    if spent.rowcount != 1 or row is None:  # type: ignore[attr-defined]
        raise DomainError(SPENT)
    return row
