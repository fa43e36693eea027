"""What fills a fellow's time, by the sum of full-time equivalents and not by the dates alone (edge case 79)."""

from datetime import date

import pytest

from tracker.fellowships.booking import Booking, Clash, clash_with, clashes


def booking(ref: str, first: str, last: str, fte: float) -> Booking:
    return Booking(ref, date.fromisoformat(first), date.fromisoformat(last), fte)


ALL_YEAR = booking("A", "2026-01-05", "2026-12-31", 1.0)


def test_case_79_a_part_time_split_week_is_valid_and_double_full_time_is_not():
    halves = [booking("A", "2026-01-05", "2026-12-31", 0.5), booking("B", "2026-01-05", "2026-12-31", 0.5)]

    assert clashes(halves) == []
    assert clashes([ALL_YEAR, booking("B", "2026-06-01", "2026-06-30", 1.0)]) == [
        Clash(date(2026, 6, 1), date(2026, 6, 30), ("A", "B"), 2.0)
    ]


@pytest.mark.parametrize(("first", "clash"), [("2026-12-31", True), ("2027-01-01", False)])
def test_the_planned_last_day_is_filled_and_the_day_after_is_free(first: str, clash: bool):
    found = clash_with([booking("B", first, "2027-06-30", 0.2)], [ALL_YEAR])

    assert (found is not None) is clash


def test_three_parts_clash_only_on_the_days_all_three_hold():
    parts = [
        booking("A", "2026-01-05", "2026-03-31", 0.4),
        booking("B", "2026-02-01", "2026-04-30", 0.4),
        booking("C", "2026-03-01", "2026-05-31", 0.4),
    ]

    assert clashes(parts) == [Clash(date(2026, 3, 1), date(2026, 3, 31), ("A", "B", "C"), 1.2)]


def test_tenths_add_up_exactly():
    assert clashes([booking(str(n), "2026-01-05", "2026-12-31", 0.1) for n in range(10)]) == []
