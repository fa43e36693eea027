from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask

from tests.conftest import Arrange
from tracker.core import migrating, schema
from tracker.core.db import db, transaction
from tracker.organisations import services as organisations
from tracker.organisations.models import Organisation


def test_migrated_schema_and_models_agree(app: Flask) -> None:
    with app.app_context(), db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})

        differences = compare_metadata(context, db.metadata)

    assert differences == []


def test_every_migration_goes_down_and_up_again(app: Flask) -> None:
    with app.app_context():
        migrating.downgrade("base")
        assert schema.current() is None

        migrating.upgrade()

        assert schema.current() == schema.head()


def test_loading_the_reference_data_again_keeps_what_was_edited(app: Flask, arrange: Arrange) -> None:
    with arrange() as session:
        treasury = session.query(Organisation).filter_by(slug="hm-treasury").one()
        treasury.abbreviation = "Treasury"

    with app.app_context(), transaction():
        loaded = organisations.load_reference_data()

    assert sum(one.created + one.changed for one in loaded) == 0
    with app.app_context():
        assert db.session.query(Organisation).filter_by(slug="hm-treasury").one().abbreviation == "Treasury"
