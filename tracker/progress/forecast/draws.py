"""A headline figure drawn many times: journeys under way, and those that will begin, for every organisation."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tracker.progress.forecast.arriving import Arriving, between
from tracker.progress.forecast.chances import WEEK, Chances
from tracker.progress.forecast.past import Beginnings, Course, Reals, Stays, Underway

DRAWS = 10_000
SETS = 50
"""Sets of chances; each is drawn from equally often."""
LONGEST_STAY = 156
"""Weeks at a stage that are told apart; later ones are taken together."""

LONGEST_UNSEEN = 90
"""Days at most that a journey under way was last seen before the day of the forecast."""

Counts = NDArray[np.int32]


@dataclass(frozen=True)
class Question:
    """What is to be forecast: the days ahead (days from the day of the forecast, rising), and of how many."""

    ahead: Reals
    organisations: int
    programmes: int


class Draws:
    """How many more come to count, by organisation, draw and day ahead."""

    def __init__(self, question: Question, course: Course, stays: Stays, seed: int) -> None:
        self._question = question
        self._draw = np.random.default_rng(seed)
        weeks_ahead = int(np.ceil((question.ahead[-1] + LONGEST_UNSEEN) / WEEK)) + 1
        chances = Chances(course, stays, question.programmes, LONGEST_STAY, SETS, self._draw)
        self._arriving = Arriving(course, chances, weeks_ahead)
        self._each = DRAWS // SETS
        shape = (question.organisations, SETS, self._each, len(question.ahead))
        self._more: Counts = np.zeros(shape, dtype=np.int32)

    @property
    def more(self) -> Counts:
        """Organisations x draws x days ahead: how many more than today count by each day."""
        organisations, _, _, days = self._more.shape
        return self._more.cumsum(axis=-1, dtype=np.int32).reshape(organisations, DRAWS, days)

    def add_underway(self, underway: Underway) -> None:
        """Let each journey under way arrive, or not; somebody on several counts by the first to arrive."""
        known: dict[tuple[int, int, int, int], NDArray[np.float32]] = {}
        order = np.argsort(underway.record, kind="stable")
        missed = np.ones((SETS, len(self._question.ahead)), dtype=np.float32)
        for place, row in enumerate(order):
            week, unseen = int(underway.days[row]) // WEEK, int(underway.unseen[row])
            kind = (int(underway.programme[row]), int(underway.stage[row]), week, unseen)
            if kind not in known:
                known[kind] = self._arriving.waiting(*kind[:2], week * WEEK, self._question.ahead + unseen)
            missed = missed * (1 - known[kind])
            following = order[place + 1] if place + 1 < len(order) else None
            if following is None or underway.record[following] != underway.record[row]:
                self._let_arrive(int(underway.organisation[row]), 1 - missed)
                missed = np.ones_like(missed)

    def _let_arrive(self, organisation: int, by_day: NDArray[np.float32]) -> None:
        chance = self._draw.random((SETS, self._each), dtype=np.float32)
        day = (chance[:, :, None] >= by_day[:, None, :]).sum(axis=-1)
        number, draw = np.nonzero(day < len(self._question.ahead))
        self._more[organisation, number, draw, day[number, draw]] += 1

    def add_beginnings(self, beginnings: Beginnings) -> None:
        """Let journeys begin and arrive, as many as come by chance where so many are expected."""
        expected = np.zeros((self._question.organisations, SETS, len(self._question.ahead)))
        error = beginnings.pace_error
        pace = np.exp(self._draw.normal(-error * error / 2, error, (SETS, 1)))
        for row in range(len(beginnings.expected)):
            table = self._arriving.fresh[:, beginnings.programme[row], :, beginnings.stage[row]]
            by_day = between(table, self._question.ahead - beginnings.in_days[row])
            weight = self._draw.standard_exponential((SETS, 1))
            expected[beginnings.organisation[row]] += beginnings.expected[row] * pace * weight * by_day
        for organisation in range(self._question.organisations):
            rising = np.diff(expected[organisation], axis=-1, prepend=0.0).clip(min=0.0)
            drawn = self._draw.poisson(rising[:, None, :], (SETS, self._each, rising.shape[-1]))
            self._more[organisation] += drawn.astype(np.int32)
