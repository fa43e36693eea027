"""Finding out whether somebody is known before they are entered: the edge cases of names, by their number."""

from datetime import UTC, datetime

import pytest
from flask import Flask

from tests.conftest import Arrange
from tests.factories import make_person
from tracker.people.newcomers.queries import Likely, Typed, likely


def known(arrange: Arrange, first: str, last: str, **fields: object) -> None:
    with arrange():
        make_person(first_name=first, last_name=last, **fields)


def search(app: Flask, **typed: str) -> list[Likely]:
    with app.app_context():
        return likely(Typed(**typed))


def test_edge_1_the_same_name_with_another_address_is_shown_and_a_human_decides(app: Flask, arrange: Arrange):
    known(arrange, "Ann", "Smith", email="ann.smith@home-office.example.gov.uk", ref="HO-1")

    found = search(app, first_name="Ann", last_name="Smith", email="ann.smith@treasury.example.gov.uk")

    assert [(one.person.ref, one.is_certain) for one in found] == [("HO-1", False)]
    assert found[0].matches == ("name",)
    assert found[0].differs == ("email address: ann.smith@home-office.example.gov.uk",)


@pytest.mark.parametrize("last", ["O'Brien", "O’Brien", "OBRIEN", "Óbrien", "o brien"])
def test_edge_4_accents_case_and_apostrophes_make_nobody_else(app: Flask, arrange: Arrange, last: str):
    known(arrange, "José", "O’Brien")

    found = search(app, first_name="Jose", last_name=last)

    assert [one.person.last_name for one in found] == ["O’Brien"]


def test_edge_6_a_name_that_looks_like_a_title_is_searched_for(app: Flask, arrange: Arrange):
    known(arrange, "Dr", "Sir")

    assert [one.person.name for one in search(app, first_name="Dr", last_name="")] == ["Dr Sir"]


@pytest.mark.parametrize(("first", "last"), [("Dr Ann", "Smith-Jones"), ("A", "Smith Jones"), ("Smith-Jones", "Ann")])
def test_edge_7_titles_double_names_initials_and_another_order_find_the_person(
    app: Flask, arrange: Arrange, first: str, last: str
):
    known(arrange, "Ann", "Smith-Jones")

    assert [one.person.name for one in search(app, first_name=first, last_name=last)] == ["Ann Smith-Jones"]


def test_a_slightly_misspelt_name_is_found_and_says_what_differs(app: Flask, arrange: Arrange):
    known(arrange, "Catherine", "Featherstone")

    found = search(app, first_name="Catherine", last_name="Fetherstone")

    assert [one.matches for one in found] == [("part of the name",)]


def test_edge_16_an_address_is_the_same_whatever_its_case_and_then_it_must_be_them(app: Flask, arrange: Arrange):
    known(arrange, "Ann", "Smith", email="Ann.Smith@example.gov.uk")

    found = search(app, first_name="Anna", last_name="Jones", email="ann.smith@EXAMPLE.gov.uk")

    assert [(one.is_certain, one.matches, one.differs) for one in found] == [
        (True, ("email address",), ("name: Ann Smith",))
    ]


def test_edge_12_somebody_who_is_gone_with_an_undone_import_is_nobody(app: Flask, arrange: Arrange):
    known(arrange, "Ann", "Smith", removed_at=datetime(2026, 1, 1, tzinfo=UTC))

    assert search(app, first_name="Ann", last_name="Smith") == []


def test_a_reference_finds_its_owner_first(app: Flask, arrange: Arrange):
    known(arrange, "Ann", "Smith", ref="HO-1")
    known(arrange, "Bea", "Jones", ref="HO-2")

    found = search(app, first_name="Ann", last_name="Smith", ref="HO-2")

    assert [(one.person.ref, one.is_certain) for one in found] == [("HO-2", True), ("HO-1", False)]


def test_no_more_than_twenty_are_shown(app: Flask, arrange: Arrange):
    with arrange():
        for n in range(25):
            make_person(first_name="Ann", last_name="Smith", ref=f"S-{n}")

    assert len(search(app, first_name="Ann", last_name="Smith")) == 20


def test_nothing_typed_finds_nobody(app: Flask, arrange: Arrange):
    known(arrange, "Ann", "Smith")

    assert search(app) == []
