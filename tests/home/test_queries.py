"""What the front page says of today."""

from datetime import date

from sqlalchemy import true

from tests.conftest import Arrange
from tests.factories import make_cohort, make_enrolment, make_person, make_user
from tracker.home.queries import accounts, how_many, imports_to_decide, own, recent_events, running_cohorts
from tracker.imports.models import ImportBatch, Status


def test_what_was_recorded_last_comes_first(arrange: Arrange):
    with arrange():
        early = "in-training 2026-01-05 recorded 2026-01-06T09:00:00Z"
        make_enrolment(early, "completed 2026-02-01 recorded 2026-03-01T09:00:00Z", person=make_person(ref="P1"))
        make_enrolment("in-training 2026-01-05 recorded 2026-02-01T09:00:00Z", person=make_person(ref="P2"))

        found = [(one.person_ref, one.stage) for one in recent_events(true())]

        assert found == [("P1", "Completed"), ("P2", "In training"), ("P1", "In training")]


def test_cohorts_in_progress_come_by_how_many_are_in_training(arrange: Arrange):
    with arrange():
        large, small, soon = make_cohort("B"), make_cohort("A"), make_cohort("C", starts_on=date(2026, 5, 10))
        make_cohort("D", starts_on=date(2026, 5, 20))
        for cohort, people in ((large, 2), (small, 1)):
            for _ in range(people):
                make_enrolment("in-training 2026-01-05", cohort=cohort)
        make_enrolment("enrolled 2026-01-05", cohort=small)

        found = [(one.cohort.code, one.people, one.in_training) for one in running_cohorts(date(2026, 5, 1))]

        assert found == [("B", 2, 2), ("A", 2, 1), (soon.code, 0, 0)]


def test_only_checked_imports_wait_for_a_decision(arrange: Arrange):
    with arrange() as session:
        session.add_all(ImportBatch(ref=one.value, kind="trainees", status=one, rows=1) for one in Status)
        session.flush()

        assert how_many([imports_to_decide({"trainees"}), imports_to_decide(())]) == [1, 0]


def test_users_are_counted_by_whether_they_can_sign_in(arrange: Arrange):
    with arrange():
        make_user(password="correct horse battery staple")
        make_user()

        counted = accounts()

        assert (counted.active, counted.invited, counted.disabled) == (1, 1, 0)


def test_a_person_whose_import_was_undone_is_nobodys_record(arrange: Arrange):
    with arrange() as session:
        user = make_user()
        person = make_person(user_id=user.id)

        assert own(user.id).record is person
        person.removed_at = user.created_at
        session.flush()

        assert own(user.id).record is None
