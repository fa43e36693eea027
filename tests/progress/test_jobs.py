from datetime import date
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from tests.conftest import Arrange
from tests.progress.story import TRAINED, tell
from tracker.core.db import db
from tracker.core.job import Job
from tracker.progress.figures import ALL
from tracker.progress.jobs import JOBS
from tracker.progress.models import Compilation
from tracker.progress.queries.answers import compiled_answer
from tracker.progress.registry import METRICS
from tracker.progress.structure import load_structure

BY_NAME = {job.name: job for job in JOBS}


def run(app: Flask, job: Job, day: date) -> int:
    with app.app_context():
        return job.run(day)


def trained(app: Flask, day: date) -> float | None:
    with app.app_context():
        [figure] = compiled_answer(load_structure(), [ALL], [METRICS[TRAINED]], day, None)
        return figure.value


@pytest.mark.usefixtures("told")
def test_the_night_compiles_the_day_before_and_draws_its_charts(app: Flask, instance: Path):
    assert run(app, BY_NAME["compile-figures"], date(2026, 4, 16)) > 0

    assert trained(app, date(2026, 4, 16)) == 4
    assert list((instance / "charts").glob("*.svg"))


@pytest.mark.usefixtures("told")
def test_the_same_night_twice_gives_the_same_figures(app: Flask):
    for _ in range(2):
        run(app, BY_NAME["compile-figures"], date(2026, 4, 16))

    assert trained(app, date(2026, 4, 16)) == 4


@pytest.mark.parametrize(
    ("day", "closes"),
    [
        (date(2026, 4, 30), date(2026, 4, 30)),  # Friday 1 May is the first working day
        (date(2026, 5, 31), date(2026, 5, 31)),  # Monday 1 June
        (date(2026, 1, 1), date(2025, 12, 31)),  # Friday 2 January, behind the bank holiday
        (date(2026, 11, 1), date(2026, 10, 31)),  # Monday 2 November: the month begins on a Sunday
        (date(2026, 10, 31), None),
        (date(2026, 5, 1), None),
        (date(2026, 1, 2), None),
    ],
)
def test_edge_35_the_month_is_closed_on_the_first_working_day_after_it(
    app: Flask, arrange: Arrange, day: date, closes: date | None
):
    tell(arrange)

    written = run(app, BY_NAME["compile-month-end"], day)

    with app.app_context():
        final = db.session.scalars(select(Compilation.as_at).where(Compilation.is_final)).all()
    assert final == ([closes] if closes else [])
    assert (written > 0) == (closes is not None)


@pytest.mark.usefixtures("told")
def test_the_night_counts_again_what_it_compiled(app: Flask):
    compared = [run(app, BY_NAME["recount"], date(2026, 4, 15)) for _ in range(2)]

    assert compared[0] == compared[1] > 0
