"""Loading what was read and checked: one unit of work, all or nothing."""

from sqlalchemy import text
from sqlalchemy.orm import Session

from tracker.core.clock import now
from tracker.core.db import is_sqlite, transaction
from tracker.core.errors import DomainError
from tracker.core.intake import Counts, Kind
from tracker.imports.models import ImportBatch, Status
from tracker.imports.queries import intake_of, rows_in_error
from tracker.imports.services.checking import check, forget_check

WRITTEN = "cohort, enrolment, enrolment_key, event, event_void, journey, person, posting"


class RowsInError(DomainError):
    """Rows are in error, and the file is taken as a whole or not at all."""


class _OnlyTried(Exception):
    """Carries what a load did out of the unit of work that is taken back."""

    def __init__(self, counts: Counts) -> None:
        super().__init__()
        self.counts = counts


def load(import_id: int, kind: Kind, *, by_id: int | None, accept_valid: bool) -> ImportBatch:
    """Check what was read once more and write it. Opens its own transaction.

    :param accept_valid: load the rows without an error although others have one.
    :raises RowsInError: where rows are in error and `accept_valid` is not given; nothing was written but the errors.
    """
    with transaction() as session:
        batch = _prepare(session, import_id, kind, by_id, accept_valid)
        if batch.rejected == 0 or accept_valid:
            _count(batch, kind.load(session, intake_of(batch)))
            batch.status = Status.LOADED
        else:
            batch.status, batch.loaded_at, batch.loaded_by_id = Status.CHECKED, None, None
    with transaction() as session:
        batch = session.get_one(ImportBatch, import_id)
        if batch.status is Status.LOADED:
            _clear_rows(session, kind, import_id)
    if batch.status is not Status.LOADED:
        raise RowsInError(f"{batch.rejected:,} of {batch.rows:,} rows are in error, so nothing was loaded")
    return batch


def rehearse(import_id: int, kind: Kind, *, by_id: int | None, accept_valid: bool) -> Counts:
    """What loading would do, found by doing it and taking it back. Opens its own transaction."""
    try:
        with transaction() as session:
            batch = _prepare(session, import_id, kind, by_id, accept_valid)
            raise _OnlyTried(kind.load(session, intake_of(batch)))
    except _OnlyTried as tried:
        return tried.counts


def _prepare(session: Session, import_id: int, kind: Kind, by_id: int | None, accept_valid: bool) -> ImportBatch:
    """Take the lock, give the load its instant, and check."""
    if not is_sqlite(session):
        session.execute(text(f"LOCK TABLE {WRITTEN} IN SHARE ROW EXCLUSIVE MODE"))
    batch = session.get_one(ImportBatch, import_id)
    batch.loaded_at, batch.loaded_by_id, batch.accepts_valid = now(), by_id, accept_valid
    session.flush()
    forget_check(session, kind, import_id)
    check(session, kind, intake_of(batch), consequences=accept_valid)
    batch.rejected = rows_in_error(batch)
    return batch


def _count(batch: ImportBatch, counts: Counts) -> None:
    batch.created, batch.updated, batch.unchanged, batch.events = (
        counts.created,
        counts.updated,
        counts.unchanged,
        counts.events,
    )


def _clear_rows(session: Session, kind: Kind, import_id: int) -> None:
    """What waited to be loaded is no longer needed; the errors stay, for the file to mend."""
    session.execute(kind.table.delete().where(kind.table.c.import_id == import_id))
