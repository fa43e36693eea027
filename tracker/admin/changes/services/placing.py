"""Placing people whom a change left without an organisation."""

from collections.abc import Collection

from sqlalchemy import select

from tracker.accounts import audit
from tracker.accounts.models import User
from tracker.admin.changes.queries import ended_by
from tracker.admin.changes.services.planning import ChangeNotAllowed
from tracker.admin.changes.services.recording import post_to, waiting
from tracker.core.db import db
from tracker.organisations.models import Organisation, Reorganisation
from tracker.people.models import Person, PostingSpan


def place(made: Reorganisation, refs: Collection[str], slug: str, *, by: User) -> int:
    """Post people who wait to be placed to an organisation, from the day of the change on; how many.

    :raises ChangeNotAllowed: if nobody is named, somebody does not wait, or the organisation did not exist then.
    """
    session = db.session()
    heir = session.scalar(select(Organisation).where(Organisation.slug == slug))
    if heir is None or not heir.existed_on(made.effective_on):
        raise ChangeNotAllowed("Select the organisation they went to", "organisation")
    people = select(Person.id).where(Person.ref.in_(refs))
    spans = waiting(ended_by(made), made).where(PostingSpan.person_id.in_(people))
    found = set(session.scalars(spans.with_only_columns(PostingSpan.person_id)))
    if not refs or len(found) != len(set(refs)):
        why = "Somebody you selected is placed already: look at who is left" if refs else "Select who went there"
        raise ChangeNotAllowed(why, "people")
    placed = post_to(session, made, spans, heir, by)
    told = {"organisation": slug, "people": sorted(refs)}
    audit.record("organisation.people-placed", f"reorganisation:{made.ref}", actor=by, after=told)
    return placed
