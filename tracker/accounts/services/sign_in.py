"""Signing in, step by step: the attempt is counted, then the password is compared with no lock held, then a session
is opened."""

from dataclasses import dataclass

from sqlalchemy import update

from tracker.accounts import audit, queries
from tracker.accounts.models import User
from tracker.accounts.services import passwords, throttle
from tracker.accounts.services.sessions import token_hash
from tracker.core.db import db
from tracker.core.errors import DomainError
from tracker.core.text import email_key
from tracker.outbox import services as outbox

WRONG = "The email address or the password is not right"


class SignInRefused(DomainError):
    """The address or the password is wrong, or the user is disabled: nobody is told which."""

    def __init__(self) -> None:
        """Say the same whatever the reason."""
        super().__init__(WRONG)


@dataclass(frozen=True)
class Attempt:
    """A sign-in that has been counted and may now be tried. `limit` and `identifier` say what it was counted
    against."""

    email: str
    limit: throttle.Limit
    identifier: str


def reserve(email: str, address: str, device: str | None) -> Attempt:
    """Count an attempt, for an address that is a user's and for one that is not alike.

    :param address: where the request came from.
    :param device: the token of a browser that has signed in before: it has an allowance of its own.
    :raises TooManyAttempts: if it may not be made now.
    """
    key = email_key(email)[:254]
    user = queries.user_by_email(key)
    known = bool(user and device and queries.is_known_device(user, token_hash(device)))
    limit, identifier = (throttle.DEVICE, f"{key} {device}") if known else (throttle.ACCOUNT, key)
    throttle.reserve(throttle.NETWORK, address)
    begins_delays = throttle.reserve(limit, identifier)
    if begins_delays and user is not None and user.is_active:
        _tell_of_delay(user)
    return Attempt(key, limit, identifier)


def authenticate(attempt: Attempt, password: str) -> tuple[User | None, str | None]:
    """Whose password it is, if anybody's; and, where it was kept with earlier parameters, how to keep it from now on.

    About 70 ms of work, the same for everybody. Writes nothing, so that nobody waits meanwhile.
    """
    user = queries.user_by_email(attempt.email)
    kept = user.password_hash if user else None
    if not passwords.matches(password, kept) or user is None or kept is None or not user.is_active:
        return None, None
    return user, passwords.hash_password(password) if passwords.is_outdated(kept) else None


def refused(attempt: Attempt) -> None:
    """Note in the trail that an attempt failed, where it was for a user."""
    user = queries.user_by_email(attempt.email)
    if user is not None:
        audit.record("sign-in refused", f"user:{user.ref}", actor=None)


def accepted(attempt: Attempt, user: User, keep_as: str | None) -> None:
    """Forget the failures, and keep the password with today's parameters. That is no new version: nothing a person
    sees changes."""
    throttle.succeeded(attempt.limit, attempt.identifier)
    if keep_as is not None:
        anew = update(User).where(User.id == user.id).values(password_hash=keep_as)
        db.session.execute(anew.execution_options(synchronize_session=False))


def _tell_of_delay(user: User) -> None:
    """Write to the user: either it was them, or they should know."""
    text = (
        "Somebody has entered a wrong password for your account several times. Further attempts are slowed down.\n\n"
        "If it was you, wait a moment and try again. If it was not, tell an administrator of the service.\n"
    )
    outbox.enqueue(user.email, "Attempts to sign in to your account", text)
    audit.record("sign-in slowed down", f"user:{user.ref}", actor=None)
