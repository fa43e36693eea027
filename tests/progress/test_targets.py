"""Lines between dated points, and shares that add up."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as some

from tracker.progress.targets import TargetLine, apportion, pass_on

LINE = TargetLine(((date(2026, 1, 1), 10.0), (date(2026, 1, 11), 20.0)))


@pytest.mark.parametrize(
    ("day", "value"),
    [
        ("2025-12-31", None),
        ("2026-01-01", 10.0),
        ("2026-01-02", 11.0),
        ("2026-01-11", 20.0),
        ("2030-01-01", 20.0),
    ],
)
def test_a_line_is_straight_by_days_absent_before_and_level_after(day: str, value: float | None) -> None:
    assert LINE.on(date.fromisoformat(day)) == value


@given(some.integers(0, 5000), some.dictionaries(some.text("abcdef", min_size=1, max_size=3), some.integers(0, 3000)))
def test_shares_are_whole_add_up_and_never_are_a_whole_one_off(total: int, headcounts: dict[str, int]) -> None:
    shares = apportion(total, headcounts)

    whole = sum(headcounts.values())
    assert sum(shares.values()) == (total if whole else 0)
    assert all(abs(share - total * headcounts[slug] / whole) < 1 for slug, share in shares.items())


def test_equal_remainders_go_to_the_larger_then_by_slug() -> None:
    assert apportion(1, {"b": 1, "a": 1}) == {"a": 1, "b": 0}
    assert apportion(4, {"a": 2, "b": 2, "c": 6}) == {"a": 1, "b": 1, "c": 2}
    assert apportion(1, {"a": 5, "b": 15}) == {"a": 0, "b": 1}


def test_a_closed_department_passes_its_people_on_in_equal_parts() -> None:
    successors = {"old": ["b", "a"], "a": ["c"]}

    assert pass_on([("old", 5), ("b", 1), ("none", 0)], successors, frozenset({"old", "a"})) == {"b": 4, "c": 2}
