"""When jobs are due; nothing here needs a database."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from tracker.core.job import Job
from tracker.jobs import schedule

NIGHTLY = Job("nightly", "Nightly", "Works at night.", "15 2 * * *", lambda _: 0)
MONTHLY = Job("monthly", "Monthly", "Works once a month.", "0 3 1 * *", lambda _: 0)
MINUTELY = Job("minutely", "Minutely", "Works all day.", "* * * * *", lambda _: 0)
ON_MONDAYS = Job("mondays", "Mondays", "Works on Mondays.", "30 4 * * mon", lambda _: 0)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def test_a_nightly_job_is_for_the_london_day_before() -> None:
    slot = schedule.latest(NIGHTLY, at("2026-11-25T02:15"))

    assert slot == schedule.Slot("2026-11-24", date(2026, 11, 24), at("2026-11-25T02:15"))


def test_a_moment_before_it_is_due_the_night_before_is_the_latest() -> None:
    slot = schedule.latest(NIGHTLY, at("2026-11-25T02:14:59.999999"))

    assert slot is not None
    assert slot.key == "2026-11-23"


@pytest.mark.parametrize("night", ["2026-10-25", "2027-03-28"])
def test_edge_39_on_the_nights_the_clocks_change_a_job_is_due_once_for_every_day(night: str) -> None:
    change = date.fromisoformat(night)

    for minute in range(0, 24 * 60, 15):
        cron = f"{minute % 60} {min(minute // 60, schedule.LATEST_HOUR)} * * *"
        job = schedule.check(Job("any", "Any", "At any time.", cron, lambda _: 0))
        start = datetime.combine(change - timedelta(days=3), datetime.min.time(), UTC)
        days = [slot.day for slot in schedule.slots(job, start, start + timedelta(days=7))]

        assert days == [days[0] + timedelta(days=n) for n in range(len(days))], cron
        assert len(days) == 7


def test_a_daily_job_at_an_hour_of_two_london_days_is_refused() -> None:
    with pytest.raises(ValueError, match="before 23:00 UTC"):
        schedule.check(Job("late", "Late", "Too late.", "30 23 * * *", lambda _: 0))


def test_a_year_of_nights_has_every_day_once() -> None:
    slots = list(schedule.slots(NIGHTLY, at("2025-12-31T23:00"), at("2026-12-31T23:00")))

    assert [slot.day for slot in slots] == [date(2025, 12, 31) + timedelta(days=n) for n in range(365)]


def test_a_new_service_has_only_the_latest_night_to_do() -> None:
    due = schedule.due_slots(NIGHTLY, None, at("2026-11-25T09:00"))

    assert [slot.key for slot in due] == ["2026-11-24"]


def test_a_service_that_was_down_makes_up_for_every_night_since_it_began() -> None:
    due = schedule.due_slots(NIGHTLY, date(2026, 11, 20), at("2026-11-25T09:00"))

    assert [slot.key for slot in due] == ["2026-11-20", "2026-11-21", "2026-11-22", "2026-11-23", "2026-11-24"]


def test_after_half_a_year_it_makes_up_for_a_month() -> None:
    due = schedule.due_slots(NIGHTLY, date(2026, 5, 1), at("2026-11-25T09:00"))

    assert [due[0].key, len(due)] == ["2026-10-25", 31]


def test_a_job_that_runs_all_day_makes_up_with_one_run() -> None:
    due = schedule.due_slots(MINUTELY, date(2026, 11, 20), at("2026-11-25T09:00:30"))

    assert [slot.key for slot in due] == ["2026-11-25T09:00Z"]


def test_weekdays_are_named_and_months_are_found_however_far_back() -> None:
    monday = schedule.latest(ON_MONDAYS, at("2026-11-25T09:00"))
    first = schedule.latest(MONTHLY, at("2026-11-30T09:00"))

    assert monday is not None
    assert first is not None
    assert (monday.due_at.date(), first.due_at.date()) == (date(2026, 11, 23), date(2026, 11, 1))


@pytest.mark.parametrize(
    ("job", "summer", "words"),
    [
        (NIGHTLY, False, "Every day at 02:15"),
        (NIGHTLY, True, "Every day at 03:15 (02:15 UTC)"),
        (MINUTELY, False, "Every minute"),
        (MONTHLY, False, "On day 1 of the month at 03:00"),
        (ON_MONDAYS, False, "On Monday at 04:30"),
        (replace(MINUTELY, cron="*/5 * * * *"), True, "Every 5 minutes"),
        (replace(MINUTELY, cron="20 * * * *"), True, "Every hour, at 20 minutes past"),
        (replace(MINUTELY, cron="0 9-17 * * *"), True, "Several times a day (0 9-17 * * *, UTC)"),
    ],
)
def test_a_schedule_is_said_in_words(job: Job, summer: bool, words: str) -> None:
    now = at("2026-07-01T12:00") if summer else at("2026-11-25T12:00")

    assert schedule.in_words(job, now) == words
