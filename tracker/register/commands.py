"""`tracker person …`: what is held about one person, and having it forgotten."""

from collections.abc import Callable
from pathlib import Path

import click
from flask import Flask

from tracker.accounts import audit
from tracker.core.db import transaction
from tracker.register import access, held, services

MakeApp = Callable[[], Flask]


@click.group("person")
def person_group() -> None:
    """Hand over everything that is held about a person, or have who they are forgotten."""


@person_group.command("export")
@click.argument("ref")
@click.option(
    "--folder",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path(),
    help="Where the two files are written; here where it is not given.",
)
@click.pass_obj
def export(make_app: MakeApp, ref: str, folder: Path) -> None:
    """Write the subject access file of REF: as JSON, and as a page to read.

    REF is the reference of a person or of a candidate, or the address somebody signs in with.
    """
    with make_app().app_context():
        with transaction():
            subject = held.subject_of(ref)
            told = held.told(subject)
            rows = sum(map(len, told.values()))
            audit.looked_at(f"person:{subject.ref}", actor=None, rows=rows, why="subject access")
        written = access.write(subject.ref, told, folder)
    click.echo(f"{written.json}\n{written.html}")


@person_group.command("anonymise")
@click.argument("ref")
@click.option(
    "--despite",
    metavar="REASON",
    default="",
    help="Do it although something that concerns them is under way, and keep this reason; it must not name them.",
)
@click.pass_obj
def anonymise(make_app: MakeApp, ref: str, despite: str) -> None:
    """Erase who REF is: names, addresses, notes, files. Every figure stays as it was. It cannot be undone."""
    with make_app().app_context():
        with transaction():
            forgotten = services.anonymise(ref, despite=despite, actor=None)
        for path in forgotten.files:
            path.unlink(missing_ok=True)
    click.echo(f"{ref} is anonymised, and every figure is as it was. Backups of the last 14 days still hold the name")
