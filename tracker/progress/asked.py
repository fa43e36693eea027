"""What a reader asks for in the address of a page: as at which day, as known when, by which structure."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from tracker.core import clock
from tracker.core.calendar import financial_year_start, month_ends, parse_day, parse_instant
from tracker.core.text import format_day

AS_AT, KNOWN_AT, STRUCTURE = "as-at", "known-at", "structure"
TODAY = "today"
EARLIEST = date(2000, 1, 1)
"""Before anything the programme could have recorded."""
LONGEST = 60


@dataclass(frozen=True)
class Asked:
    """The two clocks and the structure. None is what is usual: the latest compiled day, all that is known now.

    `known_text` is the known-at as it was written, so that a day stays a day in the addresses of further pages.
    """

    as_at: date | None = None
    known_at: datetime | None = None
    of_today: bool = False
    known_text: str = ""

    @property
    def address(self) -> dict[str, Any]:
        """The parameters that ask for the same again; nothing where the usual is asked for."""
        as_at = {AS_AT: self.as_at.isoformat()} if self.as_at else {}
        known_at = {KNOWN_AT: self.known_text} if self.known_text else {}
        return {**as_at, **known_at, **({STRUCTURE: TODAY} if self.of_today else {})}

    def on(self, day: date) -> "Asked":
        """The same question about another day."""
        return replace(self, as_at=day)


MONTHS_AT_HAND = 6
"""How many of the last month ends are one press away."""


def usual_days() -> list[tuple[str, date]]:
    """Days that readers ask for most, in words: the last month ends, and the ends of the last two financial years."""
    today = clock.today()
    last = today.replace(day=1) - timedelta(days=1)
    recent = list(month_ends(last - timedelta(days=31 * MONTHS_AT_HAND), last))[-MONTHS_AT_HAND:]
    year_end = financial_year_start(today) - timedelta(days=1)
    year_before = financial_year_start(year_end) - timedelta(days=1)
    named = [(format_day(day), day) for day in reversed(recent)]
    return [*named, *((f"End of the financial year, {format_day(day)}", day) for day in (year_end, year_before))]


def read_as_at(text: str) -> date:
    """Read the day of a figure.

    :raises ValueError: with a sentence for the reader, if it is no day, lies in the future or before any record.
    """
    try:
        day = parse_day(text[:LONGEST])
    except ValueError:
        raise ValueError("There is no such day. Write it as 2026-10-31") from None
    if day > clock.today():
        raise ValueError("The day must be today or in the past")
    if day < EARLIEST:
        raise ValueError(f"There are no figures before {format_day(EARLIEST)}")
    return day


def read_known_at(text: str) -> datetime:
    """Read the instant as of which the ledger is asked: a day is its last second in London (fine print F1).

    :raises ValueError: with a sentence for the reader, if it is neither, or lies after today.
    """
    try:
        instant = parse_instant(text[:LONGEST])
        day = clock.london_day(instant)
    except (ValueError, OverflowError):
        raise ValueError("Write a day as 2026-10-31, or an instant as 2026-11-01T02:15:00Z") from None
    if day > clock.today():
        raise ValueError("What was known can only be asked up to today")
    if day < EARLIEST:
        raise ValueError(f"There are no figures before {format_day(EARLIEST)}")
    return instant
