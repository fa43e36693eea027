"""A file of any of the forms, opened as text."""

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tracker.core.intake import Code, Column
from tracker.imports.files.errors import FileRefused
from tracker.imports.files.gate import check_archive
from tracker.imports.files.text import TextFile

ARCHIVE = b"PK"
CONVERT = Path(__file__).with_name("convert.py")
"""Not imported: its reader is needed by the process that reads only."""
NO_SHEET, TOO_MANY = 3, 4
OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
MEMORY_MIB, CPU_SECONDS, PATIENCE_S = 512, 20, 60
MANY_ROWS = 1_100_000
"""More rows than a sheet can have."""


@dataclass(frozen=True)
class Opened:
    """A file opened as text, which stands at `text`. `sheets` are the names of a workbook's sheets, of which the first
    is read; a file that was text has none.
    """

    text: Path
    sheets: tuple[str, ...] = ()

    def refusal(self, refusal: FileRefused) -> FileRefused:
        """The refusal of what was read, saying which sheet that was where there are several."""
        if len(self.sheets) < 2:
            return refusal
        read, *others = (f"‘{name}’" for name in self.sheets)
        which = f"The first sheet was read, {read}, and not {', '.join(others)}: move the table to the first sheet"
        return FileRefused(refusal.code, f"{refusal.advice}. {which}")


def is_spreadsheet(path: Path) -> bool:
    """Whether the file is packed as a spreadsheet is, whatever its name says."""
    with path.open("rb") as stream:
        return stream.read(2) == ARCHIVE


def look_into(path: Path, columns: Sequence[Column]) -> None:
    """Look at a file as far as can be done at once: a spreadsheet's parts, a text's headings.

    :raises FileRefused: if it can be seen already that it cannot be taken.
    """
    if is_spreadsheet(path):
        check_archive(path)
    elif not _is_old_office(path):
        TextFile(path, columns)
    else:
        raise LOCKED


LOCKED = FileRefused(Code.UNREADABLE, "It is locked by a password or in the old Excel form: save it as XLSX or CSV")


def _is_old_office(path: Path) -> bool:
    with path.open("rb") as stream:
        return stream.read(len(OLD_OFFICE)) == OLD_OFFICE


def as_text(path: Path, target: Path, *, most_rows: int | None = None) -> Opened:
    """The file itself where it is text, whatever its name says; a spreadsheet's first sheet, written to `target` as
    CSV.

    :raises FileRefused: if it is neither, or a spreadsheet that cannot be opened safely.
    """
    if _is_old_office(path):
        raise LOCKED
    if not is_spreadsheet(path):
        return Opened(path)
    check_archive(path)
    code, said = _convert(path, target, most_rows or MANY_ROWS)
    if code == TOO_MANY:
        raise FileRefused(Code.TOO_LARGE, f"It has more than {most_rows:,} rows: send it in parts, or as CSV")
    if code == NO_SHEET:
        raise FileRefused(Code.EMPTY, "The spreadsheet has no sheet")
    if code != 0:
        raise FileRefused(
            Code.UNREADABLE,
            "The spreadsheet cannot be opened in the memory and time there is for it: look for cells far from the "
            "table, or save the table as ‘CSV UTF-8’ and send that",
        )
    return Opened(target, tuple(json.loads(said)))


def _convert(source: Path, target: Path, most_rows: int) -> tuple[int, bytes]:
    """Convert in a process of its own, without our environment; its exit code, and what it printed."""
    numbers = (most_rows, MEMORY_MIB, CPU_SECONDS)
    command = [sys.executable, str(CONVERT), str(source), str(target), *map(str, numbers)]
    try:
        ran = subprocess.run(  # noqa: S603 - our own script, and no shell
            command, env={"PATH": "/usr/bin:/bin"}, timeout=PATIENCE_S, check=False, capture_output=True
        )
    except subprocess.TimeoutExpired:
        return -1, b""
    return ran.returncode, ran.stdout
