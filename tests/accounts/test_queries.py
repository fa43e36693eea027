"""What is asked of users and of the trail."""

import time_machine
from flask import Flask

from tests.conftest import Arrange
from tests.factories import make_user
from tracker.accounts import audit, queries
from tracker.accounts.permissions import Role
from tracker.accounts.services import mark_demonstration, users
from tracker.core.calendar import parse_day
from tracker.core.db import db


def test_an_address_is_compared_without_case(arrange: Arrange):
    with arrange():
        user = make_user(email="Ada.Byron@example.gov.uk")

        assert queries.user_by_email(" ADA.BYRON@EXAMPLE.GOV.UK ") is user
        assert user.email == "Ada.Byron@example.gov.uk"


def test_administrators_who_are_disabled_are_none(arrange: Arrange):
    with arrange():
        first, second = make_user(Role.ADMINISTRATOR), make_user(Role.ADMINISTRATOR)
        make_user(Role.AUDITOR)
        users.disable(second, None)

        assert queries.administrators() == [first]


def test_words_of_a_search_are_words_and_no_pattern(arrange: Arrange):
    with arrange():
        ada = make_user(name="Ada 100% Byron")
        make_user(name="Ben Okri")

        assert db.session.scalars(queries.matching_users("100%")).all() == [ada]
        assert db.session.scalars(queries.matching_users("_")).all() == []


def test_a_day_of_the_trail_is_a_london_day(app: Flask, arrange: Arrange):
    for moment in ("2026-06-30 22:59:59+00:00", "2026-06-30 23:00:00+00:00", "2026-07-01 22:59:59+00:00"):
        with time_machine.travel(moment, tick=False), arrange():
            audit.record("x", f"moment:{moment[8:19]}", actor=None)

    with app.app_context():
        found = db.session.scalars(queries.audit_entries(day=parse_day("2026-07-01"))).all()

    assert [entry.subject_ref for entry in found] == ["01 22:59:59", "30 23:00:00"]


def test_demonstration_accounts_are_those_of_the_demonstration(arrange: Arrange):
    with arrange():
        make_user(email="ada@example.gov.uk")
        auditor = make_user(email="auditor@demo.example")

        assert queries.demonstration_users() == []
        mark_demonstration()
        mark_demonstration()
        assert queries.demonstration_users() == [auditor]
