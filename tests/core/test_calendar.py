from datetime import UTC, date, datetime

import pytest

from tracker.core import calendar


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-11-23", date(2026, 11, 23)),
        ("23/11/2026", date(2026, 11, 23)),
        (" 1/2/2026 ", date(2026, 2, 1)),
        ("29/02/2024", date(2024, 2, 29)),
    ],
)
def test_edge_42_a_day_is_read_as_iso_or_day_first(text: str, day: date) -> None:
    assert calendar.parse_day(text) == day


@pytest.mark.parametrize(
    "text", ["31/04/2026", "29/02/2023", "2024-13-01", "11/23/2026", "1/1/24", "01-02-2024", "٢٣/11/2026", "", "today"]
)
def test_edge_43_a_day_that_is_not_in_the_calendar_or_otherwise_written_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        calendar.parse_day(text)


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2026-07-01", datetime(2026, 7, 1, 22, 59, 59, 999999, UTC)),
        ("2026-12-01", datetime(2026, 12, 1, 23, 59, 59, 999999, UTC)),
        ("2026-07-01T10:00:00Z", datetime(2026, 7, 1, 10, tzinfo=UTC)),
        ("2026-07-01T10:00:00", datetime(2026, 7, 1, 10, tzinfo=UTC)),
        ("2026-07-01T10:00:00+01:00", datetime(2026, 7, 1, 9, tzinfo=UTC)),
    ],
)
def test_edge_38_a_known_at_is_an_instant_or_the_last_second_of_a_london_day(text: str, instant: datetime) -> None:
    assert calendar.parse_instant(text) == instant


def test_month_ends_cross_a_leap_february_and_a_year() -> None:
    assert list(calendar.month_ends(date(2023, 12, 5), date(2024, 3, 30))) == [
        date(2023, 12, 31),
        date(2024, 1, 31),
        date(2024, 2, 29),
    ]


def test_weeks_end_on_friday_and_the_year_starts_on_1_april() -> None:
    assert calendar.week_ending(date(2026, 11, 21)) == date(2026, 11, 27)
    assert calendar.week_ending(date(2026, 11, 27)) == date(2026, 11, 27)
    assert calendar.financial_year_start(date(2027, 3, 31)) == date(2026, 4, 1)
    assert calendar.financial_year_start(date(2027, 4, 1)) == date(2027, 4, 1)


def test_the_first_working_day_leaves_out_weekend_and_bank_holiday() -> None:
    assert calendar.first_working_day(date(2027, 1, 20), {date(2027, 1, 1)}) == date(2027, 1, 4)


@pytest.mark.parametrize(
    ("month", "day"),
    [((2023, 10), 2), ((2028, 10), 2), ((2034, 10), 2), ((2023, 1), 3), ((2034, 1), 3), ((2026, 8), 3), ((2026, 6), 1)],
)
def test_edge_35_a_month_that_begins_at_a_weekend_is_no_exception(month: tuple[int, int], day: int) -> None:
    holidays = {date(2023, 1, 2), date(2034, 1, 2)}

    assert calendar.first_working_day(date(*month, 15), holidays) == date(*month, day)
