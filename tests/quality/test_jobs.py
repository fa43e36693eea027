from datetime import date

from flask import Flask
from sqlalchemy import select

from tests.conftest import Arrange
from tests.factories import make_person
from tracker.jobs.registry import JOBS
from tracker.quality.models import Finding


def test_the_nightly_job_keeps_what_it_finds_and_twice_gives_the_same_rows(app: Flask, arrange: Arrange):
    with arrange():
        make_person(grade=None)
    job = next(job for job in JOBS if job.name == "data-quality")

    with app.app_context():
        first, second = job.run(date(2026, 6, 1)), job.run(date(2026, 6, 1))

    assert (first, second) == (1, 0)
    with arrange() as session:
        assert session.scalars(select(Finding.rule)).all() == ["grade-missing"]
