"""When jobs are due. Pure: what is asked about an instant is answered from the calendar alone.

Schedules are in UTC, so the nights on which the clocks change are nights like others. A job that is due once a day at
most is known by the London day it is for, the day before it is due; one that is due more often, by the instant.
"""

import calendar
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache

from apscheduler.triggers.cron import CronTrigger

from tracker.core.clock import LONDON, london_day
from tracker.core.job import Job

CATCH_UP = timedelta(days=31)
"""How far back a daily job makes up for what was missed."""
LOOK_BACK = (timedelta(hours=1), timedelta(days=1), timedelta(days=8), timedelta(days=32), timedelta(days=367))
LATEST_HOUR = 22
"""From 23:00 UTC on it is another London day in summer than in winter: a daily job there would skip a day in spring."""
A_MOMENT = timedelta(microseconds=1)
WEEKDAYS = {name[:3].lower(): name for name in calendar.day_name}


@dataclass(frozen=True)
class Slot:
    """One time a job is due: what the run is called, the London day it is for, and the instant it is due."""

    key: str
    day: date
    due_at: datetime


def is_daily(job: Job) -> bool:
    """Whether the job is due once a day at most."""
    minute, hour, *_ = job.cron.split()
    return minute.isdigit() and hour.isdigit()


def check(job: Job) -> Job:
    """The job, if its schedule is one that can be kept.

    :raises ValueError: if it cannot be read, or a daily job is due at an hour that is of two London days.
    """
    trigger(job)
    if is_daily(job) and int(job.cron.split()[1]) > LATEST_HOUR:
        raise ValueError(f"{job.name} must be due before 23:00 UTC, so that it is for every London day once")
    return job


@cache
def trigger(job: Job) -> CronTrigger:
    """The job's schedule as APScheduler reads it."""
    found: CronTrigger = CronTrigger.from_crontab(job.cron, timezone=UTC)
    return found


def slot(job: Job, due_at: datetime) -> Slot:
    """The slot of a job that is due at an instant."""
    day = london_day(due_at) - timedelta(days=1)
    key = day.isoformat() if is_daily(job) else due_at.strftime("%Y-%m-%dT%H:%MZ")
    return Slot(key, day, due_at)


def slots(job: Job, after: datetime, until: datetime) -> Iterator[Slot]:
    """Every slot due later than `after`, up to and including `until`, the earliest first."""
    due_at = trigger(job).get_next_fire_time(None, after + A_MOMENT)
    while due_at is not None and due_at <= until:
        yield slot(job, due_at)
        due_at = trigger(job).get_next_fire_time(due_at, due_at + A_MOMENT)


def latest(job: Job, now: datetime) -> Slot | None:
    """The last slot that is due by now; None for a job that was not due for a year."""
    for back in LOOK_BACK:
        found = list(slots(job, now - back, now))
        if found:
            return found[-1]
    return None


def next_due(job: Job, now: datetime) -> datetime | None:
    """When the job is due next."""
    found: datetime | None = trigger(job).get_next_fire_time(None, now + A_MOMENT)
    return found


def due_slots(job: Job, first_day: date | None, now: datetime) -> list[Slot]:
    """The slots that ought to have a run by now.

    :param first_day: the London day of the first run the calendar ever made; None where there was none, and then only
        the latest slot is due: a new service has nothing to make up for.

    A job that is due several times a day does whatever waits, so one run makes up for all that were missed.
    """
    last = latest(job, now)
    if last is None:
        return []
    if first_day is None or not is_daily(job):
        return [last]
    return [found for found in slots(job, now - CATCH_UP, now) if found.day >= first_day]


def _within_the_hour(job: Job) -> str:
    minute, *rest = job.cron.split()
    if rest != ["*"] * 4:
        return f"Several times a day ({job.cron}, UTC)"
    if minute == "*":
        return "Every minute"
    if minute.startswith("*/"):
        return f"Every {minute.removeprefix('*/')} minutes"
    return f"Every hour, at {minute} minutes past" if minute.isdecimal() else f"Every hour ({job.cron}, UTC)"


def in_words(job: Job, now: datetime) -> str:
    """The schedule as a reader says it, in London time where the job is due once a day."""
    minute, hour, day, month, weekday = job.cron.split()
    if not is_daily(job):
        return _within_the_hour(job)
    upcoming = next_due(job, now)
    in_utc = f"{hour:0>2}:{minute:0>2}"
    in_london = f"{upcoming.astimezone(LONDON):%H:%M}" if upcoming is not None else in_utc
    at = f"at {in_london}" if in_london == in_utc else f"at {in_london} ({in_utc} UTC)"
    if (day, month, weekday) == ("*", "*", "*"):
        return f"Every day {at}"
    days = [WEEKDAYS.get(one, one) for one in weekday.split(",")]
    which = [f"on {' and '.join(days)}"] * (weekday != "*") + [f"on day {day} of the month"] * (day != "*")
    which += [f"in month {month}"] * (month != "*")
    first, *rest = which
    return " ".join([first[:1].upper() + first[1:], *rest, at])
