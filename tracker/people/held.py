"""What is held about somebody as a person: name, address, postings. Anonymised, the row stays, and so do the counts."""

from sqlalchemy import select

from tracker.core.clock import now
from tracker.core.db import db
from tracker.core.subject import Facts, Part, Subject
from tracker.core.text import name_key
from tracker.people.models import Person, Posting
from tracker.people.queries import postings_of
from tracker.people.services import forget_spelling, keep_search_words, sort_key

ANONYMISED = "Anonymised"
"""The first name of whoever was anonymised; the last is the reference, so that no two are taken for one person."""


def recognise(subject: Subject) -> Subject:
    """The person with the reference, one taken away with an undone import too."""
    if subject.person_id is not None:
        found = db.session.get(Person, subject.person_id)
    else:
        found = db.session.scalar(select(Person).where(Person.ref == subject.ref))
    if found is None:
        return subject
    return subject.also(
        person_id=found.id,
        user_id=found.user_id,
        refs=[found.ref],
        emails=[found.email],
        names=[(found.first_name, found.last_name)],
    )


def tell(subject: Subject) -> dict[str, Facts]:
    """Who they are, and everywhere they were posted, what was taken back too."""
    if subject.person_id is None:
        return {}
    person = db.session.get_one(Person, subject.person_id)
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
        ],
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
            for row in postings_of(person)
        ],
    }


def forget(subject: Subject) -> None:
    """Erase the name, the address and the reasons of moves. Where they were and when stays: figures rest on it.

    The reference stays too. It is the programme's own and names nobody, and without it a list that is sent again would
    bring them a second time, to be counted twice.
    """
    if subject.person_id is None:
        return
    session = db.session()
    person = session.get_one(Person, subject.person_id)
    person.first_name, person.last_name = ANONYMISED, person.ref
    person.email = person.email_key = f"anonymised-{person.id}@anonymised.invalid"
    person.name_key = name_key(person.first_name, person.last_name)[:210]
    person.sort_key = sort_key(person.first_name, person.last_name)
    person.anonymised_at = now()
    for posting in session.scalars(select(Posting).where(Posting.person_id == person.id, Posting.reason != "")):
        posting.reason = ""
    keep_search_words(person)
    forget_spelling()


PART = Part(tell, forget, recognise)
