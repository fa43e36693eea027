"""What administrators do about the structure of government, through the pages."""

from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from tests.conftest import Arrange, SignIn
from tests.factories import organisation
from tracker.accounts.models import AuditEntry
from tracker.accounts.permissions import Role
from tracker.core.db import db
from tracker.organisations.models import Organisation
from tracker.organisations.queries import parent_links

FACTS: dict[str, Any] = {"name": "Office for Numbers", "abbreviation": "OFN", "kind": "Executive agency"}


def day(name: str, when: date) -> dict[str, str]:
    return {f"{name}-day": str(when.day), f"{name}-month": str(when.month), f"{name}-year": str(when.year)}


def test_the_list_finds_by_any_name_and_tells_open_from_closed(sign_in: SignIn):
    administrator = sign_in(Role.ADMINISTRATOR)

    found = administrator.get("/admin/organisations?q=revenue+%26+customs").text
    closed = administrator.get("/admin/organisations?state=closed").text

    assert "HM Revenue &amp; Customs" in found
    assert "Home Office" not in found
    assert "Department for International Trade" in closed
    assert "HM Revenue" not in closed


def test_an_organisation_is_added_under_its_parents_with_a_slug_of_its_own(app: Flask, sign_in: SignIn):
    administrator = sign_in(Role.ADMINISTRATOR)

    answer = administrator.send("/admin/organisations/new", {**FACTS, "parents": "HMT\nCabinet Office"})
    page = administrator.get(answer.location).text

    assert (answer.status_code, answer.location) == (303, "/admin/organisations/office-for-numbers")
    assert "Office for Numbers" in page
    assert "Cabinet Office" in page
    with app.app_context():
        added = organisation("office-for-numbers")
        above = {parent for child, parent in parent_links() if child == added.id}
        assert above == {organisation("hm-treasury").id, organisation("cabinet-office").id}
        assert added.present_id == added.id


def test_an_edit_is_kept_and_stands_in_the_audit_trail_with_what_changed(app: Flask, sign_in: SignIn):
    administrator = sign_in(Role.ADMINISTRATOR)

    facts = {**FACTS, "name": "Home Office", "abbreviation": "HOME", "version": "1"}
    answer = administrator.send("/admin/organisations/home-office/edit", facts)

    assert answer.status_code == 303
    with app.app_context():
        edited = organisation("home-office")
        entry = db.session.scalars(select(AuditEntry).where(AuditEntry.verb == "organisation.edited")).one()
        assert (edited.abbreviation, edited.version, edited.slug) == ("HOME", 2, "home-office")
        assert '"abbreviation":"HOME"' in (entry.after or "")
        assert "opened_on" not in (entry.after or "")


def test_an_edit_of_what_somebody_else_saved_meanwhile_is_held_back(app: Flask, sign_in: SignIn):
    administrator = sign_in(Role.ADMINISTRATOR)
    administrator.send("/admin/organisations/home-office/edit", {**FACTS, "version": "1"})

    answer = administrator.send("/admin/organisations/home-office/edit", {**FACTS, "name": "Late", "version": "1"})

    assert answer.status_code == 409
    assert "Somebody else has changed" in answer.text
    with app.app_context():
        assert organisation("home-office").name == FACTS["name"]


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"name": ""}, "Enter the official name"),
        ({"name": "Home Office"}, "There is an organisation with the slug home-office already"),
        (day("closed_on", date(2026, 1, 1)), "Tick that it has closed"),
        (
            {"is_closed": "y", **day("opened_on", date(2026, 2, 1)), **day("closed_on", date(2026, 2, 1))},
            "must come after the day it opened",
        ),
        ({"parents": "Ministry of Silly Walks"}, "There is no organisation called Ministry of Silly Walks"),
    ],
)
def test_facts_that_cannot_be_are_refused_and_nothing_is_added(
    app: Flask, sign_in: SignIn, fields: dict[str, str], message: str
):
    answer = sign_in(Role.ADMINISTRATOR).send("/admin/organisations/new", {**FACTS, **fields})

    assert answer.status_code == 200
    assert message in answer.text
    with app.app_context():
        assert not db.session.scalars(select(Organisation).where(Organisation.abbreviation == "OFN")).all()


def test_no_organisation_stands_under_one_of_its_own_bodies(app: Flask, sign_in: SignIn):
    administrator = sign_in(Role.ADMINISTRATOR)
    administrator.send("/admin/organisations/new", {**FACTS, "parents": "home-office"})

    facts = {"name": "Home Office", "parents": "Office for Numbers", "version": "1"}
    answer = administrator.send("/admin/organisations/home-office/edit", facts)

    assert "Office for Numbers stands under this organisation itself" in answer.text


@pytest.mark.parametrize("role", [Role.PROGRAMME_MANAGER, Role.LEADERSHIP, Role.DEPARTMENT_LEAD, Role.AUDITOR])
def test_nobody_else_gets_in(sign_in: SignIn, role: Role, arrange: Arrange):
    stranger = sign_in(role)

    assert stranger.get("/admin/organisations").status_code == 403
    assert stranger.send("/admin/organisations/new", FACTS).status_code == 403
    assert stranger.get("/admin/organisations/home-office/edit").status_code == 403
