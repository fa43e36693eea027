"""`tracker jobs …`, `scheduler`, `backup` and `check`."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import click
from flask import Flask
from sqlalchemy.exc import DBAPIError

from tracker.core import clock
from tracker.core.calendar import parse_day
from tracker.core.db import db
from tracker.core.errors import ConfigurationError, DomainError
from tracker.core.job import Job
from tracker.core.logs import log_as_json
from tracker.core.text import format_day
from tracker.jobs import backups, condition, preflight, queries, registry, runner, schedule, scheduler
from tracker.jobs.models import JobRun

MakeApp = Callable[[], Flask]


@click.group("jobs")
def jobs_group() -> None:
    """Scheduled jobs: list them, run one by hand, see what they did."""


@jobs_group.command("list")
@click.pass_obj
def list_jobs(make_app: MakeApp) -> None:
    """List the jobs: name, schedule, next due, last run, what it does; separated by tabs."""
    with make_app().app_context():
        preflight.require_database(preflight.own_settings())
        now = clock.now()
        stands = queries.standings([job.name for job in registry.JOBS])
        for job, last in zip(registry.JOBS, (one.last for one in stands), strict=True):
            words = "never run" if last is None else f"{last.state} {_stamp(last.started_at)}"
            due = f"due {_stamp(schedule.next_due(job, now))}"
            click.echo("\t".join((job.name, schedule.in_words(job, now), due, words, job.description)))


@jobs_group.command("run")
@click.argument("name")
@click.option("--for", "day_text", metavar="DATE", help="The London day it is for; the latest due one if not given.")
@click.pass_obj
def run_job(make_app: MakeApp, name: str, day_text: str | None) -> None:
    """Run a job now, as the scheduler would. Run again for a day it was done for, it makes a new numbered run."""
    job, day = _named(name), None
    if day_text is not None:
        try:
            day = parse_day(day_text)
        except ValueError as error:
            raise click.BadParameter(str(error), param_hint="--for") from error
    app = make_app()
    with app.app_context():
        preflight.require_database(preflight.own_settings())
    outcome = runner.run_by_hand(app, job, day)
    held = outcome.held
    what = f"{job.name} for {format_day(held.day)}, run {held.number}"
    if outcome.error is not None:
        raise DomainError(f"{what} failed: {outcome.error}")
    click.echo(f"{what}: {outcome.rows:,} rows in {outcome.seconds:.1f} seconds")


def _named(name: str) -> Job:
    found = registry.job(name)
    if found is None:
        names = ", ".join(sorted(job.name for job in registry.JOBS))
        raise click.BadParameter(f"there is no job {name!r}; there are {names}", param_hint="NAME")
    return found


@jobs_group.command("history")
@click.argument("name", required=False)
@click.option("--limit", default=20, type=click.IntRange(1, 10_000), show_default=True, help="How many runs.")
@click.pass_obj
def show_history(make_app: MakeApp, name: str | None, limit: int) -> None:
    """List runs, the latest first: job, slot, number, state, start, seconds, rows, attempts, error; separated by
    tabs."""
    with make_app().app_context():
        preflight.require_database(preflight.own_settings())
        wanted = _named(name).name if name else None
        for run in db.session.scalars(queries.history(wanted).limit(limit)):
            click.echo("\t".join(_line(run)))


def _line(run: JobRun) -> tuple[str, ...]:
    lasted = f"{(run.ended_at - run.started_at).total_seconds():.1f}" if run.ended_at and run.started_at else ""
    rows = "" if run.rows is None else str(run.rows)
    start = _stamp(run.started_at)
    return (run.job, run.slot, str(run.number), run.state, start, lasted, rows, str(run.attempts), run.error or "")


def _stamp(instant: datetime | None) -> str:
    return "" if instant is None else f"{instant:%Y-%m-%dT%H:%M:%SZ}"


@click.command("scheduler")
@click.option("--with-parent", is_flag=True, hidden=True, help="Stop when the process that started this one has gone.")
@click.pass_obj
def run_scheduler(make_app: MakeApp, with_parent: bool) -> None:
    """Run the jobs when they are due, until told to stop. Any number may run against one database."""
    app = make_app()
    with app.app_context():
        preflight.require_database(preflight.own_settings())
        preflight.let_go()
    log_as_json()
    scheduler.run_until_stopped(app, registry.JOBS, with_parent=with_parent)


@click.command("backup")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.pass_obj
def back_up(make_app: MakeApp, file: Path) -> None:
    """Write every record as it is at this instant into a new FILE. The service may go on meanwhile."""
    with make_app().app_context():
        preflight.require_database(preflight.own_settings())
        made = backups.back_up(file.absolute())
    click.echo(f"{file}: {made.rows:,} records in {len(made.tables)} tables, revision {made.revision}")


@click.command("check")
@click.pass_obj
def check_service(make_app: MakeApp) -> None:
    """Look at configuration, database, scheduler, jobs, mail, disk and audit trail; one line each."""
    found = []
    try:
        app = make_app()
        found.append(condition.Finding("configuration", None))
        with app.app_context():
            preflight.require_database(preflight.own_settings())
            found += condition.findings()
    except ConfigurationError as error:
        found.append(condition.Finding("database" if found else "configuration", str(error)))
    except DBAPIError as error:
        found.append(condition.Finding("database", f"it cannot be used: {str(error.orig).splitlines()[0]}"))
    for finding in found:
        click.echo(f"{finding.name}: {finding.fault or 'good'}")
    if any(finding.fault for finding in found):
        raise click.exceptions.Exit(1)
