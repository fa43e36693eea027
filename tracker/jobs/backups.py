"""Making a backup while the service is at work, and keeping the last of the nightly ones."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pysqlite3.dbapi2 as sqlite
from flask import current_app
from sqlalchemy import Connection, create_engine, text

from tracker.core import clock, schema
from tracker.core.db import db, is_sqlite
from tracker.core.errors import ConfigurationError, DomainError
from tracker.jobs import archive
from tracker.jobs.archive import Manifest

KEEP = 14
PREFIX = "tracker-"


def back_up(file: Path) -> Manifest:
    """Write everything as it is at one instant into a new file; others read and write meanwhile.

    :raises DomainError: if the file exists already, or cannot be written, or what it was made from is damaged.
    """
    if file.exists():
        raise DomainError(f"{file} exists already: name another file")
    draft = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        with snapshot() as connection:
            revision = schema.current(connection)
            if revision is None:
                raise ConfigurationError("the database is empty: run tracker init")
            identity = _identity(connection)
            # Nobody else may read it, from the first byte on.
            with os.fdopen(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600), "w+b") as target:
                made = archive.write(connection, target, revision=revision, identity=identity, made_at=clock.now())
                target.flush()
                os.fsync(target.fileno())
        draft.replace(file)
    except OSError as error:
        raise DomainError(f"{file} cannot be written: {error.strerror}") from error
    finally:
        draft.unlink(missing_ok=True)
    return made


def nightly(_: date) -> int:
    """Make the night's backup and delete all but the last 14; how many records it holds."""
    folder = _folder()
    made = back_up(folder / f"{PREFIX}{_stamp()}.zip")
    for old in sorted(folder.glob(f"{PREFIX}*.zip"))[:-KEEP]:
        old.unlink()
    return made.rows


def before_restore() -> Path:
    """Back up what a restore is about to replace; where to."""
    file = _folder() / f"before-restore-{_stamp()}.zip"
    back_up(file)
    return file


def _folder() -> Path:
    folder: Path = current_app.config["TRACKER"].backups
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def _stamp() -> str:
    return f"{clock.now():%Y%m%dT%H%M%S%fZ}"


@contextmanager
def snapshot() -> Iterator[Connection]:
    """A connection that sees one instant of the records and nothing after it."""
    if is_sqlite():
        with _copy_of_sqlite() as connection:
            yield connection
    else:
        whole = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        with db.engine.connect().execution_options(**whole) as connection:
            connection.execute(text("SET LOCAL statement_timeout = 0"))
            yield connection


@contextmanager
def _copy_of_sqlite() -> Iterator[Connection]:
    """A copy that SQLite itself makes, proved to be sound. The file is never copied: that would tear what is being
    written."""
    with tempfile.TemporaryDirectory(prefix="tracker-backup-", dir=_room()) as folder:
        file = Path(folder) / "copy.sqlite"
        copy = sqlite.connect(file)
        raw = db.engine.raw_connection()
        try:
            raw.driver_connection.backup(copy)  # type: ignore[union-attr]
        finally:
            raw.close()
            copy.close()
        engine = create_engine(f"sqlite:///{file}", module=sqlite)
        try:
            with engine.connect() as connection:
                _prove(connection)
                yield connection
        finally:
            engine.dispose()


def _room() -> Path:
    """The copy is made beside the database: where that has room, so has the copy, and it is on no disk it was not on
    before."""
    file: Path = current_app.config["TRACKER"].sqlite_file
    return file.parent


def _prove(connection: Connection) -> None:
    found = connection.execute(text("PRAGMA integrity_check(1)")).scalar_one()
    if found != "ok":
        raise DomainError(f"The database is damaged: {found}. Restore the last backup")
    if connection.execute(text("PRAGMA foreign_key_check")).first() is not None:
        raise DomainError("The database is damaged: a record refers to one that is not there. Restore the last backup")


def _identity(connection: Connection) -> str:
    return str(connection.execute(text("SELECT value FROM database_identity")).scalar_one())
