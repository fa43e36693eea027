"""`tracker import`: a file checked and loaded from the command line, or an import undone."""

import json
import time
from collections.abc import Callable
from pathlib import Path

import click
from flask import Flask

from tracker.core.db import transaction
from tracker.imports.registry import KINDS
from tracker.imports.services.loading import load
from tracker.imports.services.staging import stage
from tracker.imports.services.taking import begin


@click.command("import")
@click.argument("kind", type=click.Choice(sorted(KINDS)))
@click.argument("file", type=click.Path(exists=True, dir_okay=False, readable=True, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Check, say what it would do, and write nothing.")
@click.option("--accept-valid", is_flag=True, help="Load the rows without an error although others have one.")
@click.option("--historical", is_flag=True, help="Take recorded_at from the file: it comes from an older system.")
@click.option(
    "--report", type=click.Path(dir_okay=False, path_type=Path), help="Write the rows in error to this CSV file."
)
@click.option("--json", "as_json", is_flag=True, help="Print the counts as JSON.")
@click.pass_obj
def import_command(
    create_app: Callable[[], Flask],
    kind: str,
    file: Path,
    dry_run: bool,
    accept_valid: bool,
    historical: bool,
    report: Path | None,
    as_json: bool,
) -> None:
    """Check and load FILE of KIND. All or nothing unless --accept-valid."""
    began = time.monotonic()
    with create_app().app_context():
        with transaction():
            batch = begin(kind, file, name=file.name, is_historical=historical, by_id=None)
            import_id = batch.id
        stage(import_id, KINDS[kind], file)
        batch = load(import_id, KINDS[kind], by_id=None, accept_valid=accept_valid)
        click.echo(
            json.dumps(
                {
                    "rows": batch.rows,
                    "accepted": batch.accepted,
                    "rejected": batch.rejected,
                    "created": batch.created,
                    "updated": batch.updated,
                    "unchanged": batch.unchanged,
                    "events": batch.events,
                    "seconds": round(time.monotonic() - began, 3),
                }
            )
        )
