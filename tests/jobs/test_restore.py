"""A backup goes back whole or not at all, and over nothing that it must not replace."""

import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from tests.conftest import Arrange
from tests.databases import Database
from tests.factories import make_person, make_user
from tests.jobs.places import application, empty_place, states
from tests.jobs.processes import COMMAND, environment, eventually, running, tracker, typed
from tests.outbox.mail_servers import free_port
from tracker.accounts.permissions import Role
from tracker.core import clock
from tracker.core.db import db
from tracker.core.errors import DomainError
from tracker.jobs import backups, restore, services
from tracker.people.models import Person

pytestmark = pytest.mark.usefixtures("let_go")


@pytest.fixture
def backup(app: Flask, arrange: Arrange, tmp_path: Path) -> Path:
    """A backup of a database that holds somebody."""
    with arrange():
        make_user(Role.ADMINISTRATOR, email="admin@example.org")
        make_person("home-office", last_name="Lovelace")
    with app.app_context():
        backups.back_up(tmp_path / "backup.zip")
    return tmp_path / "backup.zip"


def restored(app: Flask, file: Path) -> None:
    with app.app_context():
        restore.restore(file)


def altered(file: Path, change: Callable[[dict[str, Any]], None]) -> Path:
    """The backup with a changed manifest."""
    made = file.with_name("altered.zip")
    with zipfile.ZipFile(file) as old, zipfile.ZipFile(made, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "manifest.json":
                manifest = json.loads(content)
                change(manifest)
                content = json.dumps(manifest).encode()
            new.writestr(name, content)
    return made


def test_the_drill_back_up_destroy_restore_and_serve(
    app: Flask, database: Database, backup: Path, tmp_path: Path
) -> None:
    before = states(app)
    port = free_port()
    with empty_place("sqlite" if app.config["TRACKER"].is_sqlite else "postgresql", tmp_path) as url:
        there = tmp_path / "there"
        env = environment(url, there)

        told = tracker("restore", str(backup), env=env)
        with running(*COMMAND, "serve", "--bind", f"127.0.0.1:{port}", env=env, log=tmp_path / "log"):
            assert eventually(lambda: "Listening at" in (tmp_path / "log").read_text())
        trail = typed("audit", "verify", env=env)
        with application(url, there) as again:
            after = states(again)

    assert told.returncode == 0, told.stderr
    assert "every table has the hash it had then" in told.stdout
    assert after == before
    assert trail.returncode == 0


def test_numbers_go_on_after_those_restored(app: Flask, arrange: Arrange, backup: Path) -> None:
    restored(app, backup)
    with arrange():
        person = make_person("home-office", last_name="Hopper")
        number = person.id

    with app.app_context():
        numbers = [person.id for person in db.session.query(Person)]
    assert len(numbers) == len(set(numbers)) == 2
    assert number == max(numbers)


def test_its_own_backup_goes_back_over_a_database_that_went_on(app: Flask, arrange: Arrange, backup: Path) -> None:
    with arrange():
        make_person("home-office", last_name="Written later")

    restored(app, backup)

    with app.app_context():
        assert [person.last_name for person in db.session.query(Person)] == ["Lovelace"]


def test_the_records_of_another_installation_are_not_replaced(app: Flask, backup: Path) -> None:
    before = states(app)
    foreign = altered(backup, lambda manifest: manifest.update(identity="another"))

    with pytest.raises(DomainError, match="another installation"):
        restored(app, foreign)

    assert states(app) == before


def test_a_backup_of_a_newer_release_is_refused(app: Flask, backup: Path) -> None:
    before = states(app)
    newer = altered(backup, lambda manifest: manifest.update(revision="9999"))

    with pytest.raises(DomainError, match="newer release"):
        restored(app, newer)

    assert states(app) == before


def test_a_damaged_backup_changes_nothing(app: Flask, backup: Path) -> None:
    def damage(manifest: dict[str, Any]) -> None:
        table = next(table for table in manifest["tables"] if table["name"] == "person")
        table["sha256"] = "0" * 64

    before = states(app)

    with pytest.raises(DomainError, match="damaged"):
        restored(app, altered(backup, damage))

    assert states(app) == before


def test_a_database_in_which_somebody_is_at_work_is_not_replaced(
    app: Flask, database: Database, backup: Path, tmp_path: Path
) -> None:
    with application(database.url, tmp_path) as other, other.app_context():
        with db.engine.connect():
            pass

        refused = tracker("restore", str(backup), env=environment(database, tmp_path / "own"))

    assert refused.returncode == 1
    assert refused.stderr == "Error: The database is in use: stop the servers and schedulers first\n"


def test_a_database_with_a_live_scheduler_is_not_replaced(app: Flask, arrange: Arrange, backup: Path) -> None:
    with arrange():
        services.scheduler_beat("elsewhere:1", clock.now())

    with pytest.raises(DomainError, match="in use"):
        restored(app, backup)
