"""The jobs that look for duplicates: every night, and after an import."""

from flask import Flask
from sqlalchemy import select

from tests.conftest import Arrange
from tests.factories import make_person
from tests.imports.conftest import Run, run  # noqa: F401 - a fixture
from tests.imports.files import trainee
from tracker.core.clock import today
from tracker.core.db import db
from tracker.jobs.models import JobRun
from tracker.jobs.registry import job
from tracker.people.identity.models import DuplicatePair


def test_both_jobs_are_safe_to_repeat(app: Flask, arrange: Arrange) -> None:
    with arrange():
        for ref in ("A-1", "B-1"):
            make_person(ref=ref, first_name="Zoë", last_name="Quill")

    with app.app_context():
        found = [job(name).run(today()) for name in ("duplicates", "new-duplicates", "duplicates")]  # type: ignore[union-attr]

        assert found == [1, 0, 1]
        assert len(db.session.scalars(select(DuplicatePair)).all()) == 1


def test_an_import_asks_for_a_search_of_who_is_new(app: Flask, run: Run) -> None:  # noqa: F811
    run("trainees", trainee())

    with app.app_context():
        assert "new-duplicates" in db.session.scalars(select(JobRun.job)).all()
