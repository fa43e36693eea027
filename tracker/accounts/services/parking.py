"""What was typed into a form that could not be taken, kept until its user has signed in again."""

from collections.abc import Iterable
from datetime import timedelta

from sqlalchemy import delete

from tracker.accounts.models import ParkedForm
from tracker.accounts.services.sessions import new_token
from tracker.core import clock
from tracker.core.db import db
from tracker.core.logs import is_secret

KEPT = timedelta(hours=1)
MOST_CHARACTERS = 200_000


def park(user_id: int, path: str, fields: Iterable[tuple[str, str]]) -> str | None:
    """Keep what was typed, without passwords; gives the reference to find it by, or None where there is nothing to
    keep."""
    typed = [[name, value] for name, value in fields if not is_secret(name) and name != "code"]
    if not typed or sum(len(value) for _, value in typed) > MOST_CHARACTERS:
        return None
    db.session.execute(delete(ParkedForm).where(ParkedForm.expires_at <= clock.now()))
    ref = new_token()[:40]
    db.session.add(ParkedForm(ref=ref, user_id=user_id, path=path, typed=typed, expires_at=clock.now() + KEPT))
    db.session.flush()
    return ref
