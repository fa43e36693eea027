from flask import Flask
from sqlalchemy import func, select

from tests.conftest import Arrange
from tracker.core.db import db, transaction
from tracker.core.reference import ReferenceRow
from tracker.organisations import services
from tracker.organisations.models import Grade, Organisation, OrganisationChange
from tracker.organisations.queries import organisation


def present(slug: str) -> str:
    found = organisation(slug)
    assert found is not None
    assert found.present is not None
    return found.present.slug


def test_people_are_counted_by_the_structure_of_today_where_their_body_went(app: Flask) -> None:
    with app.app_context():
        assert present("home-office") == "home-office"
        # Renamed twice over: from the ministry of 2018 by way of the department of 2021 to the ministry of 2024.
        renamed = "ministry-of-housing-communities-and-local-government-2018-2021"
        assert present(renamed) == "ministry-of-housing-communities-local-government"
        assert present("department-for-international-trade") == "department-for-business-and-trade"
        # Split: it stays its own row until its people are placed.
        split = "department-for-digital-culture-media-sport"
        assert present(split) == split


def test_a_change_in_a_file_is_written_and_what_was_edited_beside_it_stays(app: Flask, arrange: Arrange) -> None:
    with arrange() as session:
        grade = session.scalars(select(Grade).where(Grade.code == "G7")).one()
        grade.name = "Grade Seven"
        key = (ReferenceRow.source == "grades", ReferenceRow.key == "G7")
        row = session.scalars(select(ReferenceRow).where(*key)).one()
        row.content = {**row.content, "rank": 99}  # as if the file had said 99 when it was last loaded

    with app.app_context(), transaction():
        loaded = {one.source: one for one in services.load_reference_data()}

    assert loaded["grades"].changed == 1
    with app.app_context():
        grade = db.session.scalars(select(Grade).where(Grade.code == "G7")).one()
        assert (grade.name, grade.rank) == ("Grade Seven", 6)


def test_every_organisation_of_the_shipped_files_is_there_once(app: Flask) -> None:
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Organisation)) == 124
        assert db.session.scalar(select(func.count()).select_from(OrganisationChange)) == 27


def test_a_recorded_act_moves_the_structure_of_today(app: Flask, arrange: Arrange) -> None:
    with arrange() as session:
        treasury, office = organisation("hm-treasury"), organisation("cabinet-office")
        assert treasury is not None
        assert office is not None
        session.add(OrganisationChange(predecessor_id=treasury.id, successor_id=office.id, kind="merged"))
        services.settle_present_structure()

    with app.app_context():
        assert present("hm-treasury") == "cabinet-office"
