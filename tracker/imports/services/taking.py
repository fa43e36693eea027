"""Taking a file in: an import begun for it, read, checked and loaded, or refused."""

import hashlib
from pathlib import Path
from typing import Any

from sqlalchemy import delete, update

from tracker.core.clock import now
from tracker.core.db import db, keep_statistics, transaction
from tracker.core.errors import DomainError
from tracker.core.intake import Counts
from tracker.imports.files.errors import FileRefused
from tracker.imports.files.opening import Opened
from tracker.imports.models import ImportBatch, ImportProblem, Status
from tracker.imports.registry import KINDS
from tracker.imports.services.effect import seal
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
        heartbeat_at=None if stored_as else now(),
    )
    db.session.add(batch)
    db.session.flush()
    return batch


MUCH = 1000
"""From so many rows or events on, the database is asked to look again at what its plans rest on."""


def read(import_id: int, opened: Opened, *, most_rows: int | None = None, progress: Progress = quiet) -> None:
    """Read a file anew, whatever was read of it before. Opens its own transactions.

    :raises FileRefused: if the file as a whole cannot be taken.
    """
    kind = KINDS[_kind_of(import_id)]
    with transaction() as session:
        clear(session, import_id, kind.table)
    try:
        stage(import_id, kind, opened, most_rows=most_rows, progress=progress)
    except FileRefused as refusal:
        raise opened.refusal(refusal) from refusal


def _kind_of(import_id: int) -> str:
    return db.session.get_one(ImportBatch, import_id).kind


def finish(import_id: int, *, by_id: int | None, accept_valid: bool, dry_run: bool) -> Counts:
    """Load what was read, or say what loading it would do. Opens its own transactions.

    :raises RowsInError: as `load`; the errors are kept.
    """
    kind = KINDS[_kind_of(import_id)]
    if not dry_run:
        batch = load(import_id, kind, by_id=by_id, accept_valid=accept_valid)
        counts = Counts(batch.created, batch.updated, batch.unchanged, batch.events)
        if counts.created + counts.updated + counts.events >= MUCH:
            keep_statistics()
        return counts
    rejected = look(import_id, kind, accept_valid=accept_valid)
    if rejected and not accept_valid:
        raise RowsInError(f"{rejected:,} rows are in error, so nothing would be loaded")
    return rehearse(import_id, kind, by_id=by_id)


def refuse(import_id: int, why: str) -> None:
    """Keep why a file was not taken, and nothing of its rows; the errors stay. Opens its own transaction."""
    with transaction() as session:
        batch = session.get_one(ImportBatch, import_id)
        if batch.status is not Status.CANCELLED:
            batch.status, batch.failure = Status.REFUSED, why
        table = KINDS[batch.kind].table
        session.execute(delete(table).where(table.c.import_id == import_id))


def checked(import_id: int, effect: dict[str, Any] | None, failure: str = "") -> None:
    """The check is finished, unless it was cancelled meanwhile. Opens its own transaction.

    :param effect: what loading it would do, where that was worked out.
    :param failure: why it was not loaded, where that was asked for before.
    """
    with transaction() as session:
        session.execute(
            update(ImportBatch)
            .where(ImportBatch.id == import_id, ImportBatch.status.in_((Status.CHECKING, Status.LOADING)))
            .values(status=Status.CHECKED, effect=effect, failure=failure, heartbeat_at=now())
        )


def cancel(batch: ImportBatch) -> None:
    """Give an import up before it is loaded. Flushes; the caller owns the transaction.

    :raises DomainError: if it is being loaded, or is no longer in hand.
    """
    db.session.refresh(batch, with_for_update=True)
    if batch.status not in {Status.RECEIVED, Status.CHECKING, Status.CHECKED}:
        raise DomainError(f"It cannot be cancelled any more: it is {batch.status.value}")
    batch.status = Status.CANCELLED
    clear(db.session(), batch.id, KINDS[batch.kind].table)
    db.session.flush()


class ShownOtherwise(DomainError):
    """The page somebody pressed on does not show what the file would do now."""


def ask_for_load(batch: ImportBatch, *, by_id: int, seen: str) -> None:
    """Have a checked import loaded, without the rows in error. Flushes; the caller owns the transaction.

    :param seen: the seal of what was shown to whoever asks.
    :raises ShownOtherwise: if that is not what is known of it now.
    :raises DomainError: if it is not waiting to be loaded, or every row is in error.
    """
    db.session.refresh(batch, with_for_update=True)
    if batch.status is not Status.CHECKED:
        raise DomainError(f"It cannot be loaded now: it is {batch.status.value}")
    if batch.accepted == 0:
        raise DomainError("Every row is in error. Mend the file and send it again")
    if seen != seal(batch):
        raise ShownOtherwise("What the file would do has changed since you opened this page. Check it and load again")
    batch.status, batch.loaded_by_id, batch.accepts_valid = Status.LOADING, by_id, batch.rejected > 0
    batch.heartbeat_at, batch.failure = None, ""
    db.session.flush()


def try_again(batch: ImportBatch) -> None:
    """Let the work on an import be taken up again. Flushes; the caller owns the transaction.

    :raises DomainError: if somebody is at it.
    """
    db.session.refresh(batch, with_for_update=True)
    if not batch.has_died:
        raise DomainError("The work on it goes on")
    batch.heartbeat_at = None
    db.session.flush()


def forget(import_id: int) -> None:
    """Forget an import that was only tried. Opens its own transaction."""
    with transaction() as session:
        batch = session.get_one(ImportBatch, import_id)
        clear(session, import_id, KINDS[batch.kind].table)
        session.execute(delete(ImportProblem).where(ImportProblem.import_id == import_id))
        session.delete(batch)
