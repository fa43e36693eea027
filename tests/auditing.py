"""The audit trail in tests: what it tells of a subject, and a watch over the requests of every test, which may keep
nothing of what happens to the programme that it does not tell."""

import re
from typing import Any

from flask import Flask, has_request_context, request
from sqlalchemy import Connection, event, text

from tracker.accounts.queries import audit_entries
from tracker.core.db import db, is_sqlite, transaction

WRITES = re.compile(r'\s*(INSERT|UPDATE|DELETE)(?: INTO| FROM)?\s+"?(\w+)')
CHANGES = {"POST", "PUT", "PATCH", "DELETE"}
TRAIL = "audit_entry"
UNTOLD = frozenset(
    {
        *("user_session", "sign_in_attempt", "api_token", "form_claim", "api_write", "parked_form", "follow"),
        *("forgotten_password", "second_factor"),
        *("UPDATE enrolment_draft", "enrolment_draft_hand"),
        *("import_batch", "import_problem", "trainee_row", "history_row", "target_row", "placement_row", "log_row"),
        *("vacancy_row", "candidate_row", "reference_row"),
    }
)
"""Tables that a request may write to without an entry: how somebody is signed in and a form is known, whom a reader
follows, an address that is nobody's, a code that was used, a draft between its beginning and its end, and a file before
it is loaded."""


def told_of(subject: str) -> list[str]:
    """What the trail says was done about a subject, the oldest first."""
    return [entry.verb for entry in db.session.scalars(audit_entries(subject=subject))][::-1]


def tamper(app: Flask, statement: str) -> None:
    """Change the trail as somebody could who owns the database and knows of the triggers."""
    with app.app_context(), transaction() as session:
        if is_sqlite(session):
            session.execute(text("DROP TRIGGER IF EXISTS audit_entry_refuses_update"))
            session.execute(text("DROP TRIGGER IF EXISTS audit_entry_refuses_delete"))
        else:
            session.execute(text("ALTER TABLE audit_entry DISABLE TRIGGER USER"))
        session.execute(text(statement))
        if not is_sqlite(session):
            # The database is kept for the next test, with its triggers as they are left.
            session.execute(text("ALTER TABLE audit_entry ENABLE TRIGGER USER"))


def watched(app: Flask) -> Flask:
    """The application, which breaks off where a request would keep something and leave no entry in the trail."""
    with app.app_context():
        event.listen(db.engine, "before_cursor_execute", _note)
        event.listen(db.engine, "commit", _judge)
        event.listen(db.engine, "rollback", _forget)
    return app


def _note(connection: Connection, _cursor: Any, statement: str, *_more: Any) -> None:
    if has_request_context() and request.method in CHANGES and (written := WRITES.match(statement)):
        connection.info.setdefault("written", set()).add(written.groups())


def _judge(connection: Connection) -> None:
    written = connection.info.pop("written", set())
    untold = sorted(table for verb, table in written if not {table, f"{verb} {table}"} & UNTOLD)
    if untold and TRAIL not in {table for _, table in written}:
        raise AssertionError(f"{request.method} {request.path} writes to {untold} and leaves no entry in the trail")


def _forget(connection: Connection) -> None:
    # Of a connection that was cut nothing is known any more, and nothing was kept.
    if not connection.invalidated:
        connection.info.pop("written", None)
