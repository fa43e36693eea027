"""Many rows at once, by the quickest way each database has."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Table, insert
from sqlalchemy.dialects import sqlite
from sqlalchemy.orm import Session

from tracker.core.db import is_sqlite


def rows_written(session: Session, statement: Any) -> int:
    """Write many rows by one statement; how many they were."""
    result: Any = session.execute(statement.execution_options(preserve_rowcount=True))
    return int(result.rowcount)


def insert_rows(session: Session, table: Table, names: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Insert rows without going through the types of their columns: days and instants are ISO text, booleans 0 and 1.

    One prepared statement on SQLite, a copy on PostgreSQL. Part of the session's transaction.
    """
    driver: Any = session.connection().connection.driver_connection
    if is_sqlite(session):
        columns = [table.c[name] for name in names]
        statement = insert(table).values(dict.fromkeys(columns)).compile(dialect=sqlite.dialect(paramstyle="qmark"))
        driver.executemany(str(statement), rows)
        return
    quote = session.connection().dialect.identifier_preparer.quote
    copy = f"COPY {quote(table.name)} ({', '.join(map(quote, names))}) FROM STDIN"
    with driver.cursor() as cursor, cursor.copy(copy) as stream:
        for row in rows:
            stream.write_row(row)
