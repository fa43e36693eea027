"""The database is locked, full, read-only, gone, or of another release: a plain page and a later try, and nothing
half-done."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from flask import Flask
from sqlalchemy import event

from tests.browsers import Browser, browser_of
from tests.conftest import Arrange, SignIn
from tests.databases import Database, PostgresqlDatabase, SqliteDatabase
from tracker.accounts.permissions import Role
from tracker.core import db as core_db
from tracker.core.db import db
from tracker.jobs.models import JobRun

WRITE = "/admin/jobs/backup/run"
on_sqlite = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
on_postgresql = pytest.mark.parametrize("database", ["postgresql"], indirect=True)


@pytest.fixture
def administrator(sign_in: SignIn) -> Browser:
    """Somebody who can do something that writes."""
    return sign_in(Role.ADMINISTRATOR)


def kept(app: Flask) -> int:
    with app.app_context():
        return db.session.query(JobRun).count()


def assert_unavailable(answer: Any) -> None:
    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) > 0
    assert "The service" in answer.text
    assert "Traceback" not in answer.text
    assert "sqlite" not in answer.text.lower()


@contextmanager
def every_connection(app: Flask, pragma: str) -> Iterator[None]:
    """Have every new connection to SQLite begin with a pragma."""

    def begin(connection: Any, record: Any) -> None:
        connection.execute(f"PRAGMA {pragma}")

    with app.app_context():
        engine = db.engine
        engine.dispose()
        event.listen(engine, "connect", begin)
        try:
            yield
        finally:
            event.remove(engine, "connect", begin)
            db.session.remove()
            engine.dispose()


@on_sqlite
def test_a_lock_that_is_held_for_long_makes_writing_wait_and_then_say_so(
    app: Flask, administrator: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(core_db, "PATIENCE_MS", 300)
    monkeypatch.setattr(core_db.transaction.__wrapped__, "__defaults__", (300,))
    with app.app_context(), db.engine.connect() as other:
        other = other.execution_options(sqlite_write=True)
        other.begin()
        reading = administrator.get("/admin/jobs")

        writing = administrator.send(WRITE)

        other.rollback()
    assert reading.status_code == 200
    assert_unavailable(writing)
    assert kept(app) == 0
    assert administrator.send(WRITE).status_code == 303


@on_sqlite
def test_a_full_disk_keeps_reading_and_loses_nothing(app: Flask, administrator: Browser) -> None:
    assert administrator.send(WRITE).status_code == 303
    with every_connection(app, "max_page_count=1"):
        reading = administrator.get("/admin/jobs")
        fill(app)
        writing = [administrator.send(WRITE) for _ in range(40)]

    assert reading.status_code == 200
    assert {answer.status_code for answer in writing} <= {303, 503}
    assert_unavailable(writing[-1])
    assert administrator.send(WRITE).status_code == 303


@on_sqlite
def test_a_file_that_may_only_be_read_is_read(app: Flask, administrator: Browser) -> None:
    with every_connection(app, "query_only=ON"):
        reading = administrator.get("/admin/jobs")
        writing = administrator.send(WRITE)

    assert reading.status_code == 200
    assert_unavailable(writing)
    assert kept(app) == 0


@on_sqlite
def test_a_file_that_is_no_database_is_said_to_be_unavailable(
    app: Flask, database: Database, administrator: Browser
) -> None:
    assert isinstance(database, SqliteDatabase)
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
    whole = database.file.read_bytes()
    for content in (b"not a database" * 1000, b""):
        remove(database.file)
        database.file.write_bytes(content)
        assert_unavailable(administrator.get("/admin/jobs"))
        with app.app_context():
            db.session.remove()
            db.engine.dispose()
    remove(database.file)
    database.file.write_bytes(whole)

    assert administrator.get("/admin/jobs").status_code == 200


def remove(file: Path) -> None:
    for suffix in ("", "-wal", "-shm"):
        file.with_name(file.name + suffix).unlink(missing_ok=True)


def fill(app: Flask) -> None:
    """Use up what room the file has."""
    with db.engine.connect() as connection:
        raw = connection.connection.driver_connection
        assert raw is not None
        try:
            for _ in range(10_000):
                raw.execute("INSERT INTO installation (key, value) VALUES (hex(randomblob(16)), hex(randomblob(90)))")
        except raw.OperationalError as error:
            assert "full" in str(error)  # noqa: PT017


@on_postgresql
def test_connections_that_were_cut_are_made_again_unnoticed(
    app: Flask, database: Database, administrator: Browser
) -> None:
    assert administrator.get("/admin/jobs").status_code == 200
    cut(database)

    answers = [administrator.get("/admin/jobs").status_code, administrator.send(WRITE).status_code]

    assert answers == [200, 303]
    assert kept(app) == 1


@on_postgresql
def test_a_connection_cut_in_the_middle_of_writing_leaves_nothing_and_a_later_try_works(
    app: Flask, database: Database, administrator: Browser
) -> None:
    cuts = [1]

    def cut_once(*_: Any) -> None:
        if cuts:
            cuts.pop()
            cut(database)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "after_cursor_execute", lambda *args: cut_once() if "job_run" in args[2] else None)
    first = administrator.send(WRITE)
    second = administrator.send(WRITE)

    assert_unavailable(first)
    assert second.status_code == 303
    assert kept(app) == 1


@on_postgresql
def test_while_no_connection_is_let_in_every_page_says_so_and_then_works_again(
    app: Flask, database: Database, administrator: Browser, client: Browser
) -> None:
    with closed(database):
        answers = [administrator.get("/admin/jobs"), administrator.send(WRITE), administrator.get("/sign-in")]
        live = client.get("/health/live")
        ready = client.get("/health/ready")

    assert_unavailable(answers[0])
    assert_unavailable(answers[1])
    assert live.status_code == 200
    assert ready.status_code == 503
    assert administrator.get("/admin/jobs").status_code == 200


@on_postgresql
def test_a_database_that_was_never_migrated_is_said_to_be_unavailable(
    app: Flask, arrange: Arrange, administrator: Browser
) -> None:
    def rename(before: str, after: str) -> None:
        with arrange() as session:
            session.connection().exec_driver_sql(f"ALTER TABLE {before} RENAME TO {after}")

    rename("job_run", "job_run_of_a_newer_release")
    try:
        answer = administrator.get("/admin/jobs")
    finally:
        rename("job_run_of_a_newer_release", "job_run")

    assert_unavailable(answer)


def cut(database: Database) -> None:
    """Have the server end every connection to the database."""
    assert isinstance(database, PostgresqlDatabase)
    with psycopg.connect(database.server.get_uri(), autocommit=True) as connection:
        connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [database.name])


@contextmanager
def closed(database: Database) -> Iterator[None]:
    """Have the server let nobody into the database."""
    assert isinstance(database, PostgresqlDatabase)
    with psycopg.connect(database.server.get_uri(), autocommit=True) as connection:
        connection.execute(f'ALTER DATABASE "{database.name}" ALLOW_CONNECTIONS false'.encode())
        cut(database)
        try:
            yield
        finally:
            connection.execute(f'ALTER DATABASE "{database.name}" ALLOW_CONNECTIONS true'.encode())


def test_readers_and_writers_at_once_are_all_served(app: Flask, administrator: Browser) -> None:
    statuses: list[int] = []

    def use() -> None:
        own = browser_of(app, administrator.email)
        for _ in range(5):
            statuses.append(own.get("/admin/jobs").status_code)
            statuses.append(own.send(WRITE).status_code)

    threads = [threading.Thread(target=use) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(set(statuses)) == [200, 303]
    assert kept(app) == 1
