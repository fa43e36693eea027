"""The candidates of a vacancy over HTTP: who sees a name, and who does not."""

from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select

from tests.browsers import browser_of
from tests.conftest import Arrange, SignIn
from tests.leadership.recruiting import TO_APPOINTABLE, TO_INTERVIEW, make_candidacy, make_vacancy, seat
from tracker.accounts.models import AuditEntry
from tracker.accounts.permissions import Role
from tracker.core.db import db
from tracker.leadership.models import Candidacy, MeritPlace
from tracker.leadership.queries import candidates as queries
from tracker.leadership.services import retention

NAMED = {"first_name": "Zephyrine", "last_name": "Quill", "email": "z.quill@example.com"}


def somebody(arrange: Arrange) -> tuple[str, str, str]:
    """A vacancy with a candidate and a panel member: references of both, and the member's address."""
    with arrange():
        vacancy = make_vacancy(*TO_INTERVIEW, criteria=["Strategy"], ref="V-CDO")
        candidacy = make_candidacy(vacancy, *TO_APPOINTABLE, **NAMED)
        return vacancy.ref, candidacy.ref, seat(vacancy, Role.TRAINEE).email


def test_the_panel_and_the_recruitment_lead_see_names_and_that_they_looked_is_kept(
    app: Flask, arrange: Arrange, sign_in: SignIn
):
    vacancy, candidacy, member = somebody(arrange)

    for browser in (sign_in(Role.RECRUITMENT_LEAD), browser_of(app, member)):
        listed = browser.get(f"/leadership/vacancies/{vacancy}/candidates")
        one = browser.get(f"/leadership/candidacies/{candidacy}")
        assert (listed.status_code, one.status_code) == (200, 200)
        assert "Zephyrine Quill" in listed.text
        assert "z.quill@example.com" in one.text

    with app.app_context():
        looks = db.session.scalars(
            select(AuditEntry.subject_type).where(AuditEntry.verb == "looked at").order_by(AuditEntry.number)
        )
        assert sorted(looks) == ["candidacy", "candidacy", "candidates", "candidates"]


@pytest.mark.parametrize("role", [Role.PROGRAMME_MANAGER, Role.AUDITOR])
def test_whoever_else_may_see_vacancies_sees_references_only(arrange: Arrange, sign_in: SignIn, role: Role):
    vacancy, candidacy, _ = somebody(arrange)
    browser = sign_in(role)

    listed = browser.get(f"/leadership/vacancies/{vacancy}/candidates")
    one = browser.get(f"/leadership/candidacies/{candidacy}")

    assert (listed.status_code, one.status_code) == (200, 200)
    for page in (listed.text, one.text):
        assert "C-" in page
        assert not any(word in page for word in ("Zephyrine", "Quill", "z.quill"))
    assert "Appointable" in one.text
    assert f"/leadership/candidacies/{candidacy}/" not in one.text


@pytest.mark.parametrize("role", [Role.DEPARTMENT_LEAD, Role.LEADERSHIP, Role.ADMINISTRATOR, Role.TRAINEE])
def test_for_everybody_else_there_is_no_such_page(arrange: Arrange, sign_in: SignIn, role: Role):
    vacancy, candidacy, _ = somebody(arrange)
    browser = sign_in(role)

    for path in (f"/leadership/vacancies/{vacancy}/candidates", f"/leadership/candidacies/{candidacy}"):
        answer = browser.get(path)
        assert answer.status_code == 404
        assert "Quill" not in answer.text


def test_a_panel_member_of_another_vacancy_sees_nobody_here(app: Flask, arrange: Arrange):
    vacancy, candidacy, _ = somebody(arrange)
    with arrange():
        other = seat(make_vacancy()).email

    browser = browser_of(app, other)

    assert browser.get(f"/leadership/vacancies/{vacancy}/candidates").status_code == 404
    assert browser.get(f"/leadership/candidacies/{candidacy}").status_code == 404


def test_somebody_is_added_by_hand(app: Flask, arrange: Arrange, sign_in: SignIn):
    with arrange():
        make_vacancy(ref="V-CDO")
    browser = sign_in(Role.RECRUITMENT_LEAD)
    day = {"applied_on-day": "10", "applied_on-month": "2", "applied_on-year": "2026"}

    wrong = browser.send("/leadership/vacancies/V-CDO/candidates/new", {"first_name": "Zephyrine", **day})
    done = browser.send("/leadership/vacancies/V-CDO/candidates/new", NAMED | day)

    assert (wrong.status_code, "Enter the name" in wrong.text, "Zephyrine" in wrong.text) == (200, True, True)
    assert (done.status_code, done.location) == (303, "/leadership/vacancies/V-CDO/candidates")
    assert "Zephyrine Quill" in browser.get(done.location).text
    with app.app_context():
        kept = db.session.scalars(select(Candidacy)).one()
        assert queries.standing(kept).since == date(2026, 2, 10)


def test_the_merit_order_is_settled_with_each_place_once(app: Flask, arrange: Arrange, sign_in: SignIn):
    vacancy, one, _ = somebody(arrange)
    with arrange():
        found = db.session.scalars(select(Candidacy)).one()
        two = make_candidacy(found.vacancy, *TO_APPOINTABLE).ref
        version = found.vacancy.journey.version
    browser, path = sign_in(Role.RECRUITMENT_LEAD), f"/leadership/vacancies/{vacancy}/merit-order"
    day = {"on-day": "10", "on-month": "4", "on-year": "2026", "version": str(version)}

    tied = browser.send(path, {f"place_{one}": "1", f"place_{two}": "1", **day})
    stale = browser.send(path, {f"place_{one}": "2", f"place_{two}": "1", **day, "version": "0"})
    done = browser.send(path, {f"place_{one}": "2", f"place_{two}": "1", **day})

    assert "places 1 to 2, each once" in tied.text
    assert (stale.status_code, done.status_code) == (409, 303)
    with app.app_context():
        places = {
            queries.standing(of).candidacy.ref: queries.standing(of).place
            for of in db.session.scalars(select(Candidacy))
        }
        assert places == {one: 2, two: 1}
        assert len(db.session.scalars(select(MeritPlace)).all()) == 2
    assert "Next in merit order" in browser.get(f"/leadership/vacancies/{vacancy}/candidates").text


def test_how_long_candidates_are_kept_is_set_by_the_recruitment_lead(app: Flask, arrange: Arrange, sign_in: SignIn):
    somebody(arrange)
    browser = sign_in(Role.RECRUITMENT_LEAD)

    page = browser.get("/leadership/retention")
    wrong = browser.send("/leadership/retention", {"months": "0"})
    done = browser.send("/leadership/retention", {"months": "36"})

    assert "1 candidates are known by name" in page.text
    assert "Enter a number of months from 1 to 120" in wrong.text
    assert done.status_code == 303
    with app.app_context():
        assert retention.months_kept() == 36
