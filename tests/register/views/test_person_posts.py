"""The thread: somebody who was trained and then took a leadership post is one person, to those who may know it."""

import pytest
from flask import Flask
from sqlalchemy import select

from tests.browsers import browser_of
from tests.conftest import Arrange, SignIn
from tests.factories import make_cohort, make_enrolment, make_person, make_user
from tests.leadership.recruiting import make_candidacy, make_vacancy, seat
from tests.markup import Seen
from tracker.accounts.models import AuditEntry
from tracker.accounts.permissions import Role
from tracker.core.db import db
from tracker.leadership.models import Candidacy

IN_POST = ("applied 2026-02-10", "in-post 2026-06-01")


def somebody(*history: str, user_id: int | None = None) -> str:
    """A trainee who applied for a post, and a panel member who is a manager: the member's address."""
    person = make_person(ref="P-7", user_id=user_id)
    make_enrolment("completed 2025-03-02", person=person, cohort=make_cohort("DSA-1"))
    vacancy = make_vacancy(ref="V-CDO")
    make_candidacy(vacancy, *history, person_id=person.id)
    return seat(vacancy, Role.PROGRAMME_MANAGER).email


def test_a_trainee_who_became_a_leader_is_one_person_to_whoever_may_see_both(arrange: Arrange, sign_in: SignIn):
    with arrange():
        somebody(*IN_POST)

    page = sign_in(Role.PROGRAMME_MANAGER).get("/people/P-7").text
    to_a_lead = sign_in(Role.DEPARTMENT_LEAD).get("/people/P-7").text

    assert all(words in page for words in ("DSA-1", "Leadership posts", "V-CDO", "1 June 2026"))
    assert "/leadership/candidacies/" not in page
    assert ("DSA-1" in to_a_lead, "V-CDO" in to_a_lead) == (True, False)


def test_who_may_see_nobody_s_record_is_not_led_to_one_from_a_candidate(arrange: Arrange, sign_in: SignIn):
    with arrange() as session:
        somebody("applied 2026-02-10")
        ref = session.scalars(select(Candidacy)).one().ref

    page = Seen(sign_in(Role.RECRUITMENT_LEAD).get(f"/leadership/candidacies/{ref}").text)

    assert "Known as P-7" in page.words
    assert page.all("a", href="/people/P-7") == []


@pytest.mark.parametrize("role", [Role.PROGRAMME_MANAGER, Role.DEPARTMENT_LEAD, Role.AUDITOR])
def test_that_somebody_applied_is_told_to_nobody_outside_the_panel(arrange: Arrange, sign_in: SignIn, role: Role):
    with arrange():
        somebody("applied 2026-02-10")

    page = sign_in(role).get("/people/P-7")

    assert page.status_code == 200
    assert "V-CDO" not in page.text
    assert "Leadership posts" not in page.text


def test_the_panel_sees_the_candidacy_beside_the_training_and_that_they_looked_is_kept(app: Flask, arrange: Arrange):
    with arrange():
        member = somebody("applied 2026-02-10")

    page = browser_of(app, member).get("/people/P-7").text

    assert all(words in page for words in ("DSA-1", "V-CDO", "Applied", "/leadership/candidacies/"))
    with app.app_context():
        looked = select(AuditEntry.subject_type).where(AuditEntry.verb == "looked at")
        assert sorted(db.session.scalars(looked)) == ["candidacy", "person"]


def test_everybody_sees_their_own_candidacies(app: Flask, arrange: Arrange):
    with arrange():
        user = make_user(Role.TRAINEE)
        somebody("applied 2026-02-10", user_id=user.id)
        email = user.email

    page = browser_of(app, email).get("/people/P-7").text

    assert all(words in page for words in ("V-CDO", "Applied"))
    assert "/leadership/candidacies/" not in page
