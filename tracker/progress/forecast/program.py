"""Draws forecasts and scenarios, in a process of its own that ends when it is done: nobody else loads what this needs.

Run as a program: writes the answer to each order as JSON.
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from tracker.progress.forecast.draws import DRAWS, Counts, Draws, Question, chances_of
from tracker.progress.forecast.past import Beginnings, Course, Numbers, Places, Reals, Stays, Underway, pace_error
from tracker.progress.forecast.straight import straight_chance
from tracker.progress.gathered import BEGINNING, NEVER, STAY, UNDERWAY, heading
from tracker.progress.workbench import Order, work

QUANTILES = (0.1, 0.5, 0.9)


class Told:
    """The evidence as it was written, ready to be drawn from. Organisations that are not asked for are left out."""

    def __init__(self, file: Path, wanted: Sequence[int] | None) -> None:
        """Read it. `wanted`: organisations by their numbers; None for all."""
        with file.open("rb") as stream:
            self.head = heading(stream)
            stays, underway, beginnings = (
                [np.fromfile(stream, dtype=np.int32, count=rows).astype(np.int64) for _ in columns]
                for columns, rows in zip((STAY, UNDERWAY, BEGINNING), self.head["rows"], strict=True)
            )
        every = range(len(self.head["organisations"]))
        self.wanted = list(every if wanted is None else wanted)
        self._place = np.full(len(every) + 1, NEVER, dtype=np.int64)
        self._place[self.wanted] = range(len(self.wanted))
        head = self.head
        moves = tuple((before, after) for before, after in head["moves"])
        self.course = Course(tuple(head["stages"]), moves, frozenset(head["arrived"]), head["starts_at"])
        self.stays = Stays(*stays)
        record, whose, *more = underway
        self.underway = Underway(record, self._place[whose], *more)
        whose, programme, stage, in_days = beginnings
        pace = pace_error({int(ago): number for ago, number in head["pace"].items()})
        self.beginnings = Beginnings(self._place[whose], programme, stage, in_days, pace)

    def places(self, intake: dict[str, Any]) -> Places:
        """The free places of an intake; of one that is for anybody they go where the beginners of a year came from."""
        known = self.head["offered"], self.head["filled"]
        free = max(0, intake["places"] - intake["taken"])
        if intake["organisation"] != NEVER:
            whose = np.array([intake["organisation"]])
            return Places(intake["programme"], intake["in_days"], free, self._place[whose], np.ones(1), *known)
        begun = np.zeros(len(self.head["organisations"]))
        every = [(whose, number) for _, whose, number in self.head["beginners"]]
        mine = [
            (whose, number) for programme, whose, number in self.head["beginners"] if programme == intake["programme"]
        ]
        for whose, number in mine or every:
            begun[whose] += number
        shares = begun / begun.sum() if begun.sum() else np.full(len(begun), 1 / max(1, len(begun)))
        return Places(intake["programme"], intake["in_days"], free, self._place[:-1], shares, *known)

    def draw(self, ahead: Reals, seed: int, supposed: dict[str, Any] | None = None) -> Draws:
        """Everything drawn, as it is or as it is supposed to be."""
        intakes, underway = [dict(one) for one in self.head["intakes"]], self.underway
        chances = chances_of(self.course, self.stays, len(self.head["programmes"]), seed)
        if supposed:
            for well, badly, rate in supposed["rates"]:
                chances.suppose(well, badly, rate)
            underway = self._change(intakes, supposed)
        keys = [self.head["organisations"][number] for number in self.wanted]
        draws = Draws(Question(ahead, keys, len(self.head["programmes"])), self.course, chances, seed)
        draws.add_underway(underway)
        draws.add_beginnings(self.beginnings)
        for number, intake in enumerate(intakes):
            draws.add_places(number, self.places(intake))
        return draws

    def _change(self, intakes: list[dict[str, Any]], supposed: dict[str, Any]) -> Underway:
        """Give an intake other places or another day; those who are on it go on with it."""
        number, starts_in = supposed["intake"], supposed["starts_in"]
        if number is None:
            return self.underway
        intakes[number]["places"] = supposed["places"] or intakes[number]["places"]
        if starts_in is None:
            return self.underway
        intakes[number]["in_days"] = starts_in
        goes_on = np.where(self.underway.intake == number, starts_in, self.underway.goes_on)
        return Underway(**{**vars(self.underway), "goes_on": goes_on})


def forecast(order: Order) -> list[list[list[float | None]]]:
    """For each scope, for each day: the three levels, and where there is a plan the two chances of being there."""
    told = Told(Path(order["evidence"]), None)
    ahead: Reals = np.array(order["ahead"], dtype=float)
    draws = told.draw(ahead, order["seed"])
    return [_expected(draws, scope, order["days"]) for scope in order["scopes"]]


def _expected(draws: Draws, scope: dict[str, Any], days: list[int]) -> list[list[float | None]]:
    counts = draws.of(scope["members"]) + scope["already"]
    days_past, past = (np.array(one, dtype=float) for one in scope["past"])
    levels = levels_of(counts) if scope["members"] else np.zeros((3, counts.shape[1]), dtype=np.int32)
    said = []
    for place, (day, plan) in enumerate(zip(days, scope["plan"], strict=True)):
        chance = straight = None
        if plan is not None:
            chance = float((counts[:, place] >= plan).mean())
            straight = straight_chance(days_past, past, day, plan)
        said.append([*(int(level[place]) for level in levels), chance, straight])
    return said


def levels_of(counts: Counts) -> Counts:
    """The 10th, 50th and 90th percentile of the draws, day by day: always a number that was drawn."""
    ranks = [int(np.ceil(quantile * DRAWS)) - 1 for quantile in QUANTILES]
    found: Counts = np.partition(counts, ranks, axis=0)[ranks]
    return found


def scenario(order: Order) -> dict[str, Any]:
    """What would be expected of one scope if something were otherwise, and how many more would have to start."""
    supposed = order["supposed"]
    told = Told(Path(order["evidence"]), order["members"])
    ahead: Reals = np.array(order["ahead"], dtype=float)
    draws = told.draw(ahead, order["seed"], supposed)
    counts, plan = draws.of(range(len(told.wanted))) + order["already"], order["plan"]
    chance = None if plan is None else float((counts[:, -1] >= plan).mean())
    answer: dict[str, Any] = {"needed": None, "chance": chance, "without": chance}
    more = supposed["more"]
    if supposed["programme"] is not None:
        if more is None and plan is not None:
            more, answer["chance"] = _enough(draws, supposed, np.ceil(plan - counts[:, -1]).astype(np.int64))
            answer["needed"] = more
        if more:
            counts = counts + draws.beginning(supposed["programme"], supposed["in_days"], more)
            if supposed["more"] is not None and plan is not None:
                answer["chance"] = float((counts[:, -1] >= plan).mean())
    answer["levels"] = levels_of(counts).T.tolist()
    return answer


def _enough(draws: Draws, supposed: dict[str, Any], missing: Numbers) -> tuple[int | None, float | None]:
    """The least number with the chance that is wanted, and its chance; nothing where no number is enough."""
    needed = draws.needed(supposed["programme"], supposed["in_days"], missing)
    if needed is None:
        return None, None
    least = int(np.sort(needed)[int(np.ceil(supposed["wanted"] * DRAWS)) - 1])
    return (least, float((needed <= least).mean())) if least <= MOST else (None, None)


MOST = 10_000
"""More people than anybody could begin with at once."""


def write(order: Order, file: Path) -> None:
    """The answer to an order: a scenario where something is supposed, and the forecast of every scope otherwise."""
    answer = scenario(order) if "supposed" in order else forecast(order)
    file.write_text(json.dumps(answer), encoding="utf-8")


if __name__ == "__main__":
    work(write)
