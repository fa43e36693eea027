"""What administrators do about users, through the pages."""

import re

import pytest
import time_machine
from flask import Flask
from markupsafe import escape

from tests.auditing import told_of
from tests.browsers import Browser, browser, browser_of
from tests.conftest import Arrange, SignIn
from tests.factories import PASSWORD, make_user
from tests.markup import Seen
from tracker.accounts import queries
from tracker.accounts.models import AuditEntry, SecondFactor, User
from tracker.accounts.permissions import GRANTS, Role
from tracker.accounts.services import users
from tracker.core.clock import now
from tracker.core.db import db

BEN = "ben@example.gov.uk"


def add_ben(arrange: Arrange, *roles: Role, password: str = "") -> str:
    with arrange():
        return make_user(*roles, email=BEN, name="Ben Okri", password=password).ref


def ben(app: Flask) -> User:
    with app.app_context():
        user = queries.user_by_email(BEN)
        assert user is not None
        assert user.role_names is not None
        return user


def test_a_user_is_added_and_chooses_a_password_by_the_link(app: Flask, sign_in: SignIn):
    administrator = sign_in(Role.ADMINISTRATOR)

    answer = administrator.send("/admin/users/add", {"name": "Ben Okri", "email": BEN})
    page = administrator.get(answer.location).text
    link = re.search(r"http://127.0.0.1:5000(/invitation/[\w-]+)", page)[1]
    invited = browser(app)
    chosen = invited.send(link, {"password": PASSWORD})
    let_in = invited.send("/sign-in", {"email": BEN, "password": PASSWORD})

    assert answer.status_code == 303
    assert "Invited" in page
    assert (chosen.status_code, chosen.location) == (303, "/sign-in")
    assert let_in.status_code == 303
    assert browser(app).get(link).status_code == 404


def test_an_address_that_is_taken_is_refused_beside_its_field(sign_in: SignIn, arrange: Arrange):
    add_ben(arrange)

    answer = sign_in(Role.ADMINISTRATOR).send("/admin/users/add", {"name": "Other", "email": "BEN@example.gov.uk"})

    assert answer.status_code == 200
    assert "There is already a user with this email address" in answer.text


def test_a_role_is_given_for_an_organisation_and_taken_away(app: Flask, sign_in: SignIn, arrange: Arrange):
    ref = add_ben(arrange)
    administrator = sign_in(Role.ADMINISTRATOR)

    given = administrator.send(
        f"/admin/users/{ref}/roles/add", {"role": "department-lead", "organisation": "Home Office"}
    )
    held = ben(app).role_names
    take = re.search(rf"/admin/users/{ref}/roles/\d+/take", administrator.get(given.location).text)[0]
    asked = administrator.get(take)
    taken = administrator.send(take)

    assert held.startswith("Department lead (")
    assert "will no longer be department lead for Home Office" in asked.text
    assert taken.status_code == 303
    assert ben(app).role_names == "No role"


@pytest.mark.parametrize(
    ("role", "organisation", "message"),
    [
        ("department-lead", "", "is given for one organisation"),
        ("department-lead", "Ministry of Magic", "There is no organisation with this name"),
        ("auditor", "Home Office", "is not given for one organisation"),
        ("king", "", "is not offered any more"),
        ("", "", "Select a role"),
    ],
)
def test_a_role_that_does_not_fit_is_refused(
    app: Flask, sign_in: SignIn, arrange: Arrange, role: str, organisation: str, message: str
):
    ref = add_ben(arrange)

    answer = sign_in(Role.ADMINISTRATOR).send(
        f"/admin/users/{ref}/roles/add", {"role": role, "organisation": organisation}
    )

    assert message in answer.text
    assert ben(app).role_names == "No role"


def test_nobody_gives_themselves_a_role_or_takes_their_own(app: Flask, sign_in: SignIn):
    administrator = sign_in(Role.ADMINISTRATOR, email=BEN)
    with app.app_context():
        own = queries.user_by_email(BEN)
        ref, grant_id = own.ref, own.grants[0].id

    given = administrator.send(f"/admin/users/{ref}/roles/add", {"role": "auditor"})
    taken = administrator.send(f"/admin/users/{ref}/roles/{grant_id}/take")
    disabled = administrator.send(f"/admin/users/{ref}/disable")

    assert "You cannot change your own roles" in given.text
    assert "You cannot change your own roles" in taken.text
    assert "You cannot disable yourself" in disabled.text
    assert ben(app).role_names == "Administrator"


def test_somebody_disabled_is_out_with_their_next_request_and_may_be_let_in_again(
    app: Flask, sign_in: SignIn, arrange: Arrange
):
    ref = add_ben(arrange, Role.AUDITOR, password=PASSWORD)
    his = browser_of(app, BEN)
    administrator = sign_in(Role.ADMINISTRATOR)
    before = his.get("/account").status_code

    administrator.send(f"/admin/users/{ref}/disable")
    out = his.get("/account")
    administrator.send(f"/admin/users/{ref}/enable")
    still_out = his.get("/account")
    again = browser(app).send("/sign-in", {"email": BEN, "password": PASSWORD})

    assert [before, out.status_code, still_out.status_code, again.status_code] == [200, 303, 303, 303]


def test_a_role_taken_away_counts_from_the_next_request(app: Flask, sign_in: SignIn, arrange: Arrange):
    add_ben(arrange, Role.AUDITOR)
    his = browser_of(app, BEN)
    before = his.get("/audit").status_code

    with arrange():
        users.take_role(queries.user_by_email(BEN).grants[0], None)

    assert (before, his.get("/audit").status_code) == (200, 403)


def test_a_change_made_meanwhile_is_not_overwritten(sign_in: SignIn, arrange: Arrange):
    ref = add_ben(arrange)
    administrator = sign_in(Role.ADMINISTRATOR)
    page = administrator.get(f"/admin/users/{ref}/edit").text
    version = re.search(r'name="version"[^>]*value="(\d+)"', page)[1]

    fields = {"name": "Benjamin Okri", "email": BEN, "version": version}
    first = administrator.send(f"/admin/users/{ref}/edit", fields)
    second = administrator.send(f"/admin/users/{ref}/edit", {**fields, "name": "B. Okri"})

    seen = Seen(second.text).one("input", name="version")["value"]
    meant = administrator.send(f"/admin/users/{ref}/edit", {**fields, "name": "B. Okri", "version": seen})

    assert [answer.status_code for answer in (first, second, meant)] == [303, 409, 303]
    assert "Somebody else has changed Ben" in second.text
    assert "B. Okri" in second.text


def test_what_matters_asks_for_the_password_again_after_ten_minutes_and_keeps_what_was_typed(
    app: Flask, arrange: Arrange
):
    ref = add_ben(arrange)
    with arrange():
        make_user(Role.ADMINISTRATOR, email="root@example.gov.uk", password=PASSWORD)
    with time_machine.travel("2026-11-23 09:00:00+00:00", tick=False) as traveller:
        administrator = browser_of(app, "root@example.gov.uk")
        page = f"/admin/users/{ref}/roles/add"
        traveller.shift(601)
        asked = administrator.send(page, {"role": "department-lead", "organisation": "Home Off"})
        wrong = administrator.send(asked.location, {"password": "x" * 12})
        proved = administrator.send(asked.location, {"password": PASSWORD})
        form = administrator.get(proved.location)
        sent = administrator.send(page, {"role": "department-lead", "organisation": "Home Office"})

    assert (asked.status_code, asked.location) == (303, f"/account/confirm?next={page}")
    assert "The password is not right" in wrong.text
    assert proved.location == page
    assert 'value="Home Off"' in form.text
    assert sent.status_code == 303


def test_the_roles_page_says_what_the_table_of_grants_says(sign_in: SignIn):
    page = sign_in(Role.ADMINISTRATOR).get("/admin/users/roles").text

    for role, granted in GRANTS.items():
        assert role.label in page
        assert all(escape(permission.label) in page for permission in granted)


def test_users_are_found_by_name_and_by_role(sign_in: SignIn, arrange: Arrange):
    add_ben(arrange, Role.AUDITOR)
    administrator = sign_in(Role.ADMINISTRATOR)

    found = [administrator.get(f"/admin/users?{query}").text for query in ("q=OKRI", "role=auditor", "q=%25", "q=_")]

    assert ["Ben Okri" in page for page in found] == [True, True, False, False]


def test_each_act_on_a_user_stands_in_the_trail_once(app: Flask, sign_in: SignIn, arrange: Arrange):
    ref = add_ben(arrange, password=PASSWORD)
    administrator = sign_in(Role.ADMINISTRATOR, email="root@example.gov.uk")

    administrator.send(f"/admin/users/{ref}/roles/add", {"role": "leadership"})
    administrator.send(f"/admin/users/{ref}/link")
    administrator.send(f"/admin/users/{ref}/disable")
    administrator.send(f"/admin/users/{ref}/disable")

    with app.app_context():
        entries = list(db.session.scalars(queries.audit_entries("root@example.gov.uk", f"user:{ref}")))
    assert [entry.verb for entry in reversed(entries)] == ["role.given", "link.reset", "user.disabled"]
    assert all(len(entry.request_id) == 16 for entry in entries)


def test_a_link_for_a_new_password_ends_every_session(app: Flask, sign_in: SignIn, arrange: Arrange):
    ref = add_ben(arrange, password=PASSWORD)
    his, administrator = browser_of(app, BEN), sign_in(Role.ADMINISTRATOR)

    page = administrator.get(administrator.send(f"/admin/users/{ref}/link").location).text
    link = re.search(r"/reset/[\w-]+", page)[0]
    weak = browser(app).send(link, {"password": "Ben Okri 2026!"})
    chosen = browser(app).send(link, {"password": "quite another horse"})

    assert "harder to guess" in weak.text
    assert chosen.status_code == 303
    assert his.get("/account").status_code == 303
    assert browser(app).send("/sign-in", {"email": BEN, "password": "quite another horse"}).status_code == 303


def test_nothing_secret_stands_in_the_trail(app: Flask, sign_in: SignIn, arrange: Arrange):
    ref = add_ben(arrange, password=PASSWORD)
    sign_in(Role.ADMINISTRATOR).send(f"/admin/users/{ref}/link")

    with app.app_context():
        text = " ".join(f"{entry.before} {entry.after}" for entry in db.session.scalars(db.select(AuditEntry)))
    assert PASSWORD not in text
    assert "argon2" not in text


def test_pages_of_users_are_for_administrators_only(client: Browser, sign_in: SignIn):
    answers = {role: sign_in(role).get("/admin/users").status_code for role in Role}

    assert answers == {role: 200 if role is Role.ADMINISTRATOR else 403 for role in Role}
    assert client.get("/admin/users").location == "/sign-in?next=/admin/users"


def test_the_codes_of_who_lost_their_phone_are_taken_away_and_it_is_told(sign_in: SignIn, arrange: Arrange):
    with arrange() as session:
        user = make_user(Role.AUDITOR)
        session.add(SecondFactor(user_id=user.id, secret="JBSWY3DPEHPK3PXP", confirmed_at=now()))
        ref = user.ref
    administrator = sign_in(Role.ADMINISTRATOR)

    answers = [administrator.send(f"/admin/users/{ref}/remove-code") for _ in range(2)]

    assert [answer.status_code for answer in answers] == [303, 303]
    with arrange() as session:
        assert not session.scalars(db.select(SecondFactor)).all()
        assert told_of(f"user:{ref}").count("one-time code.removed") == 1
