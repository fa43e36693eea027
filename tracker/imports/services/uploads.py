"""Uploaded files: kept under names of our own, readable by nobody else, removed on a timer."""

import os
import secrets
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import IO

from sqlalchemy import select

from tracker.core.clock import now
from tracker.core.config import Settings
from tracker.core.db import db
from tracker.core.errors import DomainError
from tracker.core.intake import Code, Column
from tracker.imports.files.errors import FileRefused
from tracker.imports.files.opening import ARCHIVE, look_into
from tracker.imports.models import ImportBatch

KEPT = timedelta(days=30)
PIECE = 1 << 20
SUFFIXES = frozenset({".csv", ".xlsx", ".ods"})


def folder_of(settings: Settings) -> Path:
    """Where uploaded files are kept."""
    folder = settings.instance / "uploads"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def keep_upload(stream: IO[bytes], name: str, columns: Sequence[Column], settings: Settings) -> Path:
    """Keep an uploaded file that is to have the columns of a kind.

    :raises DomainError: if its name has another ending, it is larger than its form may be, or it can be seen already
        that it cannot be taken; nothing is kept.
    """
    suffix = Path(name).suffix.lower()
    if suffix not in SUFFIXES:
        raise DomainError("The file must be a CSV, XLSX or ODS file", "file")
    path = folder_of(settings) / f"{secrets.token_hex(16)}{suffix}"
    size, most = 0, settings.upload_csv_bytes
    try:
        with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as target:
            while piece := stream.read(PIECE):
                if size == 0 and piece.startswith(ARCHIVE):
                    most = settings.upload_xlsx_bytes
                size += len(piece)
                if size > most:
                    raise FileRefused(Code.TOO_LARGE, f"The file must be no larger than {most // PIECE:,} MiB")
                target.write(piece)
        look_into(path, columns)
    except DomainError:
        path.unlink()
        raise
    return path


def remove_old_uploads(settings: Settings) -> int:
    """Remove files that were sent more than 30 days ago, and what was made of them; their counts stay.

    Returns how many imports had one. The caller owns the transaction.
    """
    old = db.session.scalars(
        select(ImportBatch).where(ImportBatch.stored_as.is_not(None), ImportBatch.created_at < now() - KEPT)
    ).all()
    for batch in old:
        assert batch.stored_as is not None  # the query asks for it
        remove(batch.stored_as, settings)
        batch.stored_as = None
    return len(old)


def remove(stored_as: str, settings: Settings) -> None:
    """Remove a file and what was made of it."""
    path = folder_of(settings) / stored_as
    path.unlink(missing_ok=True)
    path.with_suffix(".text").unlink(missing_ok=True)


def text_of(batch: ImportBatch, settings: Settings) -> Path | None:
    """The text of an import's file, as long as it is kept."""
    if batch.stored_as is None:
        return None
    path = folder_of(settings) / batch.stored_as
    made = path.with_suffix(".text")
    return made if made.exists() else path if path.exists() else None
