"""The audit trail as auditors read it and administrators check it."""

from flask import Flask

from tests.auditing import tamper
from tests.browsers import browser_of
from tests.conftest import Arrange, SignIn
from tests.factories import make_user
from tracker.accounts import audit
from tracker.accounts.permissions import Role
from tracker.core import clock


def test_an_auditor_finds_what_was_done_by_person_record_and_day(sign_in: SignIn, arrange: Arrange):
    auditor = sign_in(Role.AUDITOR, email="audrey@example.gov.uk")
    with arrange():
        actor = make_user(email="ada@example.gov.uk", name="Ada Byron")
        audit.record("person.moved", "person:P-7", actor=actor, before={"grade": "HEO"}, after={"grade": "SEO"})
        audit.record("person.moved", "person:P-8", actor=None)
    today = clock.today().strftime("%d/%m/%Y")

    def found(**query: str) -> list[bool]:
        page = auditor.get("/audit", query_string=query).text
        return ["person P-7" in page, "person P-8" in page]

    assert found() == [True, True]
    assert found(person="ADA@example.gov.uk") == [True, False]
    assert found(record="P-8") == found(record="person:P-8") == [False, True]
    assert found(record="user:") == [False, False]
    assert found(day=today) == [True, True]
    assert found(day="2001-01-01") == [False, False]
    assert "Enter a day such as 23/11/2026" in auditor.get("/audit?day=31/04/2026").text
    assert "HEO" in auditor.get("/audit?record=P-7").text


def test_an_administrator_sees_only_whether_the_chain_is_whole(app: Flask, sign_in: SignIn):
    administrator = sign_in(Role.ADMINISTRATOR)

    led = administrator.get("/audit")
    page = administrator.get("/audit/chain").text

    assert led.location == "/audit/chain"
    assert "The trail is whole" in page
    assert administrator.email not in page


def test_a_broken_chain_is_said_to_be_broken(app: Flask, sign_in: SignIn):
    auditor = browser_of(app, sign_in(Role.AUDITOR).email)
    tamper(app, "UPDATE audit_entry SET verb = 'nothing' WHERE number = 2")

    assert "entry 2 was altered" in auditor.get("/audit/chain").text
