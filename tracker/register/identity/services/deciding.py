"""Saying that two records are of two people, or that they may be of one."""

from tracker.accounts import audit
from tracker.accounts.models import User
from tracker.core.clock import now
from tracker.core.db import db
from tracker.ledger.services import new_ref
from tracker.people.identity.models import DuplicatePair
from tracker.people.models import Person
from tracker.people.queries import person as person_called
from tracker.register.identity.queries import pair_of
from tracker.register.identity.services.merging import MergeNotAllowed


def say_two_people(pair: DuplicatePair, *, reason: str, by: User) -> None:
    """Remember that two records are of two people: it is not asked again.

    :raises MergeNotAllowed: if no reason is given, or it was decided already.
    """
    if pair.decided_at is not None:
        raise MergeNotAllowed("It has been said already that these are two people")
    if not reason.strip():
        raise MergeNotAllowed("Say how you know that they are two people", "reason")
    pair.decided_at, pair.decided_by_id, pair.reason = now(), by.id, reason.strip()
    db.session.flush()
    told = {"other": pair.high.ref, "reason": pair.reason}
    audit.record("person.told-apart", f"person:{pair.low.ref}", actor=by, after=told)


def pair_up(person: Person, other_ref: str) -> DuplicatePair:
    """The pair of somebody and who has a reference, whether or not it was found by itself.

    :raises MergeNotAllowed: if nobody has the reference, or it is the same record.
    """
    other = person_called(other_ref.strip())
    if other is None:
        raise MergeNotAllowed("Nobody has this reference", "other")
    if other.id == person.id:
        raise MergeNotAllowed("This is the same record already", "other")
    low, high = sorted((person, other), key=lambda one: one.id)
    found = pair_of(low.id, high.id)
    if found is None:
        found = DuplicatePair(ref=new_ref(), low_id=low.id, high_id=high.id, weight=0, matches="[]", differs="[]")
        db.session.add(found)
        db.session.flush()
    return found
