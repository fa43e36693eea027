"""What is done about targets, through the pages."""

import re
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select

from tests.conftest import Arrange, SignIn
from tests.factories import organisation
from tracker.accounts.models import AuditEntry
from tracker.accounts.permissions import Role
from tracker.core.db import db
from tracker.progress.models import TargetVersion
from tracker.progress.queries.targets import target_lines
from tracker.progress.services.targets import replace_line

TRAINED = "training.trained"
WHERE = f"/admin/targets/{TRAINED}/all"
POINTS = "2023-03-31 100\n31/03/2027, 500\n"


def set_national(arrange: Arrange, **points: float) -> None:
    with arrange():
        line = {date.fromisoformat(day.removeprefix("d").replace("_", "-")): value for day, value in points.items()}
        replace_line(TRAINED, None, line, reason="The strategy", created_by_id=None)


def version(page: str) -> str:
    return re.search(r'name="version"[^>]*value="([^"]*)"', page)[1]


def test_a_target_is_set_with_its_reason_and_its_line_stands_on_its_page(app: Flask, sign_in: SignIn):
    administrator = sign_in(Role.ADMINISTRATOR)
    opened = version(administrator.get(f"{WHERE}/edit").text)

    answer = administrator.send(f"{WHERE}/edit", {"points": POINTS, "reason": "As promised", "version": opened})
    page = administrator.get(WHERE).text

    assert (answer.status_code, answer.location) == (303, WHERE)
    assert "500 by 31 March 2027" in page
    assert "As promised" in page
    with app.app_context():
        line = target_lines([TRAINED])[TRAINED, None]
        assert line.points == ((date(2023, 3, 31), 100.0), (date(2027, 3, 31), 500.0))
        assert db.session.scalars(select(AuditEntry).where(AuditEntry.verb == "target.set")).one()


def test_a_new_baseline_keeps_the_line_before_it(sign_in: SignIn, arrange: Arrange):
    set_national(arrange, d2027_03_31=500)
    administrator = sign_in(Role.ADMINISTRATOR)
    form = administrator.get(f"{WHERE}/edit").text

    fields = {"points": "2028-03-31 450", "reason": "Fewer places", "version": version(form)}
    administrator.send(f"{WHERE}/edit", fields)
    page = administrator.get(WHERE).text

    assert "2027-03-31 500" in form
    assert page.index("Fewer places") < page.index("The strategy")
    assert "450 by 31 March 2028" in page


def test_a_line_set_by_somebody_else_meanwhile_is_not_overwritten(app: Flask, sign_in: SignIn, arrange: Arrange):
    administrator = sign_in(Role.ADMINISTRATOR)
    opened = version(administrator.get(f"{WHERE}/edit").text)
    set_national(arrange, d2027_03_31=500)

    mine = {"points": "2027-03-31 1", "reason": "Mine"}
    answer = administrator.send(f"{WHERE}/edit", {**mine, "version": opened})
    with app.app_context():
        assert target_lines([TRAINED])[TRAINED, None].goal == 500
    meant = administrator.send(f"{WHERE}/edit", {**mine, "version": version(answer.text)})

    assert (answer.status_code, meant.status_code) == (409, 303)
    assert "Somebody else has changed this target" in answer.text


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"points": "", "reason": "x"}, "Enter at least one date with a value"),
        ({"points": "2027-03-31 500", "reason": " "}, "Say why the target is set or changed"),
        ({"points": "2027-02-31 500", "reason": "x"}, "Line 1: there is no such day as 2027-02-31"),
        ({"points": "2027-03-31 -5", "reason": "x"}, "Line 1 must be a day and a number"),
        ({"points": "2027-03-31 1\n2027-03-31 2", "reason": "x"}, "Line 2: the day is there twice"),
        ({"points": "2027-03-31 1e309", "reason": "x"}, "Line 1 must be a day and a number"),
    ],
)
def test_a_line_that_cannot_be_is_refused_and_nothing_is_kept(
    app: Flask, sign_in: SignIn, fields: dict[str, str], message: str
):
    answer = sign_in(Role.ADMINISTRATOR).send(f"{WHERE}/edit", {**fields, "version": "0"})

    assert answer.status_code == 200
    assert message in answer.text
    with app.app_context():
        assert not db.session.scalars(select(TargetVersion)).all()


def test_the_national_target_is_shared_out_with_its_arithmetic_and_the_parts_add_up(
    app: Flask, sign_in: SignIn, arrange: Arrange
):
    set_national(arrange, d2023_03_31=100, d2027_03_31=500)
    administrator = sign_in(Role.ADMINISTRATOR)

    page = administrator.get(f"/admin/targets/{TRAINED}/share-out").text
    answer = administrator.send(f"/admin/targets/{TRAINED}/share-out", {"reason": "By headcount"})

    assert "Share out 500 over organisations" in page
    assert "Exact share" in page
    assert answer.status_code == 303
    with app.app_context():
        lines = target_lines([TRAINED])
        parts = {place: line for place, line in lines.items() if place[1] is not None}
        assert sum(line.goal for line in parts.values()) == 500
        assert sum(line.on(date(2023, 3, 31)) or 0 for line in parts.values()) == 100


def test_there_is_nothing_to_share_out_without_a_national_target(sign_in: SignIn):
    answer = sign_in(Role.ADMINISTRATOR).get(f"/admin/targets/{TRAINED}/share-out")

    assert (answer.status_code, answer.location) == (302, f"{WHERE}/edit")


def test_a_lead_reads_the_targets_of_the_own_organisation_alone(sign_in: SignIn, arrange: Arrange):
    set_national(arrange, d2027_03_31=500)
    with arrange():
        for slug in ("home-office", "hm-treasury"):
            where = organisation(slug).id
            replace_line(TRAINED, where, {date(2027, 3, 31): 7}, reason=f"Part of {slug}", created_by_id=None)
    lead = sign_in(Role.DEPARTMENT_LEAD, at="home-office")

    page = lead.get("/admin/targets").text

    assert "Home Office" in page
    assert "HM Treasury" not in page
    assert "All government" not in page
    assert lead.get(f"/admin/targets/{TRAINED}/home-office").status_code == 200
    assert lead.get(f"/admin/targets/{TRAINED}/hm-treasury").status_code == 404
    assert lead.get(WHERE).status_code == 404


@pytest.mark.parametrize("role", [Role.PROGRAMME_MANAGER, Role.LEADERSHIP, Role.DEPARTMENT_LEAD, Role.AUDITOR])
def test_nobody_but_an_administrator_sets_one(app: Flask, sign_in: SignIn, role: Role):
    reader = sign_in(role)

    assert reader.get(f"{WHERE}/edit").status_code == 403
    assert reader.send(f"{WHERE}/edit", {"points": POINTS, "reason": "x", "version": "0"}).status_code == 403
    assert reader.send(f"/admin/targets/{TRAINED}/share-out", {"reason": "x"}).status_code == 403
    with app.app_context():
        assert not db.session.scalars(select(TargetVersion)).all()


def test_there_is_no_target_of_what_is_no_figure(sign_in: SignIn):
    administrator = sign_in(Role.ADMINISTRATOR)

    assert administrator.get("/admin/targets/training.happiness/all").status_code == 404
    assert administrator.get(f"/admin/targets/{TRAINED}/ministry-of-silly-walks").status_code == 404
