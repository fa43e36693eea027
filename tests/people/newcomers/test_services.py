"""Entering somebody new with their posting: whole, or not at all."""

from dataclasses import replace
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.auditing import told_of
from tests.conftest import Arrange
from tests.factories import make_person, make_user, organisation
from tracker.core.db import db
from tracker.people.models import Person
from tracker.people.newcomers import services
from tracker.people.newcomers.services import Place
from tracker.people.search import Search
from tracker.people.services import Details, DetailsNotAllowed, change_details

DETAILS = Details(" Zoë ", "Ní  Bhriain", "Zoe.Ni@example.gov.uk", 0.8)


def place(slug: str = "home-office", day: str = "2026-03-02") -> Place:
    return Place(organisation(slug).id, None, None, None, date.fromisoformat(day))


def test_somebody_new_is_entered_posted_and_found(arrange: Arrange):
    with arrange():
        person = services.add_person("", DETAILS, place(), by=make_user())

        assert (person.name, person.email_key, person.fte) == ("Zoë Ní Bhriain", "zoe.ni@example.gov.uk", 0.8)
        assert person.ref.startswith("P-")
        assert len(person.ref) == 12
        ref = person.ref
    with arrange() as session:
        found = session.scalars(select(Person).where(Search("zoe bhriain").found())).one()
        assert found.organisation_id == organisation("home-office").id
        assert told_of(f"person:{ref}") == ["person.added"]


@pytest.mark.parametrize(
    ("details", "ref", "field", "message"),
    [
        ({"first_name": "=Zoë"}, "", "first_name", "cannot start with"),
        ({"last_name": " "}, "", "last_name", "Enter the name"),
        ({"email": "zoe"}, "", "email", "correct format"),
        ({"email": "TAKEN@example.gov.uk"}, "", "email", "belongs to another person"),
        ({"email": "once@example.gov.uk"}, "", "email", "once belonged to another person"),
        ({"fte": 1.2}, "", "fte", "no more than 1"),
        ({}, "HO-1", "person_ref", "belongs to another person"),
        ({}, "=HO", "person_ref", "letters and digits"),
        ({}, "HO/", "person_ref", "letters and digits"),
    ],
)
def test_what_cannot_stand_is_refused_at_its_field_and_nobody_is_entered(
    app: Flask, arrange: Arrange, details: dict, ref: str, field: str, message: str
):
    with arrange():
        taken = make_person(ref="HO-1", email="once@example.gov.uk", first_name="Ann", last_name="Taken")
        change_details(taken, Details("Ann", "Taken", "taken@example.gov.uk", 1), by=make_user())
        before = db.session.scalar(select(func.count()).select_from(Person))

        with pytest.raises(DetailsNotAllowed, match=message) as refused:
            services.add_person(ref, replace(DETAILS, **details), place(), by=make_user())

        assert refused.value.field == field
        assert db.session.scalar(select(func.count()).select_from(Person)) == before


def test_nobody_is_posted_to_an_organisation_that_was_closed_by_then(arrange: Arrange):
    with arrange():
        closed = organisation("department-for-business-energy-and-industrial-strategy")
        assert closed.is_closed

        with pytest.raises(DetailsNotAllowed, match="did not exist on that date"):
            services.add_person("", DETAILS, place(closed.slug), by=make_user())
