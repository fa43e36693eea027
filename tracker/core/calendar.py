"""The programme's calendar: London days, weeks that end on Friday, years that start on 1 April, working days."""

import re
from collections.abc import Collection, Iterator
from datetime import UTC, date, datetime, time, timedelta

from tracker.core.clock import LONDON

FIRST_DAY = date(1, 1, 1)
"""Before every recorded day: where the first posting of a person reaches back to."""
LAST_DAY = date(9999, 12, 31)
"""After every recorded day: the end of what still holds."""

_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})", re.ASCII)
_DAY_FIRST = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})", re.ASCII)


def parse_day(text: str) -> date:
    """Read a day written as 2026-11-23 or 23/11/2026 (day first, never month first).

    :raises ValueError: if it has another form or is not in the calendar, such as 31/04/2026.
    """
    text = text.strip()
    if match := _ISO.fullmatch(text):
        year, month, day = match.groups()
    elif match := _DAY_FIRST.fullmatch(text):
        day, month, year = match.groups()
    else:
        raise ValueError(f"{text!r} is not written as 2026-11-23 or 23/11/2026")
    try:
        return date(int(year), int(month), int(day))
    except ValueError as error:
        raise ValueError(f"{text!r} is not in the calendar") from error


def start_of_day(day: date) -> datetime:
    """The first instant of a London day, in UTC."""
    return datetime.combine(day, time(), LONDON).astimezone(UTC)


def end_of_day(day: date) -> datetime:
    """The last second of a London day, as an instant in UTC: what a day means as a ‘known at’ (fine print F1)."""
    return datetime.combine(day, time(23, 59, 59, 999999), LONDON).astimezone(UTC)


def parse_instant(text: str) -> datetime:
    """Read a ‘known at’: an ISO 8601 instant (UTC without an offset), or a day, which is its last second in London.

    :raises ValueError: if it is neither.
    """
    text = text.strip()
    try:
        return end_of_day(parse_day(text))
    except ValueError:
        instant = _instant(text)
    return instant.replace(tzinfo=UTC) if instant.tzinfo is None else instant.astimezone(UTC)


def _instant(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError as error:
        raise ValueError(
            f"{text!r} is neither a day such as 2026-11-23 nor an instant such as 2026-11-23T09:30:00Z"
        ) from error


def is_month_end(day: date) -> bool:
    """Whether the day is the last of its month."""
    return (day + timedelta(days=1)).day == 1


def month_end(day: date) -> date:
    """The last day of the month of the day."""
    following = date(day.year + day.month // 12, day.month % 12 + 1, 1)
    return following - timedelta(days=1)


def month_ends(first: date, last: date) -> Iterator[date]:
    """Every last day of a month from `first` to `last`, both included."""
    day = month_end(first)
    while day <= last:
        yield day
        day = month_end(day + timedelta(days=1))


def months_after(day: date, months: int) -> date:
    """The same day so many months later, or the last of that month where it has no such day (31 May: 31 August, 30
    November; 29 February: 28 February). Fewer than none lead back."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = month_end(date(year, month + 1, 1))
    return last.replace(day=min(day.day, last.day))


def financial_year_start(day: date) -> date:
    """The 1 April on or before the day."""
    return date(day.year if (day.month, day.day) >= (4, 1) else day.year - 1, 4, 1)


def week_ending(day: date) -> date:
    """The Friday that ends the week of the day; Saturday and Sunday belong to the next one."""
    return day + timedelta(days=(4 - day.weekday()) % 7)


def is_working_day(day: date, holidays: Collection[date]) -> bool:
    """Monday to Friday and no bank holiday of England and Wales."""
    return day.weekday() < 5 and day not in holidays


def first_working_day(month: date, holidays: Collection[date]) -> date:
    """The first working day of the month of the day."""
    day = month.replace(day=1)
    while not is_working_day(day, holidays):
        day += timedelta(days=1)
    return day


def working_days_after(day: date, days: int, holidays: Collection[date]) -> date:
    """The working day that is so many working days after a day; the day itself does not count."""
    while days > 0:
        day += timedelta(days=1)
        days -= is_working_day(day, holidays)
    return day


def year_after(day: date) -> date:
    """The same date a year later; for 29 February, 28 February."""
    return date(day.year + 1, day.month, 28 if (day.month, day.day) == (2, 29) else day.day)


def year_before(day: date) -> date:
    """The same date a year before, after which its last 12 months begin; for 29 February, 28 February (E4)."""
    return date(day.year - 1, day.month, 28 if (day.month, day.day) == (2, 29) else day.day)
