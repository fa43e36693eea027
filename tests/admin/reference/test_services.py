import pytest
from flask import Flask
from sqlalchemy import select

from tests.conftest import Arrange
from tests.factories import make_user
from tracker.accounts.models import AuditEntry
from tracker.admin.reference import queries, services
from tracker.admin.reference.lists import LISTS
from tracker.core.db import db
from tracker.core.errors import DomainError
from tracker.organisations.models import Grade


def grade(code: str = "G7"):
    return LISTS["grades"], db.session.scalars(select(Grade).where(Grade.code == code)).one()


def test_a_change_is_kept_with_what_changed_in_the_audit_trail(app: Flask, arrange: Arrange):
    with arrange():
        of, entry = grade()
        held = queries.values(of, entry)
        del held["version"]
        services.edit_entry(of, entry, {**held, "name": "Grade Seven"}, make_user())

    with app.app_context():
        assert grade()[1].name == "Grade Seven"
        told = db.session.scalars(select(AuditEntry).where(AuditEntry.verb == "reference.edited")).one()
        assert (told.subject_ref, told.before, told.after) == ("G7", '{"name":"Grade 7"}', '{"name":"Grade Seven"}')


def test_a_key_is_given_once(arrange: Arrange):
    with arrange():
        of, entry = grade()
        held = {name: value for name, value in queries.values(of, entry).items() if name != "version"}
        with pytest.raises(DomainError, match="already"):
            services.add_entry(of, held, make_user())


def test_what_records_refer_to_is_not_removed(arrange: Arrange):
    with arrange():
        of, entry = grade()
        with pytest.raises(DomainError, match="records refer to it"):
            services.remove_entry(of, entry, make_user())


def test_a_bank_holiday_is_removed(app: Flask, arrange: Arrange):
    ref = "england-and-wales_2026-12-25"
    with arrange():
        found = queries.entry("bank-holidays", ref)
        assert found is not None
        services.remove_entry(*found, make_user())

    with app.app_context():
        assert queries.entry("bank-holidays", ref) is None
