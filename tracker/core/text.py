"""Text as people write it, and as it is compared: accents folded, apostrophes and spaces levelled."""

import re
import unicodedata
from datetime import date, datetime
from functools import lru_cache

from tracker.core.clock import LONDON

_APART = re.compile(r"[\s\-\u2010-\u2015/.,;:_]+")
_DROPPED = re.compile(r"['\u2018\u2019\u02bc\u0060\u00b4\u2032\u201c\u201d\u00ab\u00bb\"()]")
_LETTERS = str.maketrans({"ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "ð": "d", "Ð": "D", "þ": "th",
                          "Þ": "Th", "æ": "ae", "Æ": "Ae", "œ": "oe", "Œ": "Oe", "ß": "ss", "ı": "i"})  # fmt: skip
_PLAIN = map(chr, range(128))
_ASCII = str.maketrans(
    {one: "" if _DROPPED.match(one) else " " for one in _PLAIN if _DROPPED.match(one) or _APART.match(one)}
)
"""The same for text in plain letters, most of it, at a fraction of the time: a million names are folded in an import.
"""
_TITLES = frozenset({"mr", "mrs", "ms", "miss", "mx", "dr", "prof", "professor", "sir", "dame", "lord", "lady"})


@lru_cache(maxsize=4_000)
def fold(text: str) -> str:
    """The text as compared: no accents, no case, no apostrophes, single spaces.

    Letters of other scripts stay as they are, so that a name in Arabic or Chinese is still a name.
    """
    if text.isascii():
        return " ".join(text.translate(_ASCII).lower().split())
    spread = unicodedata.normalize("NFKD", text.translate(_LETTERS))
    plain = "".join(letter for letter in spread if not unicodedata.combining(letter))
    return _APART.sub(" ", _DROPPED.sub("", plain)).strip().casefold()


def name_words(*names: str) -> list[str]:
    """The folded words of a person's names, in order, without a leading title (unless nothing else is left)."""
    words = [word for name in names for word in fold(name).split()]
    kept = [word for word in words if word not in _TITLES]
    return kept or words


def name_key(*names: str) -> str:
    """One key for a person's names however they are ordered, accented or cased: equal keys are worth a second look."""
    return " ".join(sorted(name_words(*names)))


def email_key(address: str) -> str:
    """The address as compared: without case only (fine print G6)."""
    return address.strip().casefold()


_REORDERING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""What has the words behind it read from the other end."""


def has_control_characters(text: str) -> bool:
    """Whether the text holds characters that nobody types: controls, or the marks that reorder text."""
    return any(unicodedata.category(letter) == "Cc" or letter in _REORDERING for letter in text)


def spreadsheet_safe(text: str) -> str:
    """The text as it may stand in an exported cell: nothing a spreadsheet would run as a formula.

    An apostrophe is put in front where the first character that counts is one that starts a formula.
    """
    start = text.lstrip(" \"'")
    if start and start[0] in "=+-@\t\r\n\0＝＋－＠" and start.strip() != "-":
        return "'" + text
    return text


_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)


def format_day(day: date) -> str:
    """A day as it is printed: 31 October 2026."""
    # Not by strftime: a list prints a hundred of them, and it is ten times as long about each.
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def format_instant(instant: datetime) -> str:
    """An instant as it is printed, in London time: 31 October 2026, 2:15am."""
    local = instant.astimezone(LONDON)
    return f"{format_day(local.date())}, {local.hour % 12 or 12}:{local:%M}{'am' if local.hour < 12 else 'pm'}"


def format_number(number: float, decimals: int = 0) -> str:
    """A number as it is printed: 1,234 or 12.5."""
    return f"{number:,.{decimals}f}"
