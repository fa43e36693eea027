"""The rows in error as they came, with what is wrong and what to do: to be mended and sent again."""

import csv
import io
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import TextIO

from tracker.core.text import spreadsheet_safe
from tracker.imports.files.headings import RESULTS
from tracker.imports.files.text import TextFile
from tracker.imports.models import ImportBatch
from tracker.imports.queries import problems_by_row
from tracker.imports.registry import KINDS


def report_lines(batch: ImportBatch, text: Path) -> Iterator[list[str]]:
    """The header and the rows in error, each with two more columns; every cell safe for a spreadsheet.

    What a row has beyond the headings stands to the right of them, as it came. Nothing is read after the last row in
    error: there the file may break off.

    :param text: the file, or what a spreadsheet was turned into.
    """
    file = TextFile(text, KINDS[batch.kind].columns)
    width = 0
    problems = groupby(problems_by_row(batch), key=lambda problem: problem.row)
    wanted, found = next(problems, (0, iter(())))
    for number, record in file.records():
        if number == 0:
            width = len(record)
            yield [*map(spreadsheet_safe, _own(file, record)), *RESULTS]
        elif number == wanted:
            same = list(found)
            cells = _own(file, record[:width] + [""] * (width - len(record)))
            codes = "; ".join(f"{problem.column}: {problem.code}" for problem in same)
            advice = "; ".join(f"{problem.column}: {problem.advice}" for problem in same)
            yield [*map(spreadsheet_safe, (*cells, codes, advice, *record[width:]))]
            wanted, found = next(problems, (0, iter(())))
        if wanted == 0:
            return


def _own(file: TextFile, record: list[str]) -> list[str]:
    """The cells without those that an earlier report added."""
    return [cell for place, cell in enumerate(record) if place not in file.results]


def write_report(batch: ImportBatch, text: Path, stream: TextIO) -> int:
    """Write the report as CSV; how many rows it has."""
    writer = csv.writer(stream)
    rows = -1
    for line in report_lines(batch, text):
        writer.writerow(line)
        rows += 1
    return max(rows, 0)


def report_file(batch: ImportBatch, text: Path) -> str:
    """The report as the content of a CSV file, marked as UTF-8 for spreadsheets."""
    stream = io.StringIO(newline="")
    stream.write("\ufeff")
    write_report(batch, text, stream)
    return stream.getvalue()
