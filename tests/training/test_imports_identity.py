"""Lists and histories about somebody whose record was made one with another, or who was called otherwise before."""

from collections.abc import Callable

from flask import Flask
from sqlalchemy import func, select

from tests.conftest import Arrange
from tests.factories import make_user
from tests.imports.conftest import Run, problems, run  # noqa: F401 - fixtures
from tests.imports.files import event, trainee
from tracker.core.db import db
from tracker.ledger.models import Event, Journey
from tracker.people.identity.models import FormerDetails
from tracker.people.models import Person
from tracker.people.queries import person
from tracker.register.identity.services import Choice, merge

Problems = Callable[[], list[tuple[int, str, str]]]


def merge_two(arrange: Arrange, survivor: str, merged: str) -> None:
    with arrange():
        one, other = person(survivor), person(merged)
        assert one is not None
        assert other is not None
        merge(one, other, Choice(), reason="The same person", by=make_user())


def test_edge_9_a_list_by_the_old_reference_finds_the_survivor_and_changes_no_name(
    app: Flask,
    arrange: Arrange,
    run: Run,  # noqa: F811
    problems: Problems,  # noqa: F811
) -> None:
    """Edge case 6.1-9: an identifier that is not in use any more names the same person, not a second one."""
    run("trainees", trainee("P1", cohort="DSA-1"), trainee("P2", cohort="DSA-2", last_name="Old"))
    merge_two(arrange, "P1", "P2")

    run("trainees", trainee("P2", cohort="DSA-3", last_name="Old"))
    run("history", event("in-training", "2026-03-09", person_ref="P2", cohort="DSA-2"))

    assert problems() == []
    with app.app_context():
        found = person("P2")
        assert found is not None
        assert (found.ref, found.last_name, found.email) == ("P1", "Lee", "ann.lee@ho.example")
        assert db.session.scalar(select(func.count()).select_from(Person).where(Person.removed_at.is_(None))) == 1
        journeys = select(Journey.id).where(Journey.person_id == found.id)
        assert len(db.session.scalars(journeys).all()) == 3
        assert len(db.session.scalars(select(Event).where(Event.journey_id.in_(journeys))).all()) == 4


def test_edge_14_two_references_of_one_person_on_one_cohort_are_one_row_twice(
    arrange: Arrange,
    run: Run,  # noqa: F811
    problems: Problems,  # noqa: F811
) -> None:
    """Edge case 6.1-14: both rows are in error."""
    run("trainees", trainee("P1"), trainee("P2"))
    merge_two(arrange, "P1", "P2")

    run("trainees", trainee("P1", cohort="DSA-9"), trainee("P2", cohort="DSA-9"))

    assert problems() == [(1, "person_ref", "duplicate-row"), (2, "person_ref", "duplicate-row")]


def test_edge_15_an_address_that_was_somebodys_before_is_not_anothers(
    app: Flask,
    run: Run,  # noqa: F811
    problems: Problems,  # noqa: F811
) -> None:
    """Edge case 6.1-15 and fine print G6."""
    run("trainees", trainee("P1"))
    run("trainees", trainee("P1", last_name="Lee-Jones", email="ann.jones@ho.example", cohort="DSA-2"))

    run("trainees", trainee("P2", email="ANN.LEE@ho.example", cohort="DSA-3"))
    assert problems() == [(1, "email", "email-in-use")]
    run("trainees", trainee("P1", last_name="Lee-Jones", cohort="DSA-4"))
    assert problems() == []

    with app.app_context():
        former = db.session.scalars(select(FormerDetails).order_by(FormerDetails.id)).all()
        said = [(one.last_name, one.email) for one in former]
        assert said == [("Lee", "ann.lee@ho.example"), ("Lee-Jones", "ann.jones@ho.example")]


def test_an_address_of_a_record_that_was_merged_away_stays_the_survivors(
    arrange: Arrange,
    run: Run,  # noqa: F811
    problems: Problems,  # noqa: F811
) -> None:
    run("trainees", trainee("P1"), trainee("P2", email="second@ho.example"))
    merge_two(arrange, "P1", "P2")

    run("trainees", trainee("P3", email="second@ho.example", cohort="DSA-3"))
    assert problems() == [(1, "email", "email-in-use")]
    run("trainees", trainee("P1", email="second@ho.example", cohort="DSA-3"))

    assert problems() == []


def test_an_import_whose_people_were_made_one_with_others_is_undone_only_after_that(
    arrange: Arrange,
    run: Run,  # noqa: F811
) -> None:
    run("trainees", trainee("P1"))
    brought = run("trainees", trainee("P2", cohort="DSA-2"))
    merge_two(arrange, "P1", "P2")

    undone = run("undo", brought.ref)

    assert "P2, whom this import brought, was made one record with another: undo the merge first" in undone.refusal
