"""An answer: some figures of some scopes at one (as at, known at), wholly as compiled or wholly live."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from tracker.core.clock import now, today
from tracker.core.metric import Knowledge, Metric
from tracker.progress.figures import Figure, Scope
from tracker.progress.models import Compilation
from tracker.progress.queries.counting import counted_on
from tracker.progress.queries.snapshots import compilation_of, compiled_figures, latest_compilation
from tracker.progress.registry import METRICS
from tracker.progress.structure import Structure
from tracker.progress.tally import Tally


@dataclass(frozen=True)
class Answer:
    """Figures by code and scope. `compilation` is what they were read from; None where they were counted live."""

    as_at: date
    known_at: datetime
    compilation: Compilation | None
    by_place: Mapping[tuple[str, Scope], Figure] = field(repr=False)

    @property
    def is_live(self) -> bool:
        """Whether the figures were counted from the ledger just now."""
        return self.compilation is None

    @property
    def knowledge(self) -> Knowledge:
        """The question to the ledger that gives the records behind these figures."""
        return Knowledge(self.known_at)

    def __getitem__(self, place: tuple[str, Scope]) -> Figure:
        """The figure with a code, of a scope."""
        return self.by_place[place]

    def figures(self, scope: Scope) -> list[Figure]:
        """Every figure of a scope, in the order of the registry."""
        return [figure for (_, where), figure in self.by_place.items() if where == scope]

    def table(self, code: str, scopes: Sequence[Scope]) -> list[Figure]:
        """One figure of some scopes, in their order."""
        return [self.by_place[code, scope] for scope in scopes]


def answer(
    structure: Structure,
    scopes: Collection[Scope],
    codes: Collection[str] | None = None,
    *,
    as_at: date | None = None,
    known_at: datetime | None = None,
    live: bool = False,
) -> Answer:
    """The figures of some scopes: of the latest compiled day, or as at a day, as known now or at an instant.

    What was compiled of exactly that is read; anything else is counted live, and the answer says so. A compiled day
    without an instant is answered as last compiled.
    """
    metrics = [METRICS[code] for code in codes] if codes is not None else list(METRICS.values())
    if not live:
        compilation = latest_compilation() if as_at is None and known_at is None else None
        if compilation is None and as_at is not None:
            compilation = compilation_of(as_at, known_at)
        if compilation is not None:
            found = compiled_figures([compilation], scopes, metrics)
            if len(found) == len(metrics) * len(set(scopes)):
                return Answer(compilation.as_at, compilation.known_at, compilation, _by_place(found))
    return live_answer(structure, scopes, metrics, as_at or today() - timedelta(days=1), known_at)


def live_answer(
    structure: Structure, scopes: Collection[Scope], metrics: Sequence[Metric], as_at: date, known_at: datetime | None
) -> Answer:
    """The figures of some scopes, counted from the ledger. Without an instant, as known now."""
    tally = Tally(structure, metrics, list(scopes))
    instant = known_at or now()
    for change in counted_on(as_at, tally.parts, Knowledge(known_at)):
        tally.add(*change)
    return Answer(as_at, instant, None, _by_place(tally.figures(as_at, instant)))


def _by_place(figures: Iterable[Figure]) -> dict[tuple[str, Scope], Figure]:
    return {(figure.metric.code, figure.scope): figure for figure in figures}
