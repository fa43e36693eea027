from datetime import date

from sqlalchemy import select

from tests.conftest import Arrange
from tests.factories import make_cohort, make_enrolment, make_person
from tracker.people.models import Person
from tracker.register.asked import Asked
from tracker.register.together import queries

TODAY = date(2026, 6, 1)
EVERYBODY = select(Person.id)


def test_of_several_enrolments_the_one_is_meant_that_fits_the_filters_and_changed_last(arrange: Arrange):
    with arrange():
        person, one, two = make_person(), make_cohort("ONE"), make_cohort("TWO", programme="mdatagov")
        older = make_enrolment("in-training 2026-01-05", person=person, cohort=one)
        newer = make_enrolment("on-break 2026-02-02 until 2026-05-01", person=person, cohort=two)
        make_person()

        def meant(**asked: object) -> list[str]:
            return [row.key for row in queries.enrolments_meant(EVERYBODY, Asked(**asked), TODAY)]  # type: ignore[arg-type]

        assert meant() == [newer.ref]
        assert meant(stages=("in-training",)) == [older.ref]
        assert meant(cohort="ONE") == [older.ref]
        assert meant(programme="mdatagov") == [newer.ref]
        assert meant(overdue=True) == [newer.ref]
        assert meant(cohort="ONE", overdue=True) == []


def test_only_the_people_within_reach_are_chosen_from(arrange: Arrange):
    with arrange():
        mine, theirs = make_enrolment("applied 2026-01-05"), make_enrolment("applied 2026-01-05")
        reach = select(Person.id).where(Person.id == mine.person.id)

        assert [row.key for row in queries.enrolments_chosen([mine.ref, theirs.ref], reach)] == [mine.ref]
        assert [row.key for row in queries.people_chosen([mine.person.ref, theirs.person.ref], reach)] == [
            mine.person.ref
        ]


def test_places_are_told_span_by_span(arrange: Arrange):
    with arrange():
        person = make_person("home-office", "hm-treasury from 2026-03-01")

        spans = queries.places([person.id])[person.ref]

        assert sorted((span.starts_on.isoformat(), span.organisation) for span in spans) == [
            ("0001-01-01", "Home Office"),
            ("2026-03-01", "HM Treasury"),
        ]
