"""Organisations: found by their names of a day, with their children, by the structure of today."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Row, select

from tracker.core.clock import today
from tracker.core.db import db
from tracker.core.errors import DomainError
from tracker.core.text import fold
from tracker.organisations.models import BankHoliday, Organisation, OrganisationParent

HOME_DIVISION = "england-and-wales"
"""Working days follow England and Wales (fine print G6)."""


def organisation(slug: str) -> Organisation | None:
    """The organisation with a slug."""
    return db.session.scalar(select(Organisation).where(Organisation.slug == slug))


def organisations() -> Sequence[Organisation]:
    """Every organisation, by name."""
    return db.session.scalars(select(Organisation).order_by(Organisation.name)).all()


def organisations_with_links() -> tuple[list[Organisation], list[tuple[int, int]]]:
    """Every organisation, by name, and the pairs of child and parent, in one question."""
    under = OrganisationParent.child_id == Organisation.id
    rows: Sequence[Row[Organisation, int | None]] = db.session.execute(
        select(Organisation, OrganisationParent.parent_id)
        .outerjoin(OrganisationParent, under)
        .order_by(Organisation.name, Organisation.id, OrganisationParent.parent_id)
    ).all()
    links = [(one.id, parent_id) for one, parent_id in rows if parent_id is not None]
    return list(dict.fromkeys(one for one, _ in rows)), links


def family_of(organisation_id: int, links: Iterable[tuple[int, int]]) -> frozenset[int]:
    """An organisation and all bodies under it, to any depth. `links` are pairs of child and parent."""
    children: dict[int, list[int]] = {}
    for child, parent in links:
        children.setdefault(parent, []).append(child)
    found = {organisation_id}
    waiting = [organisation_id]
    while waiting:
        for child in children.get(waiting.pop(), ()):
            if child not in found:
                found.add(child)
                waiting.append(child)
    return frozenset(found)


def parent_links() -> list[tuple[int, int]]:
    """Pairs of child and parent."""
    return [
        (child, parent)
        for child, parent in db.session.execute(select(OrganisationParent.child_id, OrganisationParent.parent_id))
    ]


def with_children(organisation_id: int) -> frozenset[int]:
    """The ids of an organisation and of all bodies under it."""
    return family_of(organisation_id, parent_links())


def bank_holidays() -> frozenset[date]:
    """The bank holidays of England and Wales."""
    return frozenset(db.session.scalars(select(BankHoliday.day).where(BankHoliday.division == HOME_DIVISION)))


def matching_key(text: str) -> str:
    """An organisation's name, abbreviation or slug as it is compared.

    Case, ‘&’ or ‘and’, full stops and spaces do not matter (fine print A9).
    """
    return fold(text.replace("&", " and ").replace(".", ""))


@dataclass(frozen=True)
class Known:
    """What matching needs of an organisation, held apart from the session so that a million rows can be matched."""

    id: int
    slug: str
    name: str
    opened_on: date | None
    closed_on: date | None
    is_closed: bool

    def existed_on(self, day: date) -> bool:
        """As `Organisation.existed_on`."""
        if self.is_closed and self.closed_on is None:
            return False
        return (self.opened_on is None or self.opened_on <= day) and (self.closed_on is None or day < self.closed_on)


class OrganisationIndex:
    """Finds organisations by official name, abbreviation or slug, as they were named on a day."""

    def __init__(self, every: Iterable[Organisation]) -> None:
        """Index every organisation under each of its names."""
        self.by_key: dict[str, list[Known]] = {}
        for one in every:
            known = Known(one.id, one.slug, one.name, one.opened_on, one.closed_on, one.is_closed)
            for name in {matching_key(text) for text in (one.name, one.abbreviation, one.slug) if text}:
                self.by_key.setdefault(name, []).append(known)

    def named(self, text: str) -> list[Known]:
        """Every organisation that ever had the name."""
        return self.by_key.get(matching_key(text), [])

    def on(self, text: str, day: date) -> list[Known]:
        """Those that had the name and existed on the day, or, where none did, all that had it."""
        named = self.named(text)
        return [one for one in named if one.existed_on(day)] or named


def organisation_called(text: str, field: str = "organisation") -> Organisation:
    """The organisation with a name, abbreviation or slug today.

    :param field: the form's field that an error is shown at.
    :raises DomainError: if there is none, or several.
    """
    found = OrganisationIndex(organisations()).on(text, today())
    if len(found) != 1:
        why = "Several organisations have this name" if found else "There is no organisation with this name"
        raise DomainError(f"{why}: enter its slug, such as home-office", field)
    return db.session.get_one(Organisation, found[0].id)
