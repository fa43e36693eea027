"""How a national number is shared out, step by step, so that anybody can follow the arithmetic."""

from collections.abc import Mapping
from dataclasses import dataclass

from tracker.progress.targets import apportion


@dataclass(frozen=True)
class Share:
    """One organisation's part: its headcount, its exact share, the whole number in it, what is left, and the result."""

    slug: str
    headcount: int
    exact: float
    whole: int
    remainder: float
    result: int

    @property
    def has_one_more(self) -> bool:
        """Whether one of the numbers left over went here."""
        return self.result > self.whole


@dataclass(frozen=True)
class Sharing:
    """All parts of a number, the largest headcount first."""

    total: int
    headcount: int
    shares: list[Share]

    @property
    def whole(self) -> int:
        """What the whole numbers come to."""
        return sum(share.whole for share in self.shares)

    @property
    def left_over(self) -> int:
        """How many were left over, and given one each to the largest remainders."""
        return self.total - self.whole


def sharing(total: int, headcounts: Mapping[str, int]) -> Sharing:
    """Share a whole number out by headcount with the largest-remainder method, showing each step."""
    everybody = sum(headcounts.values())
    results = apportion(total, headcounts)
    shares = []
    for slug, count in sorted(headcounts.items(), key=lambda pair: (-pair[1], pair[0])):
        whole, rest = divmod(total * count, everybody)
        shares.append(Share(slug, count, total * count / everybody, whole, rest / everybody, results[slug]))
    return Sharing(total, everybody, shares)
