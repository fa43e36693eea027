"""Killed at any moment: all of it, or nothing, and it can be taken up again."""

import os
import signal
import time
from pathlib import Path
from random import Random

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.databases import Database
from tests.imports.files import as_csv, trainee
from tests.jobs.prepared import Prepared
from tracker.core.db import db, transaction
from tracker.imports.files.opening import Opened
from tracker.imports.models import ImportBatch, Status
from tracker.imports.services import taking, working
from tracker.ledger.models import Event
from tracker.people.models import Person

ROWS = 4_100
STAGED = """
import os, signal
from tracker.imports.services import staging
keep, calls = staging._keep, []
def killed(*arguments):
    keep(*arguments)
    calls.append(1)
    if len(calls) == {number}:
        os.kill(os.getpid(), signal.SIGKILL)
staging._keep = killed
"""
LOADED = """
import os, signal
from tracker.imports.services import loading
write = loading._write
def killed(*arguments):
    write(*arguments)
    os.kill(os.getpid(), signal.SIGKILL)
loading._write = killed
"""


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("killed") / "rows.csv"
    path.write_text(as_csv(*(trainee(f"P{number:05}") for number in range(2, ROWS + 2))), encoding="utf-8")
    return path


def start(database: Database, instance: Path, file: Path, harm: str = "") -> Prepared:
    """The command in a process of its own, with something done to it first."""
    environment = {
        **os.environ,
        "DATABASE_URL": database.url,
        "TRACKER_INSTANCE": str(instance),
        "TRACKER_SECRET_KEY": "k" * 40,
    }
    script = harm + f"\nimport sys\nsys.argv = ['tracker', 'import', 'trainees', {str(file)!r}]\n"
    script += "from tracker.cli import main\nmain()\n"
    return Prepared(script, environment)


def recorded(app: Flask) -> tuple[int, int]:
    with app.app_context():
        numbers = (
            db.session.scalar(select(func.count()).select_from(Person)) or 0,
            db.session.scalar(select(func.count()).select_from(Event)) or 0,
        )
        db.session.rollback()
        return numbers


@pytest.mark.parametrize(
    "harm", [STAGED.format(number=1), STAGED.format(number=3), LOADED], ids=["first", "last", "load"]
)
def test_a_process_killed_at_a_step_leaves_nothing_loaded(
    database: Database, app: Flask, instance: Path, file: Path, harm: str
):
    process = start(database, instance, file, harm)
    assert process.wait(60) == -signal.SIGKILL
    left = recorded(app)

    assert start(database, instance, file).wait(60) == 0

    assert left == (0, 0)
    assert recorded(app) == (ROWS, ROWS)


@pytest.mark.assure
@pytest.mark.parametrize("number", range(30))
def test_a_process_killed_at_any_moment_leaves_all_or_nothing(
    database: Database, app: Flask, instance: Path, file: Path, number: int
):
    process = start(database, instance, file)
    time.sleep(Random(number).uniform(0.5, 3))
    process.kill()
    process.wait(60)

    assert recorded(app) in {(0, 0), (ROWS, ROWS)}


def test_an_upload_whose_worker_died_is_taken_up_again_and_gives_the_same(app: Flask, file: Path):
    settings = app.config["TRACKER"]
    with app.app_context():
        with transaction() as session:
            batch = taking.begin(
                "trainees", file, name="x", is_historical=False, created_by_id=None, stored_as=str(file)
            )
            session.flush()
            ref, id = batch.ref, batch.id
        with transaction() as session:
            session.get_one(ImportBatch, id).heartbeat_at = None
        taking.read(id, Opened(file))
        with transaction() as session:
            session.get_one(ImportBatch, id).heartbeat_at = None

        assert working.waiting() == [ref]
        assert working.work(ref, settings)

        batch = db.session.get_one(ImportBatch, id)
        assert (batch.status, batch.rows, batch.rejected) == (Status.CHECKED, ROWS, 0)
        assert batch.effect is not None
        assert batch.effect["counts"]["created"] == ROWS
