"""Checking what was read against itself and against the records."""

from itertools import islice
from typing import cast

from sqlalchemy import Table, delete, select, text, update
from sqlalchemy.orm import Session

from tracker.core.db import is_sqlite
from tracker.core.intake import Intake, Kind
from tracker.imports.models import ImportProblem
from tracker.imports.services.staging import keep_problems

PROBLEMS = cast(Table, ImportProblem.__table__)
AT_A_TIME = 2_000


def check(session: Session, kind: Kind, intake: Intake, *, consequences: bool) -> int:
    """Apply the rules that need the whole file or the records, and set rows in error apart; how many problems there
    were.

    :param consequences: also judge what would be left without the rows in error, so that the rest can be loaded.
    """
    if not is_sqlite(session):
        # Fresh rows are unknown to PostgreSQL's planner until it looks at them.
        session.execute(text("ANALYZE " + kind.table.name))
    found = _pass(session, kind, intake, consequences=False)
    while consequences and (more := _pass(session, kind, intake, consequences=True)):
        found += more
    return found


def _pass(session: Session, kind: Kind, intake: Intake, *, consequences: bool) -> int:
    problems = kind.check(session, intake, consequences)
    found = 0
    while part := list(islice(problems, AT_A_TIME)):
        found += keep_problems(session, intake.import_id, part, by_check=True)
    if found:
        rows = kind.table
        wrong = select(PROBLEMS.c.row).where(PROBLEMS.c.import_id == intake.import_id, PROBLEMS.c.by_check)
        session.execute(
            update(rows).where(rows.c.import_id == intake.import_id, rows.c.row.in_(wrong)).values(is_valid=False)
        )
    return found


def forget_check(session: Session, kind: Kind, import_id: int) -> None:
    """Take back what an earlier check found, because the records may have changed since."""
    mine = (PROBLEMS.c.import_id == import_id, PROBLEMS.c.by_check)
    if session.scalar(select(PROBLEMS.c.id).where(*mine).limit(1)) is None:
        return
    session.execute(delete(PROBLEMS).where(*mine))
    wrong = select(PROBLEMS.c.row).where(PROBLEMS.c.import_id == import_id)
    rows = kind.table
    session.execute(update(rows).where(rows.c.import_id == import_id, rows.c.row.not_in(wrong)).values(is_valid=True))
