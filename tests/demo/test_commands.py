"""`tracker demo`, as it is called."""

from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from sqlalchemy import select

from tests.browsers import browser_of
from tests.conftest import Arrange
from tests.databases import Database
from tests.demonstration import demonstrate
from tracker.accounts.models import User
from tracker.accounts.permissions import Role
from tracker.accounts.services.passwords import matches
from tracker.core.calendar import financial_year_start, is_month_end
from tracker.core.clock import today
from tracker.core.db import db
from tracker.demo.commands import demo
from tracker.jobs.models import JobRun, State
from tracker.people.models import Person
from tracker.progress.figures import ALL
from tracker.progress.queries.snapshots import compiled_days, latest_compilation, trajectory
from tracker.progress.queries.targets import target_lines


@pytest.fixture
def run(app: Flask):
    def call(*arguments: str) -> Result:
        return CliRunner().invoke(demo, arguments, obj=lambda: app)

    return call


def people(app: Flask) -> int:
    with app.app_context():
        return len(db.session.scalars(select(Person.id)).all())


@pytest.mark.parametrize("database", ["sqlite", pytest.param("postgresql", marks=pytest.mark.assure)], indirect=True)
def test_it_fills_and_compiles_prints_how_to_sign_in_and_is_kept_when_called_again(
    app: Flask, database: Database, instance: Path, run
):
    said = demonstrate(database, instance)
    again = run("--if-empty")

    for role in Role:
        assert f"{role.value}@demo.example" in said
    password = said.splitlines()[-1].rpartition(": ")[2]
    assert len(password) >= 12
    assert again.exit_code == 0
    assert "kept" in again.output
    assert people(app) == 800
    with app.app_context():
        users = db.session.scalars(select(User)).all()
        assert [user.email for user in users if user.password_hash is None] == ["commissioner@outside.example"]
        assert all(matches(password, user.password_hash) for user in users if user.password_hash)
        figures_of_two_years_stand_beside_a_target_that_adds_up()
    leadership = browser_of(app, "leadership@demo.example")
    assert "Track record: " in leadership.get("/progress/figures/training.trained").text


def figures_of_two_years_stand_beside_a_target_that_adds_up() -> None:
    yesterday, latest = today() - timedelta(days=1), latest_compilation()
    fellows = target_lines(["fellowships.started_in_year"])["fellowships.started_in_year", None]
    lines = target_lines(["training.trained"])
    [trained] = trajectory("training.trained", ALL, yesterday.replace(day=1) - timedelta(days=1), yesterday)[-1:]
    year = financial_year_start(yesterday)
    assert [fellows.on(year), fellows.on(year.replace(year=year.year + 1) - timedelta(days=1))] == [0, 10]
    assert latest is not None
    assert latest.as_at == yesterday
    assert 280 <= (trained.value or 0) <= 430
    assert lines["training.trained", None].goal == 500
    assert sum(line.goal for (_, organisation_id), line in lines.items() if organisation_id) == 500
    assert sum(is_month_end(day) for day in compiled_days()) >= 24
    assert {run.state for run in db.session.scalars(select(JobRun))} == {State.DONE}


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
