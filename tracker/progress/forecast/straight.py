"""The straight line to compare with: what a ruler on the last twelve month ends would say (fine print G10)."""

from math import erf, sqrt

import numpy as np

from tracker.progress.forecast.past import Reals


def straight_chance(days: Reals, counts: Reals, day: float, plan: float) -> float:
    """The chance that the count is at least the plan on a day, by a line through past counts and its own error.

    :param days: the days of the past counts, and `day`, as numbers that rise by one a day.
    """
    slope, level = np.polyfit(days - days[0], counts, 1)
    error = float(np.std(counts - (slope * (days - days[0]) + level)))
    expected = slope * (day - days[0]) + level
    if error == 0:
        return float(expected >= plan)
    # A count is a whole number: reaching the plan begins half a one below it.
    return 0.5 * (1 + erf((expected - plan + 0.5) / (error * sqrt(2))))
