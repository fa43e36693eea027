"""Where the people of the demonstration are: real organisations, by how many analysts they have."""

import re
from collections.abc import Sequence
from datetime import date

from sqlalchemy import select

from tracker.core.clock import today
from tracker.core.db import db
from tracker.core.text import fold
from tracker.demo.cast import Department, Lineage
from tracker.demo.plan import first_day
from tracker.organisations.models import AnalystBase, Organisation, OrganisationChange, Region

AGENCIES = 14
"""So many agencies and other bodies have people too, a few each, so that departments have bodies under them."""


def departments() -> list[Department]:
    """The organisations people are in: those with analysts, some bodies, and those that closed on the way."""
    every = db.session.scalars(select(Organisation).order_by(Organisation.slug)).all()
    begun, day = first_day(today()), today()
    weights = _weights(every, begun, day)
    open_now = [Department(one.slug, _domain(one), weights[one.id]) for one in every if one.id in weights]
    gone = [
        Department(one.slug, _domain(one), 0, one.closed_on)
        for one in every
        if one.closed_on is not None and begun < one.closed_on <= day
    ]
    return open_now + gone


def _weights(every: Sequence[Organisation], begun: date, day: date) -> dict[int, float]:
    """How many people each organisation of today has, beside the others: the large ones more, but not all of them."""
    analysts: dict[int, float] = {}
    for id, headcount in db.session.execute(select(AnalystBase.organisation_id, AnalystBase.core_analysts)):
        heirs = _heirs(id)
        for heir in heirs:
            analysts[heir] = analysts.get(heir, 0) + headcount / len(heirs)
    bodies = [
        one.id
        for one in every
        if one.kind == "Executive agency" and one.id not in analysts and one.existed_on(begun) and one.existed_on(day)
    ]
    few = dict.fromkeys(bodies[:: max(1, len(bodies) // AGENCIES)], 6.0)
    there = {one.id for one in every if one.existed_on(day)}
    return {id: (headcount + 12) ** 0.6 for id, headcount in analysts.items() if id in there} | few


def _heirs(id: int) -> list[int]:
    """Who has the people of an organisation now: what it was split into or became, or itself."""
    changes = select(OrganisationChange.successor_id).where(
        OrganisationChange.predecessor_id == id, OrganisationChange.successor_id.is_not(None)
    )
    successors = [successor for successor in db.session.scalars(changes) if successor is not None]
    return [heir for successor in successors for heir in _heirs(successor)] or [id]


def lineage() -> Lineage:
    """What each organisation was before the change it began by; nothing for those that only took others in."""
    found: dict[str, list[tuple[str, date]]] = {}
    rows = db.session.scalars(select(OrganisationChange).order_by(OrganisationChange.id))
    for change in rows:
        after, day = change.successor, change.effective_on
        if after is not None and day is not None and after.opened_on == day:
            found.setdefault(after.slug, []).append((change.predecessor.slug, day))
    return found


def regions() -> Sequence[str]:
    """The names of the regions, without those that say nothing."""
    names = db.session.scalars(select(Region.name).order_by(Region.id)).all()
    return [name for name in names if fold(name) not in {"not known", "unknown", "overseas"}]


def _domain(organisation: Organisation) -> str:
    """Its part of an invented address: the abbreviation where there is one."""
    return re.sub(r"[^a-z0-9]+", "-", fold(organisation.short_name)).strip("-")
