"""What a kind of import file is. The slices declare theirs; the imports slice runs them all by one machine.

A file is read cell by cell, column by column: values repeat within a column (there are few organisations, grades and
days), so each is read once and remembered. What a reader refuses, it says by a `Refusal`, never by an exception.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple, Protocol

from sqlalchemy import Select, Table
from sqlalchemy.orm import Session


class Code(StrEnum):
    """What can be wrong with a file or a cell. Users' scripts rely on the words."""

    MISSING_VALUE = "missing-value"
    BAD_DATE = "bad-date"
    FUTURE_DATE = "future-date"
    UNKNOWN_ORGANISATION = "unknown-organisation"
    CLOSED_ORGANISATION = "closed-organisation"
    UNKNOWN_GRADE = "unknown-grade"
    UNKNOWN_PROGRAMME = "unknown-programme"
    UNKNOWN_STAGE = "unknown-stage"
    STAGE_NOT_ALLOWED = "stage-not-allowed"
    BAD_EMAIL = "bad-email"
    DUPLICATE_ROW = "duplicate-row"
    EMAIL_IN_USE = "email-in-use"
    PERSON_DIFFERS = "person-differs"
    UNSAFE_TEXT = "unsafe-text"
    BAD_NUMBER = "bad-number"
    END_BEFORE_START = "end-before-start"
    OVERLAPPING_PLACEMENT = "overlapping-placement"
    TOO_LONG = "too-long"
    UNKNOWN_REFERENCE = "unknown-reference"
    UNREADABLE = "unreadable"
    MISSING_COLUMN = "missing-column"
    TOO_LARGE = "too-large"
    EMPTY = "empty"


class Refusal(NamedTuple):
    """Why a cell cannot be taken, and what to do about it."""

    code: Code
    advice: str


class Problem(NamedTuple):
    """One error of one row. Row 1 is the first record under the header."""

    row: int
    column: str
    code: Code
    value: str
    advice: str


@dataclass(frozen=True)
class Column:
    """A column of a kind of file. Headings match without case, spaces, hyphens or underscores; `synonyms` are known
    too.
    """

    name: str
    meaning: str
    is_required: bool = False
    synonyms: tuple[str, ...] = ()


@dataclass(frozen=True)
class Intake:
    """One import as the code of its kind sees it.

    `instant` is when it is loaded (or, to be undone, undone), in UTC, by the user `by_id`; `imports_of` selects the ids
    of the imports of a kind, `undone` those of the imports that were undone: what they brought is as if it had never
    been there.
    """

    import_id: int
    instant: datetime
    by_id: int | None
    is_historical: bool
    imports_of: Callable[[str], Select[Any]]
    undone: Select[Any]


@dataclass(frozen=True)
class Counts:
    """What a load did, in rows of the file: each accepted row created something, updated something or changed nothing.

    `events` are those recorded.
    """

    created: int
    updated: int
    unchanged: int
    events: int


class RowReader(Protocol):
    """Reads the rows of a file: the cells of a batch in, the columns of the staging table out, with what is wrong."""

    def read(
        self, rows: Sequence[int], cells: Mapping[str, Sequence[str]]
    ) -> tuple[list[Sequence[Any]], list[Problem]]:
        """Read a batch.

        :param rows: the number of each row; there is at least one.
        :param cells: for each column of the kind, one text a row; empty where the file has none.
        :returns: one sequence a column in the order of `Kind.fields`, and the problems in any order.
        """
        ...


def nobody(session: Session, intake: Intake) -> Iterator[dict[str, Any]]:
    """The suspects of a kind of file that brings no people."""
    yield from ()


def nothing(session: Session, intake: Intake) -> Iterator[str]:
    """What a kind of file makes besides, and what of it stays, where it makes nothing."""
    yield from ()


@dataclass(frozen=True)
class Kind:
    """A kind of file.

    `table` is where rows wait between reading and loading; `fields` its columns in the order the reader gives them,
    after the import, the row and whether it is valid. `check` yields what only the whole file and the database can say.
    `load` writes what is valid. `refusals` lists, in the user's words, why an import cannot be undone now; `undo` takes
    it back. `touched` selects the ids of the persons whose figures the import may change, before it is loaded or
    undone. `changes` tells what a load changed of what there was, within its transaction; `suspects` the pairs of
    people who may be one, before it; `makes`, in words and within its transaction, what it made that the file only
    names, such as a cohort, of which a slip of the pen makes another; `stays` what of that an undo leaves, or has left,
    because others use it or have changed it.
    """

    name: str
    title: str
    columns: tuple[Column, ...]
    table: Table
    fields: tuple[str, ...]
    open_reader: Callable[[bool], RowReader]
    check: Callable[[Session, Intake, bool], Iterator[Problem]]
    load: Callable[[Session, Intake], Counts]
    refusals: Callable[[Session, Intake], list[str]]
    undo: Callable[[Session, Intake], None]
    touched: Callable[[Intake], Select[Any]]
    changes: Callable[[Session, Intake], Iterator[dict[str, str]]]
    suspects: Callable[[Session, Intake], Iterator[dict[str, Any]]] = nobody
    makes: Callable[[Session, Intake], Iterator[str]] = nothing
    stays: Callable[[Session, Intake], Iterator[str]] = nothing


REMEMBERED = 2_000
"""Most texts a reader remembers for one column; it then begins anew, so that memory does not grow with the file."""


class _Memory(dict[Any, Any]):
    """What has been read, by the text it was read from."""

    def __init__(self, read: Callable[[Any], Any]) -> None:
        super().__init__()
        self.read = read
        self.has_refused = False

    def __missing__(self, text: Any) -> Any:
        value = self[text] = self.read(text)
        if isinstance(value, Refusal):
            self.has_refused = True
        return value


@dataclass
class CellReader:
    """Reads the cells of one column. Where a cell is refused, its value is None and a problem says why."""

    column: str
    read: Callable[[Any], Any]
    memory: _Memory = field(init=False)

    def __post_init__(self) -> None:
        """Begin with nothing remembered."""
        self.memory = _Memory(self.read)

    def values(
        self, rows: Sequence[int], cells: Iterable[Any], problems: list[Problem], shown: Sequence[str] | None = None
    ) -> list[Any]:
        """The value of each cell.

        :param shown: the texts to show in problems, where `cells` are not themselves texts.
        """
        if len(self.memory) > REMEMBERED:
            self.memory.clear()
        values = list(map(self.memory.__getitem__, cells))
        if self.memory.has_refused:
            self._take_out(rows, values, list(cells) if shown is None else shown, problems)
        return values

    def _take_out(self, rows: Sequence[int], values: list[Any], shown: Sequence[str], problems: list[Problem]) -> None:
        for place, value in enumerate(values):
            if type(value) is Refusal:
                problems.append(Problem(rows[place], self.column, value.code, shown[place][:200], value.advice))
                values[place] = None


MISSING = Refusal(Code.MISSING_VALUE, "Fill in the cell")


def required(read: Callable[[str], Any]) -> Callable[[str], Any]:
    """A reader of stripped text that refuses an empty cell."""

    def read_cell(text: str) -> Any:
        stripped = text.strip()
        return read(stripped) if stripped else MISSING

    return read_cell


def optional(read: Callable[[str], Any], default: Any = None) -> Callable[[str], Any]:
    """A reader of stripped text that takes an empty cell for the default."""

    def read_cell(text: str) -> Any:
        stripped = text.strip()
        return read(stripped) if stripped else default

    return read_cell


def at_most(limit: int) -> Callable[[str], Any]:
    """A reader that takes text as it is, up to a number of characters."""

    def read(text: str) -> Any:
        if len(text) > limit:
            return Refusal(Code.TOO_LONG, f"Shorten it to {limit:,} characters or fewer; it has {len(text):,}")
        return text

    return read
