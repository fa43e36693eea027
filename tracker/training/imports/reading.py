"""Reading the rows of lists of trainees and of histories: cell by cell, then what the cells of one row say together.

Hand-made rather than a schema library's models: a file has few distinct organisations, grades and days, so reading each
text once and looking it up afterwards is many times quicker than building an object a row, and every code of the
contract is said where it arises.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select

from tracker.core.cells import NAME_LIMIT, past_day, read_email, read_fte, read_instant, read_name, read_note
from tracker.core.clock import london_day, now, today
from tracker.core.db import db
from tracker.core.intake import CellReader, Code, Problem, Refusal, at_most, optional, required
from tracker.core.text import email_key, fold, name_key
from tracker.ledger.services import new_refs
from tracker.organisations.cells import (
    OrganisationCells,
    grade_words,
    profession_words,
    region_words,
    word_reader,
)
from tracker.people.services import search_words, sort_key
from tracker.training.lifecycle import ENROLMENT
from tracker.training.models import Programme
from tracker.training.services.cohorts import code_refusal

Cells = Mapping[str, Sequence[str]]


def _programme_words() -> dict[str, int]:
    every = db.session.scalars(select(Programme))
    return {fold(name): programme.id for programme in every for name in (programme.name, programme.code)}


def _read_stage() -> Callable[[str], str | Refusal]:
    words = {fold(name): info.code for info in ENROLMENT.stages.values() for name in (info.label, info.code)}
    unknown = Refusal(Code.UNKNOWN_STAGE, f"Write one of {', '.join(ENROLMENT.stages)}")
    return lambda text: words.get(fold(text), unknown)


_read_code = at_most(NAME_LIMIT)


def _read_cohort(text: str) -> str | Refusal:
    """A code that a cohort can have: a list makes the cohorts that there are not."""
    code: str | Refusal = _read_code(text)
    if isinstance(code, str) and (refusal := code_refusal(code)):
        return Refusal(Code.UNSAFE_TEXT, refusal)
    return code


def _found_by(person: tuple[str | None, str | None, str | None, str | None]) -> tuple[str | None, ...]:
    """What a person is compared, ordered and found by; nothing where the row has no whole person."""
    first, last, email, ref = person
    if first is None or last is None or email is None or ref is None:
        return None if email is None else email_key(email), None, None, None
    words = _as_json(sorted(search_words(first, last, email, ref)))
    return email_key(email), name_key(first, last)[:210], sort_key(first, last), words


def _as_json(words: list[str]) -> str:
    """The words as a JSON list; put together by hand where nothing has to be escaped, which is many times quicker."""
    text = '","'.join(words)
    if text.isprintable() and "\\" not in text and text.count('"') == 2 * len(words) - 2:
        return f'["{text}"]'
    return json.dumps(words, ensure_ascii=False)


class TraineeReader:
    """Reads rows of a list of trainees."""

    def __init__(self, is_historical: bool) -> None:
        """Take the reference data as it is now. A list of trainees is the same with and without `is_historical`."""
        readers: dict[str, Callable[[str], Any]] = {
            "person_ref": required(at_most(NAME_LIMIT)),
            "first_name": read_name,
            "last_name": read_name,
            "email": required(read_email),
            "grade": required(word_reader(grade_words(), Code.UNKNOWN_GRADE, "grade")),
            "programme": required(word_reader(_programme_words(), Code.UNKNOWN_PROGRAMME, "programme")),
            "cohort": required(_read_cohort),
            "stage": required(_read_stage()),
            "effective_on": required(past_day(today())),
            "profession": optional(word_reader(profession_words(), Code.UNKNOWN_REFERENCE, "profession")),
            "region": optional(word_reader(region_words(), Code.UNKNOWN_REFERENCE, "region")),
            "fte": optional(read_fte),
            "note": optional(read_note),
        }
        self.readers = {name: CellReader(name, read) for name, read in readers.items()}
        self.organisation = CellReader("organisation", OrganisationCells().read)

    def read(self, rows: Sequence[int], cells: Cells) -> tuple[list[Sequence[Any]], list[Problem]]:
        """As `RowReader.read`, in the order of `TRAINEE_FIELDS`."""
        problems: list[Problem] = []
        value = {name: reader.values(rows, cells[name], problems) for name, reader in self.readers.items()}
        texts = cells["organisation"]
        organisations = self.organisation.values(
            rows, zip(texts, value["effective_on"], strict=True), problems, shown=texts
        )
        people = zip(value["first_name"], value["last_name"], value["email"], value["person_ref"], strict=True)
        keys = zip(*map(_found_by, people), strict=True)
        columns = [
            *(value[name] for name in ("person_ref", "first_name", "last_name", "email")),
            *keys,
            value["fte"],
            organisations,
            *(value[name] for name in ("grade", "profession", "region", "programme")),
            *(value[name] for name in ("cohort", "stage", "effective_on", "note")),
            new_refs(len(rows)),
        ]
        return columns, problems


TRAINEE_FIELDS = (
    "person_ref",
    "first_name",
    "last_name",
    "email",
    "email_key",
    "name_key",
    "sort_key",
    "words",
    "fte",
    "organisation_id",
    "grade_id",
    "profession_id",
    "region_id",
    "programme_id",
    "cohort",
    "stage",
    "effective_on",
    "note",
    "journey_ref",
)

HISTORY_FIELDS = ("person_ref", "cohort", "stage", "effective_on", "recorded_at", "note")


class HistoryReader:
    """Reads rows of a history."""

    def __init__(self, is_historical: bool) -> None:
        """`is_historical`: the file says itself when each event was recorded, because it comes from an older system."""
        readers: dict[str, Callable[[str], Any]] = {
            "person_ref": required(at_most(NAME_LIMIT)),
            "cohort": required(at_most(NAME_LIMIT)),
            "stage": required(_read_stage()),
            "effective_on": required(past_day(today())),
            "note": optional(read_note),
        }
        self.readers = {name: CellReader(name, read) for name, read in readers.items()}
        self.is_historical = is_historical
        self.recorded_at = CellReader("recorded_at", optional(past_instant(now())))

    def read(self, rows: Sequence[int], cells: Cells) -> tuple[list[Sequence[Any]], list[Problem]]:
        """As `RowReader.read`, in the order of `HISTORY_FIELDS`."""
        problems: list[Problem] = []
        value = {name: reader.values(rows, cells[name], problems) for name, reader in self.readers.items()}
        recorded: list[Any] = [None] * len(rows)
        if self.is_historical:
            recorded = self.recorded_at.values(rows, cells["recorded_at"], problems)
            self._compare(rows, cells["recorded_at"], value["effective_on"], recorded, problems)
        stored = [None if pair is None else pair[0] for pair in recorded]
        names = ("person_ref", "cohort", "stage", "effective_on")
        return [*(value[name] for name in names), stored, value["note"]], problems

    def _compare(
        self, rows: Sequence[int], texts: Sequence[str], days: list[Any], recorded: list[Any], problems: list[Problem]
    ) -> None:
        """Refuse an event that would have been recorded before it happened (fine print A5).

        An event whose two instants are not both right has no place in the order: its day is not kept.
        """
        for place, (day, pair) in enumerate(zip(days, recorded, strict=True)):
            if pair is None and texts[place].strip():
                days[place] = None
            elif day is not None and pair is not None and pair[1] < day:
                advice = f"It was recorded on {pair[1]}, before the day it happened: correct one of the two"
                problems.append(Problem(rows[place], "effective_on", Code.FUTURE_DATE, day, advice))
                days[place] = None


def past_instant(present: datetime) -> Callable[[str], tuple[str, str] | Refusal]:
    """A reader of instants that have come: as the database keeps them, and the London day as ISO text."""
    ahead = Refusal(Code.FUTURE_DATE, "It cannot have been recorded yet: write an instant that has passed")

    def read(text: str) -> tuple[str, str] | Refusal:
        instant = read_instant(text)
        if isinstance(instant, Refusal):
            return instant
        if instant > present:
            return ahead
        return stored_instant(instant), london_day(instant).isoformat()

    return read


def stored_instant(instant: datetime) -> str:
    """An instant as text that both databases take for a column of instants."""
    return instant.astimezone(UTC).replace(tzinfo=None).isoformat(sep=" ", timespec="microseconds")
