"""The nightly compile: yesterday, and every month end whose figures are known otherwise by now, from what is new
alone."""

from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy import func, select

from tracker.core.calendar import first_working_day, is_month_end, month_end, month_ends
from tracker.core.db import db, settled_instant, transaction
from tracker.ledger.models import Event
from tracker.organisations.queries import bank_holidays
from tracker.people.models import Person
from tracker.progress.models import Compilation
from tracker.progress.queries.basis import Mark, basis, can_be_added_to, mark, people_touched
from tracker.progress.queries.counting import Change
from tracker.progress.queries.differences import changed_between, changed_since
from tracker.progress.queries.snapshots import latest_by_day
from tracker.progress.registry import COMPILED, parts_of
from tracker.progress.services.carrying import Carried
from tracker.progress.services.compiling import compile_day, compile_range
from tracker.progress.services.keeping import confirm, keep_day, keep_scopes, marked
from tracker.progress.structure import load_structure

YEARS_BACK = 10
"""How far back month ends are compiled by themselves; earlier ones by `tracker compile`."""
MOST_TOUCHED = 0.2
"""Where more people than this share were touched, everything is counted again: that is quicker."""


def compile_nightly(day: date) -> int:
    """Compile a London day as known now, and bring every compiled month end up to what is known now.

    A month end whose figures have changed gets a new compilation; the old answer stays. Only people touched since the
    last compile are counted, with a result identical to counting everybody; where that cannot be (see `basis`),
    everybody is. Month ends that were never compiled are. Safe to repeat. Opens its own transactions. Returns the rows
    written.
    """
    written = _compile_missing(day)
    standing = [one for one in latest_by_day(date.min, day) if is_month_end(one.as_at) or one.as_at == day]
    latest = latest_by_day(date.min, day)[-1:]
    bases = list({one.id: one for one in (*standing, *latest)}.values())
    if not bases:
        return written + compile_day(day)
    groups: dict[Mark, list[Compilation]] = {}
    for base in bases:
        groups.setdefault(marked(base), []).append(base)
    now_basis = basis()
    if any(not _is_worth_adding_to(base, now_basis) for base in groups):
        return written + _compile_anew([one.as_at for one in standing], day)
    return written + _carry_on(groups, day)


def _is_worth_adding_to(base: Mark, now_basis: str) -> bool:
    if not can_be_added_to(base, now_basis):
        return False
    touched = db.session.scalar(select(func.count()).select_from(people_touched(base).subquery())) or 0
    everybody = db.session.scalar(select(func.count()).select_from(Person)) or 0
    return touched <= max(FEW, MOST_TOUCHED * everybody)


FEW = 100
"""So few people are always counted by themselves."""


def _compile_anew(ends: Sequence[date], day: date) -> int:
    first = min([*ends, day])
    return compile_range(first, day, extra_days=[day])


def _compile_missing(day: date) -> int:
    """Compile the month ends since the first event that were never compiled."""
    since = db.session.scalar(select(func.min(Event.effective_on)))
    if since is None:
        return 0
    first = max(since, day - timedelta(days=366 * YEARS_BACK))
    compiled = {one.as_at for one in latest_by_day(first, day)}
    missing = [end for end in month_ends(first, day) if end not in compiled]
    return compile_range(missing[0], missing[-1]) if missing else 0


def _carry_on(groups: dict[Mark, list[Compilation]], day: date) -> int:
    instant = settled_instant()
    parts = parts_of(COMPILED)
    to = mark(instant)
    changes: dict[int, list[Change]] = {}
    bases = [one for group in groups.values() for one in group]
    for base, group in groups.items():
        by_day = changed_since(base, instant, sorted(one.as_at for one in group), parts)
        changes |= {one.id: by_day.get(one.as_at, []) for one in group}
    latest = max(bases, key=lambda one: one.as_at)
    forward = changed_between(latest.as_at, day, instant, parts) if latest.as_at < day else []
    written = 0
    with transaction():
        structure = load_structure()
        scope_ids = keep_scopes(structure)
        for base in bases:
            is_kept = is_month_end(base.as_at) or base.as_at == day
            if not (changes[base.id] and is_kept) and not (base is latest and base.as_at < day):
                continue
            carried = Carried(base, structure, scope_ids)
            carried.apply(changes[base.id])
            if changes[base.id] and is_kept:
                written += keep_day(carried.day(base.as_at), to)
            if base is latest and base.as_at < day:
                carried.apply(forward)
                written += keep_day(carried.day(day), to)
        confirm([one for one in bases if not changes[one.id]], to)
    return written


def compile_month_end(day: date) -> int:
    """Close the month before, if the day after this one is the first working day of its month (fine print G8).

    The last day of that month is compiled from the whole ledger and is final: whatever differs later is a revision.
    Returns the rows written; none on other days.
    """
    due = day + timedelta(days=1)
    if due != first_working_day(due, bank_holidays()):
        return 0
    return compile_day(month_end(due.replace(day=1) - timedelta(days=1)), is_final=True)
