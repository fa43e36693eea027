"""Which weeks a log is due for, and how many days one holds."""

from datetime import date

import pytest

from tracker.fellowships import weeks
from tracker.fellowships.hours import Hours
from tracker.fellowships.weeks import Spell

GOOD_FRIDAY, EASTER_MONDAY = date(2026, 4, 3), date(2026, 4, 6)
HOLIDAYS = {GOOD_FRIDAY, EASTER_MONDAY}


def test_part_weeks_at_both_ends_are_due_a_log_and_the_day_it_ends_is_not_in_post():
    spell = Spell(date(2026, 3, 26), date(2026, 4, 13))

    assert list(weeks.due_weeks([spell], date(2026, 5, 1))) == [date(2026, 3, 27), date(2026, 4, 3), date(2026, 4, 10)]


def test_a_placement_that_begins_on_a_saturday_is_due_its_first_log_on_the_monday():
    spell = Spell(date(2026, 3, 28), date(2026, 12, 31))

    assert list(weeks.due_weeks([spell], date(2026, 3, 29))) == []
    assert list(weeks.due_weeks([spell], date(2026, 3, 30))) == [date(2026, 4, 3)]


@pytest.mark.parametrize(
    ("ending", "fte", "away", "days"),
    [
        ("2026-03-27", 1.0, [], 5),
        ("2026-04-03", 1.0, [], 4),
        ("2026-04-03", 0.6, [], 2.5),
        ("2026-04-10", 1.0, [Spell(date(2026, 4, 7), date(2026, 4, 11))], 0),
        ("2026-04-24", 0.5, [], 2.5),
    ],
)
def test_edge_97_bank_holidays_leave_and_part_time_shorten_a_week(
    ending: str, fte: float, away: list[Spell], days: float
):
    spell = Spell(date(2026, 1, 5), date(2026, 12, 31))

    assert weeks.expected_days(date.fromisoformat(ending), [spell], Hours(fte), HOLIDAYS, away) == days


def test_edge_92_nothing_is_expected_and_nothing_due_between_two_times_in_post():
    spells = [Spell(date(2026, 1, 5), date(2026, 1, 17)), Spell(date(2026, 2, 2), date(2026, 2, 7))]

    assert list(weeks.due_weeks(spells, date(2026, 3, 1))) == [
        date(2026, 1, 9),
        date(2026, 1, 16),
        date(2026, 2, 6),
    ]


def test_a_log_is_overdue_seven_days_after_its_friday():
    assert not weeks.is_overdue(date(2026, 3, 27), date(2026, 4, 2))
    assert weeks.is_overdue(date(2026, 3, 27), date(2026, 4, 3))


def test_working_days_skip_weekends_and_bank_holidays():
    assert weeks.working_days_since(date(2026, 4, 2), date(2026, 4, 7), HOLIDAYS) == 1
    assert weeks.first_working_day_of_week(date(2026, 4, 8), HOLIDAYS) == date(2026, 4, 7)
