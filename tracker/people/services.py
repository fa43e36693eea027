"""Writing people: who they are, where they are posted, and what keeps both quick to read."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from email_validator import EmailNotValidError, validate_email
from sqlalchemy import Select, delete, func, insert, select
from sqlalchemy.orm import joinedload

from tracker.accounts import audit
from tracker.accounts.models import User
from tracker.core.clock import now, today
from tracker.core.db import db
from tracker.core.errors import DomainError
from tracker.core.metric import Knowledge
from tracker.core.text import email_key, fold, has_control_characters, name_key, name_words
from tracker.organisations.models import Organisation
from tracker.people.identity.models import FormerDetails
from tracker.people.identity.queries import holder_of
from tracker.people.models import Person, PersonWord, Posting, PostingSpan, Spelling
from tracker.people.queries import POSTING_COLUMNS, derived_posting_spans
from tracker.people.search import unknown_words
from tracker.people.spelling import is_spelt, pieces

BATCH = 500
"""So many words are kept in pieces at a time."""


class TransferNotAllowed(DomainError):
    """A transfer that the rules refuse."""


class DetailsNotAllowed(DomainError):
    """Details of a person that the rules refuse."""


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
    keep_spelling((person.first_name, person.last_name))


def keep_spelling(names: Iterable[str]) -> int:
    """Keep the words of some names in pieces, so that they are found where they are misspelt; how many were new."""
    session = db.session()
    words = sorted({word for name in names for word in name_words(name) if is_spelt(word)})
    new = [word for first in range(0, len(words), BATCH) for word in unknown_words(words[first : first + BATCH])]
    for first in range(0, len(new), BATCH):
        some = new[first : first + BATCH]
        session.execute(insert(Spelling), [{"piece": piece, "word": word} for word in some for piece in pieces(word)])
    return len(new)


def keep_all_spelling() -> int:
    """Keep the words of everybody's names in pieces, where they are not yet; how many were new."""
    here = Person.removed_at.is_(None)
    first, last = (select(name).where(here).distinct() for name in (Person.first_name, Person.last_name))
    return keep_spelling(db.session.scalars(first.union(last)))


def forget_spelling() -> int:
    """Take away the words that nobody has any more; how many."""
    session = db.session()
    gone = select(Spelling.word).where(
        Spelling.piece == Spelling.word,
        ~select(PersonWord.word).where(PersonWord.word == Spelling.word).exists(),
    )
    words = list(session.scalars(gone))
    for first in range(0, len(words), BATCH):
        session.execute(delete(Spelling).where(Spelling.word.in_(words[first : first + BATCH])))
    return len(words)


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
    there = db.session.get_one(Organisation, organisation_id)
    if not there.existed_on(starts_on):
        raise TransferNotAllowed(f"{there.name} did not exist on that date", "organisation")
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
    person.version += 1
    keep_posting_spans(select(Person.id).where(Person.id == person.id))
    left = before.organisation.slug if before else None
    moved = {"organisation": there.slug, "grade_id": grade_id, "starts_on": starts_on}
    audit.record(
        "person.transferred", f"person:{person.ref}", actor=recorded_by, before={"organisation": left}, after=moved
    )
    return posting


def transfer_refusals(people: Sequence[Person], organisation_id: int, starts_on: date) -> dict[int, str]:
    """Why some people cannot be said to have moved to an organisation on a day, in words, by person.

    :raises TransferNotAllowed: if the day lies ahead, or the organisation did not exist on it: nobody can.
    """
    if starts_on > today():
        raise TransferNotAllowed("The date of the move must be today or in the past", "starts_on")
    there = db.session.get_one(Organisation, organisation_id)
    if not there.existed_on(starts_on):
        raise TransferNotAllowed(f"{there.name} did not exist on that date", "organisation")
    words = f"They were in {there.name} on that date already"
    return {id: words for id, before in _postings_on(people, starts_on).items() if before.organisation_id == there.id}


def transfer_together(
    people: Sequence[Person], *, organisation_id: int, starts_on: date, reason: str, recorded_by: User
) -> None:
    """Record that people moved to an organisation on a day, each at the grade they had. As `transfer` otherwise.

    :raises TransferNotAllowed: if one of them cannot have; nothing is recorded of any. The caller holds them.
    """
    for message in transfer_refusals(people, organisation_id, starts_on).values():
        raise TransferNotAllowed(message)
    before, at = _postings_on(people, starts_on), now()
    there = db.session.get_one(Organisation, organisation_id)
    for person in people:
        was = before.get(person.id)
        db.session.add(
            Posting(
                person_id=person.id,
                organisation_id=organisation_id,
                grade_id=was.grade_id if was else None,
                profession_id=was.profession_id if was else None,
                region_id=was.region_id if was else None,
                starts_on=starts_on,
                recorded_at=at,
                recorded_by_id=recorded_by.id,
                reason=reason,
            )
        )
        person.version += 1
        left = was.organisation.slug if was else None
        moved = {"organisation": there.slug, "starts_on": starts_on, "together": len(people)}
        audit.record(
            "person.transferred", f"person:{person.ref}", actor=recorded_by, before={"organisation": left}, after=moved
        )
    keep_posting_spans(select(Person.id).where(Person.id.in_([person.id for person in people])))


def _postings_on(people: Sequence[Person], day: date) -> dict[int, Posting]:
    """Where people were posted on a day, as is known now."""
    held = (PostingSpan.starts_on <= day, PostingSpan.ends_on > day)
    found = (
        select(Posting)
        .join(PostingSpan, PostingSpan.posting_id == Posting.id)
        .where(PostingSpan.person_id.in_([person.id for person in people]), *held)
        .options(joinedload(Posting.organisation))
    )
    return {posting.person_id: posting for posting in db.session.scalars(found)}


@dataclass(frozen=True)
class Details:
    """Who somebody is, as it can be changed. `fte`: from over 0 to 1."""

    first_name: str
    last_name: str
    email: str
    fte: float


def hold(person: Person) -> None:
    """Have nobody else change the person until the transaction ends, and read their version anew."""
    db.session().refresh(person, ["version"], with_for_update=True)


def change_details(person: Person, details: Details, *, by: User) -> None:
    """Change somebody's name, address or working hours.

    :raises DetailsNotAllowed: if a name could be run by a spreadsheet, the address is none, or it belongs to somebody
        else (fine print G6). Nothing has been changed.

    Flushes; the caller owns the transaction. The reference never changes.
    """
    if person.anonymised_at is not None:
        raise DetailsNotAllowed(f"{person.ref} was anonymised: who they were is not known any more")
    first_name, last_name = " ".join(details.first_name.split()), " ".join(details.last_name.split())
    check_name(first_name, "first_name")
    check_name(last_name, "last_name")
    email = checked_email(details.email)
    if not 0 < details.fte <= 1:
        raise DetailsNotAllowed("The full-time equivalent must be over 0 and no more than 1", "fte")
    key = email_key(email)
    holder = holder_of(key, but=person)
    if holder is not None:
        once = "belongs" if holder.email_key == key else "once belonged"
        raise DetailsNotAllowed(f"This email address {once} to another person", "email")
    now_said = {"first_name": first_name, "last_name": last_name, "email": email, "fte": details.fte}
    before = {name: getattr(person, name) for name, value in now_said.items() if getattr(person, name) != value}
    if {"first_name", "last_name", "email"} & set(before):
        db.session.add(former_details_of(person, by))
    person.first_name, person.last_name, person.fte = first_name, last_name, details.fte
    person.email, person.email_key = email, key
    person.name_key, person.sort_key = name_key(first_name, last_name)[:210], sort_key(first_name, last_name)
    keep_search_words(person)
    after = {name: now_said[name] for name in before}
    audit.record("person.changed", f"person:{person.ref}", actor=by, before=before, after=after)


def former_details_of(person: Person, by: User | None, *, merge_id: int | None = None) -> FormerDetails:
    """What somebody is called now, as their history keeps it before it changes."""
    return FormerDetails(
        person_id=person.id,
        first_name=person.first_name,
        last_name=person.last_name,
        email=person.email,
        email_key=person.email_key,
        ended_by_id=None if by is None else by.id,
        merge_id=merge_id,
    )


def check_name(name: str, field: str) -> None:
    """Refuse a name that is none, or that a spreadsheet would run.

    :raises DetailsNotAllowed: at the field.
    """
    if not name:
        raise DetailsNotAllowed("Enter the name", field)
    if name[0] in "=+@" or has_control_characters(name):
        raise DetailsNotAllowed("A name cannot start with =, + or @, nor hold control characters", field)


def checked_email(text: str) -> str:
    """The address as it is kept.

    :raises DetailsNotAllowed: at the field `email`, if it is none.
    """
    try:
        address = validate_email(text.strip(), check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        raise DetailsNotAllowed(
            "Enter an email address in the correct format, like name@example.gov.uk", "email"
        ) from None
    return address.original


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
