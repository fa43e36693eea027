from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from tests.api.systems import System, make_token
from tests.conftest import Arrange
from tests.factories import make_enrolment, make_person, make_user, organisation
from tracker.accounts import queries
from tracker.accounts.models import ApiToken, AuditEntry
from tracker.accounts.permissions import Role
from tracker.accounts.services import give_role, take_role, tokens, users
from tracker.core.db import db
from tracker.core.errors import DomainError

ADA = "ada@example.gov.uk"
MONDAY = "2026-11-23 09:00:00+00:00"


def make(app: Flask, arrange: Arrange, *roles: Role, **more: object) -> System:
    with arrange():
        make_user(*roles, email=ADA)
        text = make_token(ADA, **more)
    return System(app, text, ADA)


def status(system: System) -> int:
    return system.get("organisations").status_code


def test_a_token_works_until_the_day_it_expires(app: Flask, arrange: Arrange):
    with time_machine.travel(MONDAY, tick=False) as clock:
        system = make(app, arrange, Role.LEADERSHIP, days=90)
        before = status(system)
        clock.shift(timedelta(days=90) - timedelta(seconds=1))
        late = status(system)
        clock.shift(timedelta(seconds=1))

        assert (before, late, status(system)) == (200, 200, 401)


def test_a_token_dies_with_its_user_its_role_and_when_it_is_revoked(app: Flask, arrange: Arrange):
    system = make(app, arrange, Role.AUDITOR, Role.LEADERSHIP)
    before = status(system)
    with arrange():
        user = queries.user_by_email(ADA)
        take_role(user.grants[0], None)
    without_role = status(system)
    with arrange():
        give_role(queries.user_by_email(ADA), Role.AUDITOR)
    given_again = status(system)
    with arrange():
        other = System(app, make_token(ADA))
    alive = status(other)
    with arrange():
        users.disable(queries.user_by_email(ADA), None)

    assert (before, without_role, given_again, alive, status(other)) == (200, 401, 401, 200, 401)


def test_a_token_reaches_one_role_of_its_user_and_not_the_others(app: Flask, arrange: Arrange):
    system = make(app, arrange, Role.LEADERSHIP, Role.PROGRAMME_MANAGER, may_write=False)

    assert system.get("people").status_code == 403


def test_a_token_writes_no_further_than_its_role_also_where_its_user_may(app: Flask, arrange: Arrange):
    system = make(app, arrange, Role.DEPARTMENT_LEAD, Role.PROGRAMME_MANAGER, may_write=True)
    with arrange():
        refs = [
            make_enrolment("enrolled 2026-01-05", person=make_person(at)).ref for at in ("hm-treasury", "home-office")
        ]
    act = {"act": "stage", "stage": "in-training", "effective_on": "2026-02-02"}

    answers = [system.post(act | {"enrolment": ref}, "key") for ref in refs]

    assert [answer.status_code for answer in answers] == [422, 201]


def test_a_role_that_calls_for_a_code_has_tokens_made_with_one_only(
    app: Flask, arrange: Arrange, monkeypatch: pytest.MonkeyPatch
):
    without = make(app, arrange, Role.PROGRAMME_MANAGER)
    with arrange():
        with_code = System(app, make_token(ADA, with_code=True))
        make_user(Role.LEADERSHIP, email="lea@example.gov.uk")
        leader = System(app, make_token("lea@example.gov.uk"))
    settings = app.config["TRACKER"]
    monkeypatch.setitem(app.config, "TRACKER", type(settings)(**{**vars(settings), "require_totp": True}))

    assert [status(one) for one in (without, with_code, leader)] == [401, 200, 200]


def test_only_a_hash_is_kept_and_the_trail_never_holds_the_token(app: Flask, arrange: Arrange):
    system = make(app, arrange, Role.LEADERSHIP)
    status(system)

    with app.app_context():
        kept = db.session.scalars(select(ApiToken)).one()
        trail = db.session.scalars(select(AuditEntry).order_by(AuditEntry.number)).all()
        assert system.text.startswith(kept.shown)
        assert (len(kept.token_hash), len(kept.shown)) == (64, 10)
        assert not any(system.text in f"{one.before}{one.after}{one.subject_ref}" for one in trail)
        assert [one.verb for one in trail][-2:] == ["token.made", "token.used"]
        assert kept.last_used_at is not None


def test_the_trail_says_once_a_day_that_a_token_is_used(app: Flask, arrange: Arrange):
    with time_machine.travel(MONDAY, tick=False) as clock:
        system = make(app, arrange, Role.LEADERSHIP)
        for hours in (0, 1, 24):
            clock.shift(timedelta(hours=hours))
            status(system)

    with app.app_context():
        used = db.session.scalars(select(AuditEntry).where(AuditEntry.verb == "token.used")).all()
        assert len(used) == 2


def test_too_many_uses_in_a_minute_wait_for_the_next(app: Flask, arrange: Arrange, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(tokens, "USES_A_MINUTE", 3)
    with time_machine.travel("2026-11-23 09:00:20+00:00", tick=False) as clock:
        system = make(app, arrange, Role.LEADERSHIP)
        answers = [system.get("organisations") for _ in range(4)]
        clock.shift(timedelta(seconds=40))
        later = status(system)

    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    with arrange() as session:
        told = list(session.scalars(select(AuditEntry.verb).order_by(AuditEntry.number)))
        assert (told.count("token.used"), told.count("token.slowed")) == (1, 1)
    assert answers[-1].headers["Retry-After"] == "40"
    assert answers[-1].content_type == "application/problem+json"
    assert later == 200


def test_whoever_guesses_tokens_is_slowed_down(app: Flask, arrange: Arrange):
    guesses = System(app, "dst_" + "x" * 43)

    answers = [guesses.get("organisations") for _ in range(61)]

    assert {answer.status_code for answer in answers[:60]} == {401}
    assert answers[60].status_code == 429
    assert 'error="invalid_token"' in answers[0].headers["WWW-Authenticate"]


@pytest.mark.parametrize(
    ("wish", "words"),
    [
        ({"name": " "}, "Enter a name"),
        ({"days": 366}, "between 1 and 365"),
        ({"days": 0}, "between 1 and 365"),
        ({"may_write": True}, "records nothing"),
        ({"within": "hm-treasury"}, "that the role reaches"),
    ],
)
def test_a_token_beyond_its_role_is_not_made(app: Flask, arrange: Arrange, wish: dict, words: str):
    role = Role.DEPARTMENT_LEAD if "within" in wish else Role.LEADERSHIP
    with arrange():
        user = make_user(role)
        within = organisation(wish["within"]) if "within" in wish else None
        asked = {"name": "A system", "grant": user.grants[0], **wish, "within": within}
        with pytest.raises(DomainError, match=words):
            tokens.make(user, tokens.Wish(**asked), with_code=False)
        assert queries.tokens_of(user) == []
