"""Compiling figures from the ledger: one day, or every month end of many years at once."""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from itertools import islice
from typing import TypeVar

from tracker.core.calendar import is_month_end, month_ends
from tracker.core.clock import now
from tracker.core.db import settled_instant, transaction
from tracker.core.metric import Knowledge
from tracker.progress.queries.basis import is_known_otherwise_since, mark
from tracker.progress.queries.counting import counted_by_month, counted_on, number_of
from tracker.progress.registry import COMPILED, parts_of
from tracker.progress.services.keeping import Day, finished_day, keep_day, keep_or_confirm, keep_scopes
from tracker.progress.structure import Structure, load_structure
from tracker.progress.tally import Tally

AT_ONCE = 12
"""Days kept in one transaction: what is finished stays, and other writers wait only a moment."""


def compile_day(as_at: date, known_at: datetime | None = None, *, is_final: bool = False) -> int:
    """Compile every figure of every scope as at the close of a London day. Returns the rows written.

    Safe to repeat. Without an instant, or with one still to come, as known now: if that is what was last kept of the
    day, nothing is written but that it still holds. Opens its own transactions.
    """
    return _compile([as_at], known_at, is_final=is_final)


def compile_range(
    first: date, last: date, *, extra_days: Collection[date] = (), known_at: datetime | None = None
) -> int:
    """Compile every month end from `first` to `last`, both included, and the extra days. As `compile_day` otherwise.

    All month ends come from one statement. They are kept in batches, earliest first: a run that is killed keeps the
    days it finished.
    """
    return _compile(sorted({*month_ends(first, last), *extra_days}), known_at)


def _compile(days: list[date], known_at: datetime | None, *, is_final: bool = False) -> int:
    with transaction():
        scope_ids = keep_scopes(load_structure())
    if known_at is not None and known_at > now():
        # Nobody knows yet what will be known then: kept as of then, it would stand before all that is still to come.
        known_at = None
    instant = known_at or settled_instant()
    keep = keep_or_confirm if known_at is None else keep_day
    written = 0
    to = mark(instant)
    finished = _finished_days(load_structure(), scope_ids, days, Asked(instant))
    while batch := list(islice(finished, AT_ONCE)):
        with transaction():
            written += sum(keep(day, to, is_final=is_final) for day in batch)
    return written


Found = TypeVar("Found")


@dataclass(frozen=True)
class Asked:
    """The instant of an answer. What is kept for reading as known now is used as long as nothing came after it."""

    instant: datetime

    def ask(self, question: Callable[[Knowledge], Found]) -> Found:
        """The answer as known at the instant, exactly."""
        if not is_known_otherwise_since(self.instant):
            answer = question(Knowledge())
            # Something may have been recorded while it was asked.
            if not is_known_otherwise_since(self.instant):
                return answer
        return question(Knowledge(self.instant))


def _finished_days(structure: Structure, scope_ids: list[int], days: list[date], asked: Asked) -> Iterator[Day]:
    ends = [day for day in days if is_month_end(day)]
    if len(ends) > FEW:
        yield from _month_ends(structure, scope_ids, ends, asked)
        days = [day for day in days if not is_month_end(day)]
    parts = parts_of(COMPILED)
    for day in days:
        tally = Tally(structure, COMPILED)
        for change in asked.ask(partial(counted_on, day, parts)):
            tally.add(*change)
        yield finished_day(day, tally, scope_ids)


FEW = 3
"""So many days are quicker counted one by one than by what changes between them."""


def _month_ends(structure: Structure, scope_ids: list[int], ends: list[date], asked: Asked) -> Iterator[Day]:
    tally = Tally(structure, COMPILED)
    changes = asked.ask(partial(counted_by_month, ends[0], ends[-1], tally.parts))
    wanted = set(ends)
    for day in month_ends(ends[0], ends[-1]):
        for change in changes.get(number_of(day), ()):
            tally.add(*change)
        if day in wanted:
            yield finished_day(day, tally, scope_ids)
