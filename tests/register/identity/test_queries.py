"""Pairs as they wait, and the cohorts that two people are both on."""

from flask import Flask
from sqlalchemy import select

from tests.conftest import Arrange
from tests.factories import make_cohort, make_enrolment, make_person, make_user
from tracker.core.db import db
from tracker.people.identity.models import DuplicatePair
from tracker.register.identity import queries
from tracker.register.identity.services import Choice, merge, pair_up, say_two_people


def test_a_pair_waits_until_it_is_decided_or_one_of_the_two_is_gone(arrange: Arrange) -> None:
    with arrange():
        by = make_user()
        people = [make_person(ref=ref) for ref in ("A", "B", "C")]
        pairs = [pair_up(people[0], "B"), pair_up(people[1], "C"), pair_up(people[2], "A")]
        assert queries.count_pairs(decided=False) == 3

        say_two_people(pairs[0], reason="Two", by=by)
        assert [one.ref for one in queries.pairs(9, 0, decided=True)] == [pairs[0].ref]
        merge(people[2], people[1], Choice(), reason="Same", by=by)

        assert [one.ref for one in queries.pairs(9, 0, decided=False)] == [pairs[2].ref]
        assert queries.pair(pairs[1].ref) is None
        assert queries.pair(pairs[0].ref) is None


def test_cohorts_that_both_are_on_are_named(arrange: Arrange) -> None:
    with arrange():
        one, other, cohorts = make_person(), make_person(), [make_cohort("DSA-2"), make_cohort("DSA-1")]
        for person, cohort in ((one, cohorts[0]), (one, cohorts[1]), (other, cohorts[1])):
            make_enrolment("applied 2026-01-05", person=person, cohort=cohort)

        assert [clash.cohort for clash in queries.clashes(one, other)] == ["DSA-1"]
        assert queries.cohorts_of([one, other]) == {one.id: ["DSA-1", "DSA-2"], other.id: ["DSA-1"]}


def test_the_same_two_are_one_pair_whoever_is_named_first(app: Flask, arrange: Arrange) -> None:
    with arrange() as session:
        one, other = make_person(ref="A"), make_person(ref="B")

        assert pair_up(one, "B") is pair_up(other, "A")
        assert len(session.scalars(select(DuplicatePair)).all()) == 1
    with app.app_context():
        assert (
            db.session.scalars(select(DuplicatePair.low_id)).one()
            < db.session.scalars(select(DuplicatePair.high_id)).one()
        )
