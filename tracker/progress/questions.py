"""What each progress page is about, for a reader with a given reach."""

from collections.abc import Sequence

from tracker.core.metric import Metric
from tracker.organisations.models import Organisation
from tracker.progress.asked import Asked
from tracker.progress.figures import Scope
from tracker.progress.ground import Question, Viewer
from tracker.progress.models import ScopeKind
from tracker.progress.registry import METRICS
from tracker.progress.structure import Structure

HEADLINES = tuple(metric for metric in METRICS.values() if metric.is_headline)
_LED = {metric.strand for metric in HEADLINES}
BESIDE = tuple(
    metric for metric in METRICS.values() if metric.strand in _LED and not metric.is_headline and not metric.is_aside
)
"""What stands beside the headlines: the figures of their strands, but those that are shown there alone. Those of data
quality have a page of their own."""


def overview(structure: Structure, viewer: Viewer, asked: Asked) -> Question:
    """The headline of every strand, and everything that stands beside it."""
    return Question(HEADLINES, BESIDE, *_whose(structure, viewer, asked))


def strand(structure: Structure, viewer: Viewer, asked: Asked, name: str) -> Question:
    """All figures of one strand."""
    mine = [metric for metric in METRICS.values() if metric.strand == name]
    leading = [metric for metric in mine if metric.is_headline]
    others = [metric for metric in mine if not metric.is_headline]
    return Question(leading, others, *_whose(structure, viewer, asked))


def one_figure(structure: Structure, viewer: Viewer, asked: Asked, metric: Metric) -> Question:
    """One figure, by organisation."""
    return Question([metric], [], *_whose(structure, viewer, asked))


def one_organisation(structure: Structure, slug: str, asked: Asked) -> Question:
    """All figures of one organisation with the bodies under it.

    :raises DomainError: if there is none, or it counts under another by the structure of today.
    """
    home = with_bodies(structure, slug, today=asked.of_today)
    family = structure.members(home) or frozenset()
    bodies = [scope for scope in structure.by_organisation(today=asked.of_today) if scope.organisation_id in family]
    return Question(HEADLINES, BESIDE, [home], bodies, families(structure, bodies, today=asked.of_today))


def alone(organisation: Organisation) -> Scope:
    """An organisation's own records."""
    return Scope(ScopeKind.OWN, organisation.id, organisation.slug, organisation.name)


def with_bodies(structure: Structure, slug: str, *, today: bool) -> Scope:
    """An organisation with the bodies under it; alone where it has none."""
    family = structure.scope(slug, with_children=True, today=today)
    alone = structure.scope(slug, today=today)
    return family if structure.members(family) != structure.members(alone) else alone


def by_organisation(structure: Structure, viewer: Viewer, asked: Asked, metric: Metric, home: Scope) -> Question:
    """One figure over a scope, with the organisations in it that are within reach."""
    family = structure.members(home)
    inside = [scope for scope in rows(structure, viewer, today=asked.of_today) if scope.organisation_id in family]
    return Question([metric], [], [home], inside, families(structure, inside, today=asked.of_today))


def homes(structure: Structure, viewer: Viewer, *, today: bool) -> Sequence[Scope]:
    """Whose figures a page speaks of: all government, or each organisation within reach that stands under no other."""
    if viewer.reach is None:
        return [structure.scope(None, today=today)]
    within = [with_bodies(structure, scope.slug, today=today) for scope in rows(structure, viewer, today=today)]
    families = {scope: structure.members(scope) or frozenset() for scope in within}
    return [
        scope
        for scope in within
        if not any(scope.organisation_id in family for other, family in families.items() if other != scope)
    ]


def rows(structure: Structure, viewer: Viewer, *, today: bool) -> list[Scope]:
    """The organisations within reach."""
    return [scope for scope in structure.by_organisation(today=today) if viewer.sees(scope)]


def families(structure: Structure, within: Sequence[Scope], *, today: bool) -> list[Scope]:
    """Those of some organisations that have bodies under them, with these."""
    parents = [scope for scope in within if scope.organisation_id in structure.parents]
    return [structure.scope(scope.slug, with_children=True, today=today) for scope in parents]


def _whose(
    structure: Structure, viewer: Viewer, asked: Asked
) -> tuple[Sequence[Scope], Sequence[Scope], Sequence[Scope]]:
    """Homes, rows and families of a page about everything within reach."""
    within = rows(structure, viewer, today=asked.of_today)
    return homes(structure, viewer, today=asked.of_today), within, families(structure, within, today=asked.of_today)
