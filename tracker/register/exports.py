"""The people list to take away: the same people in the same order, only the columns listed here, a row a person."""

import csv
import io
import tempfile
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import IO

import xlsxwriter

from tracker.core.text import spreadsheet_safe
from tracker.register import queries
from tracker.register.queries import PersonRow, Standing

BATCH = 1_000
BOM = "\ufeff"
"""What tells a spreadsheet that the text is UTF-8."""
CONTROLS = dict.fromkeys([*range(32), 127])


def _of_latest(value: Callable[[Standing], object]) -> Callable[[PersonRow], object]:
    """A column about the enrolment that changed last."""
    return lambda row: value(row.latest) if row.latest else ""


COLUMNS: tuple[tuple[str, Callable[[PersonRow], object]], ...] = (
    ("person_ref", lambda row: row.ref),
    ("first_name", lambda row: row.first_name),
    ("last_name", lambda row: row.last_name),
    ("email", lambda row: row.email),
    ("organisation", lambda row: row.organisation),
    ("grade", lambda row: row.grade),
    ("profession", lambda row: row.profession),
    ("region", lambda row: row.region),
    ("fte", lambda row: float(row.fte)),
    ("programme", _of_latest(lambda latest: latest.programme)),
    ("cohort", _of_latest(lambda latest: latest.cohort)),
    ("stage", _of_latest(lambda latest: latest.stage)),
    ("effective_on", _of_latest(lambda latest: latest.since.isoformat())),
    ("planned_return", _of_latest(lambda latest: latest.return_on.isoformat() if latest.return_on else "")),
    ("enrolments", lambda row: len(row.enrolments)),
)
"""What may leave: the names are those of the import where there is one."""


def table(ids: Sequence[int]) -> Iterator[list[str | float]]:
    """The rows of people, read a batch at a time, safe to be opened by a spreadsheet."""
    waiting = iter(ids)
    while batch := list(islice(waiting, BATCH)):
        for row in queries.rows(batch):
            yield [_cell(value(row)) for _, value in COLUMNS]


def _cell(value: object) -> str | float:
    if isinstance(value, int | float):
        return value
    return spreadsheet_safe(str(value or "").translate(CONTROLS))


def as_csv(ids: Sequence[int]) -> Iterator[str]:
    """The rows as CSV (RFC 4180) with a heading, in pieces."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    buffer.write(BOM)
    writer.writerow([name for name, _ in COLUMNS])
    for number, cells in enumerate(table(ids), start=1):
        writer.writerow(cells)
        if number % BATCH == 0:
            yield _taken(buffer)
    yield _taken(buffer)


def _taken(buffer: io.StringIO) -> str:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text


def as_xlsx(ids: Sequence[int]) -> IO[bytes]:
    """The rows as a workbook of one sheet, at its beginning; it vanishes when it is closed.

    Written row by row, so that its size does not depend on memory. Text stays text: nothing is a formula or a link.
    """
    file = tempfile.TemporaryFile()  # noqa: SIM115 - whoever sends it closes it
    with xlsxwriter.Workbook(file, {"constant_memory": True}) as workbook:
        sheet = workbook.add_worksheet("People")
        sheet.freeze_panes(1, 0)
        for column, (name, _) in enumerate(COLUMNS):
            sheet.write_string(0, column, name)
        for number, cells in enumerate(table(ids), start=1):
            for column, cell in enumerate(cells):
                if isinstance(cell, str):
                    sheet.write_string(number, column, cell)
                else:
                    sheet.write_number(number, column, cell)
    file.seek(0)
    return file
