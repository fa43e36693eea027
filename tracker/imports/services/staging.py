"""Reading a file into the database in small units of work, each of which keeps what has been read and says how far it
came.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, cast

from sqlalchemy import Table, delete, select, update
from sqlalchemy.orm import Session

from tracker.core.bulk import insert_rows
from tracker.core.clock import now
from tracker.core.db import transaction
from tracker.core.errors import DomainError
from tracker.core.intake import Code, Kind, Problem
from tracker.imports.files.errors import FileRefused
from tracker.imports.files.opening import Opened
from tracker.imports.files.text import TextFile
from tracker.imports.models import ImportBatch, ImportProblem, Status

PROBLEMS = cast(Table, ImportProblem.__table__)
PROBLEM_FIELDS = ("import_id", "row", "column", "code", "value", "advice", "by_check")

Progress = Callable[[int], None]


def quiet(read_bytes: int) -> None:
    """Nobody is watching."""


def stage(
    import_id: int, kind: Kind, opened: Opened, *, most_rows: int | None = None, progress: Progress = quiet
) -> int:
    """Read a file into the kind's table, and keep what is wrong with single rows.

    :param most_rows: more rows than this are too many; None for no limit.
    :param progress: told after each unit of work how many bytes have been read.
    :returns: how many rows it has.
    :raises FileRefused: if the file as a whole cannot be taken; what was read until then stays for `clear`.

    Opens its own transactions.
    """
    file = TextFile(opened.text, kind.columns)
    reading = file.described() | {"sheets": opened.sheets}
    with transaction() as session:
        session.execute(
            update(ImportBatch)
            .where(ImportBatch.id == import_id)
            .values(status=Status.CHECKING, reading=reading, heartbeat_at=now(), read_bytes=0, rows=0)
        )
        reader = kind.open_reader(_is_historical(session, import_id))
    rows = 0
    for batch in file.batches():
        rows += len(batch.rows)
        if most_rows is not None and rows > most_rows:
            raise FileRefused(Code.TOO_LARGE, f"It has more than {most_rows:,} rows: send it in parts")
        values, problems = reader.read(batch.rows, batch.cells)
        with transaction() as session:
            _keep(session, import_id, kind, batch.rows, values, batch.problems + problems)
            _say_how_far(session, import_id, batch.read_bytes, rows)
        progress(batch.read_bytes)
    if rows == 0:
        raise FileRefused(Code.EMPTY, "There is no row under the headings")
    return rows


def _say_how_far(session: Session, import_id: int, read_bytes: int, rows: int) -> None:
    """Keep how far the reading has come; stop where the import was cancelled meanwhile."""
    still = session.scalar(
        update(ImportBatch)
        .where(ImportBatch.id == import_id, ImportBatch.status == Status.CHECKING)
        .values(read_bytes=read_bytes, rows=rows, heartbeat_at=now())
        .returning(ImportBatch.id)
    )
    if still is None:
        raise DomainError("The import was cancelled")


def _is_historical(session: Session, import_id: int) -> bool:
    return bool(session.scalar(select(ImportBatch.is_historical).where(ImportBatch.id == import_id)))


def _keep(
    session: Session,
    import_id: int,
    kind: Kind,
    rows: list[int],
    values: list[Sequence[Any]],
    problems: list[Problem],
) -> None:
    wrong = {problem.row for problem in problems}
    valid = [int(row not in wrong) for row in rows] if wrong else [1] * len(rows)
    kept = zip([import_id] * len(rows), rows, valid, *values, strict=True)
    insert_rows(session, kind.table, ("import_id", "row", "is_valid", *kind.fields), kept)
    keep_problems(session, import_id, problems)


def keep_problems(session: Session, import_id: int, problems: Iterable[Problem], *, by_check: bool = False) -> int:
    """Keep problems; how many there were. `by_check`: found by the check of the whole file, which can be made again."""
    kept = [
        (import_id, problem.row, problem.column, problem.code.value, problem.value, problem.advice, int(by_check))
        for problem in problems
    ]
    if kept:
        insert_rows(session, PROBLEMS, PROBLEM_FIELDS, kept)
    return len(kept)


def clear(session: Session, import_id: int, table: Table) -> None:
    """Forget what was read of a file. The caller owns the transaction."""
    session.execute(delete(table).where(table.c.import_id == import_id))
    session.execute(delete(PROBLEMS).where(PROBLEMS.c.import_id == import_id))
