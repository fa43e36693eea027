"""How much of a total has reported: silence is missing, and never zero."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tracker.progress.figures import Figure, Scope


@dataclass(frozen=True)
class Coverage:
    """The organisations of a scope that have reported anything, and those that were expected to and have not.

    `expected`: how many were expected to, which others may have done besides.
    """

    reported: tuple[Scope, ...]
    missing: tuple[Scope, ...]
    expected: int

    @property
    def text(self) -> str:
        """How many of how many have reported: 31 of 34 organisations have reported."""
        both = len(self.reported) + len(self.missing)
        if both == 0:
            return "nobody has reported, and nobody is expected to"
        return f"{len(self.reported)} of {both} {'organisation has' if both == 1 else 'organisations have'} reported"

    @property
    def heard(self) -> int:
        """How many of those that were expected to report have."""
        return self.expected - len(self.missing)

    def is_under(self, percent: int) -> bool:
        """Whether fewer than so many in a hundred of those expected have reported; never where nobody is expected."""
        return self.heard * 100 < self.expected * percent

    def unranked(self, percent: int) -> str:
        """Why organisations are not put in an order of size; empty where enough have reported."""
        if not self.is_under(percent):
            return ""
        heard = f"{self.heard} of {self.expected} organisations that are expected to report"
        return f"Only {heard} have, and under {percent}% nobody is ranked: they stand by name."


def coverage(known: Mapping[Scope, Figure | None], expected: Sequence[Scope]) -> Coverage:
    """Who has reported, of some organisations.

    :param known: for each, how many records are known of it on the day; None where it was not in the compiled figures.
    :param expected: those that have a target on the day and exist on it. Others may report; nobody waits for them.
    """
    reported = tuple(scope for scope, figure in known.items() if figure is not None and figure.numerator)
    missing = tuple(scope for scope in expected if scope not in reported)
    return Coverage(reported, missing, len(expected))
