"""Adding and editing organisations; each act stands in the audit trail."""

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
from tracker.organisations.models import Organisation, OrganisationParent
from tracker.organisations.queries import OrganisationIndex, family_of, organisation, organisations, parent_links
from tracker.organisations.services import replace_parents, settle_present_structure

KINDS = {
    "renamed": "It was renamed",
    "merged": "It was merged into another",
    "replaced": "It was replaced by another",
    "split": "It was split, and this is one of its successors",
    "closed": "It closed and nothing took over",
}
"""What became of an organisation, in words."""


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
