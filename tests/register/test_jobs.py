"""The night forgets candidates whose time is over, wherever they are named."""

from datetime import date

from flask import Flask
from sqlalchemy import select

from tests.conftest import Arrange
from tests.factories import make_person
from tests.leadership.recruiting import make_campaign, make_candidacy, make_vacancy
from tests.leadership.services.test_retention import ENDED_ON, FILLED, candidate_with_words_everywhere, mentions
from tracker.core.db import db
from tracker.imports.models import ImportBatch, ImportProblem, Status
from tracker.jobs.registry import job
from tracker.leadership.imports.tables import CANDIDATE_ROW
from tracker.leadership.models import Candidate
from tracker.outbox import services as outbox
from tracker.people.models import Person

DUE = date(2026, 6, 30)


def night(app: Flask) -> int:
    found = job("forget-candidates")
    assert found is not None
    with app.app_context():
        return found.run(DUE)


def quoted(status: Status) -> None:
    """The candidate in a file that was sent, in its errors and in mail."""
    batch = ImportBatch(ref="file", kind="candidates", status=status)
    db.session.add(batch)
    db.session.flush()
    problem = {"row": 1, "code": "bad-email", "advice": "Write it as an address"}
    db.session.add(ImportProblem(import_id=batch.id, column="email", value="Z.Quill@example.com", **problem))
    named = {"first_name": "Zephyrine", "email": "Z.Quill@example.com"}
    db.session.execute(CANDIDATE_ROW.insert().values(import_id=batch.id, row=1, is_valid=False, **named))
    outbox.enqueue("panel@example.gov.uk", "An interview", "Zephyrine Quillfeather is seen at 9")


def test_a_candidate_who_is_due_is_forgotten_in_files_and_mail_too_and_once(app: Flask, arrange: Arrange):
    with arrange():
        candidate_with_words_everywhere()
        quoted(Status.REFUSED)

    assert {"import_problem.value", "candidate_row.email", "message.text"} <= mentions(app)
    assert (night(app), night(app)) == (1, 0)
    assert mentions(app) == set()


def test_a_file_that_waits_keeps_the_candidate_for_another_night(app: Flask, arrange: Arrange):
    with arrange():
        candidate_with_words_everywhere()
        quoted(Status.CHECKED)

    assert night(app) == 0
    with app.app_context():
        assert db.session.scalars(select(Candidate.anonymised_at)).all() == [None]


def test_whoever_the_programme_knows_otherwise_stays_known_as_that(app: Flask, arrange: Arrange):
    with arrange():
        person = make_person(ref="P-1", first_name="Ann", last_name="Byron")
        vacancy = make_vacancy(*FILLED, campaign=make_campaign(ended_on=ENDED_ON))
        make_candidacy(vacancy, "rejected 2024-03-01", person_id=person.id, first_name="Ann", last_name="Byron")

    assert night(app) == 1
    with app.app_context():
        assert db.session.scalars(select(Person.last_name)).all() == ["Byron"]
        assert db.session.scalars(select(Candidate.last_name)).all() == [""]
