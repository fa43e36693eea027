"""What a scheduled job is. The slices declare theirs; the jobs slice runs them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from tracker.core.errors import DomainError


class Alarm(DomainError):
    """A job has done its work and found something wrong: its run fails at once, as trying again would find the same."""


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


_takers: list[Callable[[str], None]] = []


def take_requests(taker: Callable[[str], None]) -> None:
    """Have what is asked of `request_run` written down; the jobs slice, which stands above those who ask, does."""
    if taker not in _takers:
        _takers.append(taker)


def request_run(name: str) -> None:
    """Ask for a run of a job as soon as the transaction of the caller is kept, such as the figures after a file was
    loaded.

    Asked for twice before it has begun, it runs once.
    """
    for taker in _takers:
        taker(name)
