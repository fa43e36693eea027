"""How the cells of a file are read that are not about any one slice: days, instants, names, addresses, numbers."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime

from tracker.core.calendar import parse_day
from tracker.core.intake import Code, Refusal
from tracker.core.text import has_control_characters

NAME_LIMIT = 100
EMAIL_LIMIT = 254
NOTE_LIMIT = 4_000

_MIDNIGHT = re.compile(r"(.+?)[T ]00:00(:00(\.0+)?)?", re.ASCII)
_EMAIL = re.compile(r"[^\s@<>()\[\],;:\\\"\x00-\x1f\x7f]+@(?:[^\W_](?:[\w-]*[^\W_])?\.)+[^\W\d_](?:[\w-]*[^\W_])?")
_FTE = re.compile(r"0*(1([.,]0*)?|[01]?[.,]\d+)", re.ASCII)

BAD_DATE = Refusal(Code.BAD_DATE, "Write a day that exists as 2026-11-23 or 23/11/2026, day first")
BAD_INSTANT = Refusal(Code.BAD_DATE, "Write the instant in UTC, such as 2026-11-23T09:30:00Z")


def read_day(text: str) -> date | Refusal:
    """A day written as 2026-11-23 or 23/11/2026; a midnight after it, as spreadsheets write, changes nothing."""
    if match := _MIDNIGHT.fullmatch(text):
        text = match[1]
    try:
        return parse_day(text)
    except ValueError:
        return BAD_DATE


def past_day(today: date) -> Callable[[str], str | Refusal]:
    """A reader of days that have come, as ISO text."""
    ahead = Refusal(Code.FUTURE_DATE, "Only what has happened is recorded: write a day up to today")

    def read(text: str) -> str | Refusal:
        day = read_day(text)
        return day if isinstance(day, Refusal) else ahead if day > today else day.isoformat()

    return read


def read_instant(text: str) -> datetime | Refusal:
    """An instant in ISO 8601; without offset it is UTC (fine print A5)."""
    try:
        instant = datetime.fromisoformat(text)
        utc = instant.replace(tzinfo=UTC) if instant.tzinfo is None else instant.astimezone(UTC)
    except (ValueError, OverflowError):
        return BAD_INSTANT
    return utc if len(text) > len("2026-11-23") and utc.year >= 1 else BAD_INSTANT


UNSAFE = Refusal(
    Code.UNSAFE_TEXT, "Take out what is no part of the name: an = or, at its start, + or @, or characters nobody types"
)


def read_name(text: str) -> str | Refusal:
    """A name, as written; one a spreadsheet would run, or with control characters, is refused.

    No name has an equals sign anywhere: spreadsheets leave one where a control character stood.
    """
    name = text.strip(" \u00a0")
    if not name:
        return Refusal(Code.MISSING_VALUE, "Fill in the cell")
    if name[0] in "+@" or "=" in name or (not name.isprintable() and has_control_characters(name)):
        return UNSAFE
    return (
        name if len(name) <= NAME_LIMIT else Refusal(Code.TOO_LONG, f"Shorten it to {NAME_LIMIT} characters or fewer")
    )


def read_email(text: str) -> str | Refusal:
    """An address with one @ and a domain with a dot."""
    if len(text) > EMAIL_LIMIT:
        return Refusal(Code.TOO_LONG, f"Shorten it to {EMAIL_LIMIT} characters or fewer")
    if _EMAIL.fullmatch(text) is None or ".." in text or text[0] == "." or ".@" in text:
        return Refusal(Code.BAD_EMAIL, "Write one whole address, such as name@department.gov.uk")
    return text


def read_fte(text: str) -> float | Refusal:
    """A full-time equivalent over 0, up to 1, kept to hundredths."""
    fte = round(float(text.replace(",", ".")), 2) if _FTE.fullmatch(text) else 0.0
    return fte if 0 < fte <= 1 else Refusal(Code.BAD_NUMBER, "Write a number over 0, up to 1, such as 0.8")


def read_note(text: str) -> str | Refusal:
    """What was written, up to the limit."""
    if len(text) > NOTE_LIMIT:
        return Refusal(Code.TOO_LONG, f"Shorten it to {NOTE_LIMIT:,} characters or fewer")
    return text
