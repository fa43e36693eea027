"""What is kept of statuses every night, and what the rules of declaring and of new thresholds refuse."""

from collections.abc import Iterator
from datetime import date

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from tests.auditing import told_of
from tests.conftest import Arrange
from tests.factories import make_user, organisation
from tests.progress.story import LATEST, TRAINED, compile_story, foretell, tell
from tracker.accounts.models import AuditEntry
from tracker.accounts.permissions import Role
from tracker.core.db import db
from tracker.core.errors import ChangedMeanwhile, DomainError
from tracker.progress.headlines import headline
from tracker.progress.models import Declared, StatusDeclared, StatusKept
from tracker.progress.queries.statuses import kept_history, rule_on, rules, what_stands
from tracker.progress.services.statuses import declare, keep_statuses, set_rule, withdraw
from tracker.progress.status import Thresholds

ROUTE = ("Two more cohorts", date(2026, 9, 30))


@pytest.fixture(autouse=True)
def _in_april(app: Flask, arrange: Arrange) -> Iterator[None]:
    """The day after the latest that is compiled."""
    with time_machine.travel("2026-04-16T09:00:00Z", tick=False):
        tell(arrange)
        yield


def say(arrange: Arrange, colour: Declared, version: str, slug: str = "home-office", **more: object) -> None:
    with arrange():
        of = headline(TRAINED, slug)
        assert of is not None
        route = more.get("route", ROUTE if colour is not Declared.GREEN else ("", None))
        declare(of, colour, str(more.get("reason", "As we see it")), route, version=version, by=make_user())  # type: ignore[arg-type]


def kept(app: Flask) -> list[tuple[str, date, str]]:
    with app.app_context():
        return [
            (slug or "all", one.as_at, str(one.colour))
            for slug in (None, "home-office", "ministry-of-defence")
            for one in kept_history((TRAINED, organisation(slug).id if slug else None))
        ]


def test_the_night_keeps_every_status_once_and_month_ends_as_they_were_forecast_then(app: Flask, arrange: Arrange):
    compile_story(app)
    march = date(2026, 3, 31)
    foretell(arrange, {None: 0.9, "home-office": 0.4, "ministry-of-defence": 0.9}, march)
    foretell(arrange, {None: 0.9, "home-office": 0.6, "ministry-of-defence": 0.9})

    with app.app_context():
        written = [keep_statuses(LATEST) for _ in range(2)]

    # Of the two that are expected to report one has, which is under three in four.
    assert written == [6, 0]
    assert kept(app) == [
        ("all", LATEST, "grey"),
        ("all", march, "grey"),
        ("home-office", LATEST, "amber"),
        ("home-office", march, "red"),
        ("ministry-of-defence", LATEST, "grey"),
        ("ministry-of-defence", march, "grey"),
    ]
    with app.app_context():
        row = db.session.scalars(select(StatusKept).where(StatusKept.chance == 0.6)).one()
        assert (row.expected, row.reported, row.rule_id) == (1, 1, rule_on(LATEST).id)


@pytest.mark.parametrize("table", ["status_kept", "status_rule"])
@pytest.mark.parametrize("act", ["UPDATE {} SET rowid_or_id", "DELETE FROM {}"])
def test_what_was_kept_and_what_held_cannot_be_changed(app: Flask, arrange: Arrange, table: str, act: str):
    compile_story(app)
    foretell(arrange, {"home-office": 0.6})
    column = "why = 'x'" if table == "status_kept" else "reason = 'x'"

    with app.app_context():
        # The two others have a target, and the forecast says nothing of them.
        assert keep_statuses(LATEST) == 3
        with pytest.raises(DBAPIError, match=r"never changed or deleted|(?i:foreign key)"):
            db.session.execute(text(act.replace("rowid_or_id", column).format(table)))


def test_what_is_declared_stands_until_it_is_replaced_or_withdrawn(app: Flask, arrange: Arrange):
    say(arrange, Declared.AMBER, "0")
    say(arrange, Declared.GREEN, "1")
    with app.app_context():
        place = (TRAINED, organisation("home-office").id)
        assert what_stands([TRAINED])[place].colour is Declared.GREEN
        assert what_stands([TRAINED])[place].route is None
    with arrange():
        of = headline(TRAINED, "home-office")
        assert of is not None
        withdraw(of, "The review is over", version="2", by=make_user())

    with app.app_context():
        assert what_stands([TRAINED]) == {}
        assert [one.number for one in db.session.scalars(select(StatusDeclared))] == [1, 2, 3]
        verbs = db.session.scalars(
            select(AuditEntry.verb)
            .where(AuditEntry.subject_ref == f"{TRAINED}/home-office")
            .order_by(AuditEntry.number)
        )
        assert list(verbs) == ["status.declared", "status.declared", "status.withdrawn"]


@pytest.mark.parametrize(
    ("colour", "more", "message"),
    [
        (Declared.AMBER, {"route": (" ", date(2026, 9, 30))}, "how it becomes green again"),
        (Declared.RED, {"route": ("More", None)}, "must be in the future"),
        (Declared.RED, {"route": ("More", date(2026, 4, 16))}, "must be in the future"),
        (Declared.GREEN, {"reason": "  "}, "Say why"),
        (Declared.GREEN, {"slug": "hm-treasury"}, "has no target"),
    ],
)
def test_a_declaration_without_what_it_needs_is_refused(
    app: Flask, arrange: Arrange, colour: Declared, more: dict[str, object], message: str
):
    with pytest.raises(DomainError, match=message):
        say(arrange, colour, "0", **more)  # type: ignore[arg-type]

    with app.app_context():
        assert list(db.session.scalars(select(StatusDeclared))) == []


def test_of_two_who_declare_at_once_the_second_is_told(arrange: Arrange):
    say(arrange, Declared.GREEN, "0")

    with pytest.raises(ChangedMeanwhile):
        say(arrange, Declared.AMBER, "0")


def test_a_new_rule_holds_from_its_day_and_is_not_known_before_it_was_set(arrange: Arrange):
    with arrange():
        first = rule_on(LATEST)
        by = make_user(Role.ADMINISTRATOR)
        new = set_rule(Thresholds(90, 60, 50, 30), date(2026, 5, 1), "Stricter", version=str(first.id), by=by)

        assert [rule_on(date(2026, 4, 30)), rule_on(date(2026, 5, 1))] == [first, new]
        assert rule_on(date(2026, 5, 1), first.set_at) == first
        assert list(rules()) == [new, first]
        with pytest.raises(ChangedMeanwhile):
            set_rule(Thresholds(95, 60, 50, 30), date(2026, 5, 1), "Again", version=str(first.id), by=by)
        subject = f"status-rule:{new.id}"
    with arrange():
        assert told_of(subject) == ["status-rule.set"]


@pytest.mark.parametrize(
    ("thresholds", "day", "message"),
    [
        ((50, 50, 75, 20), "2026-05-01", "Amber must begin"),
        ((101, 50, 75, 20), "2026-05-01", "Amber must begin"),
        ((80, 50, 101, 20), "2026-05-01", "from 0 to 100"),
        ((80, 50, 75, 19), "2026-05-01", "fewer than 20"),
        ((90, 50, 75, 20), "2026-04-15", "today or later"),
        ((80, 50, 75, 20), "2026-05-01", "already"),
    ],
)
def test_a_rule_that_cannot_hold_is_refused(
    arrange: Arrange, thresholds: tuple[int, int, int, int], day: str, message: str
):
    with arrange():
        wanted, by, version = Thresholds(*thresholds), make_user(), str(rule_on(LATEST).id)

        with pytest.raises(DomainError, match=message):
            set_rule(wanted, date.fromisoformat(day), "Why not", version=version, by=by)
