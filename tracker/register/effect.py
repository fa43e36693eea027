"""What a change to somebody's past would do to the figures: worked out by doing it, measuring, and undoing it."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from hashlib import sha256
from itertools import chain, pairwise
from typing import Any

from sqlalchemy import Date, Select, Text, bindparam, select, type_coerce

from tracker.core.calendar import LAST_DAY
from tracker.core.db import db, transaction
from tracker.core.metric import Knowledge, Metric, Spans
from tracker.core.sql import list_text, listed
from tracker.organisations.models import Organisation
from tracker.people.models import Person
from tracker.progress.models import Compilation
from tracker.training.metrics import METRICS

Days = tuple[date, date]
Counted = dict[tuple[str, int], list[Days]]
"""The days somebody counts, by the words of a figure and the organisation."""


class _Measured(Exception):
    """Ends the transaction of a measurement, so that nothing of it is kept."""


@dataclass(frozen=True)
class Change:
    """A figure that would count one more or one fewer, on the days from the first up to, not including, the second."""

    figure: str
    organisation: str
    difference: int
    starts_on: date
    ends_on: date

    @property
    def words(self) -> str:
        """How many more or fewer."""
        return f"{abs(self.difference)} {'more' if self.difference > 0 else 'fewer'}"

    @property
    def lasts(self) -> bool:
        """Whether it holds for all days to come."""
        return self.ends_on == LAST_DAY


@dataclass(frozen=True)
class Effect:
    """All that would change, and the months whose figures were final and would be revised."""

    changes: tuple[Change, ...]
    final_months: tuple[date, ...]

    def seal(self, *said: object) -> str:
        """A short text that stands for this effect of what was said: whoever sends it has been shown it."""
        return sha256(repr((self, said)).encode()).hexdigest()[:32]


def effect(person: Person, act: Callable[[], object], *others: Person, metrics: Sequence[Metric] = METRICS) -> Effect:
    """What an act on somebody's history would do to the figures. Nothing of it is kept.

    :param others: who else is touched by it.
    :param metrics: the figures it may move; counts, not sums.

    :raises DomainError: as the act does.
    """
    ids = [one.id for one in (person, *others)]
    before: Counted = {}
    after: Counted = {}
    with suppress(_Measured), transaction():
        before = _counted(ids, metrics)
        act()
        db.session.flush()
        after = _counted(ids, metrics)
        raise _Measured
    names = {row.id: row.name for row in db.session.execute(select(Organisation.id, Organisation.name))}
    changes = tuple(
        Change(figure, names[place], difference, starts_on, ends_on)
        for figure, place in sorted({*before, *after})
        for difference, starts_on, ends_on in difference_of(
            before.get((figure, place), []), after.get((figure, place), [])
        )
    )
    return Effect(changes, _final_months(changes))


def difference_of(before: Iterable[Days], after: Iterable[Days]) -> Iterator[tuple[int, date, date]]:
    """Where two sets of days differ: how many more the second has, from which day up to which."""
    steps: dict[date, int] = {}
    for sign, spans in ((-1, before), (1, after)):
        for starts_on, ends_on in spans:
            steps[starts_on] = steps.get(starts_on, 0) + sign
            steps[ends_on] = steps.get(ends_on, 0) - sign
    level = 0
    for day, following in pairwise(sorted(day for day, step in steps.items() if step)):
        level += steps[day]
        if level:
            yield level, day, following


def _counted(ids: list[int], metrics: Sequence[Metric]) -> Counted:
    found: Counted = {}
    for words, read in _counting(tuple(metrics)):
        for organisation_id, starts_on, ends_on in db.session.execute(read, {"people": list_text(ids)}):
            found.setdefault((words, organisation_id), []).append((starts_on, ends_on))
    return found


@lru_cache(maxsize=8)
def _counting(metrics: tuple[Metric, ...]) -> list[tuple[str, Select[Any]]]:
    """What is asked for each figure, with the people left open: to put it together takes longer than to answer it."""
    knowledge = Knowledge(people=listed(bindparam("people", type_=Text())))
    asked = []
    for words, spans in chain.from_iterable(map(_parts, metrics)):
        span = spans(knowledge).subquery()
        # Days that SQLite worked out come back as text unless they are asked for as days.
        days = (type_coerce(span.c.starts_on, Date), type_coerce(span.c.ends_on, Date))
        asked.append((words, select(span.c.organisation_id, *days)))
    return asked


def _parts(metric: Metric) -> Iterator[tuple[str, Spans]]:
    """The counts a figure is made of, each with its words."""
    if metric.denominator is None:
        yield metric.label, metric.numerator
    else:
        yield f"{metric.label}: above the line", metric.numerator
        yield f"{metric.label}: below the line", metric.denominator


def _final_months(changes: Iterable[Change]) -> tuple[date, ...]:
    """The months that were compiled as final and lie on days that would change."""
    final = db.session.scalars(
        select(Compilation.as_at).where(Compilation.is_final).distinct().order_by(Compilation.as_at)
    )
    spans = [(change.starts_on, change.ends_on) for change in changes]
    return tuple(day for day in final if any(starts_on <= day < ends_on for starts_on, ends_on in spans))
