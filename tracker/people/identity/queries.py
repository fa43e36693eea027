"""Who somebody is: by a reference that was merged away, by an address they once had, by what they were called."""

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import CTE, CompoundSelect, Integer, String, cast, null, or_, select, union
from sqlalchemy.orm import aliased, joinedload

from tracker.accounts.models import User
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


class Earlier(NamedTuple):
    """What somebody was called up to an instant, or, with `old_ref`, a record that was merged into theirs then."""

    first_name: str
    last_name: str
    email: str
    at: datetime
    by: str | None
    by_import: int | None
    by_merge: int | None
    merge_ref: str | None
    old_ref: str | None
    reason: str | None

    @property
    def name(self) -> str:
        """The name as it is shown."""
        return f"{self.first_name} {self.last_name}"


def earlier(person: Person) -> list[Earlier]:
    """What somebody was called before what is said now, and the records that were merged into theirs, the latest first.

    What an undone merge replaced was not replaced. (What an undone import replaced is again what is said now.)
    """
    undone = select(PersonMerge.id).where(PersonMerge.undone_at.is_not(None))
    former = FormerDetails
    nothing = [cast(null(), String) for _ in range(3)]
    called = (
        select(former.first_name, former.last_name, former.email, former.ended_at.label("at"), User.name)
        .add_columns(former.import_id, former.merge_id, *nothing)
        .outerjoin(User, User.id == former.ended_by_id)
        .where(former.person_id == person.id, former.merge_id.is_(None) | former.merge_id.not_in(undone))
    )
    merged = (
        select(Person.first_name, Person.last_name, Person.email, PersonMerge.merged_at, User.name)
        .add_columns(cast(null(), Integer), cast(null(), Integer), PersonMerge.ref, Person.ref, PersonMerge.reason)
        .join(PersonMerge, PersonMerge.merged_id == Person.id)
        .join(User, User.id == PersonMerge.merged_by_id)
        .where(PersonMerge.survivor_id == person.id, PersonMerge.undone_at.is_(None))
    )
    both = called.union_all(merged).subquery()
    return [Earlier(*row) for row in db.session.execute(select(both).order_by(both.c.at.desc()))]


def merge(ref: str) -> PersonMerge | None:
    """The merge with a reference, unless it was undone."""
    return db.session.scalar(select(PersonMerge).where(PersonMerge.ref == ref, PersonMerge.undone_at.is_(None)))


def open_secondment(person: Person) -> Secondment | None:
    """The secondment somebody is on: the posting that holds now has an end."""
    return db.session.scalar(
        select(Secondment)
        .join(PostingSpan, PostingSpan.posting_id == Secondment.posting_id)
        .where(PostingSpan.person_id == person.id, PostingSpan.ends_on == LAST_DAY, Secondment.return_id.is_(None))
        .options(joinedload(Secondment.posting), joinedload(Secondment.home).joinedload(Posting.organisation))
    )
