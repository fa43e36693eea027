"""What it would do to the headline if a programme counted to the target, or not, from a day on: worked out by doing it,
measuring, and undoing it."""

from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from hashlib import sha256

from sqlalchemy import Date, func, select, type_coerce

from tracker.core.db import db, transaction
from tracker.core.metric import NOW
from tracker.organisations.models import Organisation
from tracker.progress.models import Compilation
from tracker.training.metrics import TRAINED

Counted = Counter[tuple[int, date]]
"""How many people count as trained since which day, by organisation."""


class _Measured(Exception):
    """Ends the transaction of a measurement, so that nothing of it is kept."""


@dataclass(frozen=True)
class Moved:
    """A count before and after."""

    name: str
    before: int
    after: int


@dataclass(frozen=True)
class Effect:
    """What would change: today by organisation, all government, and the months whose figures were final."""

    everywhere: Moved
    organisations: tuple[Moved, ...]
    months: tuple[tuple[date, Moved], ...]

    def seal(self, *said: object) -> str:
        """A short text that stands for this effect of what was said: whoever sends it has been shown it."""
        return sha256(repr((self, said)).encode()).hexdigest()[:32]


def effect(act: Callable[[], object], day: date) -> Effect:
    """What an act on a programme would do to the number of people trained. Nothing of it is kept.

    :param day: today.
    :raises DomainError: as the act does.
    """
    before: Counted = Counter()
    after: Counted = Counter()
    with suppress(_Measured), transaction():
        before = _counted()
        act()
        db.session.flush()
        after = _counted()
        raise _Measured
    final = select(Compilation.as_at).where(Compilation.is_final).distinct().order_by(Compilation.as_at)
    months = [(month, _moved("All government", before, after, month)) for month in db.session.scalars(final)]
    names = {row.id: row.name for row in db.session.execute(select(Organisation.id, Organisation.name))}
    places = {place for place, _ in before} | {place for place, _ in after}
    rows = [_moved(names[place], before, after, day, place) for place in places]
    return Effect(
        _moved("All government", before, after, day),
        tuple(sorted((row for row in rows if row.before != row.after), key=lambda row: row.name)),
        tuple((month, moved) for month, moved in months if moved.before != moved.after),
    )


def _counted() -> Counted:
    span = TRAINED.numerator(NOW).subquery()
    # A day that SQLite worked out comes back as text unless it is asked for as a day.
    since = type_coerce(span.c.starts_on, Date)
    read = select(span.c.organisation_id, since, func.count()).group_by(span.c.organisation_id, span.c.starts_on)
    return Counter({(place, day): people for place, day, people in db.session.execute(read)})


def _moved(name: str, before: Counted, after: Counted, day: date, only: int | None = None) -> Moved:
    def by(counted: Counted) -> int:
        return sum(n for (place, since), n in counted.items() if since <= day and only in (None, place))

    return Moved(name, by(before), by(after))
