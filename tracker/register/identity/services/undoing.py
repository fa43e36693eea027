"""Taking a merge back: two records again, as they were."""

import json
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from tracker.accounts import audit
from tracker.accounts.models import User
from tracker.core.clock import now
from tracker.core.db import db
from tracker.people.identity.models import PersonMerge
from tracker.people.models import Person
from tracker.register.identity.services.belongings import Belongings, keep_keys
from tracker.register.identity.services.merging import MergeNotAllowed, put, settle


def undo_merge(record: PersonMerge, *, reason: str, by: User) -> None:
    """Make two records again of one.

    What was recorded since stays with the journey, or else with the survivor; a name or address that was changed since
    stays as it is.

    :raises MergeNotAllowed: if it is undone already, they were anonymised, no reason is given, or a later merge rests
        on it.

    Flushes; the caller owns the transaction.
    """
    session = db.session()
    _check(session, record, reason)
    survivor, merged = record.survivor, record.merged
    before = json.loads(record.replaced)
    taken = {name: value for name, value in _taken(survivor, before).items() if name != "user_id"}
    is_renamed = bool({"first_name", "last_name", "email"} & set(taken))
    record.undone_at, record.undone_by_id, record.undone_reason = now(), by.id, reason.strip()
    session.flush()
    Belongings(session, record).put_back()
    session.flush()
    keep_keys(session, [survivor.id, merged.id])
    if "user_id" in _taken(survivor, before):
        survivor.user_id = None
        session.flush()
        survivor.user_id = before["survivor"]["user_id"]
    put(survivor, taken)
    session.flush()
    merged.removed_at = None
    put(merged, {"user_id": before["merged"]["user_id"]})
    settle(session, survivor, merged)
    told = {"merged": merged.ref, "reason": record.undone_reason, "renamed": is_renamed}
    audit.record("person.merge-undone", f"person:{survivor.ref}", actor=by, after=told)


def _check(session: Session, record: PersonMerge, reason: str) -> None:
    if record.undone_at is not None:
        raise MergeNotAllowed("This merge has been undone already")
    if record.survivor.anonymised_at is not None:
        raise MergeNotAllowed(
            f"{record.survivor.ref} was anonymised: what the two records said was erased, so they stay one"
        )
    if not reason.strip():
        raise MergeNotAllowed("Say why they are two people", "reason")
    later = (
        select(PersonMerge)
        .where(PersonMerge.undone_at.is_(None), PersonMerge.id > record.id)
        .where(or_(PersonMerge.survivor_id == record.survivor_id, PersonMerge.merged_id == record.survivor_id))
        .order_by(PersonMerge.id.desc())
    )
    found = session.scalars(later.limit(1)).first()
    if found is not None:
        raise MergeNotAllowed(
            f"{found.merged.ref} was merged into {found.survivor.ref} since then: undo that merge first"
        )


def _taken(survivor: Person, before: dict[str, Any]) -> dict[str, Any]:
    """The fields that the merge took from the other record and nobody has changed since, as they were."""
    was, other = before["survivor"], before["merged"]
    return {
        name: value for name, value in was.items() if value != other[name] and getattr(survivor, name) == other[name]
    }
