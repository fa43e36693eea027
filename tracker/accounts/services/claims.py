"""Forms sent twice: the key of a form is claimed in the same transaction as its effect, so there is one effect for
each key."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from tracker.accounts.models import FormClaim
from tracker.core import clock
from tracker.core.db import db, is_sqlite
from tracker.core.errors import AlreadyDone

KEPT = timedelta(days=7)


class OtherContent(Exception):
    """The key of a form that took effect came again with other content."""


@dataclass(frozen=True)
class Claim:
    """A form as it was sent: by whom, its key, where to, and a hash of what it said."""

    user_id: int
    key: str
    endpoint: str
    body_hash: str


def body_hash(fields: Iterable[tuple[str, str]]) -> str:
    """One hash for what a form says, in whatever order its fields came."""
    digest = hashlib.sha256()
    for name, value in sorted(fields):
        digest.update(f"{len(name)}:{name}={len(value)}:{value};".encode("utf-8", "surrogatepass"))
    return digest.hexdigest()


def take(session: Session, claim: Claim) -> None:
    """Claim the key. A second sending waits here until the first is kept or has failed.

    :raises AlreadyDone: if the same form has taken effect, with where its answer led.
    :raises OtherContent: if another one has, under the same key.
    """
    insert = sqlite.insert if is_sqlite(session) else postgresql.insert
    row = {"user_id": claim.user_id, "key": claim.key, "endpoint": claim.endpoint, "body_hash": claim.body_hash}
    fresh = insert(FormClaim).values(**row, created_at=clock.now()).on_conflict_do_nothing()
    if session.scalar(fresh.returning(FormClaim.key)) is not None:
        return
    held = (FormClaim.user_id == claim.user_id, FormClaim.key == claim.key)
    endpoint, hashed, location = session.execute(
        select(FormClaim.endpoint, FormClaim.body_hash, FormClaim.location).where(*held)
    ).one()
    if (endpoint, hashed) != (claim.endpoint, claim.body_hash):
        raise OtherContent
    raise AlreadyDone(location)


def answered(claim: Claim, location: str) -> None:
    """Note where the answer to the form led, so that a second sending leads there too; forget what is over a week
    old."""
    held = (FormClaim.user_id == claim.user_id, FormClaim.key == claim.key)
    db.session.execute(update(FormClaim).where(*held).values(location=location[:2000]))
    db.session.execute(delete(FormClaim).where(FormClaim.created_at < clock.now() - KEPT))


def release(claim: Claim) -> None:
    """Let the key be used again: the form was refused in the end."""
    db.session.execute(delete(FormClaim).where(FormClaim.user_id == claim.user_id, FormClaim.key == claim.key))
