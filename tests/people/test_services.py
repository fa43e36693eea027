from datetime import date

import pytest
from sqlalchemy import select

from tests.conftest import Arrange
from tests.factories import make_person, make_user, organisation
from tracker.accounts.queries import audit_entries
from tracker.people import services
from tracker.people.models import Person, PersonWord, Posting
from tracker.people.services import Details, DetailsNotAllowed, TransferNotAllowed


def test_a_move_keeps_profession_and_region_and_stands_in_the_audit_trail(arrange: Arrange):
    with arrange() as session:
        person, user = make_person("home-office", ref="A"), make_user()
        there, grade = organisation("hm-treasury"), person.postings[0].grade_id

        services.transfer(
            person, organisation_id=there.id, grade_id=grade, starts_on=date(2026, 3, 1), reason="", recorded_by=user
        )

        now = services.posting_on(person, date(2026, 3, 1))
        before = services.posting_on(person, date(2026, 2, 28))
        assert now is not None
        assert before is not None
        assert (now.organisation_id, before.organisation_id) == (there.id, organisation("home-office").id)
    with arrange() as session:
        assert session.scalars(audit_entries(subject="person:A")).one().verb == "person.transferred"


@pytest.mark.parametrize(
    ("slug", "day", "message"),
    [
        ("home-office", date(2026, 3, 1), "already there"),
        ("hm-treasury", date(2999, 1, 1), "today or in the past"),
        ("department-for-international-development", date(2026, 3, 1), "did not exist on that date"),
    ],
)
def test_a_move_that_cannot_be_is_refused_and_leaves_nothing(arrange: Arrange, slug: str, day: date, message: str):
    with arrange() as session:
        person, user = make_person("home-office"), make_user()
        grade = person.postings[0].grade_id

        with pytest.raises(TransferNotAllowed, match=message):
            services.transfer(
                person,
                organisation_id=organisation(slug).id,
                grade_id=grade,
                starts_on=day,
                reason="",
                recorded_by=user,
            )

        assert len(session.scalars(select(Posting).where(Posting.person_id == person.id)).all()) == 1


def test_a_wrong_posting_is_taken_back_but_never_the_only_one(arrange: Arrange):
    with arrange():
        person, user = make_person("home-office", "hm-treasury from 2026-03-01"), make_user()
        first, second = sorted(person.postings, key=lambda posting: posting.starts_on)

        services.void_posting(second, reason="Another Ann", voided_by=user)

        with pytest.raises(TransferNotAllowed, match="only posting"):
            services.void_posting(first, reason="x", voided_by=user)
        with pytest.raises(TransferNotAllowed, match="already"):
            services.void_posting(second, reason="x", voided_by=user)
        now = services.posting_on(person, date(2026, 6, 1))
        assert now is not None
        assert now.id == first.id


def test_changed_details_are_what_is_compared_and_searched_by(arrange: Arrange):
    with arrange() as session:
        person, user = make_person(first_name="Ann", last_name="Old"), make_user()

        services.change_details(person, Details(" Zoë ", "O’Neil  Smith", "Zoe@Example.gov.uk", 0.5), by=user)

        assert (person.first_name, person.last_name, person.email) == ("Zoë", "O’Neil Smith", "Zoe@Example.gov.uk")
        assert (person.email_key, person.name_key, person.sort_key) == (
            *("zoe@example.gov.uk", "oneil smith zoe", "oneil smith zoe"),
        )
        words = set(session.scalars(select(PersonWord.word).where(PersonWord.person_id == person.id)))
        assert {"zoe", "oneil", "smith"} <= words
        assert "old" not in words


def test_an_address_is_one_person_s_whatever_its_case(arrange: Arrange):
    with arrange():
        make_person(email="taken@example.gov.uk")
        person, user = make_person(), make_user()

        with pytest.raises(DetailsNotAllowed, match="belongs to another person"):
            services.change_details(person, Details("Ann", "Old", "TAKEN@example.gov.uk", 1.0), by=user)


def test_the_longest_names_fit(arrange: Arrange):
    with arrange() as session:
        person, user = make_person(ref="A"), make_user()

        services.change_details(person, Details("ß" * 100, "æ" * 100, "a@example.gov.uk", 1.0), by=user)
        session.flush()

        assert session.scalars(select(Person.last_name).where(Person.ref == "A")).one() == "æ" * 100
