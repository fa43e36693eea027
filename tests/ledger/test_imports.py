"""What files about journeys have in common, at the edges their own tests do not reach."""

from datetime import date

from tests.conftest import Arrange
from tests.factories import make_placement
from tracker.core.db import db
from tracker.fellowships.lifecycle import PLACEMENT
from tracker.ledger.imports import histories
from tracker.ledger.imports.histories import Coming, Held
from tracker.ledger.imports.people import found_by
from tracker.ledger.lifecycle import Step
from tracker.ledger.queries import standing_events
from tracker.ledger.services import void_event


def broken(coming: list[Coming], held: Held = histories.NOTHING) -> list[tuple[int, str]]:
    found = histories.illegal_steps(PLACEMENT, coming, {"PL1": held})
    return [(problem.row, problem.value) for problem in found]


def coming(row: int, stage: str, day: int) -> Coming:
    return Coming(row, "PL1", stage, date(2026, 1, day))


def test_a_history_is_judged_in_the_order_of_its_days_whatever_the_order_of_its_rows():
    assert broken([coming(1, "offered", 9), coming(2, "proposed", 5), coming(3, "matched", 7)]) == []
    assert broken([coming(1, "offered", 9), coming(2, "proposed", 5)]) == [(1, "offered")]


def test_on_one_day_the_order_of_the_rows_says_and_what_is_recorded_comes_first():
    assert broken([coming(1, "matched", 5), coming(2, "offered", 5)]) == []
    assert broken([coming(1, "offered", 5), coming(2, "matched", 5)]) == [(2, "matched")]
    held = Held((Step("matched", date(2026, 1, 5)),), frozenset({("matched", date(2026, 1, 5))}))
    assert broken([coming(1, "offered", 5)], held) == []


def test_a_row_before_a_recorded_step_that_can_no_longer_follow_is_at_fault():
    held = Held((Step("offered", date(2026, 1, 9)),), frozenset({("offered", date(2026, 1, 9))}))

    assert broken([coming(1, "proposed", 5)], held) == [(1, "proposed")]


def test_an_extension_between_breaks_no_history():
    steps = (Step("in-post", date(2026, 1, 1)), Step("in-post", date(2026, 1, 5), is_extension=True))
    held = Held(steps, frozenset({("in-post", date(2026, 1, 1))}))

    assert broken([coming(1, "completed", 9), coming(2, "in-post", 1)], held) == []


def test_what_somebody_voided_is_known_and_counts_no_longer(arrange: Arrange):
    with arrange():
        placement = make_placement("accepted 2026-01-05", "in-post 2026-02-02")
        void_event(standing_events(placement.journey_id)[1], PLACEMENT, reason="Wrong", voided_by_id=None)

        held = histories.held(db.session(), [placement.journey_id])[placement.journey_id]

        assert [step.stage for step in held.steps] == ["accepted"]
        assert ("in-post", date(2026, 2, 2)) in held.known


def test_a_row_without_a_whole_person_is_found_by_its_address_alone():
    assert found_by((None, "Ann", "Lee", "Ann@ho.example")) == ("ann@ho.example", None, None, None)
    assert found_by(("P1", "Ann", "Lee", "ann@ho.example"))[1] == "ann lee"
