import re

from flask import Flask
from sqlalchemy import select

from tests.api.systems import System, make_token
from tests.browsers import browser_of
from tests.conftest import Arrange, SignIn
from tests.factories import make_user
from tracker.accounts.models import AuditEntry
from tracker.accounts.permissions import Role
from tracker.core.db import db

ADA = "ada@example.gov.uk"


def test_a_token_is_made_shown_once_used_and_revoked(app: Flask, sign_in: SignIn):
    client = sign_in(Role.DEPARTMENT_LEAD, email=ADA)
    role = re.search(r'name="role"[^>]*value="(\d+)"', client.get("/account/tokens/new").text)[1]
    asked = {"name": "The learning system", "role": role, "access": "read", "within": "", "days": "30"}

    made = client.send("/account/tokens/new", asked)
    page = client.get(made.location).text
    text = re.search(r"dst_[\w-]{43}", page)[0]
    system = System(app, text)
    worked = system.get("people").status_code
    again, listed = client.get(made.location).text, client.get("/account").text
    client.send(f"{made.location}/revoke")

    assert made.status_code == 303
    assert "Copy it now" in page
    assert text not in again
    assert "The learning system" in listed
    assert "Department lead (HO)" in listed
    assert (worked, system.get("people").status_code) == (200, 401)
    assert "Revoked" in client.get("/account").text
    with app.app_context():
        verbs = db.session.scalars(select(AuditEntry.verb).where(AuditEntry.subject_type == "token")).all()
    assert sorted(verbs) == ["token.made", "token.revoked", "token.used"]


def test_what_is_wrong_is_said_at_its_field_and_what_was_typed_stays(sign_in: SignIn):
    client = sign_in(Role.LEADERSHIP)
    role = re.search(r'name="role"[^>]*value="(\d+)"', client.get("/account/tokens/new").text)[1]

    page = client.send(
        "/account/tokens/new", {"name": "Mine", "role": role, "access": "write", "within": "", "days": "400"}
    ).text
    missing = client.send("/account/tokens/new", {}).text

    assert "between 1 and 365" in page
    assert 'value="Mine"' in page
    for words in ("Enter a name", "Select a role", "Select what it may do", "Enter a number of days"):
        assert words in missing


def test_nobody_sees_or_revokes_anothers_token(app: Flask, arrange: Arrange, sign_in: SignIn):
    with arrange():
        make_user(Role.LEADERSHIP, email=ADA)
        text = make_token(ADA)
    mine = re.search(r"/account/tokens/(\w{10})", browser_of(app, ADA).get("/account").text)[1]
    other = sign_in(Role.LEADERSHIP)

    answers = [other.get(f"/account/tokens/{mine}"), other.send(f"/account/tokens/{mine}/revoke")]

    assert [answer.status_code for answer in answers] == [404, 404]
    assert System(app, text).get("organisations").status_code == 200
