"""What is held about somebody as a person: name, address, postings. Anonymised, the row stays, and so do the counts."""

from dataclasses import replace

from sqlalchemy import delete, select

from tracker.core.clock import now
from tracker.core.db import db
from tracker.core.erasing import take_out
from tracker.core.subject import NOWHERE, Facts, Part, Subject
from tracker.core.text import name_key
from tracker.people.identity import held as identity
from tracker.people.models import Person, PersonWord, Posting
from tracker.people.queries import postings_of
from tracker.people.services import forget_spelling, keep_search_words, sort_key

ANONYMISED = "Anonymised"
"""The first name of whoever was anonymised; the last is the reference, so that no two are taken for one person."""


def recognise(subject: Subject) -> Subject:
    """The person with the reference, one taken away with an undone import too, and every record that is one with it.

    From here on by the record that stands for all: whoever gives the reference of one that was merged means it.
    """
    if subject.person_id is not None:
        found = db.session.get(Person, subject.person_id)
    else:
        found = db.session.scalar(select(Person).where(Person.ref == subject.ref))
    if found is None:
        return subject
    main, merged = identity.records_of(found)
    records = [main, *merged]
    users = [one.user_id for one in records if one.user_id is not None]
    ref = main.ref if subject.ref in {one.ref for one in merged} else subject.ref
    known = replace(subject, ref=ref, person_id=main.id).also(
        user_id=next(iter(users), None),
        people=[one.id for one in records],
        users=users,
        refs=[one.ref for one in records],
        emails=[one.email for one in records],
        names=[(one.first_name, one.last_name) for one in records],
    )
    former = identity.former_of(known)
    return known.also(emails=[one.email for one in former], names=[(one.first_name, one.last_name) for one in former])


def tell(subject: Subject) -> dict[str, Facts]:
    """Who they are and were, and everywhere they were posted, what was taken back too."""
    if subject.person_id is None:
        return {}
    records = _records(subject)
    return {
        "Personal details": [
            {
                "Reference": person.ref,
                "First name": person.first_name,
                "Last name": person.last_name,
                "Email address": person.email,
                "Full-time equivalent": person.fte,
                "Known since": person.created_at,
                "Anonymised": person.anonymised_at,
            }
            for person in records
        ],
        **identity.tell(subject),
        "Postings": [
            {
                "From": row.Posting.starts_on,
                "Organisation": row.Posting.organisation.name,
                "Grade": row.Posting.grade.name if row.Posting.grade else None,
                "Profession": row.Posting.profession.name if row.Posting.profession else None,
                "Region": row.Posting.region.name if row.Posting.region else None,
                "Recorded": row.Posting.recorded_at or row.Posting.created_at,
                "Taken back": row.Posting.voided_at,
                "Reason": row.Posting.reason,
            }
            for person in records
            for row in postings_of(person)
        ],
    }


def _records(subject: Subject) -> list[Person]:
    """Every record of theirs, first the one that stands for all."""
    found = db.session.scalars(select(Person).where(Person.id.in_(subject.people)).order_by(Person.id))
    return sorted(found, key=lambda one: one.id != subject.person_id)


def forget(subject: Subject) -> None:
    """Erase the name, the address and the reasons of moves. Where they were and when stays: figures rest on it.

    The reference stays too. It is the programme's own and names nobody, and without it a list that is sent again would
    bring them a second time, to be counted twice.
    """
    session = db.session()
    for person in _records(subject):
        _erase(person)
    reasons = select(Posting).where(Posting.person_id.in_(subject.people), Posting.reason != "")
    for posting in session.scalars(reasons):
        posting.reason = ""
    identity.forget(subject)
    take_out(subject, {Posting: ("reason",), **identity.WORDS})
    forget_spelling()


def _erase(person: Person) -> None:
    person.first_name, person.last_name = ANONYMISED, person.ref
    person.email = person.email_key = f"anonymised-{person.id}{NOWHERE}"
    person.name_key = name_key(person.first_name, person.last_name)[:210]
    person.sort_key = sort_key(person.first_name, person.last_name)
    person.anonymised_at = now()
    if person.removed_at is None:
        keep_search_words(person)
    else:
        # Nobody finds a record that stands for nobody.
        db.session.execute(delete(PersonWord).where(PersonWord.person_id == person.id))


PART = Part(tell, forget, recognise)
