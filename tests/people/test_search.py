import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.conftest import Arrange
from tests.factories import make_person
from tracker.people.models import Person
from tracker.people.search import Search, forgiving
from tracker.people.services import keep_search_words


def found(session: Session, search: Search) -> list[str]:
    order = (*search.best_first(), Person.sort_key, Person.id)
    return list(session.scalars(select(Person.ref).where(search.found()).order_by(*order)))


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

        assert sorted(found(session, Search(text))) == refs


@pytest.mark.parametrize(
    ("typed", "refs"),
    [
        ("jonson", ["JOHNSON"]),
        ("johnsno", ["JOHNSON"]),
        ("kahn", ["KHAN"]),
        ("stephen", ["STEVEN"]),
        ("obrian", ["OBRIEN"]),
        ("o'brian", ["OBRIEN"]),
        ("o brien", ["OBRIEN"]),
        ("smiht-jons", ["SMITH"]),
        ("zoé smyth", ["SMITH"]),
        ("qzx", []),
        ("kx", []),
        ("khan kahn", ["KHAN"]),
        ("johnson smith", []),
    ],
)
def test_a_misspelt_name_finds_those_that_are_spelt_alike(arrange: Arrange, typed: str, refs: list[str]):
    with arrange() as session:
        make_person(ref="JOHNSON", first_name="Ada", last_name="Johnson", email="a@example.gov.uk")
        make_person(ref="KHAN", first_name="Amina", last_name="Khan", email="b@example.gov.uk")
        make_person(ref="STEVEN", first_name="Steven", last_name="Ó Dálaigh", email="c@example.gov.uk")
        make_person(ref="OBRIEN", first_name="Seán", last_name="O’Brien", email="d@example.gov.uk")
        make_person(ref="SMITH", first_name="Zoë", last_name="Smith-Jones", email="e@example.gov.uk")

        assert found(session, forgiving(Search(typed))) == refs


def test_the_best_come_first_whoever_has_the_very_word_then_beginnings_then_likenesses(arrange: Arrange):
    with arrange() as session:
        make_person(ref="LEEDS", first_name="Ann", last_name="Aleeds Leeds", email="a@example.gov.uk")
        make_person(ref="LEA", first_name="Ann", last_name="Lea", email="b@example.gov.uk")
        make_person(ref="LEE", first_name="Zoe", last_name="Lee", email="c@example.gov.uk")

        assert found(session, Search("lee")) == ["LEE", "LEEDS"]
        assert found(session, forgiving(Search("lee"))) == ["LEE", "LEEDS", "LEA"]
        assert found(session, forgiving(Search("zoe lee"))) == ["LEE"]


def test_edge_8_a_changed_name_is_found_as_it_is_now_however_it_is_spelt(arrange: Arrange):
    with arrange() as session:
        person = make_person(ref="A", first_name="Ann", last_name="Willoughby", email="a@example.gov.uk")
        assert found(session, forgiving(Search("wiloughby"))) == ["A"]

        person.last_name = "Featherstone"
        keep_search_words(person)

        assert found(session, forgiving(Search("fetherstone"))) == ["A"]
        assert found(session, forgiving(Search("wiloughby"))) == []
