"""Which schema a database has, and which one the code expects. How it is brought from one to the other is in
`migrating`, apart from this: what only migrations need is not loaded by servers and schedulers."""

from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import DatabaseError

from tracker.core.config import ROOT
from tracker.core.db import db
from tracker.core.errors import ConfigurationError

MIGRATIONS = ROOT / "migrations"


def revisions() -> list[str]:
    """The revisions the code knows, the oldest first: the numbers that the files of the migrations begin with."""
    return sorted(file.name.partition("_")[0] for file in (MIGRATIONS / "versions").glob("[0-9]*_*.py"))


def head() -> str:
    """The revision the code expects."""
    return revisions()[-1]


def current(connection: Connection | None = None) -> str | None:
    """The revision the database is at; None for an empty one.

    :param connection: where to look; the service's own database where it is None.
    """
    if connection is None:
        with db.engine.connect() as own:
            try:
                return _revision(own)
            except DatabaseError:
                # Whether there is one at all is asked only now: a database that has none is rare.
                own.rollback()
                return current(own)
    return _revision(connection) if inspect(connection).has_table("alembic_version") else None


def _revision(connection: Connection) -> str | None:
    revision: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return revision


def is_known(revision: str) -> bool:
    """Whether the code knows a revision; one that it does not know belongs to a newer release."""
    return revision in revisions()


def refuse_newer() -> None:
    """Refuse a database of a newer release.

    :raises ConfigurationError: saying so.
    """
    at = current()
    if at is not None and not is_known(at):
        raise ConfigurationError(
            f"the database is at revision {at}, which is newer than this code: install the newer release"
        )
