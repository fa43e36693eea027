"""Entering somebody who is not known yet, together with where they are posted."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from tracker.accounts import audit
from tracker.accounts.models import User
from tracker.accounts.models.users import new_ref
from tracker.core.clock import now
from tracker.core.db import db
from tracker.core.text import email_key, has_control_characters, name_key
from tracker.core.web import leads_to
from tracker.organisations.models import Organisation
from tracker.people.identity.queries import held_addresses
from tracker.people.models import Person, Posting
from tracker.people.services import (
    Details,
    DetailsNotAllowed,
    check_name,
    checked_email,
    keep_posting_spans,
    keep_search_words,
    sort_key,
)

LONGEST_REF = 100


@dataclass(frozen=True)
class Place:
    """Where somebody is posted, from `starts_on` on. Ids; what is not known is None."""

    organisation_id: int
    grade_id: int | None
    profession_id: int | None
    region_id: int | None
    starts_on: date


def check_reference(ref: str) -> None:
    """Refuse a reference that somebody has, or that could not stand in an address.

    :raises DetailsNotAllowed: at the field `person_ref`.
    """
    if ref != ref.strip("/") or has_control_characters(ref) or ref[:1] in set("=+@") or len(ref) > LONGEST_REF:
        raise DetailsNotAllowed("Enter the reference in letters and digits, 100 characters or fewer", "person_ref")
    if ref and not leads_to("person.show", ref=ref):
        raise DetailsNotAllowed(f"A record called ‘{ref}’ could not be opened: choose another reference", "person_ref")
    if ref and db.session.scalar(select(Person.id).where(Person.ref == ref)) is not None:
        raise DetailsNotAllowed("This reference belongs to another person", "person_ref")


def check_address(email: str) -> str:
    """The address as it is kept, if it is one and nobody has or ever had it (fine print G6).

    :raises DetailsNotAllowed: at the field `email`.
    """
    address = checked_email(email)
    key, once = email_key(address), held_addresses().subquery()
    now_of = select(Person.id).where(Person.email_key == key, Person.removed_at.is_(None))
    if db.session.scalar(now_of) is not None:
        raise DetailsNotAllowed("This email address belongs to another person: enrol them instead", "email")
    if db.session.scalar(select(once.c.person_id).where(once.c.email_key == key).limit(1)) is not None:
        raise DetailsNotAllowed("This email address once belonged to another person", "email")
    return address


def add_person(ref: str, details: Details, place: Place, *, by: User) -> Person:
    """Enter somebody new.

    :param ref: what their own department calls them; empty to be given one that cannot be guessed.
    :raises DetailsNotAllowed: naming the field that cannot stand so. Of two who enter one address or reference at once
        the second is refused.

    Flushes; the caller owns the transaction.
    """
    first_name, last_name = " ".join(details.first_name.split()), " ".join(details.last_name.split())
    check_name(first_name, "first_name")
    check_name(last_name, "last_name")
    email = check_address(details.email)
    ref = ref.strip()
    check_reference(ref)
    if not 0 < details.fte <= 1:
        raise DetailsNotAllowed("The full-time equivalent must be over 0 and no more than 1", "fte")
    there = db.session.get_one(Organisation, place.organisation_id)
    if not there.existed_on(place.starts_on):
        raise DetailsNotAllowed(f"{there.name} did not exist on that date", "organisation")
    person = Person(
        ref=ref or f"P-{new_ref().upper()}",
        first_name=first_name,
        last_name=last_name,
        email=email,
        email_key=email_key(email),
        name_key=name_key(first_name, last_name)[:210],
        sort_key=sort_key(first_name, last_name),
        fte=details.fte,
    )
    _keep(person)
    _post(person, place, by)
    said = {"name": person.name, "email": email, "fte": details.fte, "organisation": there.slug}
    audit.record("person.added", f"person:{person.ref}", actor=by, after=said)
    return person


def _keep(person: Person) -> None:
    """Add the person; whoever did so a moment before has the address or the reference."""
    session = db.session()
    try:
        with session.begin_nested():
            session.add(person)
            session.flush()
    except IntegrityError:
        raise DetailsNotAllowed(
            "Somebody with this email address or reference was entered a moment ago: search for them", "email"
        ) from None


def _post(person: Person, place: Place, by: User) -> None:
    """Say where somebody is posted. It is their first posting: it reaches back without limit (fine print B1)."""
    session = db.session()
    session.add(
        Posting(
            person_id=person.id,
            organisation_id=place.organisation_id,
            grade_id=place.grade_id,
            profession_id=place.profession_id,
            region_id=place.region_id,
            starts_on=place.starts_on,
            recorded_by_id=by.id,
            recorded_at=now(),
        )
    )
    keep_posting_spans(select(Person.id).where(Person.id == person.id))
    keep_search_words(person)
