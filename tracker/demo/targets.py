"""The promise of the demonstration: 500 trained, a step a quarter, shared out over departments."""

from collections.abc import Iterator
from datetime import date, timedelta

from tracker.core.calendar import financial_year_start, month_ends
from tracker.demo.plan import first_day
from tracker.progress.services import targets

PROMISED = 500
FIGURE = "training.trained"
LEADERS = 40
"""Senior posts to be filled by the same day."""
REASON = "National Data Strategy: 500 analysts trained"
WHY_LEADERS = "National Data Strategy: more leaders with data and digital skills"
FELLOWS = 10
"""Placements to begin in each financial year."""
WHY_FELLOWS = "Ten data fellows a year"


def target_day(today: date) -> date:
    """The day by which all are to be trained: the end of the next financial year."""
    start = financial_year_start(today)
    return start.replace(year=start.year + 2) - timedelta(days=1)


def set_targets(today: date, created_by_id: int) -> None:
    """Set the national target and share it out. The caller owns the transaction."""
    targets.replace_line(FIGURE, None, dict(_points(today)), reason=REASON, created_by_id=created_by_id)
    targets.share_out(FIGURE, reason=f"Share of: {REASON}", created_by_id=created_by_id)
    leaders = {first_day(today): 0.0, target_day(today): float(LEADERS)}
    targets.replace_line("leadership.appointed", None, leaders, reason=WHY_LEADERS, created_by_id=created_by_id)
    started = "fellowships.started_in_year"
    targets.replace_line(started, None, dict(_each_year(today)), reason=WHY_FELLOWS, created_by_id=created_by_id)


def _points(today: date) -> Iterator[tuple[date, float]]:
    begun, end = first_day(today) - timedelta(days=1), target_day(today)
    for day in month_ends(begun, end):
        if day.month % 3 == 0:
            yield day, round(PROMISED * (day - begun).days / (end - begun).days)


def _each_year(today: date) -> Iterator[tuple[date, float]]:
    """The fellows to have begun: none when a financial year begins, as the figure is, and all when it ends."""
    start = financial_year_start(first_day(today))
    while start < target_day(today):
        following = start.replace(year=start.year + 1)
        yield start, 0.0
        yield following - timedelta(days=1), float(FELLOWS)
        start = following
