from datetime import date

from flask import Flask

from tests.conftest import Arrange
from tests.factories import make_cohort, make_enrolment, make_person, make_user
from tracker.core.clock import now
from tracker.core.db import db
from tracker.people.models import Person
from tracker.training import queries, services


def test_the_lines_of_an_enrolment_keep_their_numbers_whatever_the_order_of_days(app: Flask, arrange: Arrange):
    with arrange():
        enrolment = make_enrolment("in-training 2026-02-02", "enrolled 2026-01-05", "completed 2026-05-01")
        ref, user = enrolment.ref, make_user(name="Mo Manager")
        last = next(one for one in queries.entries([enrolment.journey_id]) if one.event.stage == "completed")
        services.take_back(enrolment, last.event, reason="It was somebody else", by=user)

    with app.app_context():
        found = queries.enrolment(ref)
        assert found is not None
        lines = [(one.number, one.event.stage, one.void is not None) for one in queries.entries([found.journey_id])]
        assert lines == [(2, "enrolled", False), (1, "in-training", False), (3, "completed", True)]
        named = queries.entry(ref, 3)
        assert named is not None
        assert named.entry.voider == "Mo Manager"
        assert queries.entry(ref, 4) is None
        assert queries.entry("NOBODY", 1) is None


def test_an_enrolment_of_somebody_whose_import_was_undone_is_not_found(app: Flask, arrange: Arrange):
    with arrange():
        enrolment = make_enrolment("in-training 2026-02-02")
        ref = enrolment.ref
        enrolment.person.removed_at = now()

    with app.app_context():
        assert queries.enrolment(ref) is None
        assert queries.enrolments_of(db.session.query(Person).one()) == []


def test_a_cohort_counts_people_where_they_stand_now(app: Flask, arrange: Arrange):
    with arrange():
        cohort = make_cohort("DSA-1")
        for history in (["in-training 2026-01-05"], ["in-training 2026-01-05", "completed 2026-02-02"]):
            make_enrolment(*history, person=make_person(), cohort=cohort)
        make_cohort("DSA-2")

    with app.app_context():
        rows = [(row.code, people, training, taken) for row, people, training, taken in queries.cohorts(10, 0)]
        assert rows == [("DSA-1", 2, 1, 2), ("DSA-2", 0, 0, 0)]
        assert queries.number_of_cohorts() == 2


def test_people_return_to_running_cohorts_of_the_same_programme_and_to_the_one_they_left(app: Flask, arrange: Arrange):
    with arrange():
        left = make_cohort("DSA-OLD", ends_on=date(2026, 1, 31))
        make_cohort("DSA-OVER", ends_on=date(2026, 1, 31))
        make_cohort("DSA-NEW", ends_on=date(2026, 12, 31))
        make_cohort("MDG-NEW", programme="mdatagov")
        code = left.code

    with app.app_context():
        found = queries.cohort(code)
        assert found is not None
        offered = [cohort.code for cohort in queries.cohorts_to_return_to(date(2026, 6, 1), found)]
        assert sorted(offered) == ["DSA-NEW", "DSA-OLD"]
