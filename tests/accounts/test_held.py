"""What accounts hold about somebody who works here."""

from flask import Flask

from tests.conftest import Arrange
from tests.factories import make_user
from tracker.accounts import held
from tracker.accounts.models import RoleRequest
from tracker.accounts.permissions import Role
from tracker.accounts.services import role_requests
from tracker.core.db import db
from tracker.core.subject import Subject


def test_why_a_role_was_asked_for_is_told_and_forgotten(app: Flask, arrange: Arrange):
    with arrange():
        make_user(Role.ADMINISTRATOR)
        asker, ben = make_user(Role.ADMINISTRATOR), make_user(name="Ben Okri")
        role_requests.ask(ben, Role.AUDITOR, "Ben Okri joins the auditors", organisation=None, actor=asker)
        somebody = held.recognise(Subject(ref=ben.ref))

        told = held.tell(somebody)["Roles that were asked for"]
        held.forget(somebody)

    assert [(one["Role"], one["Why"]) for one in told] == [("Auditor", "Ben Okri joins the auditors")]
    with app.app_context():
        assert db.session.scalars(db.select(RoleRequest.reason)).one() == "[removed]"
