"""Writing people: who they are, where they are posted, and what keeps both quick to read."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from sqlalchemy import Select, delete, func, insert, select

from tracker.accounts.models import User
from tracker.core.clock import now, today
from tracker.core.db import db
from tracker.core.errors import DomainError
from tracker.core.metric import Knowledge
from tracker.core.text import fold, name_words
from tracker.people.models import Person, PersonWord, Posting, PostingSpan
from tracker.people.queries import POSTING_COLUMNS, derived_posting_spans


class TransferNotAllowed(DomainError):
    """A transfer that the rules refuse."""


def keep_posting_spans(people: Select[int]) -> None:
    """Work out anew where the people were, after their postings changed. Set-based; the caller owns the transaction."""
    session = db.session()
    session.flush()
    session.execute(delete(PostingSpan).where(PostingSpan.person_id.in_(people)))
    derived = derived_posting_spans(Knowledge(people=people))
    session.execute(insert(PostingSpan).from_select(list(POSTING_COLUMNS), derived))


def sort_key(first_name: str, last_name: str) -> str:
    """What lists of people are ordered by: the folded last name, then the first."""
    return f"{fold(last_name)} {fold(first_name)}"[:210]


def search_words(first_name: str, last_name: str, email: str, ref: str) -> set[str]:
    """What a person can be found by: the folded words of the name, the address and the reference."""
    return {
        word[:254]
        for word in (*name_words(first_name, last_name), fold(email), email.casefold(), ref.casefold())
        if word
    }


def keep_search_words(person: Person) -> None:
    """Bring what the person can be found by up to date. The caller owns the transaction."""
    session = db.session()
    session.flush()
    session.execute(delete(PersonWord).where(PersonWord.person_id == person.id))
    rows: Iterable[dict[str, Any]] = (
        {"word": word, "person_id": person.id}
        for word in sorted(search_words(person.first_name, person.last_name, person.email, person.ref))
    )
    session.execute(insert(PersonWord), list(rows))


def transfer(
    person: Person, *, organisation_id: int, grade_id: int | None, starts_on: date, reason: str, recorded_by: User
) -> Posting:
    """Record that a person moved to another organisation, or to another grade in it, on a day.

    :param starts_on: the first London day there; today or before.
    :raises TransferNotAllowed: if the day lies ahead, the organisation did not exist on it, or nothing would change.

    Flushes; the caller owns the transaction. Profession and region stay as they were.
    """
    if starts_on > today():
        raise TransferNotAllowed("The date of the move must be today or in the past", "starts_on")
    before = posting_on(person, starts_on)
    if before is not None and (before.organisation_id, before.grade_id) == (organisation_id, grade_id):
        raise TransferNotAllowed(
            "Choose another organisation or grade: the person is already there on that date", "organisation"
        )
    posting = Posting(
        person_id=person.id,
        organisation_id=organisation_id,
        grade_id=grade_id,
        profession_id=before.profession_id if before else None,
        region_id=before.region_id if before else None,
        starts_on=starts_on,
        recorded_at=now(),
        recorded_by_id=recorded_by.id,
        reason=reason,
    )
    db.session.add(posting)
    db.session.flush()
    if not posting.organisation.existed_on(starts_on):
        raise TransferNotAllowed(f"{posting.organisation.name} did not exist on that date", "organisation")
    person.version += 1
    keep_posting_spans(select(Person.id).where(Person.id == person.id))
    return posting


def void_posting(posting: Posting, *, reason: str, voided_by: User) -> None:
    """Take back a posting that was wrong. Where somebody is cannot be left unsaid, so the only posting stays.

    :raises TransferNotAllowed: if it is the person's only posting, or is void already.
    """
    if posting.voided_at is not None:
        raise TransferNotAllowed("This posting has been taken back already")
    others = db.session.scalar(
        select(func.count()).where(
            Posting.person_id == posting.person_id, Posting.voided_at.is_(None), Posting.id != posting.id
        )
    )
    if not others:
        raise TransferNotAllowed("This is the only posting of the person: record the right one first")
    posting.voided_at = now()
    posting.voided_by_id = voided_by.id
    posting.reason = reason
    posting.person.version += 1
    keep_posting_spans(select(Person.id).where(Person.id == posting.person_id))


def posting_on(person: Person, day: date) -> Posting | None:
    """The posting that holds on a day, as is known now."""
    return db.session.scalar(
        select(Posting)
        .join(PostingSpan, PostingSpan.posting_id == Posting.id)
        .where(PostingSpan.person_id == person.id, PostingSpan.starts_on <= day, day < PostingSpan.ends_on)
    )
