"""When the entries of a story were recorded: most on the day, some weeks late, a few wrong at first and put right."""

from datetime import UTC, date, datetime, time, timedelta
from random import Random

from tracker.demo.story import Entry
from tracker.ledger.models import EventKind
from tracker.training.lifecycle import LeavingTrigger, Stage

PLAIN = frozenset(Stage) - {Stage.ON_BREAK, Stage.WITHDRAWN}
"""Stages that are recorded with nothing but their day."""


def record(entries: list[Entry], chance: Random, yesterday: date) -> list[Entry]:
    """Give every entry its instant, and put in some that were wrong; in the order in which they are to be written."""
    before: Entry | None = None
    for entry in entries:
        days = chance.choices((0, chance.randint(1, 7), chance.randint(8, 45), chance.randint(46, 120)), (66, 24, 8, 2))
        entry.recorded_at = at_work(min(entry.effective_on + timedelta(days=days[0]), yesterday), chance)
        # What happened on one day was recorded in the order it happened.
        if before is not None and before.effective_on == entry.effective_on:
            assert before.recorded_at is not None
            entry.recorded_at = max(entry.recorded_at, before.recorded_at)
        before = entry
    fate = chance.random()
    if fate < 0.05:
        return _with_wrong_day(entries, chance, yesterday)
    return _with_stranger(entries, chance, yesterday) if fate < 0.06 else entries


def at_work(day: date, chance: Random) -> datetime:
    """An instant on a day, in office hours of winter and summer."""
    return datetime.combine(day, time(chance.randint(9, 15), chance.randint(0, 59), chance.randint(0, 59)), UTC)


def _with_wrong_day(entries: list[Entry], chance: Random, yesterday: date) -> list[Entry]:
    """One entry was first recorded for an earlier day, and corrected weeks later."""
    for place in range(1, len(entries)):
        before, right = entries[place - 1 : place + 1]
        following = entries[place + 1] if place + 1 < len(entries) else None
        gap = (right.effective_on - before.effective_on).days
        assert right.recorded_at is not None
        put_right = at_work(right.recorded_at.date() + timedelta(days=chance.randint(4, 40)), chance)
        if right.stage not in PLAIN or right.kind is not EventKind.STAGE or gap < 2 or put_right.date() > yesterday:
            continue
        if following is not None and following.effective_on == right.effective_on:
            continue
        wrong = Entry(right.stage, right.effective_on - timedelta(days=chance.randint(1, min(gap - 1, 28))))
        wrong.recorded_at, wrong.voided_at, right.recorded_at = right.recorded_at, put_right, put_right
        wrong.void_reason, wrong.replaced_by = "The date was that of the letter", right
        return [*entries[:place], wrong, *entries[place:]]
    return entries


def _with_stranger(entries: list[Entry], chance: Random, yesterday: date) -> list[Entry]:
    """A withdrawal that belonged to somebody of the same name, taken back when they noticed."""
    for place, entry in enumerate(entries):
        following = entries[place + 1] if place + 1 < len(entries) else None
        day = entry.effective_on + timedelta(days=3)
        taken_back = day + timedelta(days=chance.randint(5, 30))
        room = following is None or following.effective_on > taken_back
        if entry.stage is Stage.IN_TRAINING and room and taken_back <= yesterday:
            wrong = Entry(Stage.WITHDRAWN, day, leaving=(LeavingTrigger.DEPARTMENT, "left-post"))
            wrong.recorded_at, wrong.voided_at = at_work(day, chance), at_work(taken_back, chance)
            wrong.void_reason = "Recorded for another person of the same name"
            return [*entries[: place + 1], wrong, *entries[place + 1 :]]
    return entries
