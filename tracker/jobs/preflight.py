"""What is looked at before a server or a scheduler starts, so that it starts well or says in one line what to do."""

import socket
from urllib.parse import urlsplit

from flask import Flask, current_app, url_for

from tracker.accounts import queries as accounts
from tracker.accounts.models import Purpose
from tracker.accounts.services import links
from tracker.core import schema
from tracker.core.config import LOOPBACK, Settings
from tracker.core.db import db, transaction
from tracker.core.errors import ConfigurationError


def require_database(settings: Settings) -> None:
    """Go on only with a database whose schema is the code's. In an application context.

    :raises ConfigurationError: if it is missing, empty, older or newer, saying what to do.
    """
    if settings.is_sqlite and not settings.sqlite_file.exists():
        raise ConfigurationError(f"there is no database at {settings.sqlite_file}: run tracker init")
    schema.refuse_newer()
    at, expected = schema.current(), schema.head()
    if at is None:
        raise ConfigurationError("the database is empty: run tracker init")
    if at != expected:
        raise ConfigurationError(f"the database is at revision {at}, this code needs {expected}: run tracker init")


def require_address(settings: Settings, bind: str) -> tuple[str, int]:
    """The host and port to listen at.

    :raises ConfigurationError: if it is no HOST:PORT, is taken, or would serve other machines over plain HTTP.
    """
    parts = urlsplit(f"//{bind}")
    try:
        host, port = parts.hostname, parts.port
    except ValueError:
        host = port = None
    if not host or not port or parts.path:
        raise ConfigurationError(f"--bind is {bind!r}: write it as HOST:PORT, such as 127.0.0.1:5000")
    if host not in LOOPBACK and not settings.is_secure:
        raise ConfigurationError(
            f"listening at {host} would serve other machines over plain HTTP: "
            "set TRACKER_PUBLIC_URL to the https address of the proxy in front, or listen at 127.0.0.1"
        )
    _refuse_taken(host, port)
    return host, port


def _refuse_taken(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((host, port))
        except OSError as error:
            raise ConfigurationError(
                f"cannot listen at {host}:{port}: {error.strerror}. Stop what listens there, or use --bind"
            ) from error


def address(settings: Settings, bind: str) -> str:
    """Where people find the service: the public address, or, on this machine only, where it listens."""
    return f"http://{bind}" if urlsplit(settings.public_url).hostname in LOOPBACK else settings.public_url


def set_up_link(app: Flask, base: str) -> str | None:
    """A link that makes the first administrator, while there is none. Earlier ones stop working."""
    with app.test_request_context(base_url=base):
        if accounts.administrators():
            return None
        with transaction():
            token = links.issue(Purpose.SET_UP)
        return url_for("links.set_up", token=token, _external=True)


def let_go() -> None:
    """Close what the looks opened: a process that is about to fork must hold no connection."""
    db.session.remove()
    db.engine.dispose()


def own_settings() -> Settings:
    """The settings of the application."""
    settings: Settings = current_app.config["TRACKER"]
    return settings
