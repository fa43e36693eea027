"""`tracker users …` and `tracker audit …`."""

import sys
from collections.abc import Callable

import click
from flask import Flask

from tracker.accounts import audit as trail
from tracker.accounts import queries
from tracker.accounts.models import User
from tracker.accounts.permissions import Role
from tracker.accounts.services import links, users
from tracker.core.db import db, transaction
from tracker.core.errors import DomainError
from tracker.organisations.queries import organisation_called

MakeApp = Callable[[], Flask]
ROLES = click.Choice([role.value for role in Role])


@click.group("users")
def users_group() -> None:
    """Add users, list them, disable them, and make links for new passwords."""


@users_group.command("add")
@click.argument("email")
@click.option("--role", type=ROLES, required=True, help="What they are here for.")
@click.option("--organisation", metavar="CODE", help="Name, abbreviation or slug, for a role over one organisation.")
@click.option("--name", default="", help="Their name; made from the address where it is not given.")
@click.option("--password-stdin", is_flag=True, help="Read their password from standard input; else a link is printed.")
@click.pass_obj
def add(make_app: MakeApp, email: str, role: str, organisation: str | None, name: str, password_stdin: bool) -> None:
    """Add a user with a role, or give a user who is there one more role."""
    password = sys.stdin.readline().rstrip("\r\n") if password_stdin else None
    with make_app().app_context(), transaction():
        at = organisation_called(organisation) if organisation else None
        user = queries.user_by_email(email)
        is_new = user is None
        if user is None:
            user = users.create_user(email, name or _name_of(email), password=password)
        elif password is not None:
            raise DomainError(f"{user.email} is a user already: give the role without a password")
        users.give_role(user, Role(role), organisation=at)
        said = links.let_in(user, actor=None) if is_new and password is None else ""
        address = user.email
    click.echo(f"{address} is {'a new user' if is_new else 'a user'} with the role {role}. {said}".strip())


def _name_of(email: str) -> str:
    """A name to begin with: ada.byron@… is Ada Byron."""
    return email.partition("@")[0].replace(".", " ").replace("_", " ").title()[:100]


@users_group.command("list")
@click.pass_obj
def list_users(make_app: MakeApp) -> None:
    """List users: address, state, roles, name; separated by tabs."""
    with make_app().app_context():
        for user in db.session.scalars(queries.matching_users()):
            click.echo(f"{user.email}\t{user.state}\t{user.role_names}\t{user.name}")


@users_group.command("disable")
@click.argument("email")
@click.pass_obj
def disable(make_app: MakeApp, email: str) -> None:
    """Stop a user from signing in; every session of theirs ends at once."""
    with make_app().app_context(), transaction():
        users.disable(_user(email), None)
    click.echo(f"{email} is disabled")


@users_group.command("reset")
@click.argument("email")
@click.pass_obj
def reset(make_app: MakeApp, email: str) -> None:
    """Make the link by which a user chooses a password."""
    with make_app().app_context(), transaction():
        said = links.let_in(_user(email), actor=None)
    click.echo(said)


def _user(email: str) -> User:
    user = queries.user_by_email(email)
    if user is None:
        raise DomainError(f"there is no user {email}: see tracker users list")
    return user


@click.group("audit")
def audit_group() -> None:
    """Look after the audit trail."""


@audit_group.command("verify")
@click.pass_obj
def verify(make_app: MakeApp) -> None:
    """Walk the audit trail and report the first break, if any."""
    with make_app().app_context():
        state = trail.verify()
    if state.fault:
        raise DomainError(f"the audit trail is broken: {state.fault}")
    click.echo(f"The audit trail is whole: {state.entries} entries, the last with fingerprint {state.last_hash}")


def print_set_up_link(app: Flask) -> None:
    """Where there is no administrator, print the link by which the first one sets the service up. For who starts the
    server."""
    with app.app_context(), transaction():
        address = links.first_set_up()
    if address:
        click.echo(f"There is no administrator yet. Within 30 minutes, open {address}", err=True)
