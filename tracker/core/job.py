"""What a scheduled job is. The slices declare theirs; the jobs slice runs them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Job:
    """Work that is due by the calendar and safe to repeat.

    `cron` is five crontab fields in UTC, weekdays by name. `run` gets the London day the run is for (the day before
    it is due), returns how many rows it wrote, and opens its own transactions, so that what is finished stays
    finished.
    """

    name: str
    title: str
    description: str
    cron: str
    run: Callable[[date], int]
