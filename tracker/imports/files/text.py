"""CSV in the forms people send it: its encoding, its separator, its header, its records in batches."""

import codecs
import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from tracker.core.intake import Code, Column, Problem
from tracker.core.text import spreadsheet_safe
from tracker.imports.files.errors import FileRefused
from tracker.imports.files.headings import Headings, match_headings

BATCH = 2_000
"""Rows read, checked and kept at a time."""
LINE_LIMIT = 1_000_000
"""Longest line, in characters. Twelve columns at their limits need far less."""
COLUMN_LIMIT = 500
SEPARATORS = ",;\t"
SNIFFED = 65_536
HEADER_LINES = 5
"""How many records are looked at for the header: a title or a note may stand above it."""
_BREAKS = "\t\n\r\x0b\x0c"

ENCODINGS = {
    "utf-8-sig": "UTF-8 with a mark at its start",
    "utf-8": "UTF-8",
    "cp1252": "Windows-1252",
    "utf-16": "UTF-16",
}


@dataclass(frozen=True)
class Batch:
    """Some records: the number of each, its cells in the order of the kind's columns, what is wrong with how they are
    written, and how many bytes had been read by then.
    """

    rows: list[int]
    cells: dict[str, Sequence[str]]
    problems: list[Problem]
    read_bytes: int


def unreadable(advice: str) -> FileRefused:
    """The refusal of a file that cannot be read."""
    return FileRefused(Code.UNREADABLE, advice)


def detect_encoding(path: Path) -> str:
    """The encoding of a text file: by its mark, else UTF-8 if it is that, else Windows-1252.

    :raises FileRefused: for a file that is none of them, saying how to save it.
    """
    with path.open("rb") as stream:
        start = stream.read(SNIFFED)
        if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            stream.seek(0)
            if _decodes(stream, "utf-16"):
                return "utf-16"
            raise unreadable("Its UTF-16 text is damaged: save it as ‘CSV UTF-8’ and send that")
        if b"\0" in start:
            raise unreadable("It is not text, or text in UTF-16 without a mark: save it as ‘CSV UTF-8’ and send that")
        stream.seek(0)
        for encoding in ("utf-8", "cp1252"):
            if _decodes(stream, encoding):
                is_marked = encoding == "utf-8" and start.startswith(codecs.BOM_UTF8)
                return "utf-8-sig" if is_marked else encoding
            stream.seek(0)
    raise unreadable("It is neither UTF-8 nor Windows-1252 text: save it as ‘CSV UTF-8’ and send that")


def _decodes(stream: IO[bytes], encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        while piece := stream.read(1 << 20):
            decoder.decode(piece)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


class TextFile:
    """A CSV file opened for reading: its headings are known, its records come in batches."""

    def __init__(self, path: Path, columns: Sequence[Column]) -> None:
        """Find out how the file is written.

        :raises FileRefused: if it cannot be read, lacks a required column, or holds nothing.
        """
        self.path = path
        self.columns = columns
        self.encoding = detect_encoding(path)
        with self._open() as stream:
            start = stream.read(SNIFFED)
        if not start.strip():
            raise FileRefused(Code.EMPTY, "The file holds nothing: put the headings in its first row")
        self.separator = max(SEPARATORS, key=lambda one: self._find(start, one)[0].known)
        self.headings, self.header_at = self._find(start, self.separator)
        self._refuse_unless_text(start)
        if missing := self.headings.missing:
            raise FileRefused(Code.MISSING_COLUMN, f"Add the column{'s' * (len(missing) > 1)} {', '.join(missing)}")

    @property
    def results(self) -> list[int]:
        """The places of the columns that a report of ours added, if this is one that was mended."""
        return self.headings.results

    def _open(self) -> IO[str]:
        return self.path.open(encoding=self.encoding, newline="")

    def _find(self, start: str, separator: str) -> tuple[Headings, int]:
        """The headings, and which record holds them, if the file is separated so: the one that names most columns."""
        best: tuple[Headings, int] | None = None
        try:
            for place, record in enumerate(csv.reader(io.StringIO(start, newline=""), delimiter=separator)):
                if len(record) > COLUMN_LIMIT:
                    raise unreadable(f"It has more than {COLUMN_LIMIT} columns")
                headings = match_headings(record, self.columns)
                if any(record) and (best is None or headings.known > best[0].known):
                    best = headings, place
                if place >= HEADER_LINES:
                    break
        except csv.Error:
            pass
        return best or (match_headings([], self.columns), 0)

    def _refuse_unless_text(self, start: str) -> None:
        """Bytes that happen to decode are no text: their controls give them away."""
        header = start[:2_000].splitlines()[0] if self.headings.known == 0 else ""
        if any(letter < " " and letter not in _BREAKS for letter in header):
            raise unreadable("It is not a table in text form: save it as ‘CSV UTF-8’ and send that")

    def batches(self) -> Iterator[Batch]:
        """The records under the header, without blank ones and guidance (those that begin with #), which keep their
        numbers.

        :raises FileRefused: where the file breaks off inside quotes, a line has no end, or a NUL stands in it.
        """
        with self._open() as stream:
            reader = csv.reader(self._lines(stream), delimiter=self.separator, strict=True)
            rows: list[int] = []
            records: list[list[str]] = []
            number = -self.header_at - 1
            try:
                for record in reader:
                    number += 1
                    if number < 1 or not record or (record[0][:1] in _LOOK_TWICE and _is_left_out(record)):
                        continue
                    rows.append(number)
                    records.append(record)
                    if len(rows) >= BATCH:
                        yield self._batch(rows, records, stream)
                        rows, records = [], []
            except csv.Error as error:
                raise unreadable(f"Row {max(number, 0) + 1} {_what_is_wrong(error)}") from error
            except UnicodeError as error:
                raise unreadable("It breaks off in the middle of a character: save it again as ‘CSV UTF-8’") from error
            if rows:
                yield self._batch(rows, records, stream)

    def _batch(self, rows: list[int], records: list[list[str]], stream: IO[str]) -> Batch:
        read_bytes = stream.buffer.tell()  # type: ignore[attr-defined]
        return Batch(rows, self._cells(records), self._surplus(rows, records), read_bytes)

    def _surplus(self, rows: list[int], records: list[list[str]]) -> list[Problem]:
        """A problem for each record with something to the right of the last heading, where it would be lost."""
        width = self.headings.width
        if max(map(len, records)) <= width:
            return []
        problems = []
        for row, record in zip(rows, records, strict=True):
            place = next((at for at in range(width, len(record)) if record[at].strip()), None)
            if place is not None:
                advice = (
                    f"There are {width} headings, and nothing says what this is: take it out, or put quotes around a "
                    "cell that holds the separator"
                )
                problems.append(Problem(row, f"column {place + 1}", Code.TOO_LONG, record[place][:200], advice))
        return problems

    def _lines(self, stream: IO[str]) -> Iterator[str]:
        read = stream.readline
        while line := read(LINE_LIMIT):
            if len(line) >= LINE_LIMIT:
                raise unreadable(f"A line has more than {LINE_LIMIT:,} characters: it is not a table of this kind")
            if "\0" in line:
                raise unreadable("It holds a NUL character, which no text has: save it again as ‘CSV UTF-8’")
            yield line

    def _cells(self, records: list[list[str]]) -> dict[str, Sequence[str]]:
        places = self.headings.places
        wanted = max(places.values(), default=-1) + 1
        if min(map(len, records)) < wanted:
            records = [record + [""] * (wanted - len(record)) for record in records]
        if self.results:
            records = [[_as_typed(cell) for cell in record] for record in records]
        empty = [""] * len(records)
        return {
            column.name: [record[places[column.name]] for record in records] if column.name in places else empty
            for column in self.columns
        }

    def records(self) -> Iterator[tuple[int, list[str]]]:
        """Every record with its number, the header as 0: for sending back rows as they came."""
        with self._open() as stream:
            for place, record in enumerate(csv.reader(self._lines(stream), delimiter=self.separator, strict=True)):
                if place >= self.header_at:
                    yield place - self.header_at, record

    def described(self) -> dict[str, Any]:
        """How the file was read, to be shown."""
        names = {",": "commas", ";": "semicolons", "\t": "tabs"}
        return {
            "encoding": ENCODINGS[self.encoding],
            "separator": names[self.separator],
            "columns": self.headings.recognised,
            "ignored": self.headings.ignored,
            "lines_above": self.header_at,
        }


def _as_typed(cell: str) -> str:
    """A cell of a report without the apostrophe that kept a spreadsheet from running it."""
    return cell[1:] if cell[:1] == "'" and spreadsheet_safe(cell[1:]) == cell else cell


def _what_is_wrong(error: csv.Error) -> str:
    """What a row suffers from that cannot be read, and what to do; the reader's own words are a programmer's."""
    if str(error).startswith("field larger than field limit"):
        most = csv.field_size_limit()
        return f"has a cell of more than {most:,} characters: shorten it, or look for a quote that is not closed"
    return "cannot be read: look for a quote that is not closed, or that stands where none may"


_LOOK_TWICE = ("", "#", " ", "\t", "\u00a0")


def _is_left_out(record: list[str]) -> bool:
    first = record[0]
    return first[:1] == "#" or (not first.strip() and not any(cell.strip() for cell in record))
