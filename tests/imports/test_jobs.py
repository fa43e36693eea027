"""Imports whose work broke off are taken up by the scheduler."""

from datetime import timedelta
from pathlib import Path

import time_machine
from flask import Flask

from tests.imports.files import as_csv, trainee
from tracker.core import clock
from tracker.core.db import db, transaction
from tracker.imports import jobs
from tracker.imports.models import ImportBatch, Status
from tracker.imports.services import taking


def test_work_that_broke_off_is_taken_up_once_nobody_has_been_heard_of(app: Flask, tmp_path: Path):
    file = tmp_path / "x.csv"
    file.write_text(as_csv(trainee()))
    with app.app_context():
        with transaction() as session:
            batch = taking.begin(
                "trainees", file, name="x", is_historical=False, created_by_id=None, stored_as=str(file)
            )
            batch.status, batch.heartbeat_at = Status.CHECKING, clock.now()
            session.flush()
            id = batch.id

        soon = jobs.resume_imports(clock.today())
        with time_machine.travel(clock.now() + timedelta(minutes=2)):
            later = jobs.resume_imports(clock.today())
            again = jobs.resume_imports(clock.today())

        assert (soon, later, again) == (0, 1, 0)
        assert db.session.get_one(ImportBatch, id).status is Status.CHECKED
