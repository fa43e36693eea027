"""What accounts do by the calendar."""

from datetime import date

import time_machine
from flask import Flask

from tests.conftest import Arrange
from tests.factories import PASSWORD, make_user
from tracker.accounts import jobs, queries
from tracker.accounts.models import RoleRequest
from tracker.accounts.permissions import Role
from tracker.accounts.services import forgotten, role_requests
from tracker.core.db import db

DAY = date(2026, 11, 24)


def test_a_link_that_was_asked_for_is_written_once(app: Flask, arrange: Arrange) -> None:
    with arrange():
        make_user(email="ada@example.gov.uk", password=PASSWORD)
        for email in ("ada@example.gov.uk", "ada@example.gov.uk", "nobody@example.org"):
            forgotten.ask(email)

    with app.app_context():
        counts = [jobs.write_to_forgetful(DAY) for _ in range(2)]

    assert counts == [1, 0]


def test_a_request_for_a_role_ends_after_seven_days_and_the_trail_says_so(app: Flask, arrange: Arrange) -> None:
    with time_machine.travel("2026-11-23 09:00:00+00:00", tick=False) as traveller:
        with arrange():
            make_user(Role.ADMINISTRATOR)
            asker, user = make_user(Role.ADMINISTRATOR), make_user()
            role_requests.ask(user, Role.AUDITOR, "To look", organisation=None, actor=asker)
            ref = user.ref
        with app.app_context():
            traveller.shift(7 * 86_400 - 1)
            early = jobs.expire_role_requests(DAY)
            traveller.shift(1)
            counts = [early, *(jobs.expire_role_requests(DAY) for _ in range(2))]
            outcome = db.session.scalars(db.select(RoleRequest.outcome)).one()
            trail = [one.verb for one in db.session.scalars(queries.audit_entries(subject=f"user:{ref}"))]

    assert counts == [0, 1, 0]
    assert outcome == "expired"
    assert trail[0] == "role.expired"
