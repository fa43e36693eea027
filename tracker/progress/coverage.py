"""How much of a total has reported: silence is missing, and never zero."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tracker.progress.figures import Figure, Scope

RANKED_FROM = 0.75
"""The share of those expected that must have reported before organisations are put in an order of size."""


@dataclass(frozen=True)
class Coverage:
    """The organisations of a scope that have reported anything, and those that were expected to and have not."""

    reported: tuple[Scope, ...]
    missing: tuple[Scope, ...]

    @property
    def text(self) -> str:
        """How many of how many: 31 of 34 organisations."""
        expected = len(self.reported) + len(self.missing)
        return f"{len(self.reported)} of {expected} {'organisation' if expected == 1 else 'organisations'}"

    @property
    def unranked(self) -> str:
        """Why organisations are not put in an order of size; empty where enough have reported."""
        expected = len(self.reported) + len(self.missing)
        if len(self.reported) >= RANKED_FROM * expected:
            return ""
        limit = f"{RANKED_FROM:.0%}"
        return f"Only {self.text} have reported, and under {limit} nobody is ranked: they stand by name."


def coverage(known: Mapping[Scope, Figure | None], expected: Sequence[Scope]) -> Coverage:
    """Who has reported, of some organisations.

    :param known: for each, how many records are known of it on the day; None where it was not in the compiled figures.
    :param expected: those that have a target on the day and exist on it. Others may report; nobody waits for them.
    """
    reported = tuple(scope for scope, figure in known.items() if figure is not None and figure.numerator)
    missing = tuple(scope for scope in expected if scope not in reported)
    return Coverage(reported, missing)
