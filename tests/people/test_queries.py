from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.conftest import Arrange
from tests.factories import make_person, organisation
from tracker.core.metric import Knowledge
from tracker.people import queries
from tracker.people.models import Person


def found(session: Session, text: str) -> list[str]:
    return sorted(session.scalars(select(Person.ref).where(queries.found_by(text))))


@pytest.mark.parametrize(
    ("text", "refs"),
    [
        ("", ["A", "B"]),
        ("  ", ["A", "B"]),
        ("josé", ["A"]),
        ("JOSE garcia", ["A"]),
        ("garcia-l", ["A"]),
        ("lopez jose", ["A"]),
        ("mr lopez", ["A"]),
        ("mrlopez", []),
        ("example.gov", []),
        ("jose@", ["A"]),
        ("opez", []),
        ("'; drop table person; --", []),
    ],
)
def test_people_are_found_by_the_beginnings_of_what_they_are_called(arrange: Arrange, text: str, refs: list[str]):
    with arrange() as session:
        make_person(ref="A", first_name="José", last_name="García-López", email="jose@example.gov.uk")
        make_person(ref="B", first_name="Amina", last_name="Khan", email="amina@example.gov.uk")

        assert found(session, text) == refs


def test_a_person_is_in_one_place_on_each_day_and_the_first_place_reaches_back(arrange: Arrange):
    with arrange() as session:
        make_person("home-office from 2026-01-05", "hm-treasury from 2026-03-01")
        here, there = organisation("home-office").id, organisation("hm-treasury").id

        spans = session.execute(queries.posting_spans(Knowledge())).all()

        assert [
            (span.organisation_id, span.starts_on, span.ends_on) for span in sorted(spans, key=lambda s: s.starts_on)
        ] == [
            (here, date(1, 1, 1), date(2026, 3, 1)),
            (there, date(2026, 3, 1), date(9999, 12, 31)),
        ]


def test_postings_are_told_latest_first(arrange: Arrange):
    with arrange():
        person = make_person("home-office", "hm-treasury from 2026-03-01")

        told = [row.Posting.organisation.slug for row in queries.postings_of(person)]

        assert told == ["hm-treasury", "home-office"]
