"""The document is kept: whatever it lets somebody ask is answered as it says, and never by a fault."""

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import checks
from schemathesis.specs.openapi import checks as openapi_checks

from tests.api.systems import system_of
from tests.conftest import Arrange
from tests.factories import make_cohort, make_enrolment, make_person
from tracker.accounts.permissions import Role
from tracker.accounts.services import tokens

HELD = [
    checks.not_a_server_error,
    openapi_checks.status_code_conformance,
    openapi_checks.content_type_conformance,
    openapi_checks.response_schema_conformance,
]


def ask_everything(app: Flask, arrange: Arrange, monkeypatch: pytest.MonkeyPatch, examples: int) -> int:
    """Ask every operation so many times; how often in all."""
    monkeypatch.setattr(tokens, "USES_A_MINUTE", 1_000_000)
    with arrange():
        make_cohort("C-1")
        make_enrolment("in-training 2026-01-05", person=make_person("home-office"))
    system = system_of(app, arrange, Role.PROGRAMME_MANAGER, may_write=True)
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app)
    asked = 0
    for found in schema.get_all_operations():

        @settings(
            max_examples=examples,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            phases=[Phase.generate],
        )
        @given(case=found.ok().as_strategy())
        def ask(case: schemathesis.Case) -> None:
            nonlocal asked
            asked += 1
            case.validate_response(case.call(headers={"Authorization": f"Bearer {system.text}"}), checks=HELD)

        ask()
    return asked


def test_whatever_the_document_lets_one_ask_is_answered_as_it_says(
    app: Flask, arrange: Arrange, monkeypatch: pytest.MonkeyPatch
):
    assert ask_everything(app, arrange, monkeypatch, examples=6) >= 8


@pytest.mark.assure
def test_the_same_for_as_long_as_it_takes(app: Flask, arrange: Arrange, monkeypatch: pytest.MonkeyPatch):
    assert ask_everything(app, arrange, monkeypatch, examples=400) > 1_000
