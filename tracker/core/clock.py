"""The only clock. Instants are UTC; days are calendar days in Europe/London."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")


def now() -> datetime:
    """The present instant, in UTC, to the microsecond."""
    return datetime.now(UTC)


def today() -> date:
    """The calendar day it is in London now."""
    return now().astimezone(LONDON).date()


def london_day(instant: datetime) -> date:
    """The London calendar day of an instant.

    :param instant: an aware datetime; a naive one is refused, because its day would be a guess.
    """
    if instant.tzinfo is None:
        raise ValueError("an instant must carry its offset")
    return instant.astimezone(LONDON).date()


def days_from_now(days: int) -> datetime:
    """The instant so many days from now."""
    return now() + timedelta(days=days)
