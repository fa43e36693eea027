"""The audit trail: kept with the act, chained without gaps, and refused to be changed by the database itself."""

import hashlib
import json
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from tests.auditing import tamper
from tests.factories import make_user
from tracker.accounts import audit
from tracker.accounts.models import AuditEntry
from tracker.core.db import db, is_sqlite, transaction
from tracker.core.errors import DomainError


def entries(app: Flask) -> list[AuditEntry]:
    with app.app_context():
        return list(db.session.scalars(db.select(AuditEntry).order_by(AuditEntry.number)))


def write(app: Flask, *references: str) -> None:
    with app.app_context(), transaction():
        for reference in references:
            audit.record("person.moved", f"person:{reference}", actor=None, after={"grade": "SEO"})


def fault(app: Flask) -> str | None:
    with app.app_context():
        return audit.verify().fault


def test_entries_are_numbered_and_each_holds_the_hash_of_the_one_before(app: Flask):
    write(app, "P-1", "P-2")
    write(app, "P-3")

    kept = entries(app)

    assert [(entry.number, entry.subject_ref) for entry in kept] == [(1, "P-1"), (2, "P-2"), (3, "P-3")]
    assert [entry.previous_hash for entry in kept] == ["0" * 64, kept[0].hash, kept[1].hash]
    assert fault(app) is None


def test_the_hash_is_one_that_anybody_can_work_out_again(app: Flask):
    write(app, "P-1")

    entry = entries(app)[0]
    content = [1, entry.at.isoformat(timespec="microseconds"), None, "person.moved", "person", "P-1", None]
    content += ['{"grade":"SEO"}', "", "0" * 64]
    said = json.dumps(content, ensure_ascii=False, separators=(",", ":"))

    assert entry.hash == hashlib.sha256(said.encode()).hexdigest()


def refused(app: Flask) -> None:
    """An act that a rule refuses after it was recorded."""
    with app.app_context(), transaction():
        audit.record("person.moved", "person:P-1", actor=None)
        raise DomainError("No")


def test_an_act_that_is_refused_leaves_no_entry(app: Flask):
    with pytest.raises(DomainError):
        refused(app)

    write(app, "P-2")

    assert [entry.subject_ref for entry in entries(app)] == ["P-2"]


def test_what_is_recorded_in_a_part_that_is_taken_back_is_taken_back_with_it(app: Flask):
    with app.app_context(), transaction() as session:
        audit.record("kept", "person:P-1", actor=None)
        part = session.begin_nested()
        audit.record("lost", "person:P-2", actor=None)
        inner = session.begin_nested()
        audit.record("lost", "person:P-3", actor=None)
        inner.commit()
        part.rollback()
        with session.begin_nested():
            audit.record("kept", "person:P-4", actor=None)

    assert [entry.subject_ref for entry in entries(app)] == ["P-1", "P-4"]


def act_without_a_verb(app: Flask) -> None:
    """An act whose entry the database will not take."""
    with app.app_context(), transaction():
        make_user(email="ada@example.gov.uk")
        audit.record(None, "user:x", actor=None)  # type: ignore[arg-type]


def test_an_act_whose_entry_cannot_be_written_does_not_happen(app: Flask):
    with pytest.raises(DBAPIError):
        act_without_a_verb(app)

    with app.app_context():
        assert db.session.execute(text("SELECT count(*) FROM user_account")).scalar() == 0


@pytest.mark.parametrize("statement", ["UPDATE audit_entry SET verb = 'x'", "DELETE FROM audit_entry"])
def test_the_database_refuses_to_change_or_delete_an_entry(app: Flask, statement: str):
    write(app, "P-1")

    with app.app_context(), pytest.raises(DBAPIError, match="append-only"), transaction() as session:
        session.execute(text(statement))

    assert len(entries(app)) == 1


def test_the_database_refuses_to_empty_the_trail(app: Flask):
    write(app, "P-1")

    with app.app_context(), pytest.raises(DBAPIError, match="append-only"), transaction() as session:
        session.execute(text("DELETE FROM audit_entry" if is_sqlite(session) else "TRUNCATE audit_entry"))


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        ("UPDATE audit_entry SET verb = 'person.left' WHERE number = 2", "entry 2 was altered"),
        ('UPDATE audit_entry SET after = \'{"grade":"HEO"}\' WHERE number = 1', "entry 1 was altered"),
        ("UPDATE audit_entry SET at = '2020-01-01 00:00:00' WHERE number = 3", "entry 3 was altered"),
        ("UPDATE audit_entry SET previous_hash = 'x' WHERE number = 3", "entry 3 does not follow entry 2"),
        ("DELETE FROM audit_entry WHERE number = 2", "entry 2 is missing"),
        ("DELETE FROM audit_entry WHERE number = 1", "entry 1 is missing"),
        ("DELETE FROM audit_entry WHERE number = 4", "entries after 3 are missing"),
        ("DELETE FROM audit_entry", "entries after 0 are missing"),
    ],
)
def test_whatever_was_done_to_the_trail_behind_our_back_is_found(app: Flask, statement: str, found: str):
    write(app, "P-1", "P-2", "P-3", "P-4")

    tamper(app, statement)

    assert fault(app) == found


def test_acts_at_the_same_time_share_no_number_and_leave_no_gap(app: Flask):
    with ThreadPoolExecutor(20) as pool:
        list(pool.map(lambda n: write(app, f"P-{n}", f"Q-{n}"), range(40)))

    assert [entry.number for entry in entries(app)] == list(range(1, 81))
    assert fault(app) is None


def test_secrets_are_left_out_by_name_and_reads_and_exports_are_recorded_too(app: Flask):
    with app.app_context(), transaction():
        audit.record(
            "user.edited", "user:x", actor=None, before={"password": "old"}, after={"reset_token": "t", "name": "N"}
        )
        audit.looked_at("person:P-1", actor=None)
        audit.looked_at("people:all", actor=None, rows=250, why="Minister's question")

    edited, read, exported = entries(app)

    assert (edited.before, edited.after) == ('{"password":"[hidden]"}', '{"name":"N","reset_token":"[hidden]"}')
    assert (read.verb, read.after) == ("looked at", None)
    assert (exported.verb, json.loads(exported.after)) == ("exported", {"rows": 250, "why": "Minister's question"})


def erased(app: Flask, *numbers: int) -> None:
    """Forget the words of some entries, as the service does."""
    with app.app_context(), transaction():
        chosen = db.session.scalars(db.select(AuditEntry).where(AuditEntry.number.in_(numbers)))
        audit.erase_words(list(chosen), "person:P-1", actor=None)


def test_words_that_were_erased_leave_the_chain_whole_and_are_said_to_be_gone(app: Flask):
    write(app, "P-1", "P-2", "P-3")

    erased(app, 1, 3)
    erased(app, 1)

    kept = entries(app)
    assert [(one.verb, one.before, one.after) for one in kept[:3]] == [
        ("person.moved", None, '{"erased": true}'),
        ("person.moved", None, '{"grade":"SEO"}'),
        ("person.moved", None, '{"erased": true}'),
    ]
    assert [(one.verb, json.loads(one.after or "")) for one in kept[3:]] == [
        ("words.erased", {"1": kept[0].hash, "3": kept[2].hash})
    ]
    assert fault(app) is None
    with app.app_context():
        assert audit.verify_tail() is None


@pytest.mark.parametrize(
    "change",
    [
        "verb = 'person.left', before = NULL, after = '{\"erased\": true}'",
        'before = NULL, after = \'{"grade":"HEO"}\'',
        "before = '{}', after = '{\"erased\": true}'",
    ],
)
def test_the_database_lets_nothing_else_of_an_entry_be_changed(app: Flask, change: str):
    write(app, "P-1")

    with app.app_context(), pytest.raises(DBAPIError, match="append-only"), transaction() as session:
        session.execute(text(f"UPDATE audit_entry SET {change}".replace(":", "\\:")))


def test_words_that_went_without_its_being_said_are_found(app: Flask):
    write(app, "P-1", "P-2")

    tamper(app, "UPDATE audit_entry SET before = NULL, after = '{\"erased\"\\: true}' WHERE number = 1")

    assert fault(app) == "entry 1 was altered"


def test_an_entry_that_was_erased_cannot_be_altered_further(app: Flask):
    write(app, "P-1", "P-2")
    erased(app, 1)

    tamper(app, "UPDATE audit_entry SET hash = 'x' WHERE number = 1")

    assert fault(app) == "entry 1 was altered"
