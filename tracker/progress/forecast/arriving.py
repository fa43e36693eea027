"""The chance of having arrived where a journey counts by a day, from wherever it stands now."""

import numpy as np

from tracker.progress.forecast.chances import WEEK, Chances, Table, shares
from tracker.progress.forecast.past import Course, Numbers, Reals

HALF = np.float32(0.5)
SWEEPS = 6
"""Rounds in which the chance of ever coming to a stage settles; the way leads back no more often."""


class Arriving:
    """Chances of arrival by every week ahead, for each set of chances of moves.

    `fresh`: sets x programmes x weeks ahead x stages, for a journey that enters the stage today. `starting`: sets x
    programmes x stages, the chance that it ever comes to the stage where things start.
    """

    def __init__(self, course: Course, chances: Chances, weeks_ahead: int) -> None:
        self._moves = chances.moves
        self._ahead = weeks_ahead
        self._out = [course.leaving(stage) for stage in range(len(course.stages))]
        self._to = [[course.moves[place][1] for place in out] for out in self._out]
        self._arrived = course.arrived
        back = np.array([after <= before for before, after in course.moves])
        self.fresh = self._enter(course, chances.first_week, back)
        self._starts_at = course.starts_at
        self.starting = self._come_to(course)

    def _enter(self, course: Course, first_week: Table, back: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> Table:
        """Solve the chances backwards from where journeys count: a wait of some weeks, then the chance from there."""
        sets, programmes, _, _ = self._moves.shape
        weeks = self._weeks(0)
        waits = [self._waits(self._moves[:, :, out][..., weeks], first_week[out]) for out in self._out]
        for stage, out in enumerate(self._out):
            # Only a forward move may take no time; who goes back within the week is taken to go back a week later.
            waits[stage][:, :, back[out], 1] += waits[stage][:, :, back[out], 0]
            waits[stage][:, :, back[out], 0] = 0
        arrived = np.zeros((sets, programmes, self._ahead + 1, len(course.stages)), dtype=np.float32)
        arrived[..., sorted(course.arrived)] = 1
        for week in range(self._ahead + 1):
            for stage in course.on_the_way:
                then = arrived[:, :, week::-1, self._to[stage]]
                arrived[:, :, week, stage] = np.einsum("bpak,bpka->bp", waits[stage][..., : week + 1], then)
        return arrived

    def _come_to(self, course: Course) -> Table:
        sets, programmes, _, _ = self._moves.shape
        coming = np.zeros((sets, programmes, len(course.stages)), dtype=np.float32)
        coming[..., course.starts_at] = 1
        leaving = {stage: shares(self._moves[:, :, out]) for stage, out in enumerate(self._out) if out}
        for _ in range(SWEEPS):
            for stage in reversed(list(leaving)):
                if stage != course.starts_at:
                    coming[..., stage] = (leaving[stage] * coming[..., self._to[stage]]).sum(axis=-1)
        return coming

    def planned(self, programme: int, stage: int, in_days: int, ahead: Reals) -> Table:
        """For somebody who is to start, or go on, in some days: sets x days ahead, the chance of having arrived."""
        coming = self.starting[:, programme, stage][:, None]
        return coming * self.started(programme, ahead - in_days)

    def started(self, programme: int, since: Reals) -> Table:
        """For somebody who starts: sets x days since, the chance of having arrived by each."""
        return between(self.fresh[:, programme, :, self._starts_at], since)

    def waiting(self, programme: int, stage: int, days: int, ahead: Reals) -> Table:
        """For somebody at a stage for some days: sets x days ahead, the chance of having arrived by each."""
        out, sets = self._out[stage], len(self._moves)
        if stage in self._arrived or not out:
            return np.full((sets, len(ahead)), stage in self._arrived, dtype=np.float32)
        waits = self._waits(self._moves[:, programme, out][..., self._weeks(days)], np.full(len(out), HALF))
        then = self.fresh[:, programme][..., self._to[stage]]
        by_week = np.zeros((sets, self._ahead + 1), dtype=np.float32)
        for week in np.unique(_around(ahead, self._ahead)):
            by_week[:, week] = np.einsum("bak,bka->b", waits[..., : week + 1], then[:, week::-1])
        return between(by_week, ahead)

    def _weeks(self, days: int) -> Numbers:
        """The weeks at a stage that lie ahead of somebody who has been there for some days."""
        weeks: Numbers = np.minimum(days // WEEK + np.arange(self._ahead + 1), self._moves.shape[-1] - 1)
        return weeks

    @staticmethod
    def _waits(moves: Table, first_week: Table) -> Table:
        """How long somebody waits for each of the moves out of one stage, in weeks (the last axis; moves before it).

        Who leaves within a week does so half-way through it on average: half count for the week, half for the next.
        In the first week it is as `first_week` says.
        """
        staying = np.cumprod(1 - moves.sum(axis=-2, keepdims=True), axis=-1)
        still = np.concatenate([np.ones_like(staying[..., :1]), staying[..., :-1]], axis=-1)
        leaving = moves * still
        waits: Table = leaving * HALF
        waits[..., 1:] += leaving[..., :-1] * HALF
        waits[..., 0] = leaving[..., 0] * (1 - first_week)
        waits[..., 1] += leaving[..., 0] * (first_week - HALF)
        return waits


def between(by_week: Table, ahead: Reals) -> Table:
    """What a table by whole weeks says for some days ahead, in a straight line between two weeks; nothing before."""
    last = by_week.shape[-1] - 1
    at = np.clip(ahead / WEEK, 0, last)
    below = np.floor(at).astype(int)
    share = (at - below).astype(np.float32)
    value = by_week[..., below] * (1 - share) + by_week[..., np.minimum(below + 1, last)] * share
    return np.where(ahead < 0, np.float32(0), np.minimum(value, 1))


def _around(ahead: Reals, last: int) -> Numbers:
    below = np.clip(np.floor(ahead / WEEK), 0, last).astype(np.int64)
    return np.concatenate([below, np.minimum(below + 1, last)])
