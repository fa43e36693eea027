"""Who waits to be placed after a change."""

from datetime import date

from tests.conftest import Arrange
from tests.factories import make_person, make_user
from tracker.admin.changes import queries
from tracker.admin.changes.services import Plan, record, settle, undo
from tracker.organisations.models import ReorganisationKind


def test_who_was_there_on_the_day_or_came_later_waits_and_nobody_else(arrange: Arrange) -> None:
    with arrange():
        make_person("hm-treasury", ref="A", last_name="Young")
        make_person("hm-treasury", "home-office from 2024-12-01", ref="B")
        make_person("home-office", "hm-treasury from 2025-03-01", ref="C", last_name="Early")
        plan = Plan(ReorganisationKind.SPLIT, date(2025, 1, 1), "hm-treasury", new_names="One Office\nOther Office")
        made = record(settle(plan), by=make_user())

        assert [row.ref for row in queries.unplaced(made, 10)] == ["C", "A"]
        assert queries.count_unplaced(made) == 2
        assert [one.slug for one in queries.heirs_of(made)] == ["one-office", "other-office"]
        assert queries.standing_change(made.ref) is made

        undo(made, reason="No", by=make_user())

        assert queries.count_unplaced(made) == 0
        assert queries.standing_change(made.ref) is None
        assert queries.changes() == [made]
