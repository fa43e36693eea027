from datetime import date

from tests.conftest import Arrange
from tests.factories import make_person, organisation
from tracker.core.metric import Knowledge
from tracker.people import queries


def test_edge_46_a_person_is_in_one_place_on_each_day_and_the_first_place_reaches_back(arrange: Arrange):
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
