"""Privileged roles: one administrator asks, another one gives."""

import re
from concurrent.futures import ThreadPoolExecutor

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from tests.browsers import Browser, browser_of
from tests.conftest import Arrange, SignIn
from tests.factories import make_user
from tracker.accounts import queries
from tracker.accounts.permissions import TWO_PEOPLE, Role
from tracker.accounts.services import give_role, users
from tracker.core.db import db
from tracker.core.errors import DomainError
from tracker.outbox.models import Message

BEN, ROOT, SECOND = "ben@example.gov.uk", "root@example.gov.uk", "second@example.gov.uk"
WHY = "Runs the programme from Monday"


def add_ben(arrange: Arrange, *roles: Role) -> str:
    with arrange():
        return make_user(*roles, email=BEN, name="Ben Okri").ref


def ask(asker: Browser, ref: str, role: str = "auditor", reason: str = WHY) -> str:
    """Ask for a role; the address at which it is decided."""
    answer = asker.send(f"/admin/users/{ref}/roles/add", {"role": role, "reason": reason})
    assert answer.status_code == 303, answer.text
    return re.search(r"/admin/users/requests/\w+", asker.get(f"/admin/users/{ref}").text)[0]


def roles(app: Flask, email: str = BEN) -> str:
    with app.app_context():
        return queries.user_by_email(email).role_names


def test_roles_that_reach_every_user_person_or_the_trail_take_two():
    assert {Role.ADMINISTRATOR, Role.PROGRAMME_MANAGER, Role.AUDITOR} == TWO_PEOPLE


@pytest.mark.parametrize("role", sorted(TWO_PEOPLE))
def test_a_privileged_role_is_held_once_another_administrator_approves(
    app: Flask, sign_in: SignIn, arrange: Arrange, role: Role
):
    ref = add_ben(arrange)
    asker, second = (sign_in(Role.ADMINISTRATOR, email=email) for email in (ROOT, SECOND))
    his = browser_of(app, BEN)

    page = ask(asker, ref, role)
    waiting = second.get("/admin/users").text
    meanwhile = roles(app)
    seen = second.get(page).text
    approved = second.send(page, {"decision": "approve"})
    again = second.send(page, {"decision": "approve"})

    assert page in waiting
    assert meanwhile == "No role"
    assert WHY in seen
    assert BEN in seen
    assert (approved.status_code, approved.location) == (303, f"/admin/users/{ref}")
    assert roles(app) == role.label
    assert "has been decided" in again.text
    assert page not in second.get("/admin/users").text
    assert his.get("/account").status_code == 200
    with app.app_context():
        trail = list(db.session.scalars(queries.audit_entries(subject=f"user:{ref}")))[::-1]
        told = db.session.execute(select(Message.to, Message.subject).order_by(Message.id)).all()
    acts = [(one.verb, one.actor.email) for one in trail if one.verb.startswith("role.")]
    assert acts == [("role.asked", ROOT), ("role.approved", SECOND), ("role.given", SECOND)]
    assert WHY in str(trail[-3].after)
    assert [tuple(one) for one in told] == [
        (SECOND, "A role waits for a second administrator"),
        (ROOT, "A role that you asked for was approved"),
    ]


def test_nobody_approves_what_they_asked_for_or_what_is_for_themselves(app: Flask, sign_in: SignIn, arrange: Arrange):
    ref = add_ben(arrange, Role.ADMINISTRATOR)
    asker, his = sign_in(Role.ADMINISTRATOR, email=ROOT), browser_of(app, BEN)
    sign_in(Role.ADMINISTRATOR, email=SECOND)

    page = ask(asker, ref, "programme-manager")
    answers = [one.send(page, {"decision": "approve"}) for one in (asker, his)]
    declined = his.send(page, {"decision": "decline"})
    withdrawn = his.get(his.send(f"{page}/withdraw").location).text

    assert all("another administrator has to decide" in answer.text for answer in (*answers, declined))
    assert 'value="approve"' not in asker.get(page).text
    assert 'value="approve"' not in his.get(page).text
    assert "Only who asked can withdraw" in withdrawn
    assert roles(app) == "Administrator"


def test_a_request_is_declined_or_withdrawn_and_then_decided_no_more(app: Flask, sign_in: SignIn, arrange: Arrange):
    ref = add_ben(arrange)
    asker, second = (sign_in(Role.ADMINISTRATOR, email=email) for email in (ROOT, SECOND))

    declined = ask(asker, ref)
    second.send(declined, {"decision": "decline"})
    too_late = second.send(declined, {"decision": "approve"})
    withdrawn = ask(asker, ref)
    asker.send(f"{withdrawn}/withdraw")
    gone = second.send(withdrawn, {"decision": "approve"})

    assert "was declined by" in second.get(declined).text
    assert "was withdrawn by" in second.get(withdrawn).text
    assert "has been decided" in too_late.text
    assert "has been decided" in gone.text
    assert roles(app) == "No role"


def test_a_request_runs_out_after_seven_days_and_can_be_made_anew(app: Flask, arrange: Arrange):
    ref = add_ben(arrange)
    with time_machine.travel("2026-11-23 09:00:00+00:00", tick=False) as traveller:
        with arrange():
            make_user(Role.ADMINISTRATOR, email=ROOT)
            make_user(Role.ADMINISTRATOR, email=SECOND)
        first = ask(browser_of(app, ROOT), ref)
        traveller.shift(7 * 86_400)
        second = browser_of(app, SECOND)
        late = second.send(first, {"decision": "approve"})
        listed = first in second.get("/admin/users").text
        anew = ask(browser_of(app, ROOT), ref)

    assert "has run out" in late.text
    assert not listed
    assert anew != first
    assert roles(app) == "No role"


def test_a_sole_administrator_is_told_of_the_command_line(app: Flask, sign_in: SignIn, arrange: Arrange):
    ref = add_ben(arrange)

    answer = sign_in(Role.ADMINISTRATOR).send(f"/admin/users/{ref}/roles/add", {"role": "auditor", "reason": WHY})

    assert f"tracker users add {BEN} --role auditor" in answer.text
    assert WHY in answer.text
    assert roles(app) == "No role"


@pytest.mark.parametrize(
    ("reason", "message"), [("", "Enter why they need it"), ("x" * 501, "500 characters or fewer")]
)
def test_a_reason_is_given_and_a_second_request_of_the_same_refused(
    sign_in: SignIn, arrange: Arrange, reason: str, message: str
):
    ref = add_ben(arrange)
    asker = sign_in(Role.ADMINISTRATOR, email=ROOT)
    sign_in(Role.ADMINISTRATOR, email=SECOND)

    refused = asker.send(f"/admin/users/{ref}/roles/add", {"role": "auditor", "reason": reason})
    ask(asker, ref)
    twice = asker.send(f"/admin/users/{ref}/roles/add", {"role": "auditor", "reason": WHY})

    assert message in refused.text
    assert "is asked for already" in twice.text


def test_what_an_administrator_asked_for_counts_no_more_once_they_are_none(
    app: Flask, sign_in: SignIn, arrange: Arrange
):
    ref = add_ben(arrange)
    second = sign_in(Role.ADMINISTRATOR, email=SECOND)
    page = ask(sign_in(Role.ADMINISTRATOR, email=ROOT), ref)
    with arrange():
        users.disable(queries.user_by_email(ROOT), None)

    refused = second.send(page, {"decision": "approve"})

    assert "is no longer an administrator" in refused.text
    assert roles(app) == "No role"
    assert second.send(page, {"decision": "decline"}).status_code == 303


def test_of_two_who_decide_at_once_one_does(app: Flask, sign_in: SignIn, arrange: Arrange):
    ref = add_ben(arrange)
    deciders = [sign_in(Role.ADMINISTRATOR) for _ in range(4)]
    page = ask(sign_in(Role.ADMINISTRATOR, email=ROOT), ref)

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda one: one.send(page, {"decision": "approve"}).status_code, deciders))

    assert sorted(answers) == [200, 200, 200, 303]
    assert roles(app) == "Auditor"


def test_no_way_in_the_service_gives_a_privileged_role_by_one_person(arrange: Arrange):
    with arrange():
        administrator, ben = make_user(Role.ADMINISTRATOR), make_user()
        for asked_by in (None, administrator, ben):
            with pytest.raises(DomainError, match="given by two administrators"):
                give_role(ben, Role.AUDITOR, actor=administrator, asked_by=asked_by)
        assert ben.roles == frozenset()


def test_the_address_of_a_privileged_account_is_not_one_persons_to_change(
    app: Flask, sign_in: SignIn, arrange: Arrange
):
    ref = add_ben(arrange, Role.AUDITOR)
    administrator = sign_in(Role.ADMINISTRATOR)
    version = re.search(r'name="version"[^>]*value="(\d+)"', administrator.get(f"/admin/users/{ref}/edit").text)[1]

    sent = {"name": "Benjamin Okri", "version": version}
    refused = administrator.send(f"/admin/users/{ref}/edit", {**sent, "email": "mine@example.gov.uk"})
    renamed = administrator.send(f"/admin/users/{ref}/edit", {**sent, "email": BEN})

    assert "takes two administrators" in refused.text
    assert renamed.status_code == 303


def test_taking_a_privileged_role_away_needs_one_person(app: Flask, sign_in: SignIn, arrange: Arrange):
    ref = add_ben(arrange, Role.AUDITOR)
    administrator = sign_in(Role.ADMINISTRATOR)
    take = re.search(rf"/admin/users/{ref}/roles/\d+/take", administrator.get(f"/admin/users/{ref}").text)[0]

    administrator.send(take)

    assert roles(app) == "No role"
