"""Putting a backup back. All in one transaction: afterwards the records are those of the backup, or as they were
before."""

from pathlib import Path
from typing import Any

import pysqlite3.dbapi2 as sqlite
from flask import current_app
from sqlalchemy import Connection, Integer, delete, exists, inspect, literal, select, table, text

from tracker.core import migrating, schema
from tracker.core.config import Settings
from tracker.core.db import db, is_sqlite, transaction
from tracker.core.errors import DomainError
from tracker.jobs import archive, queries
from tracker.jobs.archive import Manifest, RecordTable, TableState

RECORDS = ("user_account", "person", "event")
"""A database without any of these holds nothing that anybody entered."""
IN_USE = "The database is in use: stop the servers and schedulers first"


def restore(file: Path) -> Manifest:
    """Put the records of a backup in the place of whatever the database holds.

    :raises DomainError: if the backup is damaged or of a newer release; if the database is in use, or holds the
        records of another installation. Nothing is changed then.
    """
    manifest = archive.read_manifest(file)
    if not schema.is_known(manifest.revision):
        raise DomainError(f"The backup is at revision {manifest.revision}, of a newer release: install that release")
    refuse_use()
    _refuse_foreign(manifest)
    with transaction() as session:
        connection = session.connection()
        _have_time(connection)
        migrating.rebuild(connection, manifest.revision)
        _load(connection, file, manifest)
        _prove(connection, manifest)
        migrating.upgrade_within(connection)
    return manifest


def holds_records() -> bool:
    """Whether anybody has entered anything."""
    with db.engine.connect() as connection:
        there = set(inspect(connection).get_table_names()) & set(RECORDS)
        return any(
            connection.execute(select(exists(select(literal(1)).select_from(table(name))))).scalar() for name in there
        )


def refuse_use() -> None:
    """Refuse while others are connected, or a scheduler was heard of in the last minute.

    :raises DomainError: saying so.
    """
    settings: Settings = current_app.config["TRACKER"]
    db.session.remove()
    db.engine.dispose()
    if settings.is_sqlite:
        _refuse_others_of_sqlite(settings.sqlite_file)
    else:
        _refuse_others_of_postgresql()
    with db.engine.connect() as connection:
        has_beats = inspect(connection).has_table("scheduler_beat")
    if has_beats and queries.live_schedulers():
        raise DomainError(IN_USE)
    db.session.remove()


def _refuse_others_of_sqlite(file: Path) -> None:
    """Who can have the file to itself is alone with it: every connection holds a lock on it as long as it is open."""
    if not file.exists():
        return
    alone = sqlite.connect(file, timeout=0.5)
    alone.isolation_level = None
    try:
        alone.execute("PRAGMA locking_mode=EXCLUSIVE")
        alone.execute("BEGIN EXCLUSIVE")
        alone.execute("ROLLBACK")
    except sqlite.OperationalError as error:
        raise DomainError(IN_USE) from error
    finally:
        alone.close()


def _refuse_others_of_postgresql() -> None:
    others = text(
        "SELECT count(*) FROM pg_stat_activity "
        "WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
    )
    with db.engine.connect() as connection:
        if connection.execute(others).scalar_one():
            raise DomainError(IN_USE)


def _refuse_foreign(manifest: Manifest) -> None:
    """Only its own backup goes over a database that holds records."""
    schema.refuse_newer()
    if holds_records() and queries.database_identity() != manifest.identity:
        raise DomainError("The database holds the records of another installation: restore into an empty database")
    db.session.remove()


def _have_time(connection: Connection) -> None:
    if is_sqlite(connection):
        connection.execute(text("PRAGMA defer_foreign_keys=ON"))
    else:
        connection.execute(text("SET LOCAL statement_timeout = 0"))


def _load(connection: Connection, file: Path, manifest: Manifest) -> None:
    tables = {table.name: table for table in archive.record_tables(connection)}
    for state in manifest.tables:
        target = tables.get(state.name)
        if target is None or set(state.columns) != set(target.columns.keys()):
            raise DomainError(f"The backup's table {state.name} does not fit revision {manifest.revision}")
        rows = table(target.name)
        if connection.execute(select(literal(1)).select_from(rows).limit(1)).first() is not None:
            connection.execute(delete(rows))
        load = _load_sqlite if connection.dialect.name == "sqlite" else _load_postgresql
        load(connection, target, file, state)


def _load_sqlite(connection: Connection, table: RecordTable, file: Path, state: TableState) -> None:
    quote = connection.dialect.identifier_preparer.quote
    columns = ", ".join(quote(name) for name in state.columns)
    marks = ", ".join("?" * len(state.columns))
    statement = f"INSERT INTO {quote(table.name)} ({columns}) VALUES ({marks})"  # noqa: S608 - names from the schema
    converters = [archive.for_sqlite(table.columns[name]) for name in state.columns]
    driver: Any = connection.connection.driver_connection
    for batch in archive.read_rows(file, state):
        rows = ([None if v is None else c(v) for v, c in zip(row, converters, strict=True)] for row in batch)
        driver.executemany(statement, rows)


def _load_postgresql(connection: Connection, table: RecordTable, file: Path, state: TableState) -> None:
    quote = connection.dialect.identifier_preparer.quote
    columns = ", ".join(quote(name) for name in state.columns)
    driver: Any = connection.connection.driver_connection
    is_bytes = [archive.for_sqlite(table.columns[name]) == bytes.fromhex for name in state.columns]
    with driver.cursor() as cursor, cursor.copy(f"COPY {quote(table.name)} ({columns}) FROM STDIN") as copy:
        for batch in archive.read_rows(file, state):
            for row in batch:
                copy.write_row([f"\\x{v}" if b and v is not None else v for v, b in zip(row, is_bytes, strict=True)])
    for name in table.key:
        if isinstance(table.columns[name], Integer):
            _count_on(connection, table.name, name)


def _count_on(connection: Connection, table: str, column: str) -> None:
    """Let the next number given follow the highest that was restored."""
    named = text("SELECT pg_get_serial_sequence(:table, :column)")
    sequence = connection.execute(named, {"table": f'"{table}"', "column": column}).scalar()
    if sequence is not None:
        highest = f'SELECT coalesce(max("{column}"), 0) + 1 FROM "{table}"'  # noqa: S608 - names from the schema
        connection.execute(text(f"SELECT setval(:sequence, ({highest}), false)"), {"sequence": sequence})


def _prove(connection: Connection, manifest: Manifest) -> None:
    """Read everything back: what stands in the database now has the hashes that were taken when the backup was made."""
    read_back = {table.name: table for table in archive.table_states(connection)}
    if read_back != {table.name: table for table in manifest.tables}:
        raise DomainError("The backup is damaged: what was read back is not what was written. Nothing was changed")
    if connection.dialect.name == "sqlite" and connection.execute(text("PRAGMA foreign_key_check")).first() is not None:
        raise DomainError("The backup is damaged: a record refers to one that is not there. Nothing was changed")
