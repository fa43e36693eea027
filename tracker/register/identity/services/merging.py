"""Making two records one: the survivor keeps its reference, each fact comes from the record that was chosen for it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from tracker.accounts import audit
from tracker.accounts.models import User
from tracker.core.clock import now
from tracker.core.db import db
from tracker.core.errors import DomainError
from tracker.core.text import email_key, name_key
from tracker.ledger.models import Journey
from tracker.ledger.services import keep_stage_spans, new_ref
from tracker.people.identity.models import PersonMerge
from tracker.people.models import Person, PersonWord, Posting
from tracker.people.services import former_details_of, keep_posting_spans, keep_search_words, sort_key
from tracker.register.identity.queries import clashes
from tracker.register.identity.services.belongings import Belongings, keep_keys, rows_of

FIELDS = ("first_name", "last_name", "email", "fte", "user_id")
"""What the survivor's row says of somebody, and a merge may take from the other."""


class MergeNotAllowed(DomainError):
    """Two records that cannot be made one, or not like this."""


class Side(StrEnum):
    """Which of the two records a fact is taken from."""

    SURVIVOR = "survivor"
    MERGED = "merged"
    BOTH = "both"


@dataclass(frozen=True)
class Choice:
    """From which record each fact is taken.

    `postings` may be of both: the two histories are put together, in the order of their days. `enrolments`: for each
    cohort, by its code, on which both have an enrolment, whose stands for both; the survivor's where nothing is said.
    """

    name: Side = Side.SURVIVOR
    email: Side = Side.SURVIVOR
    fte: Side = Side.SURVIVOR
    account: Side = Side.SURVIVOR
    postings: Side = Side.BOTH
    enrolments: Mapping[str, Side] = field(default_factory=dict)


def merge(survivor: Person, merged: Person, choice: Choice, *, reason: str, by: User) -> PersonMerge:
    """Make one record of two.

    The other reference leads to the survivor from now on, in addresses and in files. Of two enrolments on one cohort
    one stands for both (fine print A18); the other is set aside and counts nowhere. Nothing is lost: `undo_merge` puts
    it all back.

    :raises MergeNotAllowed: if it is one record already, one was anonymised, no reason is given, or both sides of a
        chain of enrolments would be set aside. Nothing has been changed.

    Flushes; the caller owns the transaction.
    """
    session = db.session()
    _check(survivor, merged, reason)
    apart = _set_apart(survivor, merged, choice)
    record = PersonMerge(
        ref=new_ref(),
        survivor_id=survivor.id,
        merged_id=merged.id,
        reason=reason.strip(),
        merged_by_id=by.id,
        replaced=json.dumps({"survivor": _fields(survivor), "merged": _fields(merged)}),
    )
    session.add(record)
    session.flush()
    belongings = Belongings(session, record)
    _give_journeys(belongings, survivor, merged, apart)
    _give_postings(belongings, survivor, merged, choice.postings)
    belongings.give_simple()
    belongings.give_wishes()
    _take_fields(session, record, survivor, merged, choice, by)
    settle(session, survivor, merged)
    after = {"merged": merged.ref, "reason": record.reason, **_audited(survivor)}
    audit.record("person.merged", f"person:{survivor.ref}", actor=by, before=_replaced(record, survivor), after=after)
    return record


def _check(survivor: Person, merged: Person, reason: str) -> None:
    if survivor.id == merged.id:
        raise MergeNotAllowed("This is one record already: choose another", "other")
    if survivor.removed_at is not None or merged.removed_at is not None:
        raise MergeNotAllowed("One of the two records is not there any more: look for the pair again")
    gone = next((one for one in (survivor, merged) if one.anonymised_at is not None), None)
    if gone is not None:
        raise MergeNotAllowed(f"{gone.ref} was anonymised: who they were is not known any more")
    if not reason.strip():
        raise MergeNotAllowed("Say how you know that it is the same person", "reason")


def _set_apart(survivor: Person, merged: Person, choice: Choice) -> dict[int, int]:
    """The journeys to be set aside, each with the one that stands for it."""
    apart: dict[int, int] = {}
    for clash in clashes(survivor, merged):
        side = choice.enrolments.get(clash.cohort, Side.SURVIVOR)
        kept, left = clash.of(side is not Side.MERGED)
        apart[left] = kept
    if set(apart) & set(apart.values()):
        raise MergeNotAllowed("Choose the enrolments so that one that is set aside does not stand for another")
    return apart


def _give_journeys(belongings: Belongings, survivor: Person, merged: Person, apart: Mapping[int, int]) -> None:
    of_survivor, of_merged = rows_of(Journey, survivor), rows_of(Journey, merged)
    belongings.give("journey", [id for id in of_merged if id not in apart], survivor.id)
    belongings.give("journey", [id for id in of_survivor if id in apart], merged.id)
    for id, kept in apart.items():
        belongings.note("journey", id, merged.id if id in of_merged else survivor.id, kept)
    keep_keys(belongings.session, [survivor.id, merged.id])


def _give_postings(belongings: Belongings, survivor: Person, merged: Person, side: Side) -> None:
    of_survivor, of_merged = rows_of(Posting, survivor), rows_of(Posting, merged)
    if side is not Side.SURVIVOR:
        belongings.give("posting", of_merged, survivor.id)
    if side is Side.MERGED:
        belongings.give("posting", of_survivor, merged.id)


def _take_fields(
    session: Session, record: PersonMerge, survivor: Person, merged: Person, choice: Choice, by: User
) -> None:
    """Take what was chosen from the other record, which stands for nobody from now on."""
    session.refresh(survivor)
    session.refresh(merged)
    taken = {"name": ("first_name", "last_name"), "email": ("email",), "fte": ("fte",), "account": ("user_id",)}
    values = {
        name: getattr(merged, name)
        for fact, names in taken.items()
        for name in names
        if getattr(choice, fact) is Side.MERGED
    }
    was = (survivor.first_name, survivor.last_name, survivor.email)
    if was != tuple(values.get(name, getattr(survivor, name)) for name in ("first_name", "last_name", "email")):
        session.add(former_details_of(survivor, by, merge_id=record.id))
    merged.removed_at = now()
    if "user_id" in values:
        merged.user_id = None
    # The address and the account are free before somebody else has them.
    session.flush()
    put(survivor, values)
    session.flush()


def put(person: Person, values: Mapping[str, Any]) -> None:
    """Have a person's row say something else, with the keys that follow from it."""
    for name, value in values.items():
        setattr(person, name, value)
    person.email_key = email_key(person.email)
    person.name_key = name_key(person.first_name, person.last_name)[:210]
    person.sort_key = sort_key(person.first_name, person.last_name)


def settle(session: Session, survivor: Person, merged: Person) -> None:
    """Work out anew what follows from whose everything is."""
    session.flush()
    session.expire_all()
    ids = [survivor.id, merged.id]
    keep_posting_spans(select(Person.id).where(Person.id.in_(ids)))
    keep_stage_spans(select(Journey.id).where(Journey.person_id.in_(ids)))
    for person in (survivor, merged):
        if person.removed_at is None:
            keep_search_words(person)
        else:
            session.execute(delete(PersonWord).where(PersonWord.person_id == person.id))
    session.expire_all()


def _fields(person: Person) -> dict[str, Any]:
    return {name: getattr(person, name) for name in FIELDS}


def _audited(person: Person) -> dict[str, Any]:
    return {name: getattr(person, name) for name in FIELDS if name != "user_id"}


def _replaced(record: PersonMerge, survivor: Person) -> dict[str, Any]:
    before = json.loads(record.replaced)["survivor"]
    return {name: value for name, value in before.items() if name != "user_id" and value != getattr(survivor, name)}
