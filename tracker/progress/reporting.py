"""Of whom it is expected that they report, and who has: what the coverage of any scope is taken from."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from tracker.core.metric import Metric
from tracker.progress.coverage import Coverage, coverage
from tracker.progress.figures import Figure, Scope
from tracker.progress.registry import reported_of
from tracker.progress.structure import Structure
from tracker.progress.targets import Place, TargetLine


@dataclass(frozen=True)
class Reporting:
    """The organisations that are looked at on a London day, one by one, with what is known of each.

    `known` gives the figure by which it is known that an organisation has reported (`registry.reported_of`).
    """

    structure: Structure
    lines: Mapping[Place, TargetLine]
    organisations: Sequence[Scope]
    day: date
    known: Callable[[Metric, Scope], Figure | None]

    @cached_property
    def _places(self) -> dict[int | None, int]:
        """Where each stands among them: most scopes hold one of some hundred, and every figure asks for its own."""
        return {one.organisation_id: place for place, one in enumerate(self.organisations)}

    def coverage(self, metric: Metric, scope: Scope) -> Coverage:
        """How complete a figure of a scope is: by the organisations in it that are looked at."""
        members = self.structure.members(scope)
        places = sorted(place for id in members if (place := self._places.get(id)) is not None)
        inside = [self.organisations[place] for place in places]
        known = {one: self.known(reported_of(metric), one) for one in inside}
        return coverage(known, [one for one in inside if self._is_expected(metric, one)])

    def _is_expected(self, metric: Metric, scope: Scope) -> bool:
        """Whether an organisation is waited for: it exists on the day and has a target on it, above nobody."""
        if scope.organisation_id is None or not self.structure.by_id[scope.organisation_id].existed_on(self.day):
            return False
        lines = (self.lines.get((metric.code, id)) for id in self.structure.members(scope))
        return any(line is not None and line.goal and line.on(self.day) is not None for line in lines)
