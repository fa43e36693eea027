"""The night on which a secondment ends."""

from datetime import timedelta

from sqlalchemy import select

from tests.conftest import Arrange
from tests.factories import make_person
from tests.people.identity.test_services import TODAY, away, places
from tracker.core.db import db
from tracker.people.identity.jobs import return_from_secondment
from tracker.people.identity.models import Secondment
from tracker.people.identity.queries import open_secondment
from tracker.people.models import Person


def test_one_that_goes_on_ends_by_the_nightly_job_and_once(arrange: Arrange) -> None:
    with arrange():
        person = make_person("home-office", ref="A-1")
        away(person, TODAY - timedelta(days=9), TODAY + timedelta(days=1))
        assert [place for place, _ in places(person)] == ["home-office", "hm-treasury"]
        assert open_secondment(person) is not None
    with arrange() as session:
        session.scalars(select(Secondment)).one().returns_on = TODAY
    with arrange():
        db.session.rollback()
        assert return_from_secondment(TODAY - timedelta(days=1)) == 1
        assert return_from_secondment(TODAY - timedelta(days=1)) == 0

    with arrange() as session:
        person = session.scalars(select(Person).where(Person.ref == "A-1")).one()
        assert places(person)[-1] == ("home-office", TODAY)
