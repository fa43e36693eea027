"""The schema: brought up to date, and compared with what the code expects."""

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

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


def current() -> str | None:
    """The revision the database is at; None for an empty one."""
    with db.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def upgrade() -> None:
    """Bring the database to the revision the code expects.

    :raises ConfigurationError: if it is at a revision the code does not know: it belongs to a newer release.
    """
    refuse_newer()
    command.upgrade(_scripts(), "head")


def refuse_newer() -> None:
    """Refuse a database of a newer release.

    :raises ConfigurationError: saying so.
    """
    at = current()
    known = {script.revision for script in ScriptDirectory.from_config(_scripts()).walk_revisions()}
    if at is not None and at not in known:
        raise ConfigurationError(
            f"the database is at revision {at}, which is newer than this code: install the newer release"
        )


def downgrade(revision: str) -> None:
    """Take the database back to an earlier revision; used to prove that migrations go both ways."""
    command.downgrade(_scripts(), revision)
