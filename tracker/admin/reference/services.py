"""Adding, changing and removing entries of the reference lists; each act stands in the audit trail."""

from typing import Any

from sqlalchemy import select

from tracker.accounts import audit
from tracker.accounts.models import User
from tracker.admin.reference.lists import ReferenceList
from tracker.admin.reference.queries import entry_key, values
from tracker.core.db import db
from tracker.core.errors import DomainError


def add_entry(of: ReferenceList, held: dict[str, Any], actor: User) -> Any:
    """Add an entry.

    :raises DomainError: if there is one with its key already.
    """
    _check_key(of, held, None)
    added = of.model(**held)
    db.session.add(added)
    db.session.flush()
    audit.record("reference.added", f"{of.name}:{entry_key(of, added)}", actor=actor, after=held)
    return added


def edit_entry(of: ReferenceList, entry: Any, held: dict[str, Any], actor: User) -> None:
    """Change an entry.

    :raises DomainError: if another entry has the new key.
    """
    before = values(of, entry)
    _check_key(of, held, entry)
    for name, value in held.items():
        setattr(entry, name, value)
    db.session.flush()
    changed = [name for name in held if before[name] != held[name]]
    audit.record(
        "reference.edited",
        f"{of.name}:{entry_key(of, entry)}",
        actor=actor,
        before={name: before[name] for name in changed},
        after={name: held[name] for name in changed},
    )


def remove_entry(of: ReferenceList, entry: Any, actor: User) -> None:
    """Remove an entry of a list that nothing refers to.

    :raises DomainError: if the list is not of that kind.
    """
    if not of.removable:
        raise DomainError(f"A {of.one} stays: records refer to it")
    held = values(of, entry)
    db.session.delete(entry)
    db.session.flush()
    audit.record("reference.removed", f"{of.name}:{entry_key(of, entry)}", actor=actor, before=held)


def _check_key(of: ReferenceList, held: dict[str, Any], itself: Any) -> None:
    same = select(of.model).filter_by(**{name: held[name] for name in of.key})
    found = db.session.scalars(same).first()
    if found is not None and found is not itself:
        raise DomainError(f"There is such a {of.one} already", of.key[-1])
