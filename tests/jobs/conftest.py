"""A database that the tests themselves hold no connection to, and one whose jobs have nothing to do."""

import pytest
from flask import Flask

from tests.conftest import Arrange, disconnect
from tests.databases import Database
from tracker.jobs import registry, services


@pytest.fixture
def let_go(app: Flask, database: Database) -> None:
    """Let a restore find the database out of use."""
    disconnect(app)
    database.let_go()


@pytest.fixture
def all_done(arrange: Arrange) -> None:
    """Let every job have done what was due: a scheduler that starts finds nothing to do."""
    for job in registry.JOBS:
        with arrange():
            held = services.take(job, "one:1")
            assert held is not None
            services.done(held, 1)
