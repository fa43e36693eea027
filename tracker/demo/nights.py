"""What the jobs of past nights would have left behind: figures of past months, findings, and runs to look at."""

from datetime import date, datetime, timedelta

from flask import Flask

from tracker.core.calendar import first_working_day, month_ends, start_of_day
from tracker.core.clock import today
from tracker.jobs import registry, runner
from tracker.organisations.queries import bank_holidays
from tracker.progress.services.compiling import compile_day, compile_range

MONTHS = 24
FINAL_MONTHS = 6
"""So many of the months have the figures that were final then beside those of today, so that revisions show."""
LAST_NIGHT = ("compile-figures", "data-quality", "outbox")


def work_through(app: Flask) -> int:
    """Compile the month ends of two years and yesterday, and run the jobs of last night by their own path.

    Opens its own transactions. Returns how many rows of figures were written.
    """
    yesterday = today() - timedelta(days=1)
    with app.app_context():
        ends = list(month_ends(yesterday.replace(year=yesterday.year - 2, day=1), yesterday))[-MONTHS:]
        holidays = bank_holidays()
        rows = sum(
            compile_day(end, _morning_after(end, holidays), is_final=True)
            for end in ends[-FINAL_MONTHS:]
            if _morning_after(end, holidays) < start_of_day(today())
        )
        rows += compile_range(ends[0], yesterday, extra_days=[yesterday])
    for job in registry.JOBS:
        if job.name in LAST_NIGHT:
            runner.run_by_hand(app, job, yesterday)
    return rows


def _morning_after(month_end: date, holidays: frozenset[date]) -> datetime:
    """When a month was closed: early on the first working day of the next."""
    day = first_working_day(month_end + timedelta(days=1), holidays)
    return start_of_day(day) + timedelta(hours=3)
