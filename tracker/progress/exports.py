"""A table as a file: CSV for anything that reads it, XLSX with what the numbers mean beside them.

Numbers are numbers, text is text: nothing in either is run as a formula.
"""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass

from xlsxwriter import Workbook

from tracker.core.text import spreadsheet_safe

Cell = str | int | float | None


@dataclass(frozen=True)
class Sheet:
    """A table with a name, the columns' headings, and notes that say what it holds."""

    name: str
    columns: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    notes: Sequence[tuple[str, str]]


def as_csv(sheet: Sheet) -> bytes:
    """The table as CSV without the notes: UTF-8 with the mark that spreadsheets know it by, and CRLF."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(sheet.columns)
    writer.writerows([_safe(cell) for cell in row] for row in sheet.rows)
    return text.getvalue().encode("utf-8-sig")


def as_xlsx(sheet: Sheet) -> bytes:
    """The table as a workbook, with a second sheet of notes."""
    content = io.BytesIO()
    plain = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with Workbook(content, plain) as book:
        bold = book.add_format({"bold": True})
        table = book.add_worksheet(sheet.name[:31])
        table.write_row(0, 0, sheet.columns, bold)
        for number, row in enumerate(sheet.rows, start=1):
            for place, cell in enumerate(row):
                if cell is not None:
                    table.write(number, place, _safe(cell))
        table.freeze_panes(1, 1)
        table.autofit()
        notes = book.add_worksheet("Notes")
        for number, (label, text) in enumerate(sheet.notes):
            notes.write_string(number, 0, label, bold)
            notes.write_string(number, 1, spreadsheet_safe(text))
        notes.set_column(0, 0, 24)
        notes.set_column(1, 1, 100)
    return content.getvalue()


def _safe(cell: Cell) -> Cell:
    return spreadsheet_safe(cell) if isinstance(cell, str) else cell


FORMATS = {
    "csv": (as_csv, "text/csv; charset=utf-8"),
    "xlsx": (as_xlsx, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}
