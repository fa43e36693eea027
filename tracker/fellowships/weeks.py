"""The weeks of a placement: which ones a log is due for, and how many days it is expected to say."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from tracker.core.calendar import is_working_day, week_ending
from tracker.fellowships.booking import WHOLE
from tracker.fellowships.hours import Hours

OVERDUE_AFTER_DAYS = 7
"""A log is overdue seven days after its Friday (domain page)."""
WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Spell:
    """Days in post, or days away: from the first up to, not including, the second."""

    starts_on: date
    ends_on: date

    def holds(self, day: date) -> bool:
        """Whether the day is one of them."""
        return self.starts_on <= day < self.ends_on


def days_of(ending: date) -> list[date]:
    """Monday to Friday of the week that ends on a Friday."""
    return [ending - timedelta(days=left) for left in range(4, -1, -1)]


def in_post(ending: date, spells: Iterable[Spell]) -> list[date]:
    """The days of the week, Monday to Friday, on which somebody is in post. With none, no log is due."""
    spells = list(spells)
    return [day for day in days_of(ending) if any(spell.holds(day) for spell in spells)]


def due_weeks(spells: Sequence[Spell], today: date) -> Iterator[date]:
    """The Fridays of every week that a log is due for and that has begun, the first first (fine print D4).

    A week is due with a single day in post, with bank holidays too: a log of no days is a log.
    """
    if not spells:
        return
    ending = week_ending(min(spell.starts_on for spell in spells))
    # The week of a Saturday begins on the Monday after it.
    while days_of(ending)[0] <= today:
        if in_post(ending, spells):
            yield ending
        ending += WEEK


def expected_days(
    ending: date, spells: Iterable[Spell], hours: Hours, holidays: Collection[date], away: Iterable[Spell] = ()
) -> float:
    """How many days of work a week holds for somebody, in halves: working days in post, less days away, each at the
    FTE of the day.

    What is expected is offered and never asked for: a log with fewer days is whole.
    """
    away = list(away)
    days = [
        day
        for day in in_post(ending, spells)
        if is_working_day(day, holidays) and not any(spell.holds(day) for spell in away)
    ]
    hundredths = sum(round(hours.on(day) * WHOLE) for day in days)
    return round(hundredths * 2 / WHOLE) / 2


def is_overdue(ending: date, on: date) -> bool:
    """Whether a log that was not sent is overdue on a day."""
    return ending + timedelta(days=OVERDUE_AFTER_DAYS) <= on


def working_days_since(day: date, until: date, holidays: Collection[date]) -> int:
    """How many working days lie after a day, up to and including another."""
    passed = (day + timedelta(days=one) for one in range(1, (until - day).days + 1))
    return sum(is_working_day(one, holidays) for one in passed)


def first_working_day_of_week(day: date, holidays: Collection[date]) -> date:
    """The first working day of the week, Monday to Friday, of a day; its Friday where there is none."""
    days = days_of(week_ending(day))
    return next((one for one in days if is_working_day(one, holidays)), days[-1])


def in_words(days: float) -> str:
    """A number of days as it is printed: 1 day, 4.5 days."""
    return "1 day" if days == 1 else f"{days:g} days"
