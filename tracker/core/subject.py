"""What the parts of the service hold about one person: handed over when they ask, forgotten when their time is over.

A slice declares its `Part`; the register adds them up (`register/held.py`), so that a new slice is one line there.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

Facts = list[dict[str, Any]]
"""Rows of a table: the same labels in each, in the order they are read."""


@dataclass(frozen=True)
class Subject:
    """Somebody whose data is asked for, by a reference of theirs; what else is known of them is found from there.

    `refs` are the references under which the audit trail speaks of them: their own, those of their journeys and of
    their account. `emails` and `names` are every address and full name the service has known them by: what is looked
    for in words that others wrote. Where records of theirs were made one, `person_id` and `ref` are those of the one
    that stands for all; `people` and `users` are every record and every account of theirs.
    """

    ref: str
    person_id: int | None = None
    user_id: int | None = None
    people: frozenset[int] = frozenset()
    users: frozenset[int] = frozenset()
    refs: frozenset[str] = frozenset()
    emails: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()

    def also(
        self,
        *,
        person_id: int | None = None,
        user_id: int | None = None,
        people: Iterable[int] = (),
        users: Iterable[int] = (),
        refs: Iterable[str] = (),
        emails: Iterable[str] = (),
        names: Iterable[tuple[str, str]] = (),
    ) -> "Subject":
        """The same somebody, with what else is known: `names` as (first, last)."""
        full = {said for first, last in names if first and last for said in (f"{first} {last}", f"{last}, {first}")}
        return replace(
            self,
            person_id=self.person_id or person_id,
            user_id=self.user_id or user_id,
            people=self.people | set(people) | ({person_id} if person_id else set()),
            users=self.users | set(users) | ({user_id} if user_id else set()),
            refs=self.refs | set(refs),
            emails=self.emails | {email.casefold() for email in emails if email},
            names=self.names | full,
        )

    @property
    def words(self) -> tuple[str, ...]:
        """What names them in free text, the longest first."""
        return tuple(sorted(self.emails | self.names, key=lambda word: (-len(word), word)))

    def is_named_in(self, *texts: str | None) -> bool:
        """Whether a text names them, in whatever case."""
        folded = [text.casefold() for text in texts if text]
        return any(word.casefold() in text for word in self.words for text in folded)

    def taken_out_of(self, text: str) -> str:
        """A text with `REMOVED` wherever it names them."""
        return re.sub("|".join(map(re.escape, self.words)), REMOVED, text, flags=re.IGNORECASE) if self.words else text

    def taken_out_of_name(self, name: str) -> str:
        """The name of a file with `REMOVED` wherever it names them, whatever stands between the words: lee_ann.csv."""
        parts = [re.split(r"[\W_]+", word) for word in self.words]
        forms = {r"[\W_]*".join(map(re.escape, filter(None, words))) for words in parts}
        longest = sorted(filter(None, forms), key=lambda form: (-len(form), form))
        # No letter before or after: ‘Al Li’ does not stand in ‘palliative’.
        named = rf"(?<![^\W\d_])(?:{'|'.join(longest)})(?![^\W\d_])"
        return re.sub(named, REMOVED, name, flags=re.IGNORECASE) if longest else name


REMOVED = "[removed]"
"""What stands where a name or an address stood."""
NOWHERE = "@anonymised.invalid"
"""The end of an address that stands where one was erased: no mail can go there, and none is written."""


def leads_nowhere(address: str | None) -> bool:
    """Whether nobody can be written to at an address: there is none, or it was erased."""
    return not address or address.casefold().endswith(NOWHERE)


def nothing_against(subject: Subject) -> list[str]:
    """The objections of a part that never has any."""
    return []


def nothing_more(subject: Subject) -> Subject:
    """What a part knows that cannot tell one somebody from another."""
    return subject


def nothing_outside(subject: Subject) -> Iterable[Path]:
    """The files of a part that keeps all it holds in the database."""
    return ()


@dataclass(frozen=True)
class Part:
    """What one slice holds about people.

    `recognise` adds what it knows them by to what others know. `tell` gives what it holds, in tables by their titles.
    `forget` erases identity and free text and keeps every row that a figure counts; the caller owns the transaction.
    `objections` are why that must wait, as sentences. `files` are those that hold the words of somebody, found before
    they are forgotten; they are removed once all else is kept.
    """

    tell: Callable[[Subject], dict[str, Facts]]
    forget: Callable[[Subject], None]
    recognise: Callable[[Subject], Subject] = nothing_more
    objections: Callable[[Subject], list[str]] = nothing_against
    files: Callable[[Subject], Iterable[Path]] = nothing_outside
