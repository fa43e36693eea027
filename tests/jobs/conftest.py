"""A database that the tests themselves hold no connection to."""

import pytest
from flask import Flask

from tests.conftest import disconnect
from tests.databases import Database


@pytest.fixture
def let_go(app: Flask, database: Database) -> None:
    """Let a restore find the database out of use."""
    disconnect(app)
    database.let_go()
