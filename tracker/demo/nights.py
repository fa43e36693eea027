"""What the jobs of past nights would have left behind: figures of past months, findings, and runs to look at."""

from datetime import date, datetime, timedelta

from flask import Flask

from tracker.core.calendar import first_working_day, month_ends, start_of_day
from tracker.core.clock import today
from tracker.core.db import transaction
from tracker.jobs import registry, runner
from tracker.organisations.queries import bank_holidays
from tracker.progress.services.compiling import compile_day
from tracker.progress.services.forecasting import forecast_headlines
from tracker.progress.services.nightly import compile_nightly
from tracker.quality import services as quality

FINAL_MONTHS = 6
"""So many months have the figures that were final then beside those of today, so that revisions show."""
WEEKS_OF_CHECKS = 12
"""So many weeks the records were looked at once a week, so that it shows how their quality went."""
SCORED_MONTHS = 4
"""Of so many month ends forecasts were made in earlier nights, beside last night's: enough for a track record."""
LAST_NIGHT = ("data-quality", "compile-figures", "forecast", "outbox")
"""What ran last night; nobody has to wait for a backup of invented people."""


def work_through(app: Flask) -> int:
    """Close the months of half a year as they were known then, and run the jobs of last night by their own path.

    The nightly compile makes every month end that is missing, and yesterday. Opens its own transactions. Returns
    how many rows the jobs and the closing of months wrote.
    """
    yesterday = today() - timedelta(days=1)
    with app.app_context():
        ends = list(month_ends(yesterday - timedelta(days=31 * FINAL_MONTHS), yesterday))
        holidays = bank_holidays()
        rows = sum(
            compile_day(end, _morning_after(end, holidays), is_final=True)
            for end in ends
            if _morning_after(end, holidays) < start_of_day(today())
        )
        for weeks in range(WEEKS_OF_CHECKS, 0, -1):
            with transaction():
                rows += quality.keep_findings(yesterday - timedelta(weeks=weeks))
        # Before the jobs, which then draw every chart once, with what is forecast.
        rows += compile_nightly(yesterday)
        rows += forecast_headlines(yesterday, at_once=SCORED_MONTHS)
    outcomes = [runner.run_by_hand(app, job, yesterday) for job in registry.JOBS if job.name in LAST_NIGHT]
    return rows + sum(outcome.rows or 0 for outcome in outcomes)


def _morning_after(month_end: date, holidays: frozenset[date]) -> datetime:
    """When a month was closed: early on the first working day of the next."""
    day = first_working_day(month_end + timedelta(days=1), holidays)
    return start_of_day(day) + timedelta(hours=3)
