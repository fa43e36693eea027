"""`tracker init` and `restore`: the commands that bring a database to a schema and fill it."""

from collections.abc import Callable
from pathlib import Path

import click
from flask import Flask

from tracker.core import migrating
from tracker.core.db import transaction
from tracker.fellowships import services as fellowships
from tracker.jobs import backups, restore
from tracker.leadership.services import reference as leadership
from tracker.organisations import services as organisations
from tracker.training import services as training

MakeApp = Callable[[], Flask]


@click.command()
@click.pass_obj
def init(make_app: MakeApp) -> None:
    """Bring the database to the current schema and load the reference data. Safe to repeat."""
    with make_app().app_context():
        migrating.upgrade()
        with transaction():
            loaded = [
                *organisations.load_reference_data(),
                *training.load_reference_data(),
                *fellowships.load_reference_data(),
                *leadership.load_reference_data(),
            ]
    for one in loaded:
        click.echo(f"{one.source}: {one.created} new, {one.changed} changed, {one.unchanged} as before")


@click.command("restore")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.pass_obj
def restore_backup(make_app: MakeApp, file: Path) -> None:
    """Put the records of a backup FILE into an empty database, or into the one it came from.

    What that one held is backed up first. Refused while the database is in use.
    """
    app = make_app()
    with app.app_context():
        restore.refuse_use()
        kept = None
        if restore.holds_records():
            kept = backups.before_restore()
        manifest = restore.restore(file.absolute())
    if kept is not None:
        click.echo(f"What the database held before is in {kept}")
    click.echo(
        f"Restored {manifest.rows:,} records as they were at {manifest.made_at}; every table has the hash it had then"
    )
