"""Finding imports, their problems, and files that were sent before."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Select, and_, func, select
from sqlalchemy.orm import joinedload

from tracker.core.db import db
from tracker.core.intake import Intake
from tracker.imports.models import ImportBatch, ImportProblem, Status


def batch(ref: str) -> ImportBatch | None:
    """The import with a reference."""
    return db.session.scalar(select(ImportBatch).where(ImportBatch.ref == ref))


def batch_with_id(import_id: int) -> ImportBatch:
    """The import with a number that is known to be one."""
    return db.session.get_one(ImportBatch, import_id)


def problems_by_code(batch: ImportBatch) -> list[tuple[str, str, int]]:
    """Column, code and how many errors of it there are, the most frequent first."""
    number = func.count()
    rows = db.session.execute(
        select(ImportProblem.column, ImportProblem.code, number)
        .where(ImportProblem.import_id == batch.id)
        .group_by(ImportProblem.column, ImportProblem.code)
        .order_by(number.desc(), ImportProblem.column, ImportProblem.code)
    )
    return [(column, code, many) for column, code, many in rows]


def imports_of(kind: str) -> Select[Any]:
    """Ids of the imports of a kind."""
    return select(ImportBatch.id).where(ImportBatch.kind == kind)


AWAITS_DECISION = and_(ImportBatch.status == Status.CHECKED, ImportBatch.rejected < ImportBatch.rows)
"""Checked, and somebody has to say whether it is loaded. Where every row is in error there is nothing to load."""
UNDONE = select(ImportBatch.id).where(ImportBatch.status == Status.UNDONE)
"""Ids of the imports that were undone."""


def intake_of(batch: ImportBatch) -> Intake:
    """What the code of the kind needs to know of an import that is loaded, or about to be."""
    assert batch.loaded_at is not None  # set by whoever loads, before
    return Intake(
        import_id=batch.id,
        instant=batch.loaded_at,
        by_id=batch.loaded_by_id,
        is_historical=batch.is_historical,
        imports_of=imports_of,
        undone=UNDONE,
    )


def rows_in_error(batch: ImportBatch) -> int:
    """How many rows have an error."""
    rows = select(func.count(ImportProblem.row.distinct())).where(ImportProblem.import_id == batch.id)
    return db.session.scalar(rows) or 0


def problems_by_row(batch: ImportBatch) -> Iterator[ImportProblem]:
    """Every error, in the order of the rows."""
    yield from db.session.scalars(
        select(ImportProblem)
        .where(ImportProblem.import_id == batch.id)
        .order_by(ImportProblem.row, ImportProblem.id)
        .execution_options(yield_per=1_000)
    )


def batch_count(kinds: Sequence[str], *, waiting: bool = False) -> int:
    """How many imports of some kinds there are, or of them wait for somebody to decide."""
    return db.session.scalar(select(func.count()).select_from(_batches(kinds, waiting=waiting).subquery())) or 0


def _batches(kinds: Sequence[str], *, waiting: bool) -> Select[ImportBatch]:
    every = select(ImportBatch).where(ImportBatch.kind.in_(kinds))
    return every.where(AWAITS_DECISION) if waiting else every


def latest_batches(kinds: Sequence[str], offset: int, limit: int, *, waiting: bool = False) -> Sequence[ImportBatch]:
    """Some imports of some kinds, the latest first; or of those that wait."""
    query = _batches(kinds, waiting=waiting).order_by(ImportBatch.id.desc()).offset(offset).limit(limit)
    return db.session.scalars(query.options(joinedload(ImportBatch.created_by))).all()


def problem_count(batch: ImportBatch) -> int:
    """How many errors there are."""
    return (
        db.session.scalar(select(func.count()).select_from(ImportProblem).where(ImportProblem.import_id == batch.id))
        or 0
    )


def problem_page(batch: ImportBatch, offset: int, limit: int) -> Sequence[ImportProblem]:
    """Some errors, in the order of the rows."""
    return db.session.scalars(
        select(ImportProblem)
        .where(ImportProblem.import_id == batch.id)
        .order_by(ImportProblem.row, ImportProblem.id)
        .offset(offset)
        .limit(limit)
    ).all()


def same_file(batch: ImportBatch) -> Sequence[ImportBatch]:
    """Other imports of the same file that were loaded, the latest first."""
    return db.session.scalars(
        select(ImportBatch)
        .where(
            ImportBatch.sha256 == batch.sha256,
            ImportBatch.kind == batch.kind,
            ImportBatch.id != batch.id,
            ImportBatch.status == Status.LOADED,
        )
        .order_by(ImportBatch.id.desc())
    ).all()
