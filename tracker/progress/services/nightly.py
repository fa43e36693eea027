"""The nightly compile: yesterday, and every month end whose figures are known otherwise by now, from what is new
alone."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import func, select

from tracker.core.calendar import first_working_day, is_month_end, month_end, month_ends
from tracker.core.db import db, settled_instant, transaction
from tracker.ledger.models import StageSpan
from tracker.organisations.queries import bank_holidays
from tracker.people.models import Person
from tracker.progress.queries.basis import Mark, can_be_added_to, mark, people_touched
from tracker.progress.queries.counting import Change
from tracker.progress.queries.differences import changed_between, changed_since
from tracker.progress.queries.snapshots import latest_by_day
from tracker.progress.registry import COMPILED, parts_of
from tracker.progress.services.carrying import Carried
from tracker.progress.services.compiling import Asked, compile_day, compile_range
from tracker.progress.services.keeping import Base, confirm, keep_day, keep_scopes, kept_bases
from tracker.progress.structure import load_structure

YEARS_BACK = 10
"""How far back month ends are compiled by themselves; earlier ones by `tracker compile`."""
MOST_TOUCHED = 0.2
"""Where more people than this share were touched, everything is counted again: that is quicker."""


def compile_nightly(day: date) -> int:
    """Compile a London day as known now, and bring every compiled month end up to what is known now.

    A month end whose figures have changed gets a new compilation; the old answer stays. Only people touched since the
    last compile are counted, with a result identical to counting everybody; where that cannot be (`queries.basis`),
    everybody is. Month ends that were never compiled are. Safe to repeat. Opens its own transactions.

    :return: rows written.
    """
    written = _compile_missing(day)
    instant = settled_instant()
    bases = kept_bases(day)
    if not bases:
        return written + compile_day(day)
    to = mark(instant)
    seen = {base.mark for base in bases}
    touched = {mark: people_touched(mark) for mark in seen if can_be_added_to(mark, to.basis)}
    everybody = db.session.scalar(select(func.count()).select_from(Person)) or 0
    if len(touched) < len(seen) or max(map(len, touched.values())) > max(FEW, MOST_TOUCHED * everybody):
        return written + compile_range(bases[0].as_at, day, extra_days=[day])
    return written + _carry_on(bases, day, to, touched)


FEW = 100
"""So few people are always counted by themselves."""
Touched = Mapping[Mark, set[int]]
"""Of whom something was recorded since each mark."""


def _compile_missing(day: date) -> int:
    """Compile the month ends since the first event that were never compiled."""
    since = db.session.scalar(select(func.min(StageSpan.starts_on)))
    if since is None:
        return 0
    first = max(since, day - timedelta(days=366 * YEARS_BACK))
    compiled = {one.as_at for one in latest_by_day(first, day)}
    missing = [end for end in month_ends(first, day) if end not in compiled]
    return compile_range(missing[0], missing[-1]) if missing else 0


def _carry_on(bases: Sequence[Base], day: date, to: Mark, touched: Touched) -> int:
    asked, latest = Asked(to.instant), bases[-1]
    changes = asked.ask(lambda known: _changes(bases, known.at, touched))
    forward: list[Change] = []
    if latest.as_at < day:
        forward = asked.ask(lambda known: changed_between(latest.as_at, day, known.at, parts_of(COMPILED)))
    written = 0
    with transaction():
        structure = load_structure()
        scope_ids = keep_scopes(structure)
        for base in bases:
            changed = changes[base.id]
            goes_on = base is latest and base.as_at < day
            if not changed and not goes_on:
                continue
            carried = Carried(base.id, structure, scope_ids)
            carried.apply(changed)
            if changed and (is_month_end(base.as_at) or base.as_at == day):
                written += keep_day(carried.day(base.as_at), to)
            if goes_on:
                carried.apply(forward)
                written += keep_day(carried.day(day), to)
        confirm([base.id for base in bases if not changes[base.id]], to)
    return written


def _changes(bases: Sequence[Base], after: datetime | None, touched: Touched) -> dict[int, list[Change]]:
    """What is counted otherwise in each compilation, by its id: one statement for all that saw equally far."""
    changes: dict[int, list[Change]] = {}
    for seen, people in touched.items():
        alike = [base for base in bases if base.mark == seen]
        by_day = changed_since(people, seen.instant, after, [base.as_at for base in alike], parts_of(COMPILED))
        changes |= {base.id: by_day.get(base.as_at, []) for base in alike}
    return changes


def compile_month_end(day: date) -> int:
    """Close the month before, if the day after this one is the first working day of its month (fine print G8).

    The last day of that month is compiled from the whole ledger and is final: whatever differs later is a revision.
    Returns the rows written; none on other days.
    """
    due = day + timedelta(days=1)
    if due != first_working_day(due, bank_holidays()):
        return 0
    return compile_day(month_end(due.replace(day=1) - timedelta(days=1)), is_final=True)
