"""What a forecast is made from, as columns: stays at stages, journeys under way, and those that will begin."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import log, sqrt

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.int64]
Reals = NDArray[np.float64]


@dataclass(frozen=True)
class Course:
    """The stages a journey may take, by number in the order of the lifecycle, and where it counts.

    `moves`: every move that may be made, from one number to another. `arrived`: the numbers at which the journey
    counts; nothing is asked of it afterwards. A move to a higher number is a move forward. `starts_at`: the stage that
    a planned beginning, or the end of a break, leads to.
    """

    stages: tuple[str, ...]
    moves: tuple[tuple[int, int], ...]
    arrived: frozenset[int]
    starts_at: int

    @property
    def on_the_way(self) -> list[int]:
        """The stages before it counts, those nearest to the end first."""
        return [number for number in reversed(range(len(self.stages))) if number not in self.arrived]

    def leaving(self, stage: int) -> list[int]:
        """The places in `moves` of those that leave a stage."""
        return [place for place, (before, _) in enumerate(self.moves) if before == stage]


@dataclass(frozen=True)
class Stays:
    """Every stay at a stage, past and present, one row each.

    `programme`, `stage`, `journey`: numbers from 0. `days`: how long it lasted, or has lasted so far. `moved`: the
    place of the move that ended it among those of the course, or `STAYS`.
    """

    programme: Numbers
    stage: Numbers
    days: Numbers
    moved: Numbers
    journey: Numbers


@dataclass(frozen=True)
class Underway:
    """Journeys that may still come to count, one row each.

    `record`: the number of what would be counted (a person who is on two journeys counts by the first to arrive).
    `organisation`: the number of the organisation it would count for. `days`: at this stage up to when it was last
    seen there: things take some days to be recorded. `unseen`: days since then. `goes_on`: in how many days it is
    planned, or promised, to go on at the stage where things start; `intake`: the number of what it begins with
    (`gathered.NEVER` for none).
    """

    record: Numbers
    organisation: Numbers
    programme: Numbers
    stage: Numbers
    days: Numbers
    unseen: Numbers
    goes_on: Numbers
    intake: Numbers


@dataclass(frozen=True)
class Beginnings:
    """Journeys that are expected to begin because one like it began a year before, one row each.

    `in_days`: days from the day of the forecast. `pace_error`: by how much a year's number differs from the year
    before, as the standard deviation of the logarithm of their ratio.
    """

    organisation: Numbers
    programme: Numbers
    stage: Numbers
    in_days: Numbers
    pace_error: float


@dataclass(frozen=True)
class Places:
    """The places that are free in what is planned to begin, each to be filled or not.

    `organisations`: the numbers of those they may count for, with the `shares` in which they do. `offered` and
    `filled`: places of what began before, and how many of them were taken up.
    """

    programme: int
    in_days: int
    free: int
    organisations: Numbers
    shares: Reals
    offered: int
    filled: int


USUAL_PACE_ERROR = 0.25
"""Where too few years are known to tell: a year brings a quarter more or less than the one before."""
LEAST, MOST = 0.05, 0.6
FEW = 5
"""A year with fewer beginnings tells nothing of the pace."""


def pace_error(begun: Mapping[int, int]) -> float:
    """How differently many journeys begin from one year to the next.

    :param begun: how many began in the last 365 days (0), in those before (1), and so on. The earliest is taken for
        the part of a year in which records begin, and tells nothing.
    """
    ratios = [
        log(begun[ago] / begun[ago + 1])
        for ago in range(max(begun, default=0) - 1)
        if begun.get(ago, 0) >= FEW and begun.get(ago + 1, 0) >= FEW
    ]
    # What is usual weighs as much as one year that was seen.
    squares = [ratio * ratio for ratio in ratios] + [USUAL_PACE_ERROR**2]
    return min(MOST, max(LEAST, sqrt(sum(squares) / len(squares))))
