"""The chance of each move in each week at a stage, from past stays; little evidence leans on more."""

import numpy as np
from numpy.typing import NDArray

from tracker.progress.forecast.past import STAYS, Course, Reals, Stays

WEEK = 7
LEANING = 2.0
"""How many people's evidence the broader rate weighs: a programme leans on all programmes, a week on all weeks."""

Table = NDArray[np.float32]


class Chances:
    """Weekly chances of every move, in several sets that differ as far as the evidence leaves them open.

    Each set weighs the past journeys at random (the Bayesian bootstrap), so that what few journeys showed varies much
    from set to set, and what many showed varies little. Somebody who is still at a stage counts for the weeks spent
    there, and for nothing afterwards: as in Kaplan and Meier's estimate with one way out for each move.

    `moves`: sets x programmes x moves x weeks, each the chance that somebody who is at the stage when the week begins
    makes the move within it. The last week stands for every later one. `first_week`: for each move's stage, how far
    into their first week those go who go in it: stages are often passed on one day.
    """

    def __init__(
        self, course: Course, stays: Stays, programmes: int, weeks: int, sets: int, draw: np.random.Generator
    ) -> None:
        self._stays = stays
        self._stages = len(course.stages)
        self._from = np.array([before for before, _ in course.moves])
        self._shape = (programmes, self._stages, weeks)
        self._week = np.minimum(stays.days // WEEK, weeks - 1)
        self._is_over = stays.moved != STAYS
        self._stay = (stays.programme * self._stages + stays.stage) * weeks + self._week
        self._move = ((stays.programme * len(course.moves) + stays.moved) * weeks + self._week)[self._is_over]
        self.moves: Table = np.empty((sets, programmes, len(course.moves), weeks), dtype=np.float32)
        journeys = int(stays.journey.max(initial=-1)) + 1
        for number in range(sets):
            self.moves[number] = self._estimate(draw.standard_exponential(journeys)[stays.journey])
        self.first_week = self._mean_first_week()[self._from].astype(np.float32)

    def _estimate(self, weight: Reals) -> Reals:
        programmes, _, weeks = self._shape
        shape = (programmes, len(self._from), weeks)
        moved = np.bincount(self._move, weight[self._is_over], minlength=int(np.prod(shape))).reshape(shape)
        exposed = self._exposed(weight)[:, self._from]
        ever = moved.sum(axis=(0, 2)) / np.maximum(exposed.sum(axis=(0, 2)), 1e-9)
        by_week = (moved.sum(axis=0) + LEANING * ever[:, None]) / (exposed.sum(axis=0) + LEANING)
        by_programme: Reals = (moved + LEANING * by_week) / (exposed + LEANING)
        return self._at_most_one(by_programme)

    def _exposed(self, weight: Reals) -> Reals:
        """The weeks spent in each week of a stay: half a one where somebody is still in it (the actuarial rule)."""
        cells = int(np.prod(self._shape))
        within = np.bincount(self._stay, weight * np.where(self._is_over, 1.0, 0.5), minlength=cells)
        begun = np.asarray(np.bincount(self._stay, weight, minlength=cells), dtype=float).reshape(self._shape)
        exposed: Reals = begun[..., ::-1].cumsum(axis=-1)[..., ::-1] - begun + within.reshape(self._shape)
        last = self._shape[-1] - 1
        late = self._week == last
        spent = (self._stays.days[late] / WEEK - last + 0.5).clip(min=0.5)
        exposed[..., -1] = np.bincount(self._stay[late], weight[late] * spent, minlength=cells).reshape(self._shape)[
            ..., -1
        ]
        return exposed

    def _at_most_one(self, chances: Reals) -> Reals:
        """The chances of all ways out of a stage in one week are at most one together."""
        for stage in range(self._stages):
            out = np.flatnonzero(self._from == stage)
            chances[:, out] /= np.maximum(chances[:, out].sum(axis=1, keepdims=True), 1.0)
        return chances

    def _mean_first_week(self) -> Reals:
        first = self._is_over & (self._stays.days < WEEK)
        number = np.bincount(self._stays.stage[first], minlength=self._stages)
        days = np.bincount(self._stays.stage[first], self._stays.days[first], minlength=self._stages)
        mean: Reals = days / WEEK / np.maximum(number, 1)
        return mean
