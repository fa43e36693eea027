from datetime import date

import pytest

from tracker.ledger.lifecycle import Break, Lifecycle, Step, first_break, moves, stages

DOOR = Lifecycle(
    strand="training",
    stages=stages(("open", "Open", "green"), ("shut", "Shut", "red"), ("locked", "Locked", "grey")),
    moves=moves({"open": ("shut",), "shut": ("open", "locked"), "locked": ("shut",)}),
)
MONDAY, TUESDAY = date(2026, 1, 5), date(2026, 1, 6)


def test_a_history_may_begin_anywhere_and_follow_the_moves() -> None:
    history = [Step("locked", MONDAY), Step("shut", MONDAY), Step("open", TUESDAY)]

    assert first_break(DOOR, history) is None


@pytest.mark.parametrize(
    ("history", "index", "before"),
    [
        ([Step("open", MONDAY), Step("locked", TUESDAY)], 1, "open"),
        ([Step("open", MONDAY), Step("open", TUESDAY)], 1, "open"),
        ([Step("locked", MONDAY, is_extension=True)], 0, None),
        ([Step("open", MONDAY), Step("shut", TUESDAY), Step("open", TUESDAY, is_extension=True)], 2, "shut"),
    ],
)
def test_the_first_step_that_may_not_follow_is_named(history: list[Step], index: int, before: str | None) -> None:
    assert first_break(DOOR, history) == Break(index, before, history[index])


def test_an_extension_goes_on_at_the_same_stage() -> None:
    history = [Step("locked", MONDAY), Step("locked", TUESDAY, is_extension=True), Step("shut", TUESDAY)]

    assert first_break(DOOR, history) is None


def test_what_may_follow_comes_in_the_order_of_the_lifecycle() -> None:
    assert [stage.code for stage in DOOR.next_stages("shut")] == ["open", "locked"]
    assert [stage.code for stage in DOOR.next_stages(None)] == ["open", "shut", "locked"]


def test_a_lifecycle_that_names_a_stage_it_does_not_have_is_refused() -> None:
    with pytest.raises(ValueError, match="ajar"):
        Lifecycle(strand="training", stages=DOOR.stages, moves=moves({"open": ("ajar",)}))
