"""Undoing an import: one act, while nothing rests on what it brought."""

from dataclasses import replace

from sqlalchemy import text
from sqlalchemy.orm import Session

from tracker.accounts import audit
from tracker.accounts.models import User
from tracker.core.clock import now
from tracker.core.db import db, is_sqlite
from tracker.core.errors import DomainError
from tracker.core.intake import Kind
from tracker.core.job import request_run
from tracker.imports.models import ImportBatch, Status
from tracker.imports.queries import intake_of

COMPILE = "compile-figures"
"""The job that is due whenever an import changed what the figures rest on."""
WRITTEN = (
    "campaign, candidacy, candidate, cohort, enrolment, enrolment_key, event, event_void, journey, log_version, "
    "person, placement, posting, supervisor_assignment, target_version, vacancy, week_log"
)
DUPLICATES = "new-duplicates"
"""The job that is due whenever an import brought people."""


class UndoNotAllowed(DomainError):
    """Something rests on the import. `reasons` says what."""

    def __init__(self, message: str, reasons: list[str]) -> None:
        """Keep the reasons one by one."""
        super().__init__(message)
        self.reasons = reasons


def figures_are_due() -> None:
    """Have the figures compiled as soon as this unit of work is kept, and duplicates of who is new looked for."""
    request_run(COMPILE)
    request_run(DUPLICATES)


def take_turn(session: Session) -> None:
    """Have other writers wait until this unit of work is kept. On SQLite there is only ever one."""
    if not is_sqlite(session):
        session.execute(text(f"LOCK TABLE {WRITTEN} IN SHARE ROW EXCLUSIVE MODE"))


def reasons_against(batch: ImportBatch, kind: Kind) -> list[str]:
    """Why an import cannot be undone now, in the user's words; nothing where it can."""
    if batch.status is not Status.LOADED:
        return [f"it is not loaded: it is {batch.status.value}"]
    return kind.refusals(db.session(), intake_of(batch))


def what_stays(batch: ImportBatch, kind: Kind) -> list[str]:
    """What an import made that an undo leaves, or has left, because others use it or have changed it, in words."""
    if batch.status not in {Status.LOADED, Status.UNDONE}:
        return []
    return list(kind.stays(db.session(), intake_of(batch)))


def undo(batch: ImportBatch, kind: Kind, *, undone_by: User | None) -> None:
    """Take back what an import brought: every figure and record is as it was, unless somebody changed it since.

    :raises UndoNotAllowed: if it is not loaded, or something rests on it; nothing has been changed.

    Flushes; the caller owns the transaction.
    """
    session = db.session()
    take_turn(session)
    session.refresh(batch)
    if batch.status is not Status.LOADED:
        raise UndoNotAllowed(f"Import {batch.ref} is not loaded: it is {batch.status.value}", [])
    by_id = None if undone_by is None else undone_by.id
    intake = replace(intake_of(batch), instant=now(), by_id=by_id)
    if reasons := kind.refusals(session, intake):
        what = "; ".join(reasons)
        raise UndoNotAllowed(f"Import {batch.ref} cannot be undone, because this rests on it: {what}", reasons)
    kind.undo(session, intake)
    batch.status, batch.undone_at, batch.undone_by_id = Status.UNDONE, intake.instant, by_id
    session.flush()
    audit.record("import.undone", f"import:{batch.ref}", actor=undone_by, after={"kind": batch.kind})
    figures_are_due()
