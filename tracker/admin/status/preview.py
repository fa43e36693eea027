"""Which colours of the latest day would be others by other thresholds: shown before they are set."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256

from tracker.progress.facts import TAGS, Tag
from tracker.progress.headlines import LEADING
from tracker.progress.queries.cases import Clocks, cases, home_scopes
from tracker.progress.queries.snapshots import compiled_figures, latest_compilation
from tracker.progress.queries.statuses import rule_on, thresholds_of
from tracker.progress.status import Thresholds, verdict
from tracker.progress.structure import load_structure


@dataclass(frozen=True)
class Turned:
    """A headline whose colour would be another."""

    whose: str
    figure: str
    before: Tag
    after: Tag


@dataclass(frozen=True)
class Preview:
    """What would be another colour as at the latest compiled day; no day where none was compiled."""

    as_at: date | None
    compared: int
    turned: Sequence[Turned]

    def seal(self, *said: object) -> str:
        """A short text that stands for this preview of what was said: whoever sends it has been shown it."""
        return sha256(repr((self, said)).encode()).hexdigest()[:32]


def preview(thresholds: Thresholds) -> Preview:
    """Judge every headline of all government and of every organisation by both, as at the latest compiled day."""
    compilation = latest_compilation()
    if compilation is None:
        return Preview(None, 0, ())
    structure = load_structure()
    now = thresholds_of(rule_on(compilation.as_at))
    figures = compiled_figures([compilation], home_scopes(structure), LEADING)
    both = [
        (case.figure, verdict(case, now), verdict(case, thresholds))
        for case in cases(structure, figures, Clocks(compilation.as_at, None, compilation))
    ]
    with_one = [(figure, before, after) for figure, before, after in both if before.colour != "none"]
    turned = [
        Turned(figure.scope.name, figure.metric.label, TAGS[before.colour], TAGS[after.colour])
        for figure, before, after in with_one
        if before.colour != after.colour
    ]
    return Preview(compilation.as_at, len(with_one), tuple(turned))
