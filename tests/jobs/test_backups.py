"""A backup is one instant, whatever is written meanwhile; the nightly ones are kept for two weeks."""

import stat
import threading
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from flask import Flask

from tests.conftest import Arrange
from tests.jobs.places import application, empty_place
from tracker.core.db import db, transaction
from tracker.core.errors import ConfigurationError, DomainError
from tracker.jobs import backups, restore
from tracker.outbox import services as outbox
from tracker.outbox.models import Message

pytestmark = pytest.mark.usefixtures("let_go")


def test_a_backup_under_write_load_holds_whole_transactions_only(app: Flask, tmp_path: Path) -> None:
    over, written = threading.Event(), []

    def write_pairs() -> None:
        with app.app_context():
            while not over.is_set():
                with transaction():
                    for half in ("first", "second"):
                        outbox.enqueue("a@example.org", f"{half} of {len(written)}", "Text")
                written.append(1)

    writer = threading.Thread(target=write_pairs)
    writer.start()
    try:
        rows = []
        for number in range(5):
            at_least = len(written)
            with app.app_context():
                made = backups.back_up(tmp_path / f"{number}.zip")
            found = next(table.rows for table in made.tables if table.name == "message")
            rows.append((at_least, found, len(written)))
    finally:
        over.set()
        writer.join()

    for at_least, found, at_most in rows:
        assert found % 2 == 0
        assert at_least <= found / 2 <= at_most + 1
    assert rows[0][1] < rows[-1][1]


def test_a_backup_is_for_nobody_else_to_read_and_replaces_none(app: Flask, tmp_path: Path) -> None:
    file = tmp_path / "a.zip"
    with app.app_context():
        backups.back_up(file)

        with pytest.raises(DomainError, match="exists already"):
            backups.back_up(file)

    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [found.name for found in tmp_path.iterdir()] == ["a.zip"]


def test_where_it_cannot_be_written_no_part_of_it_is_left(app: Flask, tmp_path: Path) -> None:
    with app.app_context(), pytest.raises(DomainError, match="cannot be written"):
        backups.back_up(tmp_path / "absent" / "a.zip")

    assert list(tmp_path.iterdir()) == []


def test_the_last_fourteen_nights_are_kept(app: Flask, tmp_path: Path) -> None:
    folder: Path = app.config["TRACKER"].backups
    for old in folder.glob("*.zip"):
        old.unlink()
    with time_machine.travel(datetime(2026, 11, 1, 1, 45, tzinfo=UTC), tick=False) as traveller, app.app_context():
        for _ in range(17):
            backups.nightly(date(2026, 11, 1))
            traveller.shift(timedelta(days=1))

    kept = sorted(file.name for file in folder.glob("*.zip"))
    assert len(kept) == 14
    assert kept[0].startswith("tracker-20261104T0145")
    assert kept[-1].startswith("tracker-20261117T0145")


def test_an_empty_database_is_not_backed_up(database_kind: str, tmp_path: Path) -> None:
    with (
        empty_place(database_kind, tmp_path) as url,
        application(url, tmp_path) as app,
        app.app_context(),
        pytest.raises(ConfigurationError, match="tracker init"),
    ):
        backups.back_up(tmp_path / "a.zip")

    assert not (tmp_path / "a.zip").exists()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_what_a_restore_replaces_is_kept(app: Flask, arrange: Arrange, tmp_path: Path) -> None:
    with app.app_context():
        backups.back_up(tmp_path / "a.zip")
    with arrange():
        outbox.enqueue("a@example.org", "Written later", "Text")

    with app.app_context():
        kept = backups.before_restore()
        restore.restore(tmp_path / "a.zip")
        lost = db.session.query(Message).count()
        restore.restore(kept)
        found = db.session.query(Message).count()

    assert (lost, found) == (0, 1)
