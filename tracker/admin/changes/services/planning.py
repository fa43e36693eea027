"""What is to be recorded, read and judged before anything is changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from tracker.core.clock import today
from tracker.core.db import db
from tracker.core.errors import DomainError
from tracker.core.text import fold, format_day
from tracker.organisations.models import Organisation, OrganisationChange, ReorganisationKind
from tracker.organisations.queries import OrganisationIndex, organisations


class ChangeNotAllowed(DomainError):
    """A change that contradicts what is known."""


@dataclass(frozen=True)
class Plan:
    """A change as it is typed: names, abbreviations or slugs, one on a line.

    `organisations` end on the day; `successors` take over, `new_names` are made for it. `parents` are what a body that
    moves stands under from then on.
    """

    kind: ReorganisationKind
    effective_on: date
    organisations: str
    successors: str = ""
    new_names: str = ""
    parents: str = ""
    note: str = ""


@dataclass(frozen=True)
class Settled:
    """A plan with the organisations it means, which contradicts nothing that is known."""

    plan: Plan
    ended: Sequence[Organisation]
    heirs: Sequence[Organisation]
    new_names: Sequence[str]
    parents: Sequence[Organisation]

    @property
    def has_one_heir(self) -> bool:
        """Whether it is certain where people go: they are moved by the change itself."""
        return len(self.heirs) + len(self.new_names) == 1


def settle(plan: Plan) -> Settled:
    """Find the organisations a plan means.

    :raises ChangeNotAllowed: at the field that is wrong.
    """
    if plan.effective_on > today():
        raise ChangeNotAllowed("The day of the change must be today or in the past", "effective_on")
    day = plan.effective_on
    ended = _named(plan.organisations, day, "organisations")
    heirs = _named(plan.successors, day, "successors")
    parents = _named(plan.parents, day, "parents")
    names = [" ".join(line.split()) for line in plan.new_names.splitlines() if line.strip()]
    if plan.kind is ReorganisationKind.MOVED and ended:
        names = [ended[0].name]
    found = Settled(plan, ended, heirs, names, parents)
    _check_numbers(found)
    for one in ended:
        _check_ended(one, day)
    if set(ended) & set(heirs):
        raise ChangeNotAllowed("An organisation cannot take over from itself", "successors")
    return found


def _named(lines: str, day: date, field: str) -> list[Organisation]:
    index, found = OrganisationIndex(organisations()), []
    for line in filter(None, (line.strip() for line in lines.splitlines())):
        named = [one for one in index.named(line) if one.existed_on(day)]
        if len(named) != 1:
            several = "Several organisations are called" if named else "On that day there was no organisation called"
            raise ChangeNotAllowed(f"{several} {line}{': use the slug' if named else ''}", field)
        found.append(db.session.get_one(Organisation, named[0].id))
    return list(dict.fromkeys(found))


def _check_numbers(found: Settled) -> None:
    kind, heirs = found.plan.kind, len(found.heirs) + len(found.new_names)
    if not found.ended:
        raise ChangeNotAllowed("Enter the organisation that changes", "organisations")
    if kind is not ReorganisationKind.MERGED and len(found.ended) > 1:
        raise ChangeNotAllowed(
            "Only a merger is of several organisations: record the others by themselves", "organisations"
        )
    field = "new_names" if kind is ReorganisationKind.RENAMED else "successors"
    if kind is ReorganisationKind.SPLIT and heirs < 2:
        raise ChangeNotAllowed("Enter two or more organisations that take over", field)
    if kind in (ReorganisationKind.RENAMED, ReorganisationKind.MERGED) and heirs != 1:
        raise ChangeNotAllowed("Enter the one organisation that takes over", field)
    if kind in (ReorganisationKind.CLOSED, ReorganisationKind.MOVED) and found.heirs:
        raise ChangeNotAllowed("Nothing else takes over: leave this empty", "successors")
    if kind is ReorganisationKind.CLOSED and heirs:
        raise ChangeNotAllowed("Nothing takes over where it simply closes: leave this empty", "new_names")
    if kind is ReorganisationKind.MOVED and not found.parents:
        raise ChangeNotAllowed("Enter what it stands under from that day on", "parents")


def _check_ended(one: Organisation, day: date) -> None:
    if one.closed_on is not None:
        raise ChangeNotAllowed(f"{one.name} closed on {format_day(one.closed_on)} already", "organisations")
    if one.opened_on is not None and day <= one.opened_on:
        raise ChangeNotAllowed(
            f"{one.name} opened on {format_day(one.opened_on)}: the change comes after", "effective_on"
        )
    became = select(OrganisationChange.id).where(OrganisationChange.predecessor_id == one.id)
    if db.session.scalar(became.limit(1)) is not None:
        raise ChangeNotAllowed(f"What became of {one.name} is recorded already", "organisations")


def free_slug(name: str) -> str:
    """A slug made of a name that no organisation ever had."""
    base = fold(name).replace(" ", "-")[:90]
    taken = set(db.session.scalars(select(Organisation.slug).where(Organisation.slug.startswith(base))))
    numbers = (f"{base}-{number}" for number in range(2, len(taken) + 3))
    return base if base not in taken else next(slug for slug in numbers if slug not in taken)
