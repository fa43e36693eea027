"""Who somebody is: by a reference that was merged away, by an address they once had, by what they were called."""

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import (
    CTE,
    ColumnElement,
    CompoundSelect,
    Integer,
    Select,
    String,
    and_,
    cast,
    literal,
    null,
    or_,
    select,
    union,
)
from sqlalchemy.orm import aliased, joinedload

from tracker.accounts.models import User
from tracker.core.calendar import LAST_DAY
from tracker.core.db import db
from tracker.organisations.models import Organisation
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


class Told(NamedTuple):
    """One thing that is told of somebody's identity, by its `kind`.

    `former`: what they were called up to an instant; `merged`: a record that was merged into theirs then; `away`: they
    are on secondment from the organisation that `first_name` holds, until the day that `reason` holds.
    """

    kind: str
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


def told_of(person: Person) -> list[Told]:
    """Everything told of somebody's identity, the latest first, asked at once: of most people there is nothing.

    What an undone merge replaced was not replaced. (What an undone import replaced is again what is said now.)
    """
    both = _called(person).union_all(_merged(person), _away(person)).subquery()
    return [Told(*row) for row in db.session.execute(select(both).order_by(both.c.at.desc()))]


NO_TEXT, NO_NUMBER = cast(null(), String), cast(null(), Integer)


def _none(nothing: ColumnElement[Any], times: int, name: str = "nothing") -> list[ColumnElement[Any]]:
    """Columns that say nothing, under names of their own: of one name they would be one."""
    return [nothing.label(f"{name}_{number}") for number in range(times)]


def _called(person: Person) -> Select[Any]:
    former = FormerDetails
    undone = select(PersonMerge.id).where(PersonMerge.undone_at.is_not(None))
    read: Select[Any] = select(literal("former").label("kind"))
    # What was erased says nothing either.
    read = read.where(former.email_key != "")
    return (
        read.add_columns(former.first_name, former.last_name, former.email, former.ended_at.label("at"))
        .add_columns(User.name.label("by"))
        .add_columns(former.import_id, former.merge_id)
        .add_columns(*(NO_TEXT.label(name) for name in ("merge_ref", "old_ref", "reason")))
        .join_from(former, User, User.id == former.ended_by_id, isouter=True)
        .where(former.person_id == person.id, former.merge_id.is_(None) | former.merge_id.not_in(undone))
    )


def _merged(person: Person) -> Select[Any]:
    merge = PersonMerge
    read: Select[Any] = select(literal("merged"))
    return (
        read.add_columns(Person.first_name, Person.last_name, Person.email, merge.merged_at, User.name)
        .add_columns(*_none(NO_NUMBER, 2), merge.ref, Person.ref, merge.reason)
        .join_from(merge, Person, Person.id == merge.merged_id)
        .join(User, User.id == merge.merged_by_id)
        .where(merge.survivor_id == person.id, merge.undone_at.is_(None))
    )


def _away(person: Person) -> Select[Any]:
    here = and_(PostingSpan.posting_id == Secondment.posting_id, PostingSpan.ends_on == LAST_DAY)
    read: Select[Any] = select(literal("away"))
    return (
        read.add_columns(
            Organisation.name, literal("").label("no_name"), literal("").label("no_email"), Posting.created_at
        )
        .add_columns(*_none(NO_TEXT, 1), *_none(NO_NUMBER, 2, "number"), *_none(NO_TEXT, 2, "text"))
        .add_columns(cast(Secondment.returns_on, String))
        .join_from(Secondment, PostingSpan, here)
        .join(Posting, Posting.id == Secondment.home_id)
        .join(Organisation, Organisation.id == Posting.organisation_id)
        .where(PostingSpan.person_id == person.id, Secondment.return_id.is_(None))
    )


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
