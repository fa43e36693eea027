"""The database: how it is spoken to, and the only place where anything is committed.

SQLite and PostgreSQL. Reads begin by themselves; writes happen inside `transaction()` and nowhere else.
"""

import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any, TypeVar

import pysqlite3.dbapi2 as sqlite
from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import (
    CheckConstraint,
    Connection,
    DateTime,
    Dialect,
    Engine,
    MetaData,
    String,
    TypeDecorator,
    event,
    func,
    inspect,
    select,
    text,
)
from sqlalchemy.engine import make_url
from sqlalchemy.orm import DeclarativeBase, Session
from werkzeug.local import LocalProxy

from tracker.core.clock import now
from tracker.core.config import Settings
from tracker.core.errors import ConfigurationError

CONVENTION = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
WAL_SAFE_SINCE = (3, 51, 3)
"""Before this release SQLite could damage a WAL file that several processes write to."""
SQLITE_PRAGMAS = (
    "busy_timeout=15000",
    "foreign_keys=ON",
    "synchronous=FULL",
    "trusted_schema=OFF",
    "cell_size_check=ON",
    "mmap_size=0",
    "secure_delete=FAST",
    "journal_size_limit=67108864",
    "cache_size=-4000",
)
"""Of the cache, in KiB, every connection has one of its own, and every sorting may take as much again."""
POSTGRESQL_OPTIONS = (
    "-c statement_timeout=300000 -c lock_timeout=15000 -c idle_in_transaction_session_timeout=60000 -c timezone=UTC "
    "-c random_page_cost=1.1 -c jit=off"
)
"""Its own cost of looking a row up is that of disks that turn: it would rather read everybody than find a few."""
UNPREPARED: Mapping[str, Any] = {"prepare_threshold": None}
"""No statement is kept ready with one plan for all values: where most rows share one, and for lists of any length, that
takes many times as long. To forbid such plans altogether would have each foreign key of each row planned anew too."""


class Base(DeclarativeBase):
    """The base of every table's class."""

    metadata = MetaData(naming_convention=CONVENTION)


db = SQLAlchemy(model_class=Base, disable_autonaming=True, session_options={"expire_on_commit": True})

if TYPE_CHECKING:
    Model = Base
else:
    Model = db.Model

Member = TypeVar("Member", bound=StrEnum)


class UtcDateTime(TypeDecorator[datetime]):
    """An instant: aware in Python, UTC in the database. A naive datetime is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """To UTC; without the offset on SQLite, which stores text that must sort."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant must carry its offset")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Back to an aware datetime in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def one_of(column: str, members: type[StrEnum] | tuple[str, ...]) -> CheckConstraint:
    """The constraint that a text column holds one of the members."""
    listed = ", ".join(f"'{member}'" for member in members)
    return CheckConstraint(f"{column} IN ({listed})", name=column)


class StrEnumType(TypeDecorator[Member]):
    """A text column read and written as the members of an enumeration. Pair it with `one_of`."""

    impl = String
    cache_ok = True

    def __init__(self, enumeration: type[Member], length: int = 30) -> None:
        """Keep the enumeration the text stands for."""
        super().__init__(length)
        self.enumeration = enumeration

    def process_bind_param(self, value: Member | str | None, dialect: Dialect) -> str | None:
        """The member's text; text that is no member is refused."""
        return None if value is None else self.enumeration(value).value

    def process_result_value(self, value: str | None, dialect: Dialect) -> Member | None:
        """The member the text stands for."""
        return None if value is None else self.enumeration(value)


def key_of(row: Any) -> int | None:
    """The number of a row, also behind a stand-in for it, without reading it again where a unit of work has ended."""
    row = row._get_current_object() if isinstance(row, LocalProxy) else row
    state: Any = inspect(row, raiseerr=False)
    return state.identity[0] if state is not None and state.identity else getattr(row, "id", None)


def is_sqlite(connection: Connection | Session | None = None) -> bool:
    """Whether the records are in SQLite; for the few places where the two databases need different words."""
    bind = (
        db.session.get_bind()
        if connection is None
        else connection.get_bind()
        if isinstance(connection, Session)
        else connection
    )
    return bind.dialect.name == "sqlite"


PATIENCE_MS = 15_000
"""How long a unit of work waits on SQLite for the one before it."""


@contextmanager
def transaction(wait_ms: int = PATIENCE_MS) -> Iterator[Session]:
    """The unit in which anything is written: all of it is kept, or nothing.

    Ends the read that came before, so that what the block reads is what it will overwrite; takes the write lock at
    once on SQLite. The caller is a view that writes, the job runner or a command, and holds it over no slow work but
    the database's own.

    :param wait_ms: how long to wait on SQLite while another unit of work runs; short for what may as well be left
        undone.
    """
    session = db.session()
    session.rollback()
    connection = session.connection(execution_options={"sqlite_write": True, "sqlite_wait_ms": wait_ms})
    if not is_sqlite(connection):
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock_shared({UNDER_WAY})")
    try:
        for claim in _claims:
            claim(session)
        yield session
        for conclude in _conclusions:
            conclude(session)
        session.commit()
    except BaseException:
        session.rollback()
        raise


UNDER_WAY = 5_001
"""The lock that units of work share on PostgreSQL, so that somebody can wait until none is under way."""


TURNS = 5_017
"""The name under which PostgreSQL knows whose turn it is to write about something."""


def take_turns(about: str) -> None:
    """Until the unit of work ends, let nobody else who asks for the same write: for what has no row to be held.

    What is read afterwards is what the one before has left. On SQLite there is only ever one who writes.

    :param about: what is written about, such as `target:training.trained/all`.
    """
    if not is_sqlite():
        db.session.execute(select(func.pg_advisory_xact_lock(TURNS, zlib.crc32(about.encode()) >> 1)))


def settled_instant() -> datetime:
    """The present instant, with no unit of work under way: whatever was recorded before it is in the database by now.

    What is then asked as known at it will never be answered otherwise. Ends the read that came before.
    """
    session = db.session()
    session.rollback()
    connection = session.connection(execution_options={"sqlite_write": True, "sqlite_wait_ms": PATIENCE_MS})
    if not is_sqlite(connection):
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({UNDER_WAY})")
    instant = now()
    session.rollback()
    return instant


def is_alone(session: Session) -> bool:
    """Whether no other unit of work is under way; none begins then before this one has ended.

    Asked inside `transaction()`; never waits. On SQLite there is only ever one.
    """
    if is_sqlite(session):
        return True
    found: bool = session.connection().exec_driver_sql(f"SELECT pg_try_advisory_xact_lock({UNDER_WAY})").scalar_one()
    return found


@contextmanager
def reading_everything(*, whole_tables: bool = True) -> Iterator[None]:
    """Around statements that read most of the ledger: PostgreSQL is told to join by hashing.

    It cannot know how many rows a window function leaves, takes them for a few, and would look each one up among all
    others. Nor does it know how many rows a statement will have written by its end.

    :param whole_tables: that reading a table to its end is cheaper than by an index; not where rows are written, whose
        foreign keys are looked up one by one.
    """
    session = db.session()
    if is_sqlite(session):
        yield
        return
    settings = {"enable_nestloop": ("off", "on"), "random_page_cost": ("4", "1.1")}
    chosen = settings if whole_tables else {"enable_nestloop": settings["enable_nestloop"]}

    def apply(which: int) -> None:
        words = ", ".join(f"set_config('{name}', '{values[which]}', true)" for name, values in chosen.items())
        session.connection().exec_driver_sql(f"SELECT {words}")

    apply(0)
    yield
    # After an error the transaction ends, and the settings with it.
    apply(1)


_claims: list[Any] = []
_conclusions: list[Any] = []


def keep_statistics() -> None:
    """Have the database look again at how full its tables are, after much was written: its plans rest on that.

    What it knew when the tables were empty can turn a second into hours. Opens its own transaction.
    """
    with transaction() as session:
        look_at_tables(session)


def look_at_tables(session: Session) -> None:
    """Have the database look at how full its tables are as this unit of work sees them, what it wrote itself too."""
    session.execute(text("PRAGMA optimize=0x10002" if is_sqlite(session) else "ANALYZE"))


def claim_in_every_transaction(claim: Any) -> None:
    """Have every unit of work begin with this call: how a form's key is claimed together with its effect."""
    if claim not in _claims:
        _claims.append(claim)


def conclude_every_transaction(conclude: Any) -> None:
    """Have every unit of work end with this call, just before it is kept.

    How the audit trail is written with the act.
    """
    if conclude not in _conclusions:
        _conclusions.append(conclude)


def init_db(app: Flask, settings: Settings) -> None:
    """Bind the database to the app with the engine each kind of database needs."""
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = _engine_options(settings)
    db.init_app(app)
    with app.app_context():
        if settings.is_sqlite:
            _listen_to_sqlite(db.engine)


def _engine_options(settings: Settings) -> dict[str, Any]:
    if settings.is_sqlite:
        return {"module": sqlite, "hide_parameters": True, "connect_args": {"timeout": 15}}
    query = make_url(settings.database_url).query
    options = " ".join(filter(None, (POSTGRESQL_OPTIONS, str(query.get("options", "")))))
    return {
        "hide_parameters": True,
        "pool_pre_ping": True,
        "pool_size": 5,
        "max_overflow": 5,
        "pool_timeout": 5,
        "pool_recycle": 1800,
        "connect_args": {"connect_timeout": 5, "options": options, **UNPREPARED},
    }


def _listen_to_sqlite(engine: Engine) -> None:
    """Take transactions out of the driver's hands: its own mode loses concurrent updates without an error."""
    if sqlite.sqlite_version_info < WAL_SAFE_SINCE:
        raise ConfigurationError(
            f"SQLite {sqlite.sqlite_version} can damage its file: install the locked pysqlite3 wheel"
        )

    @event.listens_for(engine, "connect")
    def connect(connection: Any, record: Any) -> None:
        connection.isolation_level = None
        for pragma in SQLITE_PRAGMAS:
            connection.execute("PRAGMA " + pragma)
        mode = connection.execute("PRAGMA journal_mode=WAL").fetchone()[0]
        if mode != "wal":
            raise ConfigurationError(
                f"the database file is in {mode} mode: its folder must allow the two files SQLite keeps beside it"
            )

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        options = connection.get_execution_options()
        if options.get("sqlite_write"):
            connection.exec_driver_sql(f"PRAGMA busy_timeout={int(options.get('sqlite_wait_ms', PATIENCE_MS))}")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if options.get("sqlite_write") else "BEGIN")
