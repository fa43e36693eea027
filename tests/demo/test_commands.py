"""`tracker demo`, as it is called."""

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from sqlalchemy import select

from tests.conftest import Arrange
from tracker.accounts.models import User
from tracker.accounts.permissions import Role
from tracker.core.db import db
from tracker.demo.commands import demo
from tracker.people.models import Person


@pytest.fixture
def run(app: Flask):
    def call(*arguments: str) -> Result:
        return CliRunner().invoke(demo, arguments, obj=lambda: app)

    return call


def people(app: Flask) -> int:
    with app.app_context():
        return len(db.session.scalars(select(Person.id)).all())


def test_it_prints_every_account_and_the_password_that_was_made_up(app: Flask, run):
    result = run()

    assert result.exit_code == 0, result.output
    assert people(app) == 800
    for role in Role:
        assert f"{role.value}@demo.example" in result.output
    password = result.output.splitlines()[-1].rpartition(": ")[2]
    assert len(password) >= 12


def test_a_database_that_holds_people_is_refused_and_left_as_it_is(app: Flask, arrange: Arrange, run):
    with arrange() as session:
        session.add(Person(ref="P1", first_name="Ann", last_name="Bell", email="a@b.example", email_key="a@b.example",
                           name_key="ann bell", sort_key="bell ann"))  # fmt: skip

    result = run()

    assert result.exit_code == 1
    assert "holds people already" in str(result.exception)
    assert people(app) == 1
    with app.app_context():
        assert db.session.scalars(select(User)).all() == []


def test_if_empty_keeps_a_database_that_holds_people_and_calls_it_done(app: Flask, run):
    run()
    with app.app_context():
        before = db.session.scalars(select(User.password_hash).order_by(User.id)).all()

    result = run("--if-empty")

    assert result.exit_code == 0
    assert "kept" in result.output
    with app.app_context():
        assert db.session.scalars(select(User.password_hash).order_by(User.id)).all() == before
    assert people(app) == 800
