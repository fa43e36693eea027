"""Searches for duplicates among the records of a database."""

import json

from flask import Flask
from sqlalchemy import select

from tests.conftest import Arrange
from tests.factories import make_cohort, make_enrolment, make_person, make_user
from tests.imports.conftest import Run, run  # noqa: F401 - a fixture
from tests.imports.files import trainee
from tracker.core.clock import now
from tracker.core.db import db
from tracker.people.identity.models import DuplicatePair
from tracker.people.models import Person
from tracker.people.services import Details, change_details
from tracker.register.identity.services import Choice, merge
from tracker.register.identity.services.scanning import look_at_everybody, look_at_new


def pairs(app: Flask) -> set[tuple[str, str]]:
    """The pairs that are kept, by references."""
    with app.app_context():
        found = db.session.scalars(select(DuplicatePair))
        return {(min(one.low.ref, one.high.ref), max(one.low.ref, one.high.ref)) for one in found}


def twins(**other: str) -> None:
    """Zoë Quill twice, and others."""
    make_person(ref="A", first_name="Zoë", last_name="Quill", email="zoe@x.gov.uk")
    make_person(ref="B", **{"first_name": "Quill", "last_name": "Zoe", "email": "z.quill@y.gov.uk", **other})
    make_person(ref="C")


def test_everybody_is_compared_with_everybody(app: Flask, arrange: Arrange) -> None:
    with arrange():
        twins()

    with app.app_context():
        assert look_at_everybody() == 1

    assert pairs(app) == {("A", "B")}
    with app.app_context():
        found = db.session.scalars(select(DuplicatePair)).one()
        assert json.loads(found.matches) == ["name", "organisation", "grade"]
        assert json.loads(found.differs) == ["address before the @"]


def test_what_somebody_decided_is_kept_and_what_is_alike_no_more_is_forgotten(app: Flask, arrange: Arrange) -> None:
    with arrange():
        twins()
        make_person(ref="D", first_name="Quentin", last_name="Yarrow")
        make_person(ref="E", first_name="Quentin", last_name="Yarrow")
    with app.app_context():
        look_at_everybody()
    assert pairs(app) == {("A", "B"), ("D", "E")}

    with arrange() as session:
        by = make_user()
        decided = session.scalars(select(DuplicatePair).join(Person, DuplicatePair.low_id == Person.id)).first()
        assert decided is not None
        for pair in session.scalars(select(DuplicatePair)):
            if pair.low.ref == "A":
                pair.decided_at, pair.decided_by_id = now(), by.id
        for ref, last in (("B", "Zoellner"), ("E", "Umber")):
            person = session.scalars(select(Person).where(Person.ref == ref)).one()
            change_details(person, Details("Somebody", last, person.email, 1.0), by=by)
            person.removed_at = now() if ref == "E" else None
    with app.app_context():
        look_at_everybody()

    assert pairs(app) == {("A", "B")}


def test_who_came_or_changed_since_is_compared_with_everybody(app: Flask, arrange: Arrange) -> None:
    with arrange():
        cohort = make_cohort()
        person = make_person("hm-treasury", ref="A", first_name="Zoë", last_name="Quill", email="zq77@x.gov.uk")
        make_enrolment("in-training 2026-01-05", person=person, cohort=cohort)
        for number in range(60):
            make_person(ref=f"O{number}")
    with app.app_context():
        assert look_at_everybody() == 0

    with arrange():
        make_person("hm-treasury", ref="B", first_name="Zoe", last_name="Quill", email="z.quill@y.gov.uk")
        late = make_person("hm-treasury", ref="D", first_name="Zoe", last_name="Umber", email="zq77@y.gov.uk").id
    with app.app_context():
        look_at_new()
    assert pairs(app) == {("A", "B"), ("A", "D")}

    with arrange() as session:
        make_enrolment("in-training 2026-01-05", person=session.get_one(Person, late), cohort=session.merge(cohort))
        other = make_person("hm-treasury", ref="E", first_name="Otto", last_name="Yarrow", email="otto@x.gov.uk")
        change_details(other, Details("Zoe", "Quill", "otto@x.gov.uk", 1.0), by=make_user())
    with app.app_context():
        look_at_new()
    assert {("A", "E"), ("B", "E")} <= pairs(app)


def test_a_search_of_what_is_new_finds_what_a_full_one_finds(app: Flask, arrange: Arrange, run: Run) -> None:  # noqa: F811
    """After an import: the same pairs, whichever way they were looked for."""
    with arrange():
        twins()
    with app.app_context():
        look_at_everybody()
    rows = [trainee(f"P{n}", first_name="Zoe", last_name="Quill" if n < 2 else f"Lee{n}") for n in range(2, 20)]
    run("trainees", *rows, trainee("P1", first_name="ZOE", last_name="QUILL", email="zoe@ho.example"))

    with app.app_context():
        look_at_new()
    since = pairs(app)
    with app.app_context():
        look_at_everybody()

    assert ("A", "P1") in since
    assert since - {("A", "B")} == pairs(app)


def test_a_record_that_was_merged_away_is_compared_no_more(app: Flask, arrange: Arrange) -> None:
    with arrange() as session:
        twins()
        people = {one.ref: one for one in session.scalars(select(Person))}
        merge(people["A"], people["B"], Choice(), reason="Same", by=make_user())

    with app.app_context():
        assert look_at_everybody() == 0
