"""Keeping the list of reasons for leaving: added, worded anew, retired. What was recorded keeps its wording."""

import re

from sqlalchemy import func, select

from tracker.accounts import audit
from tracker.accounts.models import User
from tracker.core.clock import now
from tracker.core.db import db
from tracker.core.errors import ChangedMeanwhile, DomainError
from tracker.core.text import fold
from tracker.training.models import LeavingReason

LONGEST_CODE = 24
"""Shorter than the column, so that a number fits behind it."""


def add_reason(words: str, *, by: User) -> LeavingReason:
    """Add a reason at the end of the list.

    :raises DomainError: if the words are empty or stand on the list already.
    """
    words = " ".join(words.split())
    _check_words(words)
    last = db.session.scalar(select(func.max(LeavingReason.position))) or 0
    return _add(words, last + 1, by)


def reword_reason(reason: LeavingReason, words: str, *, by: User) -> LeavingReason:
    """Have a reason said in other words from now on: it is retired, and one with a code of its own takes its place.

    :raises ChangedMeanwhile: if it is retired already.
    :raises DomainError: if the words are empty or stand on the list already, also as they are.
    """
    _check_offered(reason)
    words = " ".join(words.split())
    _check_words(words)
    follows = _add(words, reason.position, by)
    _retire(reason, by, follows.code)
    return follows


def retire_reason(reason: LeavingReason, *, by: User) -> None:
    """Offer a reason no longer.

    :raises ChangedMeanwhile: if it is retired already.
    :raises DomainError: if it is the last that can be given.
    """
    _check_offered(reason)
    offered = select(func.count()).select_from(LeavingReason).where(LeavingReason.retired_at.is_(None))
    if (db.session.scalar(offered) or 0) < 2:
        raise DomainError("Add another reason first: somebody who leaves has one")
    _retire(reason, by, None)


def _check_offered(reason: LeavingReason) -> None:
    db.session().refresh(reason, with_for_update=True)
    if reason.retired_at is not None:
        raise ChangedMeanwhile("this reason")


def _check_words(words: str) -> None:
    if not words:
        raise DomainError("Enter the reason", "words")
    offered = select(LeavingReason.words).where(LeavingReason.retired_at.is_(None))
    if fold(words) in {fold(other) for other in db.session.scalars(offered)}:
        raise DomainError("This reason is on the list already", "words")


def _add(words: str, position: int, by: User) -> LeavingReason:
    added = LeavingReason(code=_code(words), words=words, position=position, created_at=now(), created_by_id=by.id)
    db.session.add(added)
    db.session.flush()
    audit.record("leaving-reason.added", f"leaving-reason:{added.code}", actor=by, after={"words": words})
    return added


def _retire(reason: LeavingReason, by: User, replaced_by: str | None) -> None:
    reason.retired_at, reason.retired_by_id, reason.replaced_by = now(), by.id, replaced_by
    db.session.flush()
    after = {"retired": True, "replaced_by": replaced_by}
    audit.record("leaving-reason.retired", f"leaving-reason:{reason.code}", actor=by, after=after)


def _code(words: str) -> str:
    """A code made of the words that no reason has or had."""
    plain = re.sub(r"[^a-z0-9]+", "-", fold(words)).strip("-")[:LONGEST_CODE].strip("-") or "reason"
    taken = set(db.session.scalars(select(LeavingReason.code).where(LeavingReason.code.like(f"{plain}%"))))
    number = 1
    while (code := plain if number == 1 else f"{plain}-{number}") in taken:
        number += 1
    return code
