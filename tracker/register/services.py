"""What the register writes that no single slice can: somebody forgotten everywhere at once."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from tracker.accounts import audit
from tracker.accounts.models import User
from tracker.core.db import db
from tracker.core.errors import DomainError
from tracker.core.subject import Subject
from tracker.leadership.queries import candidates as queries
from tracker.leadership.services import retention
from tracker.people.models import Person
from tracker.register import held


class AnonymisingNotAllowed(DomainError):
    """Somebody who cannot be anonymised, or not yet."""


@dataclass(frozen=True)
class Forgotten:
    """What was done: the files that are now to be removed, outside the transaction."""

    files: list[Path]


def anonymise(ref: str, *, despite: str = "", actor: User | None) -> Forgotten:
    """Erase who somebody is from every part of the service; every count, as at any day and as known at any instant,
    stays as it was.

    :param despite: why it is done although something that concerns them is under way, such as the decision on their
        request. It is kept in the audit trail.
    :raises AnonymisingNotAllowed: if it was done before, or something is under way and no reason is given; nothing has
        been changed.

    Flushes; the caller owns the transaction, and removes the files after it.
    """
    subject = held.subject_of(ref)
    _check_not_done(subject)
    reasons = held.objections(subject)
    if reasons and not despite.strip():
        raise AnonymisingNotAllowed(f"{ref} cannot be anonymised yet. " + ". ".join(reasons))
    if subject.is_named_in(despite):
        raise AnonymisingNotAllowed("The reason must not name them: the audit trail keeps it for ever")
    files = list(held.files(subject))
    for part in held.PARTS:
        part.forget(subject)
    facts = {"files": len(files), "despite": reasons or None, "because": despite.strip() or None}
    audit.record("person.anonymised", f"person:{subject.ref}", actor=actor, after={k: v for k, v in facts.items() if v})
    return Forgotten(files)


def _check_not_done(subject: Subject) -> None:
    person = None if subject.person_id is None else db.session.get(Person, subject.person_id)
    known = person or queries.candidate(subject.ref)
    if known is not None and known.anonymised_at is not None:
        raise AnonymisingNotAllowed(f"{subject.ref} was anonymised on {known.anonymised_at:%-d %B %Y} already")


def candidates_due(day: date) -> list[str]:
    """The references of the candidates whose time to be kept was over on a day."""
    return [one.ref for one in retention.due(day)]


def forget_candidate(ref: str) -> Forgotten:
    """Forget a candidate whose time is over. Whoever the programme knows otherwise stays known as that.

    :raises AnonymisingNotAllowed: if a file that names them waits to be loaded.
    """
    candidate = queries.candidate(ref)
    assert candidate is not None  # one of those that are due
    if candidate.person_id is None:
        return anonymise(ref, actor=None)
    retention.forget(candidate, by=None)
    return Forgotten([])
