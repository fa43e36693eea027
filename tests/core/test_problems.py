"""What a refusal's page gives back."""

import pytest
from flask import Flask
from flask.typing import ResponseReturnValue
from sqlalchemy.orm.exc import StaleDataError

from tests.frame import make_frame
from tests.markup import Seen
from tracker.core.errors import DomainError
from tracker.core.problems import init_problems


@pytest.fixture
def refusing() -> Flask:
    app = make_frame()
    app.config["WTF_CSRF_ENABLED"] = False
    init_problems(app)

    @app.post("/rule")
    def rule() -> ResponseReturnValue:
        raise DomainError("The stage was recorded already")

    @app.post("/overtaken")
    def overtaken() -> ResponseReturnValue:
        raise StaleDataError("one row expected")

    return app


@pytest.mark.parametrize("address", ["/rule", "/overtaken"])
def test_a_refused_change_gives_back_what_was_typed_but_no_secret_and_no_key(refusing: Flask, address: str):
    sent = {"reason": "Came back <early>", "ended_on-day": "3", "note": " ", "version": "4", "_idem": "k-1"}
    sent |= {"csrf_token": "t-1", "password": "correct horse", "new_password": "battery staple", "code": "123456"}
    sent |= {"checked": "s-1"}

    answer = refusing.test_client().post(address, data=sent)

    words = Seen(answer.text).words
    assert answer.status_code == 409
    assert "Reason Came back <early> Ended on day 3" in words
    assert not [hidden for hidden in ("k-1", "t-1", "s-1", "horse", "staple", "123456", "Note") if hidden in words]
