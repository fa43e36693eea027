"""`tracker demo`."""

import secrets
from collections.abc import Callable

import click
from flask import Flask

from tracker.core import schema
from tracker.core.db import transaction
from tracker.core.errors import ConfigurationError
from tracker.demo import nights, services


@click.command()
@click.option("--if-empty", is_flag=True, help="Keep a database that holds people as it is, and call that done.")
@click.pass_obj
def demo(make_app: Callable[[], Flask], if_empty: bool) -> None:
    """Fill an empty database with a fictional programme, and one account for each role."""
    app = make_app()
    with app.app_context():
        if schema.current() != schema.head():
            raise ConfigurationError("the database is not at the schema of this code: run tracker init")
        if if_empty and services.holds_people():
            click.echo("The database holds people already: they are kept as they are")
            return
        password = app.config["TRACKER"].demo_password or secrets.token_urlsafe(12)
        with transaction():
            filled = services.fill(password)
            accounts = [(user.email, user.name) for user in filled.accounts]
    rows = nights.work_through(app)
    click.echo(f"{filled.people} people, {filled.enrolments} enrolments, {filled.events} events, {rows:,} figures")
    for email, name in accounts:
        click.echo(f"  {email:<36} {name}")
    click.echo(f"Password of all of them: {password}")
