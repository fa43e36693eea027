from datetime import date

from sqlalchemy import true

from tests.conftest import Arrange
from tests.counting import Queries
from tests.factories import make_cohort, make_enrolment, make_person
from tracker.core.clock import now
from tracker.core.db import db
from tracker.register import queries
from tracker.register.queries import Wanted


def references(wanted: Wanted, sort: str = "name") -> list[str]:
    ids = db.session.scalars(queries.in_order(queries.people(wanted, true()), sort)).all()
    return [row.ref for row in queries.rows(ids)]


def test_people_of_an_undone_import_are_neither_listed_nor_counted(arrange: Arrange):
    with arrange():
        make_person(ref="KEPT")
        make_person(ref="GONE", removed_at=now())

        assert references(Wanted()) == ["KEPT"]
        assert queries.count(queries.people(Wanted(), true())) == 1


def test_each_order_is_total_and_can_be_turned_round(arrange: Arrange):
    with arrange():
        first = make_person("home-office", ref="A", last_name="Zulu")
        second = make_person("hm-treasury", ref="B", last_name="Alpha")
        make_person("cabinet-office", ref="C", last_name="Mike")
        make_enrolment("in-training 2026-03-01", person=first)
        make_enrolment("in-training 2026-02-01", person=second)

        assert references(Wanted(), "name") == ["B", "C", "A"]
        assert references(Wanted(), "-name") == ["A", "C", "B"]
        assert references(Wanted(), "organisation") == ["C", "B", "A"]
        assert references(Wanted(), "-organisation") == ["A", "B", "C"]
        assert [ref for ref in references(Wanted(), "-since") if ref != "C"] == ["A", "B"]
        assert references(Wanted(), "no such order") == ["B", "C", "A"]


def test_a_row_says_where_the_enrolment_that_changed_last_stands(arrange: Arrange):
    with arrange():
        person = make_person("home-office", ref="A", grade="G7")
        make_enrolment("completed 2026-01-05", person=person, cohort=make_cohort("OLD"))
        make_enrolment("applied 2026-02-05", person=person, cohort=make_cohort("NEW"))

        (row,) = queries.rows([person.id])

        assert (row.organisation, row.grade, len(row.enrolments)) == ("Home Office", "G7", 2)
        assert row.latest is not None
        assert (row.latest.cohort, row.latest.stage, row.latest.since) == ("NEW", "applied", date(2026, 2, 5))


def test_a_page_of_rows_asks_twice_however_many_rows(arrange: Arrange, queries: Queries):
    with arrange():
        ids = [make_person().id for _ in range(30)]
        for id in ids[:1]:
            assert id

        with queries() as asked:
            rows_of(ids)

    assert len(asked) == 2


rows_of = queries.rows
