"""A headline figure drawn many times: journeys under way, and those that will begin, for every organisation."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tracker.progress.forecast.arriving import Arriving, between
from tracker.progress.forecast.chances import WEEK, Chances, Table
from tracker.progress.forecast.past import Beginnings, Course, Numbers, Places, Reals, Stays, Underway
from tracker.progress.gathered import NEVER

DRAWS = 10_000
SETS = 50
"""Sets of chances; each is drawn from equally often."""
LONGEST_STAY = 156
"""Weeks at a stage that are told apart; later ones are taken together."""
LONGEST_UNSEEN = 90
"""Days at most that a journey under way was last seen before the day of the forecast."""
MANY = 60
"""Journeys under way in one organisation from which they are drawn together."""
ROWS_AT_ONCE = 500

Counts = NDArray[np.int32]
Kind = tuple[int, int, int, int, int]


@dataclass(frozen=True)
class Question:
    """What is to be forecast: the days ahead (days from the day of the forecast, rising), and of how many.

    `keys`: a number for each organisation that is always the same. What is drawn for one depends on the seed and its
    key alone, so that a scenario of one organisation meets the same chance as the forecast of all.
    """

    ahead: Reals
    keys: Sequence[int]
    programmes: int


class Draws:
    """How many more come to count, by organisation, draw and day ahead."""

    def __init__(self, question: Question, course: Course, chances: Chances, seed: int) -> None:
        """Nothing counted yet."""
        self._question, self._seed = question, seed
        self.arriving = Arriving(course, chances, weeks_ahead(question.ahead))
        self._each = DRAWS // SETS
        shape = (len(question.keys), SETS, self._each, len(question.ahead))
        self._more: NDArray[np.int16] = np.zeros(shape, dtype=np.int16)

    def of(self, organisations: Sequence[int]) -> Counts:
        """Draws x days ahead: how many more than today count by each day in some organisations together."""
        together: Counts = self._more[list(organisations)].sum(axis=0, dtype=np.int32).cumsum(axis=-1, dtype=np.int32)
        return together.reshape(DRAWS, -1)

    def _chance(self, *key: int) -> np.random.Generator:
        return np.random.default_rng((self._seed, *key))

    def add_underway(self, underway: Underway) -> None:
        """Let each journey under way arrive, or not; somebody on several counts by the first to arrive."""
        known: dict[Kind, Table] = {}
        for organisation, key in enumerate(self._question.keys):
            rows = np.flatnonzero(underway.organisation == organisation)
            if len(rows):
                chances = self._by_record(underway, rows[np.argsort(underway.record[rows], kind="stable")], known)
                self._let_arrive(organisation, chances, self._chance(1, key))

    def _by_record(self, underway: Underway, rows: Numbers, known: dict[Kind, Table]) -> list[Table]:
        """For each record, sets x days ahead: the chance of having arrived by each."""
        missed: dict[int, Table] = {}
        for row in rows:
            week, goes_on = int(underway.days[row]) // WEEK, int(underway.goes_on[row])
            programme, stage = int(underway.programme[row]), int(underway.stage[row])
            unseen = int(underway.unseen[row]) if goes_on == NEVER else 0
            kind = (programme, stage, week if goes_on == NEVER else 0, unseen, goes_on)
            if kind not in known:
                ahead = self._question.ahead
                known[kind] = (
                    self.arriving.waiting(programme, stage, week * WEEK, ahead + unseen)
                    if goes_on == NEVER
                    else self.arriving.planned(programme, stage, goes_on, ahead)
                )
            record = int(underway.record[row])
            missed[record] = missed[record] * (1 - known[kind]) if record in missed else 1 - known[kind]
        return [1 - one for one in missed.values()]

    def _let_arrive(self, organisation: int, chances: Sequence[Table], draw: np.random.Generator) -> None:
        if len(chances) < MANY:
            for by_day in chances:
                chance = draw.random((SETS, self._each), dtype=np.float32)
                day = (chance[:, :, None] >= by_day[:, None, :]).sum(axis=-1)
                number, place = np.nonzero(day < len(self._question.ahead))
                self._more[organisation, number, place, day[number, place]] += 1
            return
        # Many are drawn as so many alike as have, set by set, the same mean and the same spread.
        together: Reals = np.asarray(np.sum(chances, axis=0, dtype=np.float64))
        squares = np.sum([by_day[:, -1].astype(float) ** 2 for by_day in chances], axis=0)
        alike = np.maximum(1, np.round(together[:, -1] ** 2 / np.maximum(squares, 1e-9))).astype(np.int64)
        self._more[organisation] += self._spread(alike[:, None], together / alike[:, None], draw)

    def _spread(self, number: Numbers | int, by_day: Reals | Table, draw: np.random.Generator) -> NDArray[np.int16]:
        """So many alike, each arriving by a day with the chance of it: sets x draws x days, how many on each day."""
        rising = np.diff(by_day, axis=-1, prepend=0.0).clip(min=0.0).astype(float)
        rest = (1 - rising.sum(axis=-1, keepdims=True)).clip(min=0.0)
        each = np.concatenate([rising, rest], axis=-1)
        each /= each.sum(axis=-1, keepdims=True)
        drawn = draw.multinomial(number, each[:, None, :], size=(SETS, self._each))
        return drawn[..., :-1].astype(np.int16)

    def add_beginnings(self, beginnings: Beginnings) -> None:
        """Let journeys begin and arrive, as many as come by chance where so many are expected."""
        error = beginnings.pace_error
        pace = np.exp(self._chance(2).normal(-error * error / 2, error, (SETS, 1)))
        for organisation, key in enumerate(self._question.keys):
            rows = np.flatnonzero(beginnings.organisation == organisation)
            if len(rows):
                draw = self._chance(3, key)
                rising = np.diff(pace * self._expected(beginnings, rows, draw), axis=-1, prepend=0.0).clip(min=0.0)
                drawn = draw.poisson(rising[:, None, :], (SETS, self._each, rising.shape[-1]))
                self._more[organisation] += drawn.astype(np.int16)

    def _expected(self, beginnings: Beginnings, rows: Numbers, draw: np.random.Generator) -> Reals:
        """Sets x days ahead: how many are expected to have arrived, each of a year before weighed anew in each set."""
        expected = np.zeros((SETS, len(self._question.ahead)))
        weight = draw.standard_exponential((SETS, len(rows)))
        kinds = np.stack([beginnings.programme[rows], beginnings.stage[rows]])
        for programme, stage in np.unique(kinds, axis=1).T:
            alike = np.flatnonzero((kinds[0] == programme) & (kinds[1] == stage))
            table = self.arriving.fresh[:, programme, :, stage]
            for start in range(0, len(alike), ROWS_AT_ONCE):
                some = alike[start : start + ROWS_AT_ONCE]
                since = self._question.ahead[None, :] - beginnings.in_days[rows[some]][:, None]
                expected += np.einsum("br,brd->bd", weight[:, some], between(table, since))
        return expected

    def add_places(self, number: int, places: Places) -> None:
        """Let the free places of an intake be filled as far as such places were, and those who take them arrive.

        :param number: of the intake, by which it meets its own chance.
        """
        if not len(places.organisations):
            return
        draw = self._chance(4, number)
        known = places.filled + FILLED, places.offered - places.filled + EMPTY
        filled = draw.beta(*known, (SETS, 1))
        arriving = self._spread(
            places.free, filled * self.arriving.started(places.programme, self._question.ahead - places.in_days), draw
        )
        at = np.nonzero(arriving)
        times = arriving[at]
        whose = np.searchsorted(np.cumsum(places.shares), draw.random(int(times.sum())), side="right")
        chosen = places.organisations[np.minimum(whose, len(places.organisations) - 1)]
        spread = [np.repeat(one, times) for one in at]
        mine = chosen != NEVER
        np.add.at(self._more, (chosen[mine], *(one[mine] for one in spread)), 1)

    def beginning(self, programme: int, in_days: int, number: int) -> Counts:
        """Draws x days ahead: so many more who start in some days, and how many of them have arrived by each."""
        by_day = self.arriving.started(programme, self._question.ahead - in_days)
        drawn = self._spread(number, by_day, self._chance(5)).cumsum(axis=-1, dtype=np.int32)
        return drawn.reshape(DRAWS, -1)

    def needed(self, programme: int, in_days: int, missing: Numbers) -> Numbers | None:
        """How many more must start in some days until so many more count on the last of the days ahead, draw by draw.

        None where next to nobody who starts then would have arrived by that day.
        """
        arrives = self.arriving.started(programme, self._question.ahead[-1:] - in_days)
        if arrives.mean() < LEAST_CHANCE:
            return None
        chance = np.repeat(arrives.clip(min=1e-4), self._each, axis=1).reshape(DRAWS).astype(float)
        lacking = missing.clip(min=1)
        needed: Numbers = np.where(missing > 0, lacking + self._chance(6).negative_binomial(lacking, chance), 0)
        return needed


FILLED, EMPTY = 1.0, 1.0
"""How many filled and empty places are taken for known before any are: any share is as likely as another."""
LEAST_CHANCE = 0.005


def weeks_ahead(ahead: Reals) -> int:
    """How many weeks chances have to be worked out for."""
    return int(np.ceil((ahead[-1] + LONGEST_UNSEEN) / WEEK)) + 1


def chances_of(course: Course, stays: Stays, programmes: int, seed: int) -> Chances:
    """The sets of chances that the draws are made from."""
    return Chances(course, stays, programmes, LONGEST_STAY, SETS, np.random.default_rng((seed, 0)))
