"""The whole database in one number, so that a test can say that nothing changed."""

import hashlib

from flask import Flask
from sqlalchemy import inspect, text

from tracker.core.db import db

RESTLESS = frozenset({"sign_in_attempt"})
"""Counts of attempts: a refusal is itself counted."""


def fingerprint(app: Flask) -> str:
    """A hash over every row of every table; of sessions, without when they were last seen."""
    digest = hashlib.sha256()
    with app.app_context():
        for table in sorted(set(inspect(db.engine).get_table_names()) - RESTLESS):
            rows = db.session.execute(text(f'SELECT * FROM "{table}"')).mappings()
            kept = ([(name, value) for name, value in row.items() if name != "last_seen_at"] for row in rows)
            lines = sorted(str(row) for row in kept)
            digest.update("\n".join([table, *lines]).encode())
    return digest.hexdigest()
