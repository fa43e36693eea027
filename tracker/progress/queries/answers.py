"""Figures of some scopes at one (as at, known at): as they were compiled, or counted live."""

from collections.abc import Collection, Sequence
from datetime import date, datetime

from tracker.core.clock import now
from tracker.core.metric import Knowledge, Metric
from tracker.core.text import format_day
from tracker.progress.figures import Figure, Scope
from tracker.progress.queries.counting import counted_on
from tracker.progress.queries.snapshots import NotCompiled, compiled_figures, required_compilation
from tracker.progress.structure import Structure
from tracker.progress.tally import Tally


def compiled_answer(
    structure: Structure, scopes: Collection[Scope], metrics: Sequence[Metric], as_at: date, known_at: datetime | None
) -> list[Figure]:
    """The figures as they were compiled of exactly a day and an instant; without an instant, as last compiled of it.

    :raises NotCompiled: if they were not (fine print G4).
    """
    compilation = required_compilation(as_at, known_at)
    found = compiled_figures([compilation], scopes, metrics)
    if len(found) < len(metrics) * len(scopes):
        raise NotCompiled(f"Not everything asked for is compiled for {format_day(as_at)}. Run tracker compile again")
    return found


def live_answer(
    structure: Structure, scopes: Collection[Scope], metrics: Sequence[Metric], as_at: date, known_at: datetime | None
) -> list[Figure]:
    """The figures counted from the ledger. Without an instant, as known now."""
    tally = Tally(structure, metrics, list(scopes))
    instant = known_at or now()
    for change in counted_on(as_at, tally.parts, Knowledge(known_at)):
        tally.add(*change)
    return list(tally.figures(as_at, instant))
