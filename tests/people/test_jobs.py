from datetime import date

from flask import Flask
from sqlalchemy import delete, select

from tests.conftest import Arrange
from tests.factories import make_person
from tracker.jobs.registry import JOBS
from tracker.people.models import PersonWord, Spelling

JOB = next(job for job in JOBS if job.name == "spelling")


def test_the_night_completes_the_words_of_names_and_forgets_those_of_nobody(app: Flask, arrange: Arrange):
    with arrange() as session:
        make_person(first_name="Ann", last_name="Stays")
        gone = make_person(first_name="Ann", last_name="Leaves")
        session.execute(delete(PersonWord).where(PersonWord.person_id == gone.id))
        gone.removed_at = gone.created_at
        session.execute(delete(Spelling).where(Spelling.word == "stays"))

    with app.app_context():
        first, second = JOB.run(date(2026, 6, 1)), JOB.run(date(2026, 6, 1))

    assert (first, second) == (2, 0)
    with arrange() as session:
        whole = select(Spelling.word).where(Spelling.piece == Spelling.word).order_by(Spelling.word)
        assert session.scalars(whole).all() == ["ann", "stays"]
