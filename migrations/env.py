"""Runs the migrations on the database the app is bound to, and takes over nothing else."""

from alembic import context
from sqlalchemy import Connection

from tracker.core.db import db

ONE_AT_A_TIME = 7_210_500
"""The number two migrators agree on: on PostgreSQL the second waits for the first. SQLite has one writer anyway."""


def migrate(connection: Connection) -> None:
    """Run the migrations in one transaction: the whole upgrade either happened or did not."""
    context.configure(connection=connection, target_metadata=db.metadata, render_as_batch=True, compare_type=True)
    with context.begin_transaction():
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({ONE_AT_A_TIME})")
        context.run_migrations()


given = context.config.attributes.get("connection")
if given is not None:
    # A part of the caller's transaction, and kept or undone with it.
    migrate(given)
else:
    with db.engine.connect() as plain:
        # Writes from the first statement on.
        migrate(plain.execution_options(sqlite_write=True))
