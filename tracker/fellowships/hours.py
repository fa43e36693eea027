"""How much of a week a fellow works, by days: hours that change do not rewrite the weeks before. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from tracker.fellowships.booking import Booking


@dataclass(frozen=True)
class Hours:
    """A full-time equivalent from the beginning on, and others from days on, in order of days."""

    first: float
    changes: tuple[tuple[date, float], ...] = ()

    def on(self, day: date) -> float:
        """The full-time equivalent of a day."""
        return next((fte for since, fte in reversed(self.changes) if since <= day), self.first)

    def bookings(self, ref: str, first: date, last: date) -> Iterator[Booking]:
        """What a placement fills of its planned days, both included: a booking for each run of days of one FTE."""
        inside = [since for since, _ in self.changes if first < since <= last]
        for since, until in zip([first, *inside], [*inside, last + timedelta(days=1)], strict=True):
            yield Booking(ref, since, until - timedelta(days=1), self.on(since))
