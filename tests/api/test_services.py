"""The feed under writers that are kept in another order than they began; and the keys under which systems write."""

import json
import threading
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select

from tests.api.systems import System, follow, system_of
from tests.conftest import Arrange
from tests.databases import Database, SqliteDatabase
from tests.factories import make_enrolment, make_person
from tracker.accounts.models import ApiToken
from tracker.accounts.permissions import Role
from tracker.api import services
from tracker.api.models import ApiWrite, FeedEntry
from tracker.api.queries import feed_is_behind
from tracker.core.db import db, transaction
from tracker.ledger.models import Event, EventVoid, Journey, Strand, VoidCause
from tracker.ledger.services import new_ref

PATIENCE = 30


def add_event(journey_id: int, day: int = 5) -> int:
    event = Event(journey_id=journey_id, stage="enrolled", effective_on=date(2026, 1, day))
    db.session.add(event)
    db.session.flush()
    return event.id


def make_journey() -> int:
    journey = Journey(ref=new_ref(), strand=Strand.TRAINING, person_id=make_person("home-office").id)
    db.session.add(journey)
    db.session.flush()
    return journey.id


def test_the_feed_tells_every_line_once_in_order_and_what_was_taken_back_after_it(app: Flask, arrange: Arrange):
    system = system_of(app, arrange, Role.PROGRAMME_MANAGER)
    with arrange():
        journey = make_enrolment("enrolled 2026-01-05", "in-training 2026-02-02").journey_id
        first, second = db.session.scalars(select(Event.id).order_by(Event.id)).all()
    told, on = follow(system)
    with arrange() as session:
        session.add(EventVoid(event_id=second, cause=VoidCause.CORRECTION, reason="wrong"))
        third = add_event(journey)

    later, on = follow(system, on)

    assert told == [("recorded", first), ("recorded", second)]
    assert later == [("recorded", third), ("taken-back", second)]
    assert follow(system, on)[0] == []
    with app.app_context():
        assert not feed_is_behind()
        assert db.session.scalars(select(FeedEntry.position).order_by(FeedEntry.position)).all() == [1, 2, 3, 4]


def test_a_line_kept_late_with_a_low_number_is_not_missed(app: Flask, arrange: Arrange, database: Database):
    """Two units of work at once: the one that began first is kept last. On SQLite the second waits for the first."""
    system = system_of(app, arrange, Role.PROGRAMME_MANAGER)
    with arrange():
        slow, quick = make_journey(), make_journey()
    has_written, may_end, written = threading.Event(), threading.Event(), {}

    def write_slowly() -> None:
        with app.app_context(), transaction():
            written["slow"] = add_event(slow)
            has_written.set()
            may_end.wait(PATIENCE)

    writer = threading.Thread(target=write_slowly)
    writer.start()
    assert has_written.wait(PATIENCE)
    if isinstance(database, SqliteDatabase):
        assert follow(system)[0] == []
        may_end.set()
        writer.join()
    with arrange():
        written["quick"] = add_event(quick)
    told, on = follow(system)
    may_end.set()
    writer.join()
    later, _ = follow(system, on)

    assert written["slow"] < written["quick"]
    assert sorted(event for _, event in told + later) == sorted(written.values())
    if not isinstance(database, SqliteDatabase):
        assert [event for _, event in told] == [written["quick"]]


def write_many(app: Flask, journey_id: int) -> None:
    """Record twelve lines of a journey in as many units of work, and take every third back in the same one."""
    for number in range(12):
        with app.app_context(), transaction() as session:
            event_id = add_event(journey_id, 1 + number)
            if number % 3 == 0:
                session.add(EventVoid(event_id=event_id, cause=VoidCause.CORRECTION, reason="wrong"))


def follow_until(over: threading.Event, system: System, told: list[tuple[str, int]]) -> None:
    path, is_last = "events?limit=5", False
    while not is_last:
        is_last = over.is_set()
        found, path = follow(system, path)
        told += found


def test_followers_under_many_writers_miss_nothing_and_double_nothing(app: Flask, arrange: Arrange):
    system = system_of(app, arrange, Role.PROGRAMME_MANAGER)
    with arrange():
        journeys = [make_journey() for _ in range(4)]
    over, told = threading.Event(), ([], [])
    writers = [threading.Thread(target=write_many, args=(app, one)) for one in journeys]
    followers = [threading.Thread(target=follow_until, args=(over, system, one)) for one in told]

    for thread in (*writers, *followers):
        thread.start()
    for thread in writers:
        thread.join()
    over.set()
    for thread in followers:
        thread.join()

    with app.app_context():
        recorded = [("recorded", id) for id in db.session.scalars(select(Event.id))]
        voided = [("taken-back", id) for id in db.session.scalars(select(EventVoid.event_id))]
    assert len(recorded) == 48
    assert sorted(told[0]) == sorted([*recorded, *voided])
    assert told[0] == told[1]
    assert all(told[0].index(("recorded", id)) < told[0].index((said, id)) for said, id in voided)


def test_places_are_given_a_few_at_a_time_where_many_wait(
    app: Flask, arrange: Arrange, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(services, "MOST_AT_ONCE", 2)
    system = system_of(app, arrange, Role.PROGRAMME_MANAGER)
    with arrange() as session:
        journey = make_journey()
        events = [add_event(journey, day) for day in range(1, 6)]
        session.add(EventVoid(event_id=events[0], cause=VoidCause.UNDO))
    with app.app_context():
        while feed_is_behind():
            with transaction():
                services.give_places()

    told, _ = follow(system)

    assert told == [*(("recorded", id) for id in events), ("taken-back", events[0])]


def test_the_same_key_sent_twice_at_once_is_one_act_with_one_answer(app: Flask, arrange: Arrange):
    with arrange():
        ref = make_enrolment("enrolled 2026-01-05").ref
    system = system_of(app, arrange, Role.PROGRAMME_MANAGER, may_write=True)
    body = {"act": "stage", "enrolment": ref, "stage": "in-training", "effective_on": "2026-02-02"}
    begin, answers = threading.Barrier(4), []

    def send() -> None:
        again = System(app, system.text)
        begin.wait(PATIENCE)
        answers.append(again.post(body, "one key"[:3]))

    threads = [threading.Thread(target=send) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [answer.status_code for answer in answers] == [201] * 4
    assert len({answer.data for answer in answers}) == 1
    with app.app_context():
        assert len(db.session.scalars(select(Event)).all()) == 2


def test_a_key_is_each_tokens_own_and_free_again_after_a_refusal(app: Flask, arrange: Arrange):
    with arrange():
        one, other = (make_enrolment("enrolled 2026-01-05").ref for _ in range(2))
    systems = [system_of(app, arrange, Role.PROGRAMME_MANAGER, may_write=True) for _ in range(2)]
    body = {"act": "stage", "stage": "in-training", "effective_on": "2026-02-02"}

    refused = systems[0].post(body | {"enrolment": one, "effective_on": "2025-01-01", "stage": "in-role"}, "key")
    taken = [system.post(body | {"enrolment": ref}, "key") for system, ref in zip(systems, (one, other), strict=True)]

    assert refused.status_code == 409
    assert [answer.status_code for answer in taken] == [201, 201]
    with app.app_context():
        assert db.session.scalars(select(ApiToken.uses)).all()


def test_what_is_kept_of_an_answer_are_references_and_numbers_and_no_word_that_was_sent(app: Flask, arrange: Arrange):
    system = system_of(app, arrange, Role.PROGRAMME_MANAGER, may_write=True)
    with arrange():
        enrolment = make_enrolment("enrolled 2026-01-05", person=make_person(ref="P-7", first_name="Zephyrine")).ref
    sent = {"act": "stage", "enrolment": enrolment, "stage": "in-training", "effective_on": "2026-02-02"}

    assert system.post({**sent, "note": "Zephyrine agreed"}, "1").status_code == 201

    with app.app_context():
        kept = json.loads(db.session.scalars(select(ApiWrite.answer)).one() or "")
    assert kept.pop("events")
    assert kept == {"journey": enrolment, "person": "P-7", "stage": "in-training", "version": 2}
