"""The people behind a term of a bridge: a list exactly as long as its number."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from tracker.core.db import db
from tracker.core.paging import PER_PAGE, Page, page_number
from tracker.ledger.models import Journey
from tracker.people.models import Person

AT_ONCE = 10_000
"""How many ids one statement takes: both databases limit that."""


@dataclass(frozen=True)
class MovedRow:
    """One record: whose, and the enrolment it rests on."""

    person_ref: str
    name: str
    journey_ref: str


def moved_page(journeys: Sequence[int], *, url: Callable[[int], str], page: str | None = None) -> Page[MovedRow]:
    """A page of the people of some journeys, by name; a journey that is there twice is listed twice."""
    number = page_number(page, len(journeys))
    order = _sort_keys(set(journeys))
    ordered = sorted(journeys, key=lambda id: (order[id], id))
    shown = ordered[(number - 1) * PER_PAGE : number * PER_PAGE]
    query = (
        select(Journey.id, Person.ref, Person.first_name, Person.last_name, Journey.ref)
        .join(Person, Person.id == Journey.person_id)
        .where(Journey.id.in_(set(shown)))
    )
    rows = {
        id: MovedRow(person_ref, f"{first} {last}", journey_ref)
        for id, person_ref, first, last, journey_ref in db.session.execute(query)
    }
    return Page([rows[id] for id in shown], number, len(journeys), url)


def _sort_keys(journeys: set[int]) -> dict[int, str]:
    keys: dict[int, str] = {}
    ids = sorted(journeys)
    for start in range(0, len(ids), AT_ONCE):
        some = ids[start : start + AT_ONCE]
        query = select(Journey.id, Person.sort_key).join(Person, Person.id == Journey.person_id)
        keys |= {int(id): key for id, key in db.session.execute(query.where(Journey.id.in_(some)))}
    return keys
