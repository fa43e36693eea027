"""A database that the tests themselves hold no connection to."""

import pytest

from tests.databases import Database


@pytest.fixture
def let_go(database: Database) -> None:
    """Let a restore find the database out of use."""
    database.let_go()
