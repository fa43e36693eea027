"""Fills a database, or writes CSV files, with as many people as are asked for.

`python -m tests.benchmarks.generate --people 100000 --url sqlite:////folder/tracker.sqlite` fills a database of its
own; `--trainees FILE` and `--history FILE` write import files. Benchmarks call `filled`, `scratch`, `write_trainees`.
"""

import argparse
import csv
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import select, text

from tests.benchmarks.people import DAYS, Somebody, everybody, organisations
from tests.benchmarks.rows import Rows
from tests.databases import PLACE, PostgresqlDatabase, content_key, one_at_a_time, open_database, settings_for
from tracker.app import create_app
from tracker.core import migrating
from tracker.core.db import db, transaction
from tracker.ledger.models import Journey
from tracker.ledger.services import keep_stage_spans
from tracker.organisations import services as organisation_services
from tracker.people.models import Person
from tracker.people.services import keep_all_spelling, keep_posting_spans
from tracker.training import services as training_services

FOLDER = PLACE / "benchmarks"
TRAINEES = (
    *("person_ref", "first_name", "last_name", "email", "organisation", "grade", "programme", "cohort", "stage"),
    *("effective_on", "profession", "region", "fte", "note"),
)
HISTORY = ("person_ref", "cohort", "stage", "effective_on", "recorded_at", "note")


def fill(url: str, people: int) -> None:
    """Bring a database to the current schema with its reference data, and fill it; it must hold nobody yet."""
    with tempfile.TemporaryDirectory() as instance:
        app = create_app(settings_for(url, Path(instance)))
        with app.app_context():
            migrating.upgrade()
            with transaction():
                organisation_services.load_reference_data()
                training_services.load_reference_data()
            with transaction() as session:
                rows = Rows(session)
                for somebody in everybody(people):
                    rows.add(somebody)
                rows.finish()
                keep_posting_spans(select(Person.id))
                keep_all_spelling()
                keep_stage_spans(select(Journey.id))
            with transaction() as session:
                session.execute(text("ANALYZE"))
            db.session.remove()
            db.engine.dispose()


def _server() -> PostgresqlDatabase:
    FOLDER.mkdir(mode=0o700, parents=True, exist_ok=True)
    server = open_database("postgresql", FOLDER)
    assert isinstance(server, PostgresqlDatabase)
    return server


def filled(kind: str, people: int) -> str:
    """The address of a database with so many people, made when first asked for and kept: only to be read."""
    name = f"bench_{content_key()}_{people}"
    with one_at_a_time(f"benchmarks-{kind}-{people}"):
        if kind == "postgresql":
            return _filled_postgresql(name, people)
        file = FOLDER / f"{name}.sqlite"
        if not file.exists():
            FOLDER.mkdir(mode=0o700, parents=True, exist_ok=True)
            draft = file.with_suffix(".draft")
            for old in FOLDER.glob(f"{draft.name}*"):
                old.unlink()
            fill(f"sqlite:///{draft}", people)
            draft.rename(file)
        return f"sqlite:///{file}"


def _filled_postgresql(name: str, people: int) -> str:
    server = _server()
    with server._connect() as connection:
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            connection.execute(f'DROP DATABASE IF EXISTS "{name}_draft" WITH (FORCE)')
            connection.execute(f'CREATE DATABASE "{name}_draft"')
            fill(server._url(f"{name}_draft"), people)
            connection.execute(f'ALTER DATABASE "{name}_draft" RENAME TO "{name}"')
    return server._url(name)


@contextmanager
def scratch(kind: str, people: int = 0) -> Iterator[str]:
    """The address of a database with so many people (0: reference data alone) to write to; gone afterwards."""
    url = filled(kind, people)
    with tempfile.TemporaryDirectory(dir=FOLDER) as folder:
        if kind == "sqlite":
            copy = Path(folder) / "tracker.sqlite"
            shutil.copyfile(url.removeprefix("sqlite:///"), copy)
            yield f"sqlite:///{copy}"
            return
        server, name = _server(), f"bench_scratch_{Path(folder).name.lower()}"
        with server._connect() as connection:
            connection.execute(
                f'CREATE DATABASE "{name}" TEMPLATE "{url.rpartition("/")[2].partition("?")[0]}" STRATEGY file_copy'
            )
            try:
                yield server._url(name)
            finally:
                connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def forget() -> None:
    """Remove every filled database of this and of earlier code."""
    shutil.rmtree(FOLDER, ignore_errors=True)
    with _server()._connect() as connection:
        for (name,) in connection.execute(r"SELECT datname FROM pg_database WHERE datname LIKE 'bench\_%'").fetchall():
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def write_trainees(file: Path, rows: int) -> None:
    """Write a trainees file of exactly so many rows: each journey where it stands at the end."""
    with file.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(TRAINEES)
        written = 0
        for somebody in everybody(rows):
            for row in _trainee_rows(somebody):
                if written < rows:
                    writer.writerow(row)
                    written += 1


def write_history(file: Path, rows: int) -> int:
    """Write the history that belongs to a trainees file of so many rows; returns how many events it has."""
    events, left = 0, rows
    with file.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(HISTORY)
        for somebody in everybody(rows):
            for walk in somebody.walks[:left]:
                left -= 1
                for move in walk.moves:
                    recorded = f"{DAYS[move.day + move.late]}T{12 + move.day % 5:02}:30:00Z"
                    writer.writerow((somebody.ref, walk.cohort, move.stage, DAYS[move.day], recorded, ""))
                    events += 1
    return events


def _trainee_rows(somebody: Somebody) -> Iterator[tuple[Any, ...]]:
    # One organisation for all rows of a person: postings that follow from a file would change otherwise.
    place = organisations()[somebody.places[0][0]]
    for walk in somebody.walks:
        last = walk.moves[-1]
        who = (somebody.ref, somebody.first_name, somebody.last_name, somebody.email, place, somebody.grade)
        more = (somebody.profession, somebody.region, somebody.fte, "")
        yield (*who, walk.programme, walk.cohort, last.stage, DAYS[last.day], *more)


def main() -> None:
    """Fill a database or write files, as asked."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.generate", description=__doc__)
    parser.add_argument("--people", type=int, default=2_000)
    parser.add_argument("--url", help="an empty database to fill")
    parser.add_argument("--trainees", type=Path, help="a trainees file to write, one row a journey")
    parser.add_argument("--history", type=Path, help="the history file that belongs to it")
    parser.add_argument("--forget", action="store_true", help="remove what benchmarks keep")
    asked = parser.parse_args()
    if asked.url:
        fill(asked.url, asked.people)
    if asked.trainees:
        write_trainees(asked.trainees, asked.people)
    if asked.history:
        write_history(asked.history, asked.people)
    if asked.forget:
        forget()


if __name__ == "__main__":
    main()
