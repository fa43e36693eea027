import pytest
from flask import Flask

from tests.counting import Queries, counted


@pytest.fixture
def queries(app: Flask) -> Queries:
    """`with queries() as asked:` lists what was asked of the database."""
    return counted(app)
