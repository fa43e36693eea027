"""What is held of somebody's identity: former names and addresses, and the records that were made one with theirs."""

import json

from sqlalchemy import or_, select, update
from sqlalchemy.orm import aliased

from tracker.core.db import db
from tracker.core.subject import Facts, Subject
from tracker.people.identity.models import DuplicatePair, FormerDetails, PersonMerge
from tracker.people.identity.queries import stands_for
from tracker.people.models import Person

WORDS = {PersonMerge: ("reason", "undone_reason"), DuplicatePair: ("reason",)}
"""Where words can name somebody whose records it is not about."""


def records_of(found: Person) -> tuple[Person, list[Person]]:
    """The record that stands for somebody now, and those that were merged into it, at whatever remove."""
    merged = stands_for()
    standing = select(Person).join(merged, merged.c.survivor_id == Person.id).where(merged.c.person_id == found.id)
    main = db.session.scalar(standing) or found
    others = stands_for()
    into = select(Person).join(others, others.c.person_id == Person.id).where(others.c.survivor_id == main.id)
    return main, list(db.session.scalars(into.order_by(Person.id)))


def former_of(subject: Subject) -> list[FormerDetails]:
    """What their records said before, the latest first; not what was erased.

    Left out is an address that another person has: a merge that was undone lent it to them.
    """
    other = aliased(Person)
    lent = (
        select(other.id)
        .where(other.email_key == FormerDetails.email_key, other.removed_at.is_(None))
        .where(other.id.not_in(subject.people))
    )
    said = select(FormerDetails).where(FormerDetails.person_id.in_(subject.people), FormerDetails.email_key != "")
    return list(db.session.scalars(said.where(~lent.exists()).order_by(FormerDetails.id.desc())))


def _merges(subject: Subject) -> list[PersonMerge]:
    """Merges of their records, those that were undone too."""
    about = or_(PersonMerge.survivor_id.in_(subject.people), PersonMerge.merged_id.in_(subject.people))
    return list(db.session.scalars(select(PersonMerge).where(about).order_by(PersonMerge.id)))


def _pairs(subject: Subject) -> list[DuplicatePair]:
    about = or_(DuplicatePair.low_id.in_(subject.people), DuplicatePair.high_id.in_(subject.people))
    return list(db.session.scalars(select(DuplicatePair).where(about).order_by(DuplicatePair.id)))


def tell(subject: Subject) -> dict[str, Facts]:
    """What they were called before, and which records were taken for theirs. Of a record that is somebody else's it
    says nothing but that they were taken for one."""
    return {
        "Former names and addresses": [
            {
                "First name": one.first_name,
                "Last name": one.last_name,
                "Email address": one.email,
                "Until": one.ended_at,
            }
            for one in former_of(subject)
        ],
        "Records made one": [
            {
                "Kept": one.survivor.ref if one.survivor_id in subject.people else None,
                "Merged into it": one.merged.ref if one.merged_id in subject.people else None,
                "When": one.merged_at,
                "Reason": one.reason,
                "Undone": one.undone_at,
                "Why undone": one.undone_reason,
                "What the records said": "; ".join(_said(one, subject)),
            }
            for one in _merges(subject)
        ],
        "Looked at as a possible duplicate": [
            {"Found": one.found_at, "Told apart": one.decided_at, "Reason": one.reason} for one in _pairs(subject)
        ],
    }


def _said(merge: PersonMerge, subject: Subject) -> list[str]:
    """What those of the two records that are theirs said when they were made one."""
    of = {"survivor": merge.survivor_id, "merged": merge.merged_id}
    held = json.loads(merge.replaced)
    return [
        f"{said['first_name']} {said['last_name']}, {said['email']}, full-time equivalent {said['fte']}"
        for side, person_id in of.items()
        if person_id in subject.people and (said := held.get(side))
    ]


def forget(subject: Subject) -> None:
    """Empty former names and addresses, and what was said for merging and telling apart.

    That details ended, that records are one, and which rows a merge gave over, stays: figures rest on it.
    """
    session = db.session()
    theirs = or_(FormerDetails.person_id.in_(subject.people), FormerDetails.email_key.in_(subject.emails))
    session.execute(
        update(FormerDetails)
        .where(theirs, FormerDetails.email_key != "")
        .values(first_name="", last_name="", email="", email_key="")
        .execution_options(synchronize_session=False)
    )
    for merge in _merges(subject):
        merge.replaced, merge.reason, merge.undone_reason = "{}", "", ""
    for pair in _pairs(subject):
        pair.reason = ""
    session.flush()
