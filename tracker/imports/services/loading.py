"""Loading what was read and checked: one unit of work, all or nothing."""

from contextlib import nullcontext

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from tracker.accounts import audit
from tracker.accounts.models import User
from tracker.core.clock import now
from tracker.core.db import reading_everything, transaction
from tracker.core.errors import DomainError
from tracker.core.intake import Counts, Intake, Kind
from tracker.imports.models import ImportBatch, Status
from tracker.imports.queries import intake_of, rows_in_error
from tracker.imports.services.checking import check, forget_check
from tracker.imports.services.undoing import figures_are_due, take_turn
from tracker.ledger.models import Journey

CAN_BE_LOADED = frozenset({Status.CHECKING, Status.CHECKED, Status.LOADING})


class RowsInError(DomainError):
    """Rows are in error, and the file is taken as a whole or not at all."""


class Watch:
    """Looks on while a file is loaded, or only tried, within the transaction; this one asks for nothing."""

    def before(self, session: Session, intake: Intake) -> None:
        """Called when the rows are checked, and nothing is written yet."""

    def after(self, session: Session, intake: Intake, counts: Counts) -> None:
        """Called when all is written. What it raises takes everything back."""


NOBODY = Watch()


class _TakenBack(Exception):
    """Ends a unit of work that was only tried."""


def load(import_id: int, kind: Kind, *, by_id: int | None, accept_valid: bool, watch: Watch = NOBODY) -> ImportBatch:
    """Check what was read once more and write it. Opens its own transactions.

    :param accept_valid: load the rows without an error although others have one.
    :raises RowsInError: where rows are in error and `accept_valid` is not given, or none is without; nothing was
        written but the errors.
    """
    with transaction() as session:
        batch = _prepare(session, import_id, kind, by_id, accept_valid)
        is_loaded = batch.rejected == 0 or (accept_valid and batch.accepted > 0)
        if is_loaded:
            _write(session, batch, kind, watch)
        else:
            batch.loaded_at, batch.loaded_by_id = None, None
    if not is_loaded:
        raise RowsInError(f"{batch.rejected:,} of {batch.rows:,} rows are in error, so nothing was loaded")
    with transaction() as session:
        # What waited to be loaded is no longer needed; the errors stay, for the file to mend.
        session.execute(delete(kind.table).where(kind.table.c.import_id == import_id))
    return batch


def look(import_id: int, kind: Kind, *, accept_valid: bool) -> int:
    """Check what was read and keep what is wrong; how many rows are in error. Opens its own transaction."""
    with transaction() as session:
        batch = _prepare(session, import_id, kind, None, accept_valid)
        batch.loaded_at = None
        return batch.rejected


def rehearse(import_id: int, kind: Kind, *, by_id: int | None, watch: Watch = NOBODY) -> Counts:
    """What loading the valid rows would do, found by doing it and taking it back. Opens its own transaction."""
    counts: list[Counts] = []
    try:
        with transaction() as session:
            batch = _prepare(session, import_id, kind, by_id, accept_valid=True)
            counts.append(_loaded(session, intake_of(batch), kind, batch.rows, watch))
            raise _TakenBack
    except _TakenBack:
        return counts[0]


def _prepare(session: Session, import_id: int, kind: Kind, by_id: int | None, accept_valid: bool) -> ImportBatch:
    """Take the turn, give the load its instant, and check."""
    take_turn(session)
    batch = session.get_one(ImportBatch, import_id)
    if batch.status not in CAN_BE_LOADED:
        raise DomainError(f"Import {batch.ref} cannot be loaded: it is {batch.status.value}")
    batch.loaded_at, batch.loaded_by_id, batch.accepts_valid = now(), by_id, accept_valid
    session.flush()
    forget_check(session, kind, import_id)
    check(session, kind, intake_of(batch), consequences=accept_valid)
    batch.rejected = rows_in_error(batch)
    return batch


def _loaded(session: Session, intake: Intake, kind: Kind, rows: int, watch: Watch) -> Counts:
    """Write what was read: a list that is longer than all there is, by joins that read everything.

    The database plans each statement by the size of its tables before it begins. Where those are empty it would look
    every row up among the rows that the same statement writes.
    """
    watch.before(session, intake)
    some = select(Journey.id).limit(rows).subquery()
    is_most = (session.scalar(select(func.count()).select_from(some)) or 0) < rows
    with reading_everything(whole_tables=False) if is_most else nullcontext():
        counts = kind.load(session, intake)
    watch.after(session, intake, counts)
    return counts


def _write(session: Session, batch: ImportBatch, kind: Kind, watch: Watch) -> None:
    counts = _loaded(session, intake_of(batch), kind, batch.rows, watch)
    batch.created, batch.updated, batch.unchanged = counts.created, counts.updated, counts.unchanged
    batch.events, batch.status, batch.heartbeat_at = counts.events, Status.LOADED, now()
    session.flush()
    actor = None if batch.loaded_by_id is None else session.get(User, batch.loaded_by_id)
    facts = {"kind": batch.kind, "sha256": batch.sha256, "rows": batch.rows, "rejected": batch.rejected}
    audit.record("import.loaded", f"import:{batch.ref}", actor=actor, after=facts)
    if counts.created or counts.updated:
        figures_are_due()
