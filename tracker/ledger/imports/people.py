"""People in files that are about something else and name whose it is: a placement, a candidacy.

A row has the columns of `FIELDS`. A person has as many rows as there are events: the last one says.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any, cast

from sqlalchemy import Table, delete, exists, insert, not_, select, update
from sqlalchemy.orm import Session

from tracker.core.cells import NAME_LIMIT, read_email, read_name
from tracker.core.intake import Code, Column, Intake, Problem, at_most, required
from tracker.core.text import email_key, fold, name_key
from tracker.ledger.models import Event, EventVoid, Journey
from tracker.people.models import Person, PersonChange, PersonWord
from tracker.people.services import keep_search_words, search_words, sort_key

PERSON_CHANGE = cast(Table, PersonChange.__table__)

COLUMNS = (
    Column(
        "person_ref",
        "The person’s reference, which never changes",
        True,
        ("person reference", "person id", "staff ref", "staff number", "employee number"),
    ),
    Column("first_name", "First name", True, ("forename", "given name", "first names", "forenames", "firstname")),
    Column("last_name", "Last name", True, ("surname", "family name", "lastname")),
    Column("email", "Email address", True, ("email address", "e mail address", "mail", "work email", "contact email")),
)
READ: Mapping[str, Callable[[str], Any]] = {
    "person_ref": required(at_most(NAME_LIMIT)),
    "first_name": read_name,
    "last_name": read_name,
    "email": required(read_email),
}
KEYS = ("email_key", "name_key", "sort_key", "words")
FIELDS = (*READ, *KEYS)
CAN_CHANGE = ("first_name", "last_name", "email")
AT_ONCE = 5_000
"""How many references one statement takes."""


def found_by(person: tuple[str | None, str | None, str | None, str | None]) -> tuple[str | None, ...]:
    """What a person is compared, ordered and found by: `KEYS`; nothing where the row has no whole person.

    :param person: reference, first name, last name, address.
    """
    ref, first, last, email = person
    if ref is None or first is None or last is None or email is None:
        return None if email is None else email_key(email), None, None, None
    words = json.dumps(sorted(search_words(first, last, email, ref)), ensure_ascii=False)
    return email_key(email), name_key(first, last)[:210], sort_key(first, last), words


def people_by_ref(session: Session, refs: Sequence[str]) -> dict[str, Person]:
    """The people with some references, those taken away by an undone import too."""
    found: dict[str, Person] = {}
    ordered = sorted(set(refs))
    for start in range(0, len(ordered), AT_ONCE):
        some = select(Person).where(Person.ref.in_(ordered[start : start + AT_ONCE]))
        found |= {person.ref: person for person in session.scalars(some)}
    return found


def check_people(session: Session, rows: Sequence[Any]) -> Iterator[Problem]:
    """What only the whole file and the records can say of the people: other people’s addresses, clearly other people.

    :param rows: every row of the file, in order, that names a person.
    """
    named = [row for row in rows if row.person_ref is not None]
    known = people_by_ref(session, [row.person_ref for row in named])
    yield from _addresses(session, [row for row in named if row.email_key is not None])
    first: dict[str, Any] = {}
    for row in named:
        if row.first_name is None or row.last_name is None:
            continue
        person = known.get(row.person_ref)
        if person is not None and person.removed_at is None:
            if _clearly_another(row, person):
                yield _another(row, person.name)
            continue
        told = first.setdefault(row.person_ref, row)
        if _clearly_another(row, told):
            yield _another(row, f"{told.first_name} {told.last_name} in row {told.row}")


def _clearly_another(row: Any, other: Any) -> bool:
    """Whether both names differ, even after folding case and accents (fine print A16)."""
    pairs = ((row.first_name, other.first_name), (row.last_name, other.last_name))
    return all(fold(mine) != fold(theirs) for mine, theirs in pairs)


def _another(row: Any, name: str) -> Problem:
    advice = f"{row.person_ref} is {name}: correct the reference, or the name if it is the same person"
    return Problem(row.row, "person_ref", Code.PERSON_DIFFERS, row.person_ref, advice)


def _addresses(session: Session, rows: Sequence[Any]) -> Iterator[Problem]:
    """An address belongs to one person for ever: in the file, and in the records (fine print A11, G6)."""
    keys = sorted({row.email_key for row in rows})
    owners: dict[str, str] = {}
    for start in range(0, len(keys), AT_ONCE):
        some = Person.email_key.in_(keys[start : start + AT_ONCE])
        held = select(Person.email_key, Person.ref).where(some, Person.removed_at.is_(None))
        owners |= {row.email_key: row.ref for row in session.execute(held)}
    for key, group in groupby(sorted(rows, key=lambda row: (row.email_key, row.row)), key=lambda row: row.email_key):
        same = list(group)
        for row in same:
            other = next((one for one in same if one.person_ref != row.person_ref), None)
            owner = owners.get(key)
            if owner is not None and owner != row.person_ref:
                advice = f"It belongs to {owner}: write this person’s own, or {owner} if it is the same person"
                yield Problem(row.row, "email", Code.EMAIL_IN_USE, row.email, advice)
            elif other is not None and owner is None:
                advice = f"Row {other.row} gives it to {other.person_ref}: an address belongs to one person"
                yield Problem(row.row, "email", Code.EMAIL_IN_USE, row.email, advice)


def write_people(session: Session, intake: Intake, rows: Sequence[Any]) -> set[str]:
    """Create the people there are not and bring the others up to date, as the last row of each says.

    :param rows: the valid rows of the file, in order.
    :returns: the references of the people who are new or have changed.
    """
    last = {row.person_ref: row for row in rows}
    known = people_by_ref(session, list(last))
    new = [row for ref, row in last.items() if ref not in known]
    touched = {row.person_ref for row in new}
    if new:
        session.execute(insert(Person), [_as_person(row, intake) for row in new])
        _write_words(session, new)
    for ref, person in known.items():
        if _bring_up_to_date(session, intake, person, last[ref]):
            touched.add(ref)
    session.flush()
    return touched


def _as_person(row: Any, intake: Intake) -> dict[str, Any]:
    names = ("first_name", "last_name", "email", "email_key", "name_key", "sort_key")
    values = {name: getattr(row, name) for name in names}
    return values | {"ref": row.person_ref, "import_id": intake.import_id, "created_at": intake.instant, "version": 1}


def _write_words(session: Session, rows: Sequence[Any]) -> None:
    ids = {ref: person.id for ref, person in people_by_ref(session, [row.person_ref for row in rows]).items()}
    words = [{"word": word, "person_id": ids[row.person_ref]} for row in rows for word in json.loads(row.words)]
    session.execute(insert(PersonWord), words)


def _bring_up_to_date(session: Session, intake: Intake, person: Person, row: Any) -> bool:
    is_back = person.removed_at is not None
    if is_back:
        person.removed_at, person.import_id = None, intake.import_id
    changes = [
        {
            "import_id": intake.import_id,
            "person_id": person.id,
            "field": name,
            "before": getattr(person, name),
            "after": getattr(row, name),
        }
        for name in CAN_CHANGE
        if (person.email_key != row.email_key if name == "email" else getattr(person, name) != getattr(row, name))
    ]
    if changes and not is_back:
        session.execute(insert(PERSON_CHANGE), changes)
    for change in changes:
        setattr(person, str(change["field"]), change["after"])
    if changes or is_back:
        _keep_keys(person)
    return bool(changes) or is_back


def _keep_keys(person: Person) -> None:
    person.email_key = email_key(person.email)
    person.name_key = name_key(person.first_name, person.last_name)[:210]
    person.sort_key = sort_key(person.first_name, person.last_name)
    keep_search_words(person)


def refusals(session: Session, intake: Intake) -> Iterator[str]:
    """What others keep about people this import brought, so that it cannot be undone."""
    mine = (Person.import_id == intake.import_id, Person.removed_at.is_(None))
    stands = not_(exists().where(EventVoid.event_id == Event.id))
    others = exists().where(Event.journey_id == Journey.id, stands, Event.import_id.is_distinct_from(intake.import_id))
    reasons = (
        (
            "has a journey this import did not begin",
            exists().where(
                Journey.person_id == Person.id, Journey.import_id.is_distinct_from(intake.import_id), others
            ),
        ),
        (
            "was changed by a later import",
            exists().where(
                PERSON_CHANGE.c.person_id == Person.id,
                PERSON_CHANGE.c.import_id != intake.import_id,
                PERSON_CHANGE.c.import_id.not_in(intake.undone),
            ),
        ),
        ("has an account now", Person.user_id.is_not(None)),
    )
    for words, holds in reasons:
        for ref in session.scalars(select(Person.ref).where(*mine, holds).order_by(Person.ref)):
            yield f"{ref}, whom this import brought, {words}"


def undo(session: Session, intake: Intake) -> None:
    """Put back what the import changed of people, unless it was changed since, and take away those it brought."""
    rows = session.execute(
        select(PERSON_CHANGE.c.person_id, PERSON_CHANGE.c.field, PERSON_CHANGE.c.before, PERSON_CHANGE.c.after).where(
            PERSON_CHANGE.c.import_id == intake.import_id
        )
    ).all()
    for person_id, field, before, after in rows:
        person = session.get_one(Person, person_id)
        if getattr(person, field) == after and not (field == "email" and _is_taken(session, before, person_id)):
            setattr(person, field, before)
            _keep_keys(person)
    mine = select(Person.id).where(Person.import_id == intake.import_id)
    session.execute(delete(PersonWord).where(PersonWord.person_id.in_(mine)))
    session.execute(
        update(Person)
        .where(Person.import_id == intake.import_id)
        .values(removed_at=intake.instant, version=Person.version + 1)
        .execution_options(synchronize_session=False)
    )


def _is_taken(session: Session, email: str, person_id: int) -> bool:
    holder = exists().where(Person.email_key == email_key(email), Person.removed_at.is_(None), Person.id != person_id)
    return bool(session.scalar(select(holder)))


def changes(session: Session, intake: Intake) -> Iterator[dict[str, str]]:
    """What a load changed of people there were before, as long as its transaction lasts."""
    rows = session.execute(
        select(Person.ref, PERSON_CHANGE.c.field, PERSON_CHANGE.c.before, PERSON_CHANGE.c.after)
        .join(Person, Person.id == PERSON_CHANGE.c.person_id)
        .where(PERSON_CHANGE.c.import_id == intake.import_id)
        .order_by(Person.ref, PERSON_CHANGE.c.field)
    )
    for ref, field, before, after in rows:
        yield {"ref": ref, "field": field, "before": before, "after": after}
