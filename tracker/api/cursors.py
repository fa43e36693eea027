"""Where a list goes on: a number that other systems hand back and never look into."""

import base64
import binascii
import re

_INSIDE = re.compile(r"c([0-9]{1,15})")


def cursor(number: int) -> str:
    """The cursor for a number."""
    return base64.urlsafe_b64encode(f"c{number}".encode()).decode().rstrip("=")


def number_of(text: str) -> int:
    """The number a cursor stands for.

    :raises ValueError: if it is none of ours.
    """
    try:
        inside = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True).decode("ascii")
    except (binascii.Error, ValueError):
        inside = ""
    found = _INSIDE.fullmatch(inside)
    if found is None:
        raise ValueError("Take the cursor from ‘next’ of the page before, or leave it out to begin")
    return int(found[1])
