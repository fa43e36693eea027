import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from tests.conftest import Arrange
from tests.factories import make_person
from tracker.core.db import db, is_sqlite, keep_statistics


def test_what_the_database_refuses_is_told_without_the_values_that_were_sent(app: Flask) -> None:
    with app.app_context(), pytest.raises(DBAPIError) as refused:
        db.session.execute(
            text("SELECT no_such_column FROM person WHERE email = :email"), {"email": "ann@example.gov.uk"}
        )

    assert "ann@example.gov.uk" not in str(refused.value)


def test_the_database_learns_how_full_its_tables_are(app: Flask, arrange: Arrange) -> None:
    with arrange():
        for _ in range(30):
            make_person()

    with app.app_context():
        keep_statistics()

        known = (
            "SELECT CAST(substr(stat, 1, instr(stat, ' ') - 1) AS INTEGER) FROM sqlite_stat1 WHERE tbl = 'posting'"
            if is_sqlite()
            else "SELECT CAST(reltuples AS INTEGER) FROM pg_class WHERE relname = 'posting'"
        )
        assert db.session.scalars(text(known)).first() == 30
