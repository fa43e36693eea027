"""What statuses follow from, read together for some figures of one day, as compiled or live."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from tracker.core.metric import Metric
from tracker.progress.figures import ALL, Figure, Scope
from tracker.progress.models import Compilation, ScopeKind
from tracker.progress.queries.answers import live_answer
from tracker.progress.queries.forecasts import outlooks
from tracker.progress.queries.snapshots import compiled_figures
from tracker.progress.queries.targets import line_on, target_lines
from tracker.progress.registry import reported_of
from tracker.progress.reporting import Reporting
from tracker.progress.status import Case
from tracker.progress.structure import Structure


@dataclass(frozen=True)
class Clocks:
    """As at which day and as known when; `compilation`: what answers for it, none where it is counted live."""

    as_at: date
    known_at: datetime | None
    compilation: Compilation | None


def home_scopes(structure: Structure) -> list[Scope]:
    """All government, and every organisation with the bodies under it: what a status is kept for and declared of."""
    families = {one.organisation_id: one for one in structure.kept_scopes if one.kind is ScopeKind.FAMILY}
    return [ALL, *(families.get(one.organisation_id, one) for one in structure.by_organisation())]


def cases(structure: Structure, figures: Sequence[Figure], clocks: Clocks, *, today: bool = False) -> list[Case]:
    """What the status of each figure follows from, in their order.

    :param today: whether by the structure of today.
    """
    metrics = list(dict.fromkeys(figure.metric for figure in figures))
    scopes = list(dict.fromkeys(figure.scope for figure in figures))
    lines = target_lines([metric.code for metric in metrics])
    expected = outlooks(metrics, scopes, clocks.as_at, clocks.known_at)
    organisations = structure.by_organisation(today=today)
    targeted = [metric for metric in metrics if any(code == metric.code for code, _ in lines)]
    known = _reported(structure, organisations, targeted, clocks) if targeted else {}
    reporting = Reporting(structure, lines, organisations, clocks.as_at, lambda *what: known.get(what))
    found = []
    for figure in figures:
        outlook = expected.get((figure.metric.code, figure.scope))
        line = line_on(lines, structure, figure.metric, figure.scope, figure.as_at)
        chance = outlook.chance if outlook else None
        found.append(Case(figure, line, chance, reporting.coverage(figure.metric, figure.scope)))
    return found


def _reported(
    structure: Structure, scopes: Sequence[Scope], metrics: Sequence[Metric], clocks: Clocks
) -> dict[tuple[Metric, Scope], Figure]:
    """By which it is known who has reported, of every organisation."""
    wanted = list(dict.fromkeys(reported_of(metric) for metric in metrics))
    if clocks.compilation is not None:
        found = compiled_figures([clocks.compilation], scopes, wanted)
    else:
        found = live_answer(structure, scopes, wanted, clocks.as_at, clocks.known_at)
    return {(figure.metric, figure.scope): figure for figure in found}
