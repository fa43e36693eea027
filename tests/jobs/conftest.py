"""A database that the tests themselves hold no connection to, and one whose jobs have nothing to do."""

import pytest
from flask import Flask

from tests.conftest import Arrange, disconnect
from tests.databases import Database
from tests.jobs.done import let_all_be_done


@pytest.fixture
def let_go(app: Flask, database: Database) -> None:
    """Let a restore find the database out of use."""
    disconnect(app)
    database.let_go()


@pytest.fixture
def all_done(arrange: Arrange) -> None:
    """A scheduler that starts finds nothing to do."""
    let_all_be_done(arrange)
