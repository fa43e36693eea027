"""What administrators do about the reference lists, through the pages."""

import re

import pytest
from flask import Flask
from sqlalchemy import select

from tests.browsers import Browser
from tests.conftest import SignIn
from tests.markup import Seen
from tracker.accounts.models import AuditEntry
from tracker.accounts.permissions import Role
from tracker.admin.reference.lists import LISTS
from tracker.core.db import db
from tracker.organisations.models import BankHoliday, Grade
from tracker.organisations.queries import bank_holidays
from tracker.training.models import Programme

PROGRAMME = {"code": "accelerator", "name": "Data Science Accelerator", "length_days": "90"}


def version(page: str) -> str:
    return re.search(r'name="version"[^>]*value="([^"]*)"', page)[1]


def edit_page(administrator: Browser, name: str, words: str) -> str:
    page = administrator.get(f"/admin/reference/{name}").text
    return re.search(rf'href="([^"]*/edit)">{words}<', page)[1]


@pytest.mark.parametrize("name", LISTS)
def test_every_list_has_its_page_and_every_entry_a_form_with_what_it_holds(sign_in: SignIn, name: str):
    administrator = sign_in(Role.ADMINISTRATOR)

    page = administrator.get(f"/admin/reference/{name}")
    edits = re.findall(rf'href="(/admin/reference/{name}/[^"]+/edit)"', page.text)

    assert page.status_code == 200
    assert len(edits) == int(re.search(r"\((\d+)\)", page.text)[1])
    assert administrator.get(edits[0].replace("&amp;", "&")).status_code == 200


def test_how_long_a_programme_lasts_is_edited_and_whether_it_qualifies_has_an_act_of_its_own(
    app: Flask, sign_in: SignIn
):
    administrator = sign_in(Role.ADMINISTRATOR)
    where = edit_page(administrator, "programmes", "Data Science Accelerator")
    opened = version(administrator.get(where).text)

    answer = administrator.send(where, {**PROGRAMME, "version": opened})

    assert (answer.status_code, answer.location) == (303, "/admin/reference/programmes")
    with app.app_context():
        edited = db.session.scalars(select(Programme).where(Programme.code == "accelerator")).one()
        entry = db.session.scalars(select(AuditEntry).where(AuditEntry.verb == "reference.edited")).one()
        assert (edited.length_days, edited.qualifies) == (90, True)
        assert '"length_days":84' in (entry.before or "")


def test_an_edit_of_what_somebody_else_changed_meanwhile_is_held_back(app: Flask, sign_in: SignIn):
    administrator = sign_in(Role.ADMINISTRATOR)
    where = edit_page(administrator, "programmes", "Data Science Accelerator")
    opened = version(administrator.get(where).text)
    administrator.send(where, {**PROGRAMME, "version": opened})

    answer = administrator.send(where, {**PROGRAMME, "name": "Late", "version": opened})

    with app.app_context():
        names = db.session.scalars(select(Programme.name).where(Programme.code == "accelerator")).all()
        assert names == ["Data Science Accelerator"]
    meant = administrator.send(where, {**PROGRAMME, "name": "Late", "version": version(answer.text)})

    assert (answer.status_code, meant.status_code) == (409, 303)
    assert "Somebody else has changed this programme" in answer.text


def test_an_edit_of_what_somebody_else_gave_another_name_is_held_back_with_what_was_typed(sign_in: SignIn):
    administrator = sign_in(Role.ADMINISTRATOR)
    where = edit_page(administrator, "regions", "Wales")
    said = {"name": "Wales", "ons_code": "W92000004", "statistics_label": "Wales"}
    opened = version(administrator.get(where).text)
    administrator.send(where, {**said, "name": "Cymru", "version": opened})

    answer = administrator.send(where, {**said, "statistics_label": "Wales (Cymru)", "version": opened})

    page = Seen(answer.text)
    assert (answer.status_code, page.one("input", name="statistics_label")["value"]) == (409, "Wales (Cymru)")
    assert "Now: Cymru" in page.words


def test_an_act_on_what_is_gone_gives_back_what_was_typed(sign_in: SignIn):
    gone = "/admin/reference/bank-holidays/england-and-wales_1999-01-01/edit"

    answer = sign_in(Role.ADMINISTRATOR).send(gone, {"title": "The <last> one"})

    assert (answer.status_code, "Title The <last> one" in Seen(answer.text).words) == (404, True)


def test_a_bank_holiday_is_added_counts_and_is_removed(app: Flask, sign_in: SignIn):
    administrator = sign_in(Role.ADMINISTRATOR)
    holiday = {
        "division": "england-and-wales",
        "day-day": "7",
        "day-month": "5",
        "day-year": "2029",
        "title": "Jubilee",
    }

    added = administrator.send("/admin/reference/bank-holidays/new", holiday)
    with app.app_context():
        counted = {day.isoformat() for day in bank_holidays()}
    again = administrator.send("/admin/reference/bank-holidays/new", {**holiday, "title": "Jubilee again"})
    removed = administrator.send("/admin/reference/bank-holidays/england-and-wales_2029-05-07/remove")

    assert added.status_code == removed.status_code == 303
    assert "2029-05-07" in counted
    assert "There is such a bank holiday already" in again.text
    with app.app_context():
        assert not db.session.scalars(select(BankHoliday).where(BankHoliday.title == "Jubilee")).all()


def test_what_records_refer_to_is_not_removed(app: Flask, sign_in: SignIn):
    administrator = sign_in(Role.ADMINISTRATOR)

    remove = edit_page(administrator, "grades", "Senior Executive Officer").replace("/edit", "/remove")

    assert administrator.get(remove).status_code == 404
    assert administrator.send(remove).status_code == 404
    with app.app_context():
        assert db.session.scalars(select(Grade).where(Grade.code == "SEO")).one()


@pytest.mark.parametrize(
    ("where", "fields", "message"),
    [
        ("programmes/new", {**PROGRAMME, "code": "accelerator"}, "There is such a programme already"),
        ("programmes/new", {**PROGRAMME, "code": "x", "length_days": "0"}, "whole number of days from 1 to 3,650"),
        ("programmes/new", {**PROGRAMME, "code": "x", "length_days": "ninety"}, "Enter a whole number in digits"),
        ("grades/new", {"code": "X", "name": "Y", "rank": "101"}, "whole number from 1 to 100"),
        ("bank-holidays/new", {"division": "mars", "title": "Y"}, "Enter the day"),
        ("regions/new", {"name": "  "}, "Enter the name"),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field(sign_in: SignIn, where: str, fields: dict[str, str], message: str):
    answer = sign_in(Role.ADMINISTRATOR).send(f"/admin/reference/{where}", fields)

    assert answer.status_code == 200
    assert message in answer.text


def test_there_is_no_list_and_no_entry_by_another_name(sign_in: SignIn):
    administrator = sign_in(Role.ADMINISTRATOR)

    assert administrator.get("/admin/reference/passwords").status_code == 404
    assert administrator.get("/admin/reference/grades/KING/edit").status_code == 404


@pytest.mark.parametrize("role", [Role.PROGRAMME_MANAGER, Role.AUDITOR, Role.LEADERSHIP])
def test_nobody_else_gets_in(sign_in: SignIn, role: Role):
    stranger = sign_in(role)

    assert stranger.get("/admin/reference").status_code == 403
    assert stranger.send("/admin/reference/grades/new", {"code": "X", "name": "Y", "rank": "1"}).status_code == 403
