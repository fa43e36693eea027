"""The console command `tracker`: one line a command into the slices."""

import gc
import sys

import click
from sqlalchemy.exc import DBAPIError

from tracker.accounts.commands import audit_group, users_group
from tracker.app import create_app
from tracker.core import schema
from tracker.core.config import describe, read_settings
from tracker.core.db import transaction
from tracker.core.errors import ConfigurationError, DomainError
from tracker.core.problems import is_unavailable
from tracker.demo.commands import demo
from tracker.fellowships import services as fellowships
from tracker.imports.commands import import_command
from tracker.jobs.commands import COMMANDS as JOB_COMMANDS
from tracker.leadership.services import reference as leadership
from tracker.organisations import services as organisations
from tracker.progress.commands import compile_command, figures_command, forecast_command
from tracker.register.commands import person_group
from tracker.training import services as training


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.pass_context
def tracker(context: click.Context) -> None:
    """Data skills tracker: who has been trained, by department and day, and whether the promise will be kept."""
    # The slices' commands stand below the application: they are handed how to make it (click.pass_obj).
    context.obj = create_app


@tracker.command()
def config() -> None:
    """List the settings, where they stand and what they mean."""
    for name, value, meaning in describe(read_settings()):
        click.echo(f"{name}={value}\n    {meaning}")


@tracker.command()
def init() -> None:
    """Bring the database to the current schema and load the reference data. Safe to repeat."""
    with create_app().app_context():
        schema.upgrade()
        with transaction():
            loaded = [
                *organisations.load_reference_data(),
                *training.load_reference_data(),
                *fellowships.load_reference_data(),
                *leadership.load_reference_data(),
            ]
    for one in loaded:
        click.echo(f"{one.source}: {one.created} new, {one.changed} changed, {one.unchanged} as before")


tracker.add_command(users_group)
tracker.add_command(audit_group)
tracker.add_command(import_command)
tracker.add_command(compile_command)
tracker.add_command(figures_command)
tracker.add_command(person_group)
tracker.add_command(forecast_command)
tracker.add_command(demo)
for command in JOB_COMMANDS:
    tracker.add_command(command)


def main() -> None:
    """Run the command: 0 done, 1 understood but not done, 2 used wrongly or cannot start; errors are one line."""
    try:
        sys.exit(tracker.main(prog_name="tracker", standalone_mode=False) or 0)
    except click.exceptions.Exit as leave:
        sys.exit(leave.exit_code)
    except click.exceptions.NoArgsIsHelpError as asked:
        asked.show()
        sys.exit(2)
    except click.ClickException as wrong:
        context = wrong.ctx if isinstance(wrong, click.UsageError) else None
        more = f". See {context.command_path} --help" if context else ""
        click.echo(f"Error: {wrong.format_message().rstrip('.')}{more}", err=True)
        sys.exit(2)
    except click.Abort:
        click.echo("Stopped", err=True)
        sys.exit(1)
    except DomainError as refusal:
        click.echo(f"Error: {refusal.message}", err=True)
        sys.exit(1)
    except ConfigurationError as error:
        click.echo(f"Error: {error}", err=True)
        sys.exit(2)
    except DBAPIError as error:
        if not is_unavailable(error):
            raise
        said = str(error.orig).splitlines()[0]
        click.echo(f"Error: the database cannot be used: {said}. Check DATABASE_URL, and run tracker init", err=True)
        sys.exit(2)
    finally:
        # What is left is given back with the process: looking through all of it once more would only delay the end.
        gc.freeze()
