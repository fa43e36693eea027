"""Who somebody may be: the people that what was typed about them may mean, with what matches and what differs."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import joinedload

from tracker.core.db import db
from tracker.core.text import email_key, fold, name_key, name_words
from tracker.people.identity.queries import held_addresses, survivor_of
from tracker.people.models import Person, Posting, PostingSpan
from tracker.people.search import Search, forgiving

MOST = 20
"""So many are shown: whoever types more of the name finds fewer."""


@dataclass(frozen=True)
class Typed:
    """What is known of somebody who may be new; what is not known is empty."""

    first_name: str = ""
    last_name: str = ""
    email: str = ""
    ref: str = ""

    @property
    def is_anything(self) -> bool:
        """Whether there is anything to search by."""
        return bool(self.first_name or self.last_name or self.email or self.ref)


@dataclass(frozen=True)
class Likely:
    """Somebody it may be. `is_certain`: the address or the reference is theirs, and those belong to nobody else."""

    person: Person
    matches: tuple[str, ...]
    differs: tuple[str, ...]
    is_certain: bool


def likely(typed: Typed) -> list[Likely]:
    """The people that may be meant, those that must be meant first.

    By the reference or the address, now or once; by the name, however it is ordered, accented, cased or slightly
    misspelt; and by the last name with the first letter of the first.
    """
    certain = _certain(typed)
    ids = [person.id for person in certain]
    found: list[Person] = [*certain]
    for by in _by_name(typed):
        if len(found) < MOST:
            others = _people(by, Person.id.not_in([*ids, *(one.id for one in found)]))
            found += others[: MOST - len(found)]
    return [_compared(one, typed, one.id in ids) for one in found]


def _certain(typed: Typed) -> Sequence[Person]:
    parts: list[ColumnElement[bool]] = []
    if typed.email:
        key, once = email_key(typed.email), held_addresses().subquery()
        of_old = select(once.c.person_id).where(once.c.email_key == key)
        parts += [Person.email_key == key, Person.id.in_(of_old)]
    if typed.ref:
        parts.append(Person.ref == typed.ref)
        if (survivor := survivor_of(typed.ref)) is not None:
            parts.append(Person.id == survivor.id)
    return _people(or_(*parts)) if parts else []


def _by_name(typed: Typed) -> list[ColumnElement[bool]]:
    words = name_words(typed.first_name, typed.last_name)
    if not words:
        return []
    ways = [Person.name_key == name_key(typed.first_name, typed.last_name)]
    ways.append(forgiving(Search(" ".join(words))).found())
    if typed.first_name.strip() and typed.last_name.strip() and fold(typed.first_name):
        ways.append(Search(f"{fold(typed.first_name)[0]} {fold(typed.last_name)}").found())
    return ways


def _people(*conditions: ColumnElement[bool]) -> Sequence[Person]:
    place = joinedload(Person.current).joinedload(PostingSpan.posting)
    read = select(Person).where(Person.removed_at.is_(None), *conditions).order_by(Person.sort_key, Person.id)
    here = (place.joinedload(Posting.organisation), place.joinedload(Posting.grade))
    return db.session.scalars(read.limit(MOST).options(*here)).all()


def _compared(person: Person, typed: Typed, is_certain: bool) -> Likely:
    """What of that which was typed is the same, and what is another."""
    matches: list[str] = []
    differs: list[str] = []
    if typed.email:
        same = person.email_key == email_key(typed.email)
        (matches if same else differs).append("email address" if same else f"email address: {person.email}")
    if typed.ref:
        same = person.ref == typed.ref
        (matches if same else differs).append("reference" if same else f"reference: {person.ref}")
    if typed.first_name or typed.last_name:
        words, how = _names(person, typed)
        (matches if how else differs).append(words)
    if is_certain and not ({"email address", "reference"} & set(matches)):
        matches.append("an email address or reference they once had")
    return Likely(person, tuple(matches), tuple(differs), is_certain)


def _names(person: Person, typed: Typed) -> tuple[str, bool]:
    """How the names compare, in words, and whether that is a match."""
    mine, theirs = name_words(typed.first_name, typed.last_name), name_words(person.first_name, person.last_name)
    if mine == theirs:
        return "name", True
    if sorted(mine) == sorted(theirs):
        return "name, in another order", True
    if set(mine) & set(theirs):
        return "part of the name", True
    return f"name: {person.name}", False
