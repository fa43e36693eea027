"""Another system, as it speaks to the API: with a token, and with nothing a browser would bring."""

from typing import Any

from flask import Flask
from werkzeug.test import Client, TestResponse

from tests.conftest import Arrange
from tests.factories import make_user, organisation
from tracker.accounts import queries
from tracker.accounts.permissions import Role
from tracker.accounts.services import tokens


class System:
    """Something that shows a token; `text` is the token, `email` the address of its owner."""

    def __init__(self, app: Flask, text: str, email: str = "") -> None:
        self.client = Client(app, use_cookies=False)
        self.text, self.email = text, email

    def get(self, path: str, **more: Any) -> TestResponse:
        return self.client.get(self._at(path), headers=self._headers(more), **more)

    def post(self, body: dict[str, Any], key: str, **more: Any) -> TestResponse:
        headers = self._headers(more) | {"Idempotency-Key": key}
        return self.client.post(self._at("events"), json=body, headers=headers, **more)

    def _headers(self, more: dict[str, Any]) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.text}", **more.pop("headers", {})}

    def _at(self, path: str) -> str:
        return path if path.startswith("/") else f"/api/v1/{path}"


def make_token(
    email: str, *, within: str = "", may_write: bool = False, days: int = 90, with_code: bool = False
) -> str:
    """The text of a token in the one role of a user."""
    user = queries.user_by_email(email)
    assert user is not None
    narrowed = organisation(within) if within else None
    wish = tokens.Wish("A system", user.grants[0], days, may_write, narrowed)
    return tokens.make(user, wish, with_code=with_code)[1]


def system_of(
    app: Flask, arrange: Arrange, role: Role, *, at: str = "home-office", within: str = "", may_write: bool = False
) -> System:
    """A system with a token in a role that a new user holds."""
    with arrange():
        user = make_user(role, at=at)
        email = user.email
        text = make_token(email, within=within, may_write=may_write)
    return System(app, text, email)


def follow(system: System, path: str = "events?limit=3") -> tuple[list[tuple[str, int]], str]:
    """Everything there is from a place on, and where to ask next."""
    found: list[tuple[str, int]] = []
    while True:
        answer = system.get(path).json
        found += [(line["type"], line["event"]) for line in answer["data"]]
        path = answer["next"]
        if not answer["more"]:
            return found, path
