"""Secondments and moves: one department on each day, and home again at the end."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from sqlalchemy import select

from tests.conftest import Arrange
from tests.factories import make_person, make_user, organisation
from tracker.core.calendar import FIRST_DAY, LAST_DAY
from tracker.core.clock import today
from tracker.core.db import db
from tracker.core.errors import DomainError
from tracker.people.identity.models import Secondment
from tracker.people.identity.queries import open_secondment
from tracker.people.identity.services import end_secondment, extend_secondment, second
from tracker.people.models import Person, PostingSpan
from tracker.people.services import transfer

TODAY = today()


def places(person: Person) -> list[tuple[str, date]]:
    """Where somebody is, from which day on."""
    spans = select(PostingSpan).where(PostingSpan.person_id == person.id).order_by(PostingSpan.starts_on)
    found = list(db.session.scalars(spans))
    assert found[0].starts_on == FIRST_DAY
    assert found[-1].ends_on == LAST_DAY
    assert all(one.ends_on == other.starts_on for one, other in pairwise(found))
    return [(one.organisation.slug, one.starts_on) for one in found]


def away(person: Person, starts_on: date, returns_on: date) -> Secondment:
    host = organisation("hm-treasury").id
    return second(
        person,
        organisation_id=host,
        grade_id=None,
        starts_on=starts_on,
        returns_on=returns_on,
        reason="",
        by=make_user(),
    )


def test_a_secondment_that_is_over_brings_the_person_home_at_once(arrange: Arrange) -> None:
    with arrange():
        person = make_person("home-office")

        away(person, date(2026, 1, 5), date(2026, 4, 1))

        assert places(person)[1:] == [("hm-treasury", date(2026, 1, 5)), ("home-office", date(2026, 4, 1))]
        assert open_secondment(person) is None


def test_a_later_move_is_not_taken_back_by_the_end_of_a_secondment(arrange: Arrange) -> None:
    with arrange():
        person, by = make_person("home-office"), make_user()
        away(person, TODAY - timedelta(days=9), TODAY + timedelta(days=5))
        there = organisation("cabinet-office").id
        transfer(person, organisation_id=there, grade_id=None, starts_on=TODAY, reason="", recorded_by=by)

        assert open_secondment(person) is None


def test_edge_52_and_56_a_return_can_be_put_off_or_come_early(arrange: Arrange) -> None:
    """Edge cases 6.3-52 and 6.3-56: the day is stated, lies after the start, and is not made up."""
    with arrange():
        person, by = make_person("home-office"), make_user()
        one = away(person, date(2026, 1, 5), TODAY + timedelta(days=5))

        with pytest.raises(DomainError, match="after the first day"):
            end_secondment(one, date(2026, 1, 5), by=by)
        with pytest.raises(DomainError, match="today or in the past"):
            end_secondment(one, TODAY + timedelta(days=1), by=by)
        with pytest.raises(DomainError, match="not in the future"):
            extend_secondment(one, TODAY)
        extend_secondment(one, TODAY + timedelta(days=50))
        assert one.returns_on == TODAY + timedelta(days=50)
        end_secondment(one, date(2026, 3, 2), by=by)

        assert places(person)[-1] == ("home-office", date(2026, 3, 2))
        with pytest.raises(DomainError, match="returned already"):
            end_secondment(one, date(2026, 3, 3), by=by)


@pytest.mark.parametrize(
    ("starts_on", "returns_on", "message"),
    [
        (date(2026, 1, 5), date(2026, 1, 5), "after the first day"),
        (date(2026, 1, 5), date(2036, 1, 5), "within five years"),
        (date(2999, 1, 5), date(2999, 2, 5), "today or in the past"),
    ],
)
def test_days_that_cannot_be_are_refused(arrange: Arrange, starts_on: date, returns_on: date, message: str) -> None:
    with arrange():
        person = make_person("home-office")

        with pytest.raises(DomainError, match=message):
            away(person, starts_on, returns_on)

        assert len(places(person)) == 1


def test_nobody_is_on_two_secondments_or_on_one_at_home(arrange: Arrange) -> None:
    with arrange():
        at_home, person = make_person("hm-treasury"), make_person("home-office")
        with pytest.raises(DomainError, match="another organisation than their own"):
            away(at_home, date(2026, 1, 5), TODAY + timedelta(days=5))
        away(person, date(2026, 1, 5), TODAY + timedelta(days=5))
        with pytest.raises(DomainError, match="on secondment already"):
            away(person, date(2026, 2, 5), TODAY + timedelta(days=5))


def test_edge_72_and_73_a_move_on_the_last_day_of_a_quarter_counts_in_one_department_each_day(arrange: Arrange) -> None:
    """Edge cases 6.3-72 and 6.3-73: also moved twice in a day, and moved back."""
    with arrange():
        person, by, end = make_person("home-office"), make_user(), date(2026, 3, 31)
        for slug in ("hm-treasury", "cabinet-office"):
            there = organisation(slug).id
            transfer(person, organisation_id=there, grade_id=None, starts_on=end, reason="", recorded_by=by)
        home = organisation("home-office").id
        transfer(person, organisation_id=home, grade_id=None, starts_on=date(2026, 4, 1), reason="", recorded_by=by)

        assert places(person)[1:] == [("cabinet-office", end), ("home-office", date(2026, 4, 1))]
