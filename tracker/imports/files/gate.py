"""What is looked at before a spreadsheet is opened: nothing of an uploaded archive is believed."""

import re
import zipfile
from pathlib import Path
from typing import IO

from tracker.core.intake import Code
from tracker.imports.files.errors import FileRefused

ENTRIES = 200
UNPACKED = 50 * 1024 * 1024
RATIO = 100
RATIO_FROM = 1024 * 1024
"""Small parts of an honest workbook (a long row of empty cells) can be packed very tightly; bombs are large."""
PIECE = 64 * 1024
SPREADSHEET = re.compile(rb"spreadsheetml|application/vnd\.oasis\.opendocument\.spreadsheet")
REFUSED_PARTS = (
    (re.compile(r"vbaproject|\.bin$|/macrosheets/|^basic/|^scripts/", re.IGNORECASE), "macros or embedded programs"),
    (re.compile(r"externallinks/|/connections\.xml$|/querytables/", re.IGNORECASE), "links to other files"),
    (re.compile(r"/embeddings/|/activex/|^object ", re.IGNORECASE), "embedded objects"),
)
HARMLESS = re.compile(r"printersettings\d*\.bin$", re.IGNORECASE)
"""What Excel keeps of the printer; the one binary part an ordinary workbook has."""
CONTENT_TYPES, MIMETYPE = "[Content_Types].xml", "mimetype"


def _refused(what: str) -> FileRefused:
    return FileRefused(Code.UNREADABLE, f"{what}. Save the table as ‘CSV UTF-8’ and send that")


def check_archive(path: Path) -> None:
    """Refuse a spreadsheet that is none, is too large once unpacked, or holds more than cells.

    :raises FileRefused: saying what is wrong with it.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            _check_entries(archive)
            _check_content(archive)
    except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, EOFError, OSError, ValueError) as error:
        raise _refused("The spreadsheet is damaged") from error
    except RuntimeError as error:
        raise _refused("The spreadsheet is locked by a password") from error
    except zipfile.zlib.error as error:  # type: ignore[attr-defined]
        raise _refused("The spreadsheet is damaged") from error


def _check_entries(archive: zipfile.ZipFile) -> None:
    entries = archive.infolist()
    names = [entry.filename for entry in entries]
    if len(entries) > ENTRIES:
        raise _refused(f"The spreadsheet has {len(entries):,} parts, more than {ENTRIES}")
    if len(set(names)) != len(names):
        raise _refused("The spreadsheet has two parts of one name")
    for entry in entries:
        name = entry.filename
        if name.startswith(("/", "\\")) or ".." in re.split(r"[/\\]", name) or ":" in name or "\0" in name:
            raise _refused("The spreadsheet has a part that would lie outside of it")
        if (entry.external_attr >> 16) & 0o170000 == 0o120000:
            raise _refused("The spreadsheet has a part that points elsewhere")
        if entry.flag_bits & 1:
            raise _refused("The spreadsheet is locked by a password")
        for pattern, what in REFUSED_PARTS:
            if pattern.search(name) and not HARMLESS.search(name):
                raise _refused(f"The spreadsheet holds {what}")


def _check_content(archive: zipfile.ZipFile) -> None:
    """Unpack every part, counting, so that what the archive says of itself does not matter."""
    names = archive.namelist()
    kind = CONTENT_TYPES if CONTENT_TYPES in names else MIMETYPE if MIMETYPE in names else None
    if kind is None or not SPREADSHEET.search(archive.read(kind)[:PIECE]):
        raise _refused("It is an archive, but no XLSX or ODS spreadsheet")
    if b"macroEnabled" in archive.read(kind)[:PIECE]:
        raise _refused("The spreadsheet holds macros or embedded programs")
    unpacked = 0
    for entry in archive.infolist():
        with archive.open(entry) as stream:
            size = _unpack(stream, entry.filename, UNPACKED - unpacked)
        unpacked += size
        if size > RATIO_FROM and size > RATIO * max(entry.compress_size, 1):
            raise _refused("The spreadsheet is packed more tightly than any table")


def _unpack(stream: IO[bytes], name: str, room: int) -> int:
    size, before = 0, b""
    is_markup = name.lower().endswith((".xml", ".rels"))
    while piece := stream.read(PIECE):
        size += len(piece)
        if size > room:
            raise FileRefused(Code.TOO_LARGE, f"It is larger than {UNPACKED // 1024 // 1024} MiB unpacked: use CSV")
        if is_markup and re.search(rb"<!(DOCTYPE|ENTITY)", before + piece.replace(b"\0", b""), re.IGNORECASE):
            raise _refused("The spreadsheet holds definitions that cells have no use for")
        before = piece[-16:].replace(b"\0", b"")
    return size
