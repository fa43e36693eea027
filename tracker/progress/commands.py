"""`tracker compile` and `tracker figures`."""

import csv
import json
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import click
from flask import Flask

from tracker.core.calendar import parse_day, parse_instant
from tracker.core.clock import today
from tracker.core.errors import DomainError
from tracker.core.text import format_day
from tracker.progress.figures import Scope
from tracker.progress.printing import COLUMNS, forecast_printed, printed
from tracker.progress.queries.answers import compiled_answer, live_answer
from tracker.progress.queries.cases import Clocks, cases
from tracker.progress.queries.forecasts import points
from tracker.progress.queries.snapshots import compilation_of
from tracker.progress.queries.statuses import rule_on, thresholds_of
from tracker.progress.registry import METRICS
from tracker.progress.services.compiling import compile_day, compile_range
from tracker.progress.services.forecasting import SEED, make_forecast
from tracker.progress.structure import Structure, load_structure


def _read(parse: Callable[[str], Any]) -> Callable[..., Any]:
    """Read an option by one of the calendar's rules; what it refuses is a wrong use of the command."""

    def read(context: click.Context, option: click.Parameter, text: str | None) -> Any:
        try:
            return None if text is None else parse(text)
        except (ValueError, OverflowError) as error:
            raise click.BadParameter(str(error)) from error

    return read


def _day(name: str, into: str, words: str) -> Callable[..., Any]:
    return click.option(name, into, callback=_read(parse_day), metavar="DATE", help=words)


as_at_option = _day("--as-at", "as_at", "The London day; yesterday if not given.")
known_at_option = click.option(
    "--known-at",
    callback=_read(parse_instant),
    metavar="WHEN",
    help="A day (its last second in London) or an instant in UTC; now if not given.",
)


@click.command("compile")
@as_at_option
@known_at_option
@_day("--from", "first", "With --to: every month end from this day.")
@_day("--to", "last", "With --from: to this day, both included.")
@click.pass_obj
def compile_command(
    create_app: Callable[[], Flask],
    as_at: date | None,
    known_at: datetime | None,
    first: date | None,
    last: date | None,
) -> None:
    """Compile the figures of a day, or of the month ends of a span, and keep them. Twice gives the same rows."""
    if (first is None) != (last is None) or (first and as_at):
        raise click.UsageError("Give --from and --to together, or --as-at alone")
    if first and last and last < first:
        raise click.UsageError("--to lies before --from")
    if any(day and day > today() for day in (as_at, last)):
        raise click.UsageError("The day must be today or in the past")
    with create_app().app_context():
        if first and last:
            written = compile_range(first, last, known_at=known_at)
        else:
            written = compile_day(as_at or yesterday(), known_at)
    click.echo(f"{written} rows written" if written else "Nothing written: what was last compiled still holds")


def yesterday() -> date:
    """The day before today, in London."""
    return today() - timedelta(days=1)


@dataclass(frozen=True)
class Asked:
    """What `tracker figures` was asked for."""

    as_at: date
    known_at: datetime | None
    organisation: str | None
    with_children: bool
    structure: str
    figure: tuple[str, ...]
    by: str | None
    live: bool
    format: str

    @property
    def is_today(self) -> bool:
        """Whether by the structure of today."""
        return self.structure == "today"


@click.command("figures")
@as_at_option
@known_at_option
@click.option("--organisation", metavar="SLUG", help="One organisation; all government if not given.")
@click.option("--with-children", is_flag=True, help="With the bodies under it.")
@click.option(
    "--structure",
    type=click.Choice(["day", "today"]),
    default="day",
    help="The structure of the day (usual) or of today.",
)
@click.option(
    "--figure",
    multiple=True,
    type=click.Choice(list(METRICS)),
    metavar="CODE",
    help="One figure; may be repeated. All if not given.",
)
@click.option("--by", type=click.Choice(["organisation"]), help="A row for every organisation.")
@click.option("--live", is_flag=True, help="Count from the ledger instead of reading what was compiled.")
@click.option("--format", type=click.Choice(["json", "csv"]), default="json", show_default=True)
@click.pass_obj
def figures_command(create_app: Callable[[], Flask], /, as_at: date | None, **options: Any) -> None:
    """Print figures as at a day, as known at an instant: as compiled, or counted live; both agree."""
    asked = Asked(as_at or yesterday(), **options)
    with create_app().app_context():
        _print(asked.format, _figures(asked, load_structure()))


def _figures(asked: Asked, structure: Structure) -> Iterable[dict[str, Any]]:
    metrics = [METRICS[code] for code in (asked.figure or METRICS)]
    answered = live_answer if asked.live else compiled_answer
    scopes = _scopes(asked, structure)
    found = answered(structure, scopes, metrics, asked.as_at, asked.known_at)
    clocks = Clocks(asked.as_at, asked.known_at, None if asked.live else compilation_of(asked.as_at, asked.known_at))
    thresholds = thresholds_of(rule_on(asked.as_at, asked.known_at))
    return [printed(case, thresholds) for case in cases(structure, found, clocks, today=asked.is_today)]


def _scopes(asked: Asked, structure: Structure) -> list[Scope]:
    one = structure.scope(asked.organisation, with_children=asked.with_children, today=asked.is_today)
    if asked.by is None:
        return [one]
    every = structure.by_organisation(with_children=asked.with_children, today=asked.is_today)
    return (
        every
        if asked.organisation is None
        else [scope for scope in every if scope.organisation_id in structure.members(one)]
    )


def _print(form: str, rows: Iterable[dict[str, Any]]) -> None:
    if form == "json":
        click.echo(json.dumps(list(rows), indent=2))
        return
    writer = csv.DictWriter(sys.stdout, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)


@click.command("forecast")
@as_at_option
@known_at_option
@click.option(
    "--figure",
    type=click.Choice([code for code, metric in METRICS.items() if metric.leading]),
    metavar="CODE",
    default="training.trained",
    show_default=True,
    help="The headline figure.",
)
@click.option("--seed", type=click.IntRange(0, 2**31 - 1), default=SEED, show_default=True, help="Of the draws.")
@click.option("--organisation", metavar="SLUG", help="One organisation; all government if not given.")
@click.option("--with-children", is_flag=True, help="With the bodies under it.")
@click.option("--format", "_form", type=click.Choice(["json"]), default="json", show_default=True)
@click.pass_obj
def forecast_command(
    create_app: Callable[[], Flask],
    /,
    as_at: date | None,
    known_at: datetime | None,
    figure: str,
    seed: int,
    organisation: str | None,
    *,
    with_children: bool,
    _form: str,
) -> None:
    """Forecast a headline to the day of its target, and print the spread and the chance of reaching it.

    What is forecast is kept; the same question again is answered by what was kept.
    """
    day = as_at or yesterday()
    if day > today():
        raise click.UsageError("The day must be today or in the past")
    with create_app().app_context():
        structure = load_structure()
        scope = structure.scope(organisation, with_children=with_children)
        made = make_forecast(METRICS[figure], day, known_at, seed)
        if made is None:
            raise DomainError(f"{METRICS[figure].label} has no target that lies after {format_day(day)}")
        found = points([made], [scope]).get((made.id, scope), [])
        click.echo(json.dumps(forecast_printed(made, scope, found), indent=2))
