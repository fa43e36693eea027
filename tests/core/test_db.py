import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from tracker.core.db import db


def test_what_the_database_refuses_is_told_without_the_values_that_were_sent(app: Flask) -> None:
    with app.app_context(), pytest.raises(DBAPIError) as refused:
        db.session.execute(
            text("SELECT no_such_column FROM person WHERE email = :email"), {"email": "ann@example.gov.uk"}
        )

    assert "ann@example.gov.uk" not in str(refused.value)
