"""What an archive is: the same lines whichever database they were read from."""

import json
import zipfile
from pathlib import Path

import pytest
from flask import Flask

from tests.conftest import Arrange
from tests.factories import make_enrolment, make_person, make_user
from tests.jobs.places import application, empty_place, states
from tracker.accounts.permissions import Role
from tracker.core.errors import DomainError
from tracker.jobs import archive, backups, restore
from tracker.outbox import services as outbox

TEXTS = [
    "Zoë O’Neill",
    "ﷺ 漢字 🎓",
    'quote " backslash \\ tab\t',
    "line\nbreak\r\nand \\N and \\.",
    "",
    "null",
    "=1+1",
    "\\x41",
]


def fill(arrange: Arrange) -> None:
    with arrange():
        make_user(Role.ADMINISTRATOR, email="admin@example.org")
        person = make_person("home-office", "hm-treasury from 2026-03-01", last_name="O’Neill", first_name="Zoë")
        make_enrolment("in-training 2026-01-05", "completed 2026-03-20", person=person)
        for text in TEXTS:
            outbox.enqueue("a@example.org", "Subject", text or " ")


def archived(app: Flask, file: Path) -> archive.Manifest:
    with app.app_context():
        return backups.back_up(file)


def test_an_archive_says_what_it_holds_and_holds_every_table_but_who_is_alive(
    app: Flask, arrange: Arrange, tmp_path: Path
) -> None:
    fill(arrange)

    made = archived(app, tmp_path / "a.zip")

    read = archive.read_manifest(tmp_path / "a.zip")
    names = {table.name for table in read.tables}
    assert read == made
    assert {"person", "event", "message", "job_run", "audit_entry", "database_identity"} <= names
    assert not {"alembic_version", "scheduler_beat"} & names
    with zipfile.ZipFile(tmp_path / "a.zip") as opened:
        lines = opened.read("tables/message.jsonl").decode().splitlines()
    table = next(table for table in read.tables if table.name == "message")
    row = dict(zip(table.columns, json.loads(lines[1]), strict=True))
    assert len(lines) == table.rows == len(TEXTS)
    assert row["text"] == TEXTS[1]
    assert row["html"] is None
    assert row["created_at"] is not None
    assert len(row["created_at"]) == len("2026-11-25T02:15:00.000000Z")


@pytest.mark.parametrize("other", ["sqlite", "postgresql"])
def test_a_backup_of_either_database_goes_into_either(app: Flask, arrange: Arrange, tmp_path: Path, other: str) -> None:
    fill(arrange)
    before = states(app)
    archived(app, tmp_path / "a.zip")

    with empty_place(other, tmp_path) as url, application(url, tmp_path) as there:
        with there.app_context():
            restore.restore(tmp_path / "a.zip")
        after = states(there)
        with there.app_context():
            back_again = backups.back_up(tmp_path / "b.zip")

    assert after == before
    assert back_again.tables == before


def test_what_is_no_archive_is_said_to_be_none(tmp_path: Path) -> None:
    (tmp_path / "text.zip").write_text("not a zip")
    with zipfile.ZipFile(tmp_path / "other.zip", "w") as other:
        other.writestr("readme.txt", "something else")
    with zipfile.ZipFile(tmp_path / "newer.zip", "w") as newer:
        newer.writestr("manifest.json", '{"format": 2}')

    for name, message in (
        ("absent.zip", "not a backup"),
        ("text.zip", "not a backup"),
        ("other.zip", "not a backup"),
        ("newer.zip", "newer release"),
    ):
        with pytest.raises(DomainError, match=message):
            archive.read_manifest(tmp_path / name)
