"""What a change would do, found by doing it, measuring, and taking it back."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

from sqlalchemy import func, select

from tracker.accounts.models import User
from tracker.admin.changes.services.planning import Plan, settle
from tracker.admin.changes.services.recording import record, waiting
from tracker.core.clock import today
from tracker.core.db import db, transaction
from tracker.core.metric import Knowledge
from tracker.organisations.models import Organisation
from tracker.people.identity.models import ReorganisedPosting
from tracker.progress.queries.counting import counted_on
from tracker.progress.registry import METRICS, parts_of

Counts = Mapping[tuple[str, int], int]
"""How many count for a figure in an organisation."""


class _Measured(Exception):
    """Ends the transaction of a measurement, so that nothing of it is kept."""


@dataclass(frozen=True)
class Line:
    """A figure of today in an organisation, before the change and after it."""

    figure: str
    organisation: str
    before: int
    after: int


@dataclass(frozen=True)
class Preview:
    """What a change would do: who ends, who takes over, how many go along and how many wait, and the figures of today.

    `totals` are of all government: each is the same before and after.
    """

    ended: Sequence[str]
    heirs: Sequence[str]
    moved: int
    waiting: int
    lines: Sequence[Line]
    totals: Sequence[Line]

    @property
    def rows(self) -> list[Line]:
        """The organisations, then all government."""
        return [*self.lines, *self.totals]


def preview(plan: Plan, *, by: User) -> Preview:
    """Try a change. Nothing of it is kept. Opens its own transaction.

    :raises ChangeNotAllowed: as `settle` does.
    """
    found: list[Preview] = []
    with suppress(_Measured), transaction() as session:
        settled = settle(plan)
        before = _counted()
        made = record(settled, by=by)
        session.flush()
        moved = select(func.count()).where(ReorganisedPosting.reorganisation_id == made.id)
        left = select(func.count()).select_from(waiting(settled.ended, made).subquery())
        heirs = [part.organisation.name for part in made.parts if part.is_successor]
        numbers = (session.scalar(moved) or 0, session.scalar(left) or 0)
        found.append(Preview([one.name for one in settled.ended], heirs, *numbers, *_compared(before, _counted())))
        raise _Measured
    return found[0]


def _counted() -> Counts:
    metrics = [metric for metric in METRICS.values() if metric.kind == "count"]
    parts = {part.number: part for part in parts_of(metrics)}
    found: dict[tuple[str, int], int] = {}
    for part, organisation_id, _, times in counted_on(today(), list(parts.values()), Knowledge()):
        key = (parts[part].metric.label, organisation_id)
        found[key] = found.get(key, 0) + times
    return found


def _compared(before: Counts, after: Counts) -> tuple[list[Line], list[Line]]:
    names = {row.id: row.name for row in db.session.execute(select(Organisation.id, Organisation.name))}
    lines = [
        Line(figure, names[place], before.get((figure, place), 0), after.get((figure, place), 0))
        for figure, place in sorted({*before, *after}, key=lambda key: (key[0], names[key[1]]))
    ]
    changed = [line for line in lines if line.before != line.after]
    totals = []
    for figure in dict.fromkeys(line.figure for line in changed):
        same = [line for line in lines if line.figure == figure]
        totals.append(Line(figure, "All government", sum(one.before for one in same), sum(one.after for one in same)))
    return changed, totals
