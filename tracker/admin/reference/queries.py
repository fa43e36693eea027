"""Entries of the reference lists."""

import hashlib
import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, inspect, select

from tracker.admin.reference.lists import LISTS, ReferenceList
from tracker.core.db import db

Entry = tuple[ReferenceList, Any]


def reference_list(name: str) -> ReferenceList | None:
    """The list with a name."""
    return LISTS.get(name)


def sizes() -> dict[str, int]:
    """How many entries each list has."""
    return {name: db.session.scalar(select(func.count()).select_from(each.model)) or 0 for name, each in LISTS.items()}


def entries(of: ReferenceList) -> Sequence[Any]:
    """The entries of a list in their order."""
    return db.session.scalars(select(of.model).order_by(*(getattr(of.model, name) for name in of.order))).all()


def entry_ref(entry: Any) -> str:
    """How an entry is named in an address: by its number where it has one, so that it may be given another name."""
    return "_".join(str(part) for part in inspect(entry).identity)


def entry_key(of: ReferenceList, entry: Any) -> str:
    """How an entry is named to people: by its key."""
    return "_".join(str(getattr(entry, name)) for name in of.key)


def entry(name: str, ref: str) -> Entry | None:
    """A list and one of its entries."""
    of = LISTS.get(name)
    found = next((one for one in entries(of) if entry_ref(one) == ref), None) if of else None
    return (of, found) if of and found else None


def values(of: ReferenceList, entry: Any) -> dict[str, Any]:
    """What an entry holds, with the version it is edited against: a digest of just that."""
    held = {name: getattr(entry, name) for name in of.fields}
    return held | {"version": digest(held)}


def digest(held: dict[str, Any]) -> str:
    """The version of an entry: another as soon as anything in it is another."""
    return hashlib.sha256(json.dumps(held, default=str, sort_keys=True).encode()).hexdigest()[:16]
