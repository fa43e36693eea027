"""The chance of each move in each week at a stage, from past stays; little evidence leans on more."""

import numpy as np
from numpy.typing import NDArray

from tracker.progress.forecast.past import Course, Reals, Stays
from tracker.progress.gathered import STAYS

WEEK = 7
LEANING = 2.0
"""How many people's evidence the broader rate weighs: a programme leans on all programmes, a week on all weeks."""

HALVINGS = 20

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

    def suppose(self, well: list[int], badly: list[int], rate: float) -> None:
        """Let a share of those who leave a stage by some moves do so well.

        Fewer than now: of those who would leave well as many as it takes leave badly instead, when they would have
        left. More: so many fewer leave badly that it comes to the share; who stays goes on as those who stayed did.
        """
        base = self._share_well(well, badly, np.ones(self.moves.shape[:2], dtype=np.float32))
        fewer = np.minimum(1, rate / np.maximum(base, 1e-6)).astype(np.float32)[..., None, None]
        lost = (self.moves[:, :, well] * (1 - fewer)).sum(axis=2)
        spared = self._spare(well, badly, rate)[..., None, None]
        self.moves[:, :, well] *= fewer
        self.moves[:, :, badly] *= spared
        self.moves[:, :, badly[-1]] += lost

    def _share_well(self, well: list[int], badly: list[int], spared: Table) -> Table:
        stage = np.flatnonzero(self._from == self._from[well[0]])
        leaving = self.moves[:, :, stage].copy()
        leaving[:, :, np.isin(stage, badly)] *= spared[..., None, None]
        left = shares(leaving)
        good, bad = left[..., np.isin(stage, well)].sum(axis=-1), left[..., np.isin(stage, badly)].sum(axis=-1)
        share: Table = good / np.maximum(good + bad, 1e-9)
        return share

    def _spare(self, well: list[int], badly: list[int], rate: float) -> Table:
        """By what the chances of leaving badly are multiplied so that the share that goes well is at least the rate."""
        low = np.zeros(self.moves.shape[:2], dtype=np.float32)
        high: Table = np.ones(low.shape, dtype=np.float32)
        enough = self._share_well(well, badly, high) >= rate
        for _ in range(HALVINGS):
            middle: Table = (low + high) / np.float32(2)
            is_enough = self._share_well(well, badly, middle) >= rate
            low[is_enough] = middle[is_enough]
            high[~is_enough] = middle[~is_enough]
        spared: Table = np.where(enough, np.float32(1), low)
        return spared


def shares(leaving: Table) -> Table:
    """Of those who enter a stage, the share that ever leaves it by each move (the last axis but one; weeks after it).

    The last week stands for every later one.
    """
    still = np.cumprod(1 - leaving.sum(axis=-2, keepdims=True), axis=-1).clip(min=0)
    before = np.concatenate([np.ones_like(still[..., :1]), still[..., :-1]], axis=-1)
    whole = leaving[..., -1:].sum(axis=-2, keepdims=True)
    later = before[..., -1:] / np.maximum(whole, 1e-9)
    found: Table = (leaving[..., :-1] * before[..., :-1]).sum(axis=-1) + (leaving[..., -1:] * later)[..., 0]
    return found
