"""`tracker import`: a file checked and loaded from the command line, or an import undone."""

import json
import os
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import click
from flask import Flask, current_app

from tracker.core.db import transaction
from tracker.core.errors import DomainError
from tracker.core.intake import Counts
from tracker.imports import queries
from tracker.imports.files.opening import as_text
from tracker.imports.registry import KINDS
from tracker.imports.services import taking
from tracker.imports.services.loading import RowsInError
from tracker.imports.services.reporting import write_report
from tracker.imports.services.undoing import undo, what_stays
from tracker.imports.services.working import work

BAR_AFTER_S = 1.0


@dataclass(frozen=True)
class Asked:
    """What the command was asked for."""

    kind: str
    file: Path
    dry_run: bool
    accept_valid: bool
    historical: bool
    report: Path | None
    as_json: bool


@click.command("import")
@click.argument("kind", type=click.Choice([*KINDS, "undo", "work"]))
@click.argument("file", metavar="FILE")
@click.option("--dry-run", is_flag=True, help="Check, say what it would do, and write nothing.")
@click.option("--accept-valid", is_flag=True, help="Load the rows without an error although others have one.")
@click.option("--historical", is_flag=True, help="Take recorded_at from the file: it comes from an older system.")
@click.option("--report", type=click.Path(dir_okay=False, path_type=Path), help="Write the rows in error to this file.")
@click.option("--json", "as_json", is_flag=True, help="Print the counts as JSON.")
@click.pass_obj
def import_command(create_app: Callable[[], Flask], /, kind: str, file: str, **options: object) -> None:
    """Check and load FILE of KIND: all or nothing unless --accept-valid.

    `tracker import undo ID` takes an import back; `tracker import work ID` goes on with one that was uploaded.
    """
    with create_app().app_context():
        if kind == "undo":
            _undo(file)
        elif kind == "work":
            work(file, current_app.config["TRACKER"])
        else:
            asked = Asked(kind, _existing(file), **options)  # type: ignore[arg-type]
            _writable(asked.report)
            _take_in(asked)


def _existing(file: str) -> Path:
    path = Path(file)
    if not path.is_file():
        raise click.UsageError(f"There is no file {file}")
    return path


def _writable(report: Path | None) -> None:
    """Refuse a report that could not be written before anything is loaded, not after.

    :raises click.UsageError: if its folder is not there, or closed to us.
    """
    if report is not None and not os.access(report.parent, os.W_OK):
        raise click.UsageError(f"{report} cannot be written: name a file in a folder that is there")


def _undo(ref: str) -> None:
    with transaction():
        batch = queries.batch(ref)
        if batch is None:
            raise DomainError(f"There is no import {ref}")
        undo(batch, KINDS[batch.kind], undone_by=None)
    click.echo(f"Import {ref} is undone")
    for one in what_stays(batch, KINDS[batch.kind]):
        click.echo(f"Stays, because somebody has used or changed it since: {one}")


def _take_in(asked: Asked) -> None:
    began = time.monotonic()
    with transaction():
        batch = taking.begin(
            asked.kind, asked.file, name=asked.file.name, is_historical=asked.historical, created_by_id=None
        )
        import_id = batch.id
    try:
        with tempfile.TemporaryDirectory() as folder:
            _work(asked, import_id, Path(folder), began)
    finally:
        if asked.dry_run:
            taking.forget(import_id)


def _work(asked: Asked, import_id: int, folder: Path, began: float) -> None:
    """Read, check and load, or keep why not."""
    text = asked.file
    try:
        opened = as_text(asked.file, folder / "sheet.csv")
        text = opened.text
        taking.read(import_id, opened, progress=_bar(began, text.stat().st_size))
        counts = taking.finish(import_id, by_id=None, accept_valid=asked.accept_valid, dry_run=asked.dry_run)
    except DomainError as refusal:
        taking.refuse(import_id, refusal.message)
        if isinstance(refusal, RowsInError):
            _say(asked, import_id, text, None, began)
        raise
    _say(asked, import_id, text, counts, began)


def _say(asked: Asked, import_id: int, text: Path, counts: Counts | None, began: float) -> None:
    """Print what was done, and write the report that was asked for."""
    batch = queries.batch_with_id(import_id)
    done = counts or Counts(0, 0, 0, 0)
    if asked.report is not None:
        with asked.report.open("w", encoding="utf-8-sig", newline="") as stream:
            write_report(batch, text, stream)
    numbers = {
        "rows": batch.rows,
        "accepted": batch.accepted,
        "rejected": batch.rejected,
        "created": done.created,
        "updated": done.updated,
        "unchanged": done.unchanged,
        "events": done.events,
        "seconds": round(time.monotonic() - began, 3),
    }
    if asked.as_json:
        click.echo(json.dumps(numbers))
        return
    click.echo(", ".join(f"{number:,} {name}" for name, number in numbers.items()))
    if others := batch.reading.get("sheets", [])[1:]:
        click.echo(f"Sheet read: {batch.reading['sheets'][0]}; not read: {', '.join(others)}")
    if ignored := batch.reading.get("ignored"):
        click.echo(f"Ignored columns: {', '.join(ignored)}")
    for column, code, number in queries.problems_by_code(batch):
        click.echo(f"{number:,} x {code} in {column}")
    if counts is not None and not asked.dry_run:
        click.echo(f"Import {batch.ref}: tracker import undo {batch.ref} takes it back")


def _bar(began: float, size: int) -> Callable[[int], None]:
    """A line on a terminal that says how far the reading is, once it has taken over a second."""

    def show(read_bytes: int) -> None:
        if not sys.stderr.isatty() or time.monotonic() - began < BAR_AFTER_S:
            return
        share = min(1.0, read_bytes / size) if size else 1.0
        done = int(share * 30)
        click.echo(f"\rReading [{'#' * done}{'-' * (30 - done)}] {share:4.0%}", nl=share >= 1.0, err=True)

    return show
