"""The schema: brought up to date, and compared with what the code expects."""

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from tracker.core.config import ROOT
from tracker.core.db import db
from tracker.core.errors import ConfigurationError


def _scripts() -> Config:
    config = Config()
    config.set_main_option("script_location", str(ROOT / "migrations").replace("%", "%%"))
    return config


def head() -> str:
    """The revision the code expects."""
    revision = ScriptDirectory.from_config(_scripts()).get_current_head()
    assert revision is not None  # there is a first migration
    return revision


def current(connection: Connection | None = None) -> str | None:
    """The revision the database is at; None for an empty one.

    :param connection: where to look; the service's own database where it is None.
    """
    if connection is not None:
        return MigrationContext.configure(connection).get_current_revision()
    with db.engine.connect() as own:
        return MigrationContext.configure(own).get_current_revision()


def upgrade() -> None:
    """Bring the database to the revision the code expects.

    :raises ConfigurationError: if it is at a revision the code does not know: it belongs to a newer release.
    """
    refuse_newer()
    command.upgrade(_scripts(), "head")


def upgrade_within(connection: Connection) -> None:
    """Bring the database to the revision the code expects, as a part of the caller's transaction."""
    scripts = _scripts()
    scripts.attributes["connection"] = connection
    command.upgrade(scripts, "head")


def rebuild(connection: Connection, revision: str) -> None:
    """Take everything away and put the tables of a revision in its place, as a part of the caller's transaction."""
    scripts = _scripts()
    scripts.attributes["connection"] = connection
    if current(connection) is not None:
        command.downgrade(scripts, "base")
    command.upgrade(scripts, revision)


def is_known(revision: str) -> bool:
    """Whether the code knows a revision; one that it does not know belongs to a newer release."""
    return revision in {script.revision for script in ScriptDirectory.from_config(_scripts()).walk_revisions()}


def refuse_newer() -> None:
    """Refuse a database of a newer release.

    :raises ConfigurationError: saying so.
    """
    at = current()
    if at is not None and not is_known(at):
        raise ConfigurationError(
            f"the database is at revision {at}, which is newer than this code: install the newer release"
        )


def downgrade(revision: str) -> None:
    """Take the database back to an earlier revision; used to prove that migrations go both ways."""
    command.downgrade(_scripts(), revision)
