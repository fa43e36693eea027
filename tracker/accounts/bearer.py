"""What another system shows of its user: a token, in the header of every request to the API, and nowhere else."""

import logging

from flask import current_app, g, request
from sqlalchemy.exc import OperationalError

from tracker.accounts.models import ApiToken, User
from tracker.accounts.services import throttle, tokens
from tracker.core.db import transaction

SCHEME = "bearer"
BRIEFLY_MS = 100
logger = logging.getLogger("tracker.accounts")


def is_shown() -> bool:
    """Whether the request shows a token at all."""
    return bool(_text())


def _text() -> str:
    shown = request.authorization
    return (shown.token or "") if shown is not None and shown.type == SCHEME else ""


def current_token() -> ApiToken | None:
    """The token of this request, if it works; looked up once a request."""
    if "api_token" not in g:
        required = current_app.config["TRACKER"].require_totp
        g.api_token = tokens.found(_text(), require_totp=required) if is_shown() else None
    found: ApiToken | None = g.api_token
    return found


def user_of_token() -> User | None:
    """Whose token it is, with no more authority than the token has."""
    token = current_token()
    if token is None:
        return None
    token.user.limit(tokens.limits(token))
    return token.user


def note_use() -> None:
    """Count the request, whether its token works or not, and refuse one too many.

    :raises TooManyAttempts: if the token, or with unknown ones the network, comes too often.

    Not at the price of waiting: while the database is busy with something long, uses are not counted.
    """
    token = current_token()
    if token is None:
        if is_shown():
            with transaction():
                throttle.reserve(tokens.UNKNOWN, request.remote_addr or "")
        return
    try:
        with transaction(BRIEFLY_MS):
            uses = tokens.use(token)
    except OperationalError:
        logger.info("the use of a token was not counted: the database is busy")
    else:
        tokens.check_pace(uses)
