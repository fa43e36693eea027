"""Asking for a new password without signing in. What is done here is the same for every address, so that neither the
answer nor its time says whose are a user's."""

from sqlalchemy import insert, select

from tracker.accounts.models import ForgottenPassword, User
from tracker.accounts.services import throttle
from tracker.core import clock
from tracker.core.db import db
from tracker.core.text import email_key


def ask(email: str) -> None:
    """Note that the password of an address is forgotten; a job writes the link, if it is a user's who may sign in.

    Counted first, by the address as typed and against nobody's account.

    :raises TooManyAttempts: after five times in a day.
    """
    key = email_key(email)[:254]
    throttle.reserve(throttle.RESET, key)
    whose = select(User.id).where(User.email_key == key, User.disabled_at.is_(None)).scalar_subquery()
    db.session.execute(insert(ForgottenPassword).values(user_id=whose, asked_at=clock.now()))
