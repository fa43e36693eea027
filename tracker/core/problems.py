"""The pages that say what went wrong, with the id of the request and nothing else of the inside."""

import json
import logging
from http import HTTPStatus
from typing import Any

from flask import Flask, Response, render_template, request
from sqlalchemy.exc import (
    DatabaseError,
    DataError,
    DBAPIError,
    IntegrityError,
    InterfaceError,
    InternalError,
    OperationalError,
)
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm.exc import ObjectDeletedError, StaleDataError
from werkzeug.exceptions import HTTPException, InternalServerError, SecurityError

from tracker.core.db import db
from tracker.core.errors import DomainError
from tracker.core.forms import IDEMPOTENCY_FIELD
from tracker.core.http import is_for_systems
from tracker.core.logs import request_id

PAGES = frozenset({400, 403, 404, 405, 409, 413, 415, 422, 429, 500, 503})
RETRY_SECONDS = "5"
GONE = frozenset({403, 404})
"""What an act is answered with whose record was removed, or renamed, or taken from the user while its form was open."""
NOT_TYPED = frozenset({"csrf_token", IDEMPOTENCY_FIELD, "version", "seen", "checked"})
"""What a page carries to know later what it showed."""
SECRET = ("password", "code", "secret")
NOT_OUR_SCHEMA = frozenset({"42P01", "42703"})
"""What PostgreSQL calls a table and a column that are not there."""
logger = logging.getLogger("tracker.problems")

Problem = tuple[str | Response, int]
Answer = Problem | tuple[str | Response, int, dict[str, str]]
DOCUMENT = "application/problem+json"


def init_problems(app: Flask) -> None:
    """Have every refusal and every fault answered by a page of ours."""
    app.register_error_handler(HTTPException, _refusal)
    app.register_error_handler(DomainError, _rule)
    app.register_error_handler(DataError, _unfit)
    for unavailable in (OperationalError, InterfaceError, PoolTimeout):
        app.register_error_handler(unavailable, _unavailable)
    app.register_error_handler(DatabaseError, _damaged)
    for overtaken in (StaleDataError, ObjectDeletedError, IntegrityError):
        app.register_error_handler(overtaken, _overtaken)
    app.register_error_handler(InternalServerError, _fault)


def problem(status: int, **words: object) -> Problem:
    """The page for a status. `words` are what the page's template takes, such as `reason`.

    To another system it is a problem document (RFC 9457).
    """
    if is_for_systems():
        return document(status, words.get("reason"), field=words.get("field"))
    page = status if status in PAGES else 400 if status < 500 else 500
    return render_template(f"errors/{page}.html", **words), status


def document(status: int, detail: object = None, **more: object) -> Problem:
    """A refusal or a fault as a problem document (RFC 9457), with the id of the request and nothing else of the inside.

    :param more: further members; those that are empty are left out.
    """
    said: dict[str, Any] = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status}
    said |= {name: value for name, value in {"detail": detail, **more}.items() if value}
    said["request_id"] = request_id.get()
    return Response(json.dumps(said), status, content_type=DOCUMENT), status


def is_unavailable(error: DBAPIError) -> bool:
    """Whether the database cannot be worked with: away, busy, full, damaged, not set up, or of another release.

    Anything else it has against us is a fault of the code.
    """
    if isinstance(error, OperationalError | InterfaceError | InternalError) or type(error) is DatabaseError:
        return True
    return getattr(error.orig, "sqlstate", None) in NOT_OUR_SCHEMA


def _refusal(refusal: HTTPException) -> Answer:
    """A refusal with the reason we gave, where we gave one; the library's own words are not ours.

    To a host that is not ours no page can be made: its links would lead there.
    """
    if isinstance(refusal, SecurityError):
        return "The service is not known by this name.\n", 400, {"Content-Type": "text/plain; charset=utf-8"}
    given = refusal.description if refusal.description != type(refusal).description else None
    sent = typed() if request.endpoint and refusal.code in GONE else []
    body, status = problem(refusal.code or 500, reason=given, sent=sent)
    kept = {name: value for name, value in refusal.get_headers() if name in {"Allow", "Retry-After"}}
    return body, status, kept


def _rule(refusal: DomainError) -> Problem:
    """A rule said no where there was no form to say it on: to an act, or to a question that is asked wrongly."""
    status = 400 if request.method in {"GET", "HEAD"} else 409
    return problem(status, reason=refusal.message, field=refusal.field, sent=typed())


def typed() -> list[tuple[str, str]]:
    """What the person had typed, by the field's name, so that a refusal does not lose it; secrets are not shown."""
    return [
        (name.replace("_", " ").replace("-", " ").capitalize(), value)
        for name, value in request.form.items(multi=True)
        if value.strip() and name not in NOT_TYPED and not name.startswith(SECRET) and not name.endswith(SECRET)
    ]


def _unfit(error: DataError) -> Problem:
    """What was sent is nothing that the database could hold, such as a number beyond all bounds."""
    db.session.rollback()
    logger.warning("the database could not take what was sent", exc_info=error)
    return problem(400)


def _overtaken(error: Exception) -> Problem:
    """Somebody else's change came first, and the database held this one back."""
    logger.warning("a change was overtaken by another", exc_info=error)
    return problem(409, sent=typed())


def _unavailable(error: DBAPIError | PoolTimeout) -> Answer:
    """The database is missing, locked, full or away: nothing was kept, and trying again soon is right."""
    db.session.rollback()
    logger.error("the database does not answer", exc_info=error)
    body, status = problem(503)
    return body, status, {"Retry-After": RETRY_SECONDS}


def _damaged(error: DatabaseError) -> Answer:
    """The database answers and is not what the code works with: damaged, not set up, or of another release.

    Whatever else it has against us is our own fault.
    """
    if is_unavailable(error):
        return _unavailable(error)
    db.session.rollback()
    logger.error("the database refused what we asked of it", exc_info=error)
    return problem(500)


def _fault(fault: InternalServerError) -> Problem:
    """Our own fault; Flask has logged it."""
    return problem(500)
