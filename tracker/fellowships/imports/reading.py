"""Reading the rows of lists of placements and of weekly logs: cell by cell, then what the cells of one row say."""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select

from tracker.core.cells import BAD_DATE, NAME_LIMIT, past_day, read_day, read_email, read_fte, read_note
from tracker.core.clock import today
from tracker.core.db import db
from tracker.core.intake import CellReader, Code, Problem, Refusal, at_most, optional, required
from tracker.core.text import email_key, fold
from tracker.fellowships.lifecycle import PLACEMENT
from tracker.fellowships.models import Scheme
from tracker.ledger.imports import people
from tracker.ledger.services import new_refs
from tracker.organisations.cells import OrganisationCells, word_reader
from tracker.organisations.models import CapabilitySkill

Cells = Mapping[str, Sequence[str]]
TITLE_LIMIT = 200
FRIDAY = 4
_HALVES = re.compile(r"0*[0-5]([.,]0*)?|0*[0-4]?[.,]50*", re.ASCII)

PLACEMENT_FIELDS = (
    "placement_ref",
    *people.FIELDS,
    "scheme_id",
    "host_id",
    "supervisor_email",
    "supervisor_key",
    "project_title",
    "fte",
    "planned_start",
    "planned_end",
    "stage",
    "effective_on",
    "journey_ref",
)
LOG_FIELDS = ("placement_ref", "week_ending", "days", "summary", "skills", "blockers")


def _scheme_words() -> dict[str, int]:
    every = db.session.scalars(select(Scheme))
    return {fold(name): scheme.id for scheme in every for name in (scheme.name, scheme.code)}


def _read_stage() -> Callable[[str], str | Refusal]:
    words = {fold(name): info.code for info in PLACEMENT.stages.values() for name in (info.label, info.code)}
    unknown = Refusal(Code.UNKNOWN_STAGE, f"Write one of {', '.join(PLACEMENT.stages)}")
    return lambda text: words.get(fold(text), unknown)


def _planned_day(text: str) -> str | Refusal:
    """A planned day, which may lie ahead, as ISO text."""
    day = read_day(text)
    return day if isinstance(day, Refusal) else day.isoformat()


class PlacementReader:
    """Reads rows of a list of placements: one row an event."""

    def __init__(self, is_historical: bool) -> None:
        """Take the reference data as it is now. The file says nothing of when things were recorded (fine print A7)."""
        readers: dict[str, Callable[[str], Any]] = {
            "placement_ref": required(at_most(NAME_LIMIT)),
            **people.READ,
            "scheme": required(word_reader(_scheme_words(), Code.UNKNOWN_REFERENCE, "scheme")),
            "supervisor_email": optional(read_email),
            "project": optional(at_most(TITLE_LIMIT)),
            "fte": optional(read_fte),
            "planned_start": required(_planned_day),
            "planned_end": required(_planned_day),
            "stage": required(_read_stage()),
            "effective_on": required(past_day(today())),
        }
        self.readers = {name: CellReader(name, read) for name, read in readers.items()}
        self.host = CellReader("host_organisation", OrganisationCells().read)

    def read(self, rows: Sequence[int], cells: Cells) -> tuple[list[Sequence[Any]], list[Problem]]:
        """As `RowReader.read`, in the order of `PLACEMENT_FIELDS`."""
        problems: list[Problem] = []
        value = {name: reader.values(rows, cells[name], problems) for name, reader in self.readers.items()}
        texts = cells["host_organisation"]
        hosts = self.host.values(rows, zip(texts, value["effective_on"], strict=True), problems, shown=texts)
        named = list(zip(*(value[name] for name in people.READ), strict=True))
        keys = zip(*map(people.found_by, named), strict=True)
        _compare(rows, value["planned_start"], value["planned_end"], problems)
        supervisors = value["supervisor_email"]
        columns = [
            value["placement_ref"],
            *(value[name] for name in people.READ),
            *keys,
            value["scheme"],
            hosts,
            supervisors,
            [None if address is None else email_key(address) for address in supervisors],
            *(value[name] for name in ("project", "fte", "planned_start", "planned_end", "stage", "effective_on")),
            new_refs(len(rows)),
        ]
        return columns, problems


def _compare(rows: Sequence[int], starts: list[Any], ends: list[Any], problems: list[Problem]) -> None:
    for place, (start, end) in enumerate(zip(starts, ends, strict=True)):
        if start is not None and end is not None and end < start:
            advice = f"It lies before the planned start, {start}: correct one of the two"
            problems.append(Problem(rows[place], "planned_end", Code.END_BEFORE_START, end, advice))
            ends[place] = None


def week_reader(day: date) -> Callable[[str], str | Refusal]:
    """A reader of the Fridays that end weeks which have begun by a day (fine print A13, A15), as ISO text."""
    no_friday = Refusal(Code.BAD_DATE, "A week ends on a Friday: write the day of that Friday")
    ahead = Refusal(Code.FUTURE_DATE, "That week has not begun: a log may be sent from its Monday on")

    def read(text: str) -> str | Refusal:
        friday = read_day(text)
        if isinstance(friday, Refusal):
            return BAD_DATE
        if friday.weekday() != FRIDAY:
            return no_friday
        return ahead if friday - timedelta(days=FRIDAY) > day else friday.isoformat()

    return read


def read_days(text: str) -> float | Refusal:
    """Days of a week in halves, 0 to 5."""
    if _HALVES.fullmatch(text) is None:
        return Refusal(Code.BAD_NUMBER, "Write the days in halves from 0 to 5, such as 2.5")
    return float(text.replace(",", "."))


def skills_reader() -> Callable[[str], str | Refusal]:
    """A reader of skills of the framework, by code or name, with | between them; as a JSON list of codes."""
    every = db.session.execute(select(CapabilitySkill.skill_code, CapabilitySkill.skill).distinct())
    words = {fold(name): code for code, skill in every for name in (code, skill)}

    def read(text: str) -> str | Refusal:
        codes = []
        for name in filter(None, (part.strip() for part in text.split("|"))):
            if fold(name) not in words:
                advice = f"‘{name[:60]}’ is no skill of the framework: write its name, with | between two"
                return Refusal(Code.UNKNOWN_REFERENCE, advice)
            codes.append(words[fold(name)])
        return json.dumps(sorted(set(codes)))

    return read


class LogReader:
    """Reads rows of a list of weekly logs."""

    def __init__(self, is_historical: bool) -> None:
        """Take the reference data as it is now."""
        readers: dict[str, Callable[[str], Any]] = {
            "placement_ref": required(at_most(NAME_LIMIT)),
            "week_ending": required(week_reader(today())),
            "days": required(read_days),
            "summary": required(read_note),
            "skills": optional(skills_reader(), "[]"),
            "blockers": optional(read_note, ""),
        }
        self.readers = {name: CellReader(name, read) for name, read in readers.items()}

    def read(self, rows: Sequence[int], cells: Cells) -> tuple[list[Sequence[Any]], list[Problem]]:
        """As `RowReader.read`, in the order of `LOG_FIELDS`."""
        problems: list[Problem] = []
        value = {name: reader.values(rows, cells[name], problems) for name, reader in self.readers.items()}
        return [value[name] for name in LOG_FIELDS], problems
