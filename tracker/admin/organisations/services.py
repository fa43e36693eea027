"""Adding and editing organisations, and recording what became of them; each act stands in the audit trail."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm.attributes import flag_modified

from tracker.accounts import audit
from tracker.accounts.models import User
from tracker.core.db import db
from tracker.core.errors import DomainError
from tracker.core.text import fold
from tracker.organisations.models import Organisation, OrganisationChange, OrganisationParent
from tracker.organisations.queries import OrganisationIndex, family_of, organisation, organisations, parent_links
from tracker.organisations.services import replace_parents, settle_present_structure

KINDS = {
    "renamed": "It was renamed",
    "merged": "It was merged into another",
    "replaced": "It was replaced by another",
    "split": "It was split, and this is one of its successors",
    "closed": "It closed and nothing took over",
}
"""What can become of an organisation. The people of one that was split stay with it until they are placed."""


@dataclass(frozen=True)
class Facts:
    """What is known of an organisation. `parents` are names, abbreviations or slugs, one on a line."""

    name: str
    abbreviation: str
    kind: str
    opened_on: date | None
    closed_on: date | None
    is_closed: bool
    closed_reason: str
    parents: str


@dataclass(frozen=True)
class Change:
    """What became of an organisation on a day. `successor` is a slug, empty where nothing took over."""

    kind: str
    successor: str
    effective_on: date
    note: str


def add_organisation(facts: Facts, actor: User) -> Organisation:
    """Add an organisation; its slug is made of its name and stays for ever.

    :raises DomainError: if one with that slug exists, or the facts contradict each other.
    """
    slug = fold(facts.name).replace(" ", "-")[:100]
    if organisation(slug):
        raise DomainError(f"There is an organisation with the slug {slug} already", "name")
    _check_dates(facts)
    parents = _parents(facts.parents, None)
    added = Organisation(slug=slug, **_columns(facts))
    db.session.add(added)
    db.session.flush()
    replace_parents(added, parents)
    settle_present_structure()
    audit.record("organisation.added", f"organisation:{slug}", actor=actor, after=asdict(facts))
    return added


def edit_organisation(edited: Organisation, facts: Facts, actor: User) -> None:
    """Change what is known of an organisation.

    :raises DomainError: if the facts contradict each other, or it would stand under itself.
    """
    _check_dates(facts)
    parents = _parents(facts.parents, edited.id)
    columns = _columns(facts)
    before: Mapping[str, Any] = {name: getattr(edited, name) for name in columns} | {"parents": _parent_slugs(edited)}
    for name, value in columns.items():
        setattr(edited, name, value)
    # The parents stand in another table; the version says that the organisation as a whole was changed.
    flag_modified(edited, "name")
    db.session.flush()
    replace_parents(edited, parents)
    after = columns | {"parents": _parent_slugs(edited)}
    changed = [name for name in after if before[name] != after[name]]
    audit.record(
        "organisation.edited",
        f"organisation:{edited.slug}",
        actor=actor,
        before={name: before[name] for name in changed},
        after={name: after[name] for name in changed},
    )


def record_change(closing: Organisation, change: Change, actor: User) -> None:
    """Record what became of an organisation: it ends that day; by the structure of today it counts with its successor.

    :raises DomainError: if the change needs a successor or must not have one, or contradicts what was recorded before.
    """
    successor = organisation(change.successor) if change.successor else None
    _check_change(closing, change, successor)
    if closing.closed_on is None:
        closing.is_closed, closing.closed_on, closing.closed_reason = True, change.effective_on, change.kind
    else:
        flag_modified(closing, "name")
    db.session.add(
        OrganisationChange(
            predecessor_id=closing.id,
            successor_id=successor.id if successor else None,
            kind=change.kind,
            effective_on=change.effective_on,
            note=change.note,
        )
    )
    settle_present_structure()
    audit.record("organisation.changed", f"organisation:{closing.slug}", actor=actor, after=asdict(change))


def _columns(facts: Facts) -> dict[str, Any]:
    return {name: value for name, value in asdict(facts).items() if name != "parents"}


def _check_dates(facts: Facts) -> None:
    if facts.closed_on and not facts.is_closed:
        raise DomainError("Tick that it has closed, or leave the day it closed empty", "closed_on")
    if facts.opened_on and facts.closed_on and facts.closed_on <= facts.opened_on:
        raise DomainError("The day it closed must come after the day it opened", "closed_on")


def _parent_slugs(child: Organisation) -> list[str]:
    link = OrganisationParent
    above = select(Organisation.slug).join(link, link.parent_id == Organisation.id).where(link.child_id == child.id)
    return sorted(db.session.scalars(above))


def _parents(lines: str, child_id: int | None) -> set[int]:
    """The ids of the organisations named one on a line; none may stand under the child itself."""
    index = OrganisationIndex(organisations())
    below = family_of(child_id, parent_links()) if child_id else frozenset()
    found: set[int] = set()
    for line in filter(None, (line.strip() for line in lines.splitlines())):
        named = index.named(line)
        if len(named) != 1:
            several = f"several are called {line}: use the slug" if named else f"there is no organisation called {line}"
            raise DomainError(several[0].upper() + several[1:], "parents")
        if named[0].id in below:
            raise DomainError(f"{named[0].name} stands under this organisation itself", "parents")
        found.add(named[0].id)
    return found


def _check_change(closing: Organisation, change: Change, successor: Organisation | None) -> None:
    if (successor is None) != (change.kind == "closed"):
        wanted = "Nothing takes over where it simply closed" if successor else "Choose the organisation that took over"
        raise DomainError(wanted, "successor")
    if successor is closing:
        raise DomainError("An organisation cannot become itself", "successor")
    if closing.opened_on and change.effective_on <= closing.opened_on:
        raise DomainError("The change must come after the day the organisation opened", "effective_on")
    recorded = select(OrganisationChange).where(OrganisationChange.predecessor_id == closing.id)
    earlier = db.session.scalars(recorded).all()
    if any(one.successor_id == (successor.id if successor else None) for one in earlier):
        raise DomainError("That is recorded already", "successor")
    if earlier and not (change.kind == "split" and all(one.kind == "split" for one in earlier)):
        raise DomainError("What became of it is recorded already; only a split has several successors", "kind")
