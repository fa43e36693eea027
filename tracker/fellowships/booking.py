"""Whether a fellow's placements fit into their time: no day may hold more than one full-time equivalent. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

WHOLE = 100
"""A full-time equivalent, in hundredths."""


@dataclass(frozen=True)
class Booking:
    """A placement's planned days, both included, and how much of a week it takes."""

    ref: str
    first: date
    last: date
    fte: float

    @property
    def hundredths(self) -> int:
        """The full-time equivalent, in hundredths, which add up exactly."""
        return round(self.fte * WHOLE)


@dataclass(frozen=True)
class Clash:
    """Days, both included, on which some placements add up to more than one full-time equivalent: `fte` at most."""

    first: date
    last: date
    refs: tuple[str, ...]
    fte: float


def clashes(bookings: Sequence[Booking]) -> list[Clash]:
    """Every run of days on which the same placements are too much together, in order of days (fine print A21)."""
    days = sorted({one.first for one in bookings} | {one.last + timedelta(days=1) for one in bookings})
    found: list[Clash] = []
    for first, until in pairwise(days):
        held = [one for one in bookings if one.first <= first <= one.last]
        total = sum(one.hundredths for one in held)
        if total <= WHOLE:
            continue
        refs = tuple(sorted(one.ref for one in held))
        last = until - timedelta(days=1)
        if found and found[-1].refs == refs and found[-1].last + timedelta(days=1) == first:
            before = found.pop()
            first, total = before.first, max(total, round(before.fte * WHOLE))
        found.append(Clash(first, last, refs, total / WHOLE))
    return found


def clash_with(new: Sequence[Booking], others: Iterable[Booking]) -> Clash | None:
    """The first days on which a placement, booked in one piece or more, is too much with others."""
    refs = {one.ref for one in new}
    return next((one for one in clashes([*new, *others]) if not refs.isdisjoint(one.refs)), None)
