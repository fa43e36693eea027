"""The work on an uploaded file: done where it was sent, or in a process of its own, and taken up where it died."""

import os
import subprocess
import sys
import threading
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import or_, select, update

from tracker.core.clock import now
from tracker.core.config import Settings
from tracker.core.db import db, transaction
from tracker.core.errors import DomainError
from tracker.core.intake import Kind
from tracker.imports.files.opening import as_text, is_spreadsheet
from tracker.imports.models import AT_WORK, HEARTBEAT, ImportBatch, Status
from tracker.imports.registry import KINDS
from tracker.imports.services import taking
from tracker.imports.services.effect import MOST_ROWS, NotAsShown, find_effect, load_as_shown, what_differs
from tracker.imports.services.loading import RowsInError, look
from tracker.imports.services.uploads import folder_of

SMALL = 256 * 1024
"""Files up to so many bytes are worked on while their sender waits: a second or so."""
ROWS_A_SECOND = 1_000
"""How slowly a long unit of work may go before it is taken for dead."""
OTHERWISE = "Nothing was loaded: the records changed since the file was checked, and it would do something else now"
DIED = "The work on it broke off. Try again; if it breaks off again, send the file in parts"


def begin_work(ref: str, settings: Settings, *, size: int) -> None:
    """Work on an import: at once where the file is small, otherwise in a process of its own."""
    if size <= SMALL:
        work(ref, settings)
        return
    environment = {
        **os.environ,
        "DATABASE_URL": settings.database_url,
        "TRACKER_INSTANCE": str(settings.instance),
        "TRACKER_SECRET_KEY": settings.secret_key.decode(),
    }
    command = [str(Path(sys.executable).with_name("tracker")), "import", "work", ref]
    process = subprocess.Popen(  # noqa: S603 - our own command, and no shell
        command,
        env=environment,
        start_new_session=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    # Somebody has to take note of its end; it goes on without us if we end first.
    threading.Thread(target=process.wait, daemon=True).start()


def work(ref: str, settings: Settings) -> bool:
    """Do what is to be done next with an import, unless somebody else is at it. Opens its own transactions.

    What goes wrong with the file is kept with the import and raises nothing.
    """
    import_id = _claim(ref)
    if import_id is None:
        return False
    status = db.session.get_one(ImportBatch, import_id).status
    try:
        if status is Status.LOADING:
            _load(import_id)
        else:
            _check(import_id, settings)
    except DomainError as refusal:
        taking.refuse(import_id, refusal.message)
    return True


def _claim(ref: str) -> int | None:
    """Take an import in hand; None where there is nothing to do, or its worker was heard of lately."""
    with transaction() as session:
        stale = or_(ImportBatch.heartbeat_at.is_(None), ImportBatch.heartbeat_at < now() - HEARTBEAT)
        return session.scalar(
            update(ImportBatch)
            .where(ImportBatch.ref == ref, ImportBatch.status.in_(AT_WORK), stale)
            .values(heartbeat_at=now())
            .returning(ImportBatch.id)
        )


def _check(import_id: int, settings: Settings) -> None:
    batch = db.session.get_one(ImportBatch, import_id)
    kind, folder = KINDS[batch.kind], folder_of(settings)
    if batch.stored_as is None:
        raise DomainError(DIED)
    stored = folder / batch.stored_as
    most = settings.upload_xlsx_rows if is_spreadsheet(stored) else settings.upload_csv_rows
    taking.read(import_id, as_text(stored, stored.with_suffix(".text"), most_rows=most), most_rows=most)
    taking.checked(import_id, _judge(import_id, kind))


def _judge(import_id: int, kind: Kind) -> dict[str, Any] | None:
    """Check what was read, and work out what loading it would do; None where that is nothing, or the file too large."""
    _allow_time(import_id)
    look(import_id, kind, accept_valid=True)
    batch = db.session.get_one(ImportBatch, import_id)
    if batch.accepted == 0 or batch.rows > MOST_ROWS:
        return None
    _allow_time(import_id)
    return find_effect(import_id, kind, by_id=batch.created_by_id)


def _allow_time(import_id: int) -> None:
    """Before a long unit of work, in which nothing else can be written: be heard of again only after it."""
    with transaction() as session:
        batch = session.get_one(ImportBatch, import_id)
        batch.heartbeat_at = now() + timedelta(seconds=batch.rows / ROWS_A_SECOND)


def _load(import_id: int) -> None:
    _allow_time(import_id)
    batch = db.session.get_one(ImportBatch, import_id)
    kind, rejected, shown = KINDS[batch.kind], batch.rejected, batch.effect
    try:
        load_as_shown(import_id, kind)
    except (RowsInError, NotAsShown):
        found = _judge(import_id, kind)
        said = what_differs(shown, found) if shown is not None and found is not None else []
        now_rejected = db.session.get_one(ImportBatch, import_id).rejected
        if now_rejected != rejected:
            said.insert(0, f"rows in error: {now_rejected:,} instead of {rejected:,}")
        what = f" ({'; '.join(said)})" if said else ""
        advice = "Check it below and load again" if found else "Mend the file and send it again"
        taking.checked(import_id, found, f"{OTHERWISE}{what}. {advice}")


def waiting() -> list[str]:
    """The imports somebody should have in hand, but nobody has been heard of."""
    stale = or_(ImportBatch.heartbeat_at.is_(None), ImportBatch.heartbeat_at < now() - HEARTBEAT)
    return list(
        db.session.scalars(
            select(ImportBatch.ref).where(ImportBatch.status.in_(AT_WORK), stale).order_by(ImportBatch.id)
        )
    )
