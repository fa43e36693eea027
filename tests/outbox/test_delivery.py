"""Mail leaves for a real server, whatever that one does and wherever the sender dies."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes
from pathlib import Path

import pytest
import time_machine
from flask import Flask

from tests.conftest import Arrange
from tests.databases import Database
from tests.jobs.prepared import Prepared
from tests.outbox.mail_servers import mail_server
from tracker.core import clock
from tracker.core.db import db
from tracker.core.errors import ConfigurationError, DomainError
from tracker.outbox import delivery, services
from tracker.outbox.models import Message, Status


@contextmanager
def sent_by(app: Flask, mail: str) -> Iterator[None]:
    """The application with another setting of how mail leaves."""
    before = app.config["TRACKER"]
    app.config["TRACKER"] = replace(before, mail=mail)
    try:
        yield
    finally:
        app.config["TRACKER"] = before


def queue(arrange: Arrange, number: int) -> list[str]:
    with arrange():
        messages = [
            services.enqueue(f"person{n}@example.org", f"Message {n}", f"Text {n}") for n in range(1, number + 1)
        ]
        return [message.message_id for message in messages]


def send(app: Flask, mail: str) -> int:
    with sent_by(app, mail), app.app_context():
        return delivery.send_waiting()


def statuses(app: Flask) -> dict[str, str]:
    with app.app_context():
        return {message.message_id: message.status for message in db.session.query(Message)}


def test_a_message_goes_into_a_file_of_its_own_where_no_server_is_named(app: Flask, arrange: Arrange) -> None:
    folder: Path = app.config["TRACKER"].instance / "mail"
    for old in folder.glob("*.eml"):
        old.unlink()
    with arrange():
        services.enqueue("zoë@example.org", "Grüße", "Text with é", "<p>Text with é</p>")

    sent = send(app, "file")

    (file,) = folder.glob("*.eml")
    mail = message_from_bytes(file.read_bytes())
    assert sent == 1
    assert mail["Message-ID"] == f"<{file.stem}>"
    assert [part.get_content_type() for part in mail.walk()][1:] == ["text/plain", "text/html"]
    assert set(statuses(app).values()) == {"sent"}


def test_a_server_that_refuses_the_seventh_of_twenty_gets_the_others_at_once_and_that_one_later(
    app: Flask, arrange: Arrange
) -> None:
    with time_machine.travel(clock.now(), tick=False) as traveller:
        ids = queue(arrange, 20)

        with mail_server(lambda number: "refuse" if number == 7 else None) as (mailbox, setting):
            first = send(app, setting)
            at_once = list(mailbox.ids)
            traveller.shift(timedelta(minutes=2))
            second = send(app, setting)

    assert (first, second) == (19, 1)
    assert at_once == ids[:6] + ids[7:]
    assert mailbox.ids == [*at_once, ids[6]]
    assert [to for _, to, _ in mailbox.taken[:2]] == ["person1@example.org", "person2@example.org"]
    assert all(content.count(b"@example.org") == 1 for _, _, content in mailbox.taken)


def test_a_server_that_hangs_up_after_it_took_a_message_gets_it_again_under_the_same_name(
    app: Flask, arrange: Arrange
) -> None:
    with time_machine.travel(clock.now(), tick=False) as traveller:
        ids = queue(arrange, 5)

        with mail_server(lambda number: "hang up" if number == 3 else None) as (mailbox, setting):
            send(app, setting)
            traveller.shift(timedelta(minutes=2))
            send(app, setting)

    assert set(mailbox.ids) == set(ids)
    assert sorted(mailbox.ids) == sorted([*ids, ids[2]])
    assert set(statuses(app).values()) == {"sent"}


def test_where_no_server_answers_the_run_fails_and_every_message_waits(app: Flask, arrange: Arrange) -> None:
    with mail_server() as (_, setting):
        pass
    queue(arrange, 3)

    with pytest.raises(DomainError, match="No mail can leave"):
        send(app, setting)

    with app.app_context():
        attempts = sorted(message.attempts for message in db.session.query(Message))
    assert attempts == [0, 0, 1]
    assert set(statuses(app).values()) == {"waiting"}


@pytest.mark.parametrize("setting", ["pigeon://loft", "smtp://"])
def test_a_setting_that_names_no_way_is_said_to_be_wrong(app: Flask, setting: str) -> None:
    with pytest.raises(ConfigurationError, match="TRACKER_MAIL"):
        send(app, setting)


KILLED = """
import os, signal
from tracker.app import create_app
from tracker.outbox import delivery, services

note, count = services.note_sent, 0
def note_or_die(letter):
    global count
    count += 1
    if count == int(os.environ["DIE_AT"]):
        os.kill(os.getpid(), signal.SIGKILL)
    return note(letter)
services.note_sent = note_or_die
with create_app().app_context():
    delivery.send_waiting()
"""


@pytest.mark.parametrize("at", [1, 4])
def test_a_sender_killed_between_sending_and_noting_loses_nothing_and_repeats_one_under_the_same_name(
    app: Flask, database: Database, arrange: Arrange, instance: Path, at: int
) -> None:
    ids = queue(arrange, 6)
    with mail_server() as (mailbox, setting):
        environment = {
            **os.environ,
            "DATABASE_URL": database.url,
            "TRACKER_INSTANCE": str(instance),
            "TRACKER_SECRET_KEY": "k" * 40,
            "TRACKER_MAIL": setting,
            "DIE_AT": str(at),
        }

        killed = Prepared(KILLED, environment).wait(60)
        send(app, setting)
        before_lease_is_over = sorted(mailbox.ids)
        with time_machine.travel(clock.now() + services.LEASE + timedelta(minutes=1)):
            send(app, setting)

    assert killed == -signal.SIGKILL
    assert before_lease_is_over == sorted(ids)
    assert sorted(mailbox.ids) == sorted([*ids, ids[at - 1]])
    assert set(statuses(app).values()) == {Status.SENT}
