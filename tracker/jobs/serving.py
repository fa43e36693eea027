"""`tracker serve`, with what the server's processes keep in memory and nothing else."""

import sys
from collections.abc import Callable

import click
from flask import Flask

from tracker.core.config import Settings
from tracker.jobs import preflight
from tracker.jobs.server import CompanionScheduler, Server

MakeApp = Callable[[], Flask]


@click.command()
@click.option(
    "--workers", default=2, type=click.IntRange(1, 64), show_default=True, help="Processes, of 4 threads each."
)
@click.option("--bind", default="127.0.0.1:5000", metavar="HOST:PORT", show_default=True, help="Where to listen.")
@click.option("--with-scheduler", is_flag=True, help="Run a scheduler beside it, for a service that is one command.")
@click.pass_obj
def serve(make_app: MakeApp, workers: int, bind: str, with_scheduler: bool) -> None:
    """Serve the pages, until told to stop."""
    app = make_app()
    settings: Settings = app.config["TRACKER"]
    preflight.require_address(settings, bind)
    with app.app_context():
        preflight.require_database(settings)
        base = preflight.address(settings, bind)
        link = preflight.set_up_link(app, base)
        preflight.let_go()
    click.echo(f"Data skills tracker: {base}")
    if link is not None:
        click.echo(f"There is no administrator yet. Make the first one within 30 minutes: {link}")
    sys.stdout.flush()
    companion = CompanionScheduler() if with_scheduler else None
    sys.argv = sys.argv[:1]  # gunicorn reads it too, and these words are not for it
    Server(app, bind, workers, companion).serve()
