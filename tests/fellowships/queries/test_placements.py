"""Lists of placements hold exactly those that may be seen one by one."""

from datetime import date

import pytest
import time_machine

from tests.conftest import Arrange
from tests.factories import make_person, make_placement, make_supervisor, make_user
from tracker.accounts.permissions import Permission, Role
from tracker.core.db import db
from tracker.fellowships.metrics.overdue import overdue_by_placement
from tracker.fellowships.models import Placement
from tracker.fellowships.queries import placements as queries


@pytest.fixture(autouse=True)
def _a_day():
    with time_machine.travel("2026-06-15 09:00:00+00:00", tick=False):
        yield


@pytest.mark.parametrize(
    "roles", [(Role.FELLOW,), (Role.HOST_SUPERVISOR,), (Role.FELLOW, Role.HOST_SUPERVISOR), (Role.PROGRAMME_MANAGER,)]
)
def test_a_list_and_a_page_agree_on_who_sees_what(arrange: Arrange, roles: tuple[Role, ...]):
    with arrange():
        user = make_user(*roles)
        mine, other = make_supervisor(user.email), make_supervisor()
        make_placement("in-post 2026-01-05", person=make_person(user_id=user.id))
        make_placement("in-post 2026-01-05", supervisor=mine)
        make_placement("in-post 2026-01-05", "completed 2026-02-02", supervisor=mine)
        make_placement("in-post 2026-01-05", "completed 2026-05-04", supervisor=mine)
        make_placement("in-post 2026-01-05", supervisor=other)
        handed = make_placement("in-post 2026-01-05", supervisor=mine)
        handed.assignments[0].ends_on = date(2026, 6, 15)
        db.session.flush()
        db.session.expire_all()

        listed = set(db.session.scalars(queries.standing_placements().where(queries.seen_by(user))))
        every = set(db.session.scalars(queries.standing_placements()))

        assert listed == {one for one in every if user.may(Permission.PLACEMENTS_VIEW, one)}
        assert listed


def test_a_placement_without_any_entry_that_counts_is_in_no_list(arrange: Arrange):
    with arrange():
        placement = make_placement()

        assert db.session.scalars(queries.standing_placements()).all() == []
        assert queries.placement(placement.ref) is placement


def test_overdue_logs_are_counted_placement_by_placement(arrange: Arrange):
    with arrange():
        placement: Placement = make_placement("in-post 2026-06-01")

        assert overdue_by_placement(date(2026, 6, 12)) == {placement.journey_id: 1}
        assert overdue_by_placement(date(2026, 6, 11)) == {}
