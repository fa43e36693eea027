"""Who somebody is: by a reference that was merged away, by an address they once had, by what they were called."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import CTE, CompoundSelect, or_, select, union
from sqlalchemy.orm import aliased, joinedload

from tracker.core.calendar import LAST_DAY
from tracker.core.db import db
from tracker.people.identity.models import FormerDetails, PersonMerge, Secondment
from tracker.people.models import Person, Posting, PostingSpan


def stands_for() -> CTE:
    """Everybody whose record was merged away, with whose record stands for it now: person_id, survivor_id.

    A survivor who was merged in turn leads on; a person who was never merged is missing.
    """
    standing = PersonMerge.undone_at.is_(None)
    first = select(PersonMerge.merged_id.label("person_id"), PersonMerge.survivor_id).where(standing)
    steps = first.cte("merged_step", recursive=True)
    onward = select(steps.c.person_id, PersonMerge.survivor_id)
    steps = steps.union(onward.join(PersonMerge, PersonMerge.merged_id == steps.c.survivor_id).where(standing))
    gone = select(PersonMerge.merged_id).where(standing)
    return select(steps).where(steps.c.survivor_id.not_in(gone)).cte("merged")


def survivor_of(ref: str) -> Person | None:
    """Who stands for the person that once had a reference; None where it was never merged away."""
    merged, old = stands_for(), aliased(Person)
    return db.session.scalar(
        select(Person)
        .join(merged, merged.c.survivor_id == Person.id)
        .join(old, old.id == merged.c.person_id)
        .where(old.ref == ref, Person.removed_at.is_(None))
    )


def held_addresses() -> CompoundSelect[Any]:
    """Addresses that are nobody's present one but stay somebody's for ever: email_key, person_id (fine print G6)."""
    merged = stands_for()
    now_of = merged.c.survivor_id
    former = select(FormerDetails.email_key, FormerDetails.person_id)
    of_merged = select(Person.email_key, now_of.label("person_id")).join(merged, merged.c.person_id == Person.id)
    before = select(FormerDetails.email_key, now_of.label("person_id"))
    before = before.join(merged, merged.c.person_id == FormerDetails.person_id)
    here = select(Person.id).where(Person.removed_at.is_(None))
    return union(former.where(FormerDetails.person_id.in_(here)), of_merged, before)


def holder_of(email_key: str, *, but: Person) -> Person | None:
    """The other person whose address it is, or once was."""
    held = held_addresses().subquery()
    once = select(held.c.person_id).where(held.c.email_key == email_key)
    return db.session.scalar(
        select(Person)
        .where(or_(Person.email_key == email_key, Person.id.in_(once)), Person.id != but.id)
        .where(Person.removed_at.is_(None))
        .limit(1)
    )


def has_past(person: Person) -> tuple[bool, bool, bool]:
    """Whether somebody was called otherwise, had records merged into theirs, is on secondment: asked at once, since
    for most nothing of it is so."""
    called = select(FormerDetails.id).where(FormerDetails.person_id == person.id)
    merged = select(PersonMerge.id).where(PersonMerge.survivor_id == person.id)
    away = select(Secondment.posting_id).join(Posting, Posting.id == Secondment.posting_id)
    asked = select(called.exists(), merged.exists(), away.where(Posting.person_id == person.id).exists())
    was_called, has_merged, was_away = db.session.execute(asked).one()
    return bool(was_called), bool(has_merged), bool(was_away)


def former_details(person: Person) -> Sequence[FormerDetails]:
    """What somebody was called, and their addresses, before what is said now; the latest first.

    What an undone merge replaced was not replaced. (What an undone import replaced is again what is said now.)
    """
    undone = select(PersonMerge.id).where(PersonMerge.undone_at.is_not(None))
    return db.session.scalars(
        select(FormerDetails)
        .where(FormerDetails.person_id == person.id)
        .where(FormerDetails.merge_id.is_(None) | FormerDetails.merge_id.not_in(undone))
        .order_by(FormerDetails.id.desc())
        .options(joinedload(FormerDetails.ended_by))
    ).all()


def merges_into(person: Person) -> Sequence[PersonMerge]:
    """The records that were merged into somebody's and still are, the latest first."""
    return db.session.scalars(
        select(PersonMerge)
        .where(PersonMerge.survivor_id == person.id, PersonMerge.undone_at.is_(None))
        .order_by(PersonMerge.id.desc())
        .options(joinedload(PersonMerge.merged), joinedload(PersonMerge.merged_by))
    ).all()


def merge(ref: str) -> PersonMerge | None:
    """The merge with a reference, unless it was undone."""
    return db.session.scalar(select(PersonMerge).where(PersonMerge.ref == ref, PersonMerge.undone_at.is_(None)))


def open_secondment(person: Person) -> Secondment | None:
    """The secondment somebody is on: the posting that holds now has an end."""
    return db.session.scalar(
        select(Secondment)
        .join(PostingSpan, PostingSpan.posting_id == Secondment.posting_id)
        .where(PostingSpan.person_id == person.id, PostingSpan.ends_on == LAST_DAY, Secondment.return_id.is_(None))
    )
