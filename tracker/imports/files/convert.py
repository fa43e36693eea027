"""A spreadsheet's first sheet turned into CSV, in a process of its own with little memory and time.

Run as a script, with the standard library and the reader alone: `convert.py IN OUT MOST_ROWS MEMORY_MIB CPU_SECONDS`.
Prints the names of the sheets as a JSON list. Exit code 0: written; 3: it has no sheet; 4: too many rows; anything
else: it cannot be read.
"""

import csv
import datetime
import json
import resource
import sys
from typing import Any

from python_calamine import CalamineWorkbook

COLUMNS = 60
SHEETS, NAME = 100, 100
"""Most sheets that are named, and most characters of a name."""
NO_SHEET, TOO_MANY = 3, 4


def as_text(value: Any) -> str:
    """A cell as it would be typed: whole numbers without a point, days in ISO form."""
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, datetime.datetime):
        is_day = value.time() == datetime.time()
        return value.date().isoformat() if is_day else value.isoformat(sep="T", timespec="seconds")
    return "" if value is None else str(value)


def convert(source: str, target: str, most_rows: int) -> int:
    """Write the first sheet as CSV in UTF-8, and say what sheets there are; the exit code."""
    workbook = CalamineWorkbook.from_path(source)
    if not workbook.sheet_names:
        return NO_SHEET
    json.dump([name[:NAME] for name in workbook.sheet_names[:SHEETS]], sys.stdout)
    sheet = workbook.get_sheet_by_index(0)
    with open(target, "w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        for place, row in enumerate(sheet.iter_rows()):
            if place > most_rows + 20:
                return TOO_MANY
            writer.writerow([as_text(value).replace("\0", "") for value in row[:COLUMNS]])
    return 0


if __name__ == "__main__":
    memory, seconds = int(sys.argv[4]) * 1024 * 1024, int(sys.argv[5])
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    sys.exit(convert(sys.argv[1], sys.argv[2], int(sys.argv[3])))
