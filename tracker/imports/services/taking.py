"""Taking a file in: an import begun for it, read, checked and loaded, or refused."""

import hashlib
from pathlib import Path

from sqlalchemy import delete
from sqlalchemy.orm import Session

from tracker.core.clock import now
from tracker.core.db import db, transaction
from tracker.core.intake import Counts, Intake
from tracker.imports.models import ImportBatch, ImportProblem, Status
from tracker.imports.registry import KINDS
from tracker.imports.services.loading import RowsInError, load, look, rehearse
from tracker.imports.services.staging import Progress, clear, quiet, stage
from tracker.ledger.services import new_ref

PIECE = 1 << 20


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal."""
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while piece := stream.read(PIECE):
            digest.update(piece)
    return digest.hexdigest()


def begin(
    kind: str, path: Path, *, name: str, is_historical: bool, created_by_id: int | None, stored_as: str | None = None
) -> ImportBatch:
    """Begin an import for a file. Flushes; the caller owns the transaction."""
    batch = ImportBatch(
        ref=new_ref(),
        kind=kind,
        file_name=name[:200],
        sha256=sha256_of(path),
        size=path.stat().st_size,
        is_historical=is_historical,
        created_by_id=created_by_id,
        stored_as=stored_as,
        heartbeat_at=now(),
    )
    db.session.add(batch)
    db.session.flush()
    return batch


def read(import_id: int, text: Path, *, most_rows: int | None = None, progress: Progress = quiet) -> None:
    """Read the text of a file anew, whatever was read of it before. Opens its own transactions.

    :raises FileRefused: if the file as a whole cannot be taken.
    """
    kind = KINDS[_kind_of(import_id)]
    with transaction() as session:
        clear(session, import_id, kind.table)
    stage(import_id, kind, text, most_rows=most_rows, progress=progress)


def _kind_of(import_id: int) -> str:
    return db.session.get_one(ImportBatch, import_id).kind


def finish(import_id: int, *, by_id: int | None, accept_valid: bool, dry_run: bool) -> Counts:
    """Load what was read, or say what loading it would do. Opens its own transactions.

    :raises RowsInError: as `load`; the errors are kept.
    """
    kind = KINDS[_kind_of(import_id)]
    if not dry_run:
        batch = load(import_id, kind, by_id=by_id, accept_valid=accept_valid)
        return Counts(batch.created, batch.updated, batch.unchanged, batch.events)
    rejected = look(import_id, kind, accept_valid=accept_valid)
    if rejected and not accept_valid:
        raise RowsInError(f"{rejected:,} rows are in error, so nothing would be loaded")
    return rehearse(import_id, kind, by_id=by_id, before=_nothing, after=lambda *_: None)


def _nothing(session: Session, intake: Intake) -> None:
    """Nothing needs to be known before."""


def refuse(import_id: int, why: str) -> None:
    """Keep why a file was not taken, and nothing of its rows; the errors stay. Opens its own transaction."""
    with transaction() as session:
        batch = session.get_one(ImportBatch, import_id)
        batch.status, batch.failure = Status.REFUSED, why
        table = KINDS[batch.kind].table
        session.execute(delete(table).where(table.c.import_id == import_id))


def forget(import_id: int) -> None:
    """Forget an import that was only tried. Opens its own transaction."""
    with transaction() as session:
        batch = session.get_one(ImportBatch, import_id)
        clear(session, import_id, KINDS[batch.kind].table)
        session.execute(delete(ImportProblem).where(ImportProblem.import_id == import_id))
        session.delete(batch)
