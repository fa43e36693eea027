"""Everything the service holds about one person, from every part of it: told when they ask, forgotten when due."""

from collections.abc import Iterator
from pathlib import Path

from tracker.accounts import held as accounts
from tracker.core.errors import DomainError
from tracker.core.subject import Facts, Part, Subject
from tracker.fellowships import held as fellowships
from tracker.following import held as following
from tracker.imports import held as imports
from tracker.leadership import held as leadership
from tracker.ledger import held as ledger
from tracker.outbox import held as outbox
from tracker.people import held as people
from tracker.progress import held as progress
from tracker.quality import held as quality
from tracker.training import held as training

PARTS: tuple[Part, ...] = (
    people.PART,
    ledger.PART,
    training.PART,
    fellowships.PART,
    leadership.PART,
    quality.PART,
    progress.PART,
    imports.PART,
    outbox.PART,
    following.PART,
    accounts.PART,
)
"""Each slice that holds something about people; the order is that of the subject access file."""


class NobodyThere(DomainError):
    """A reference that nobody has."""


def subject_of(ref: str) -> Subject:
    """Everybody that a reference stands for, with all that names them.

    :raises NobodyThere: if no part of the service knows the reference.
    """
    known, before = Subject(ref), None
    while known != before:
        before = known
        for part in PARTS:
            known = part.recognise(known)
    if known == Subject(ref):
        raise NobodyThere(f"there is nobody with the reference {ref}")
    return known


def told(subject: Subject) -> dict[str, Facts]:
    """All that is held, in tables by their titles; the empty ones too, to show that they were asked."""
    return {title: facts for part in PARTS for title, facts in part.tell(subject).items()}


def objections(subject: Subject) -> list[str]:
    """Why anonymising must wait, as sentences."""
    return [reason for part in PARTS for reason in part.objections(subject)]


def files(subject: Subject) -> Iterator[Path]:
    """The files outside the database that name them."""
    for part in PARTS:
        yield from part.files(subject)
