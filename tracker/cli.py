"""The console command `tracker`: one line a command into the slices."""

import gc
import sys
from collections.abc import Mapping
from importlib import import_module

import click
from sqlalchemy.exc import DBAPIError

from tracker.app import create_app
from tracker.core.config import describe, read_settings
from tracker.core.errors import ConfigurationError, DomainError
from tracker.core.problems import is_unavailable

COMMANDS: Mapping[str, str] = {
    "audit": "tracker.accounts.commands:audit_group",
    "backup": "tracker.jobs.commands:back_up",
    "check": "tracker.jobs.commands:check_service",
    "compile": "tracker.progress.commands:compile_command",
    "demo": "tracker.demo.commands:demo",
    "figures": "tracker.progress.commands:figures_command",
    "forecast": "tracker.progress.commands:forecast_command",
    "import": "tracker.imports.commands:import_command",
    "init": "tracker.jobs.refilling:init",
    "jobs": "tracker.jobs.commands:jobs_group",
    "person": "tracker.register.commands:person_group",
    "restore": "tracker.jobs.refilling:restore_backup",
    "scheduler": "tracker.jobs.commands:run_scheduler",
    "serve": "tracker.jobs.serving:serve",
    "users": "tracker.accounts.commands:users_group",
}
"""Where the commands are. Each is loaded when it is asked for: what only the demonstration or the migrations need would
stay in the memory of every server for as long as it runs."""


class Commands(click.Group):
    """The commands of the slices, beside those that are made here."""

    def list_commands(self, context: click.Context) -> list[str]:
        """The names of all of them."""
        return sorted({*super().list_commands(context), *COMMANDS})

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        """A command by its name; None where there is none."""
        if name not in COMMANDS:
            return super().get_command(context, name)
        module, _, command = COMMANDS[name].partition(":")
        found: click.Command = getattr(import_module(module), command)
        return found


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
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
