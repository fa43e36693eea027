"""Browsers that somebody has signed in with, and that send forms as a page of ours would."""

import uuid
from collections.abc import Mapping
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer
from werkzeug.test import TestResponse

from tracker.accounts import queries
from tracker.accounts.browser import TOKEN
from tracker.accounts.services import sessions
from tracker.core.db import transaction


class Browser(FlaskClient):
    """A test client that can send forms. `email` is the address of who is signed in, empty for nobody."""

    email = ""

    def send(self, path: str, fields: Mapping[str, Any] | None = None, **more: Any) -> TestResponse:
        """Post a form with its token against forgery and a fresh key against double sending; `fields` may replace
        either."""
        data = {"csrf_token": self.form_token(), "_idem": str(uuid.uuid4()), **(fields or {})}
        return self.post(path, data=data, **more)

    def form_token(self) -> str:
        """The token a form of a page would carry."""
        with self.session_transaction() as cookie:
            raw = cookie.setdefault("csrf_token", uuid.uuid4().hex)
        signed = URLSafeTimedSerializer(self.application.secret_key, salt="wtf-csrf-token").dumps(raw)
        assert isinstance(signed, str)
        return signed

    def token(self) -> str:
        """The token of the session."""
        with self.session_transaction() as cookie:
            return str(cookie[TOKEN])


def browser(app: Flask) -> Browser:
    """A browser that nobody has signed in with."""
    return Browser(app, app.response_class, use_cookies=True)


def browser_of(app: Flask, email: str, *, mfa: bool = False) -> Browser:
    """A browser that the user with an address has signed in with, by the service and without the form."""
    made = browser(app)
    made.email = email
    with app.app_context(), transaction():
        user = queries.user_by_email(email)
        assert user is not None
        token = sessions.open_session(user, agent="Firefox on Linux", address="127.0.0.1", mfa=mfa)
    with made.session_transaction() as cookie:
        cookie[TOKEN] = token
    return made
