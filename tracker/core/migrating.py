"""The schema, brought from one revision to another."""

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection

from tracker.core.schema import MIGRATIONS, current, refuse_newer


def _scripts() -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    return config


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


def downgrade(revision: str) -> None:
    """Take the database back to an earlier revision; used to prove that migrations go both ways."""
    command.downgrade(_scripts(), revision)
