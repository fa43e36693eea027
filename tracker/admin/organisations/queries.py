"""Organisations with what they stand under and what became of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import joinedload

from tracker.core.db import db
from tracker.core.text import fold
from tracker.organisations.models import Organisation, OrganisationChange, OrganisationParent

STATES = ("open", "closed")


@dataclass(frozen=True)
class Surroundings:
    """Where an organisation stands: above it, below it, before it and after it."""

    parents: Sequence[Organisation]
    children: Sequence[Organisation]
    became: Sequence[OrganisationChange]
    came_from: Sequence[OrganisationChange]


def matching_organisations(words: str, state: str) -> list[Organisation]:
    """Every organisation whose name, abbreviation or slug holds the words, by name.

    :param state: `open` or `closed`; anything else is both.
    """
    found: Select[Organisation] = select(Organisation).order_by(Organisation.name, Organisation.id)
    if state in STATES:
        found = found.where(Organisation.is_closed.is_(state == "closed"))
    sought = fold(words)
    every = db.session.scalars(found).all()
    return [one for one in every if sought in fold(f"{one.name} {one.abbreviation} {one.slug}")]


def counts_of_children() -> dict[int, int]:
    """How many bodies stand directly under each organisation that has any."""
    counted = select(OrganisationParent.parent_id, func.count()).group_by(OrganisationParent.parent_id)
    return {parent_id: int(count) for parent_id, count in db.session.execute(counted)}


def surroundings(organisation: Organisation) -> Surroundings:
    """What stands around an organisation."""
    link, here = OrganisationParent, organisation.id
    above = select(Organisation).join(link, link.parent_id == Organisation.id).where(link.child_id == here)
    below = select(Organisation).join(link, link.child_id == Organisation.id).where(link.parent_id == here)
    change = select(OrganisationChange).order_by(OrganisationChange.effective_on, OrganisationChange.id)
    change = change.options(joinedload(OrganisationChange.predecessor), joinedload(OrganisationChange.successor))
    touching = or_(OrganisationChange.predecessor_id == here, OrganisationChange.successor_id == here)
    changes = db.session.scalars(change.where(touching)).all()
    return Surroundings(
        parents=db.session.scalars(above.order_by(Organisation.name)).all(),
        children=db.session.scalars(below.order_by(Organisation.name)).all(),
        became=[one for one in changes if one.predecessor_id == here],
        came_from=[one for one in changes if one.successor_id == here],
    )


def form_values(organisation: Organisation) -> dict[str, Any]:
    """What the form shows of an organisation before anything is typed, with the version it was opened at."""
    shown = ("name", "abbreviation", "kind", "opened_on", "closed_on", "is_closed", "closed_reason", "version")
    parents = "\n".join(parent.name for parent in surroundings(organisation).parents)
    return {name: getattr(organisation, name) for name in shown} | {"parents": parents}


def organisation_by_slug(slug: str) -> Organisation | None:
    """The organisation with a slug, whatever became of it."""
    return db.session.scalar(select(Organisation).where(Organisation.slug == slug))
