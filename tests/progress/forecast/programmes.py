"""Made-up programmes whose chances and times are known: what a forecast of them says can be held against what came."""

from collections import Counter
from dataclasses import dataclass

import numpy as np

from tracker.progress.forecast.draws import Draws, Question, chances_of
from tracker.progress.forecast.past import Beginnings, Course, Stays, Underway, pace_error
from tracker.progress.gathered import NEVER, STAYS

NOMINATED, APPLIED, ENROLLED, IN_TRAINING, ON_BREAK, WITHDRAWN, COMPLETED = range(7)
COURSE = Course(
    stages=("nominated", "applied", "enrolled", "in-training", "on-break", "withdrawn", "completed"),
    moves=(
        (NOMINATED, APPLIED),
        (NOMINATED, WITHDRAWN),
        (APPLIED, ENROLLED),
        (APPLIED, WITHDRAWN),
        (ENROLLED, IN_TRAINING),
        (ENROLLED, WITHDRAWN),
        (IN_TRAINING, COMPLETED),
        (IN_TRAINING, ON_BREAK),
        (IN_TRAINING, WITHDRAWN),
        (ON_BREAK, IN_TRAINING),
        (ON_BREAK, WITHDRAWN),
    ),
    arrived=frozenset({COMPLETED}),
    starts_at=IN_TRAINING,
)
PROGRAMMES = 3
FIRST, LAST = -3 * 365, 400
AHEAD = np.array([90.0, 180.0, 270.0, 365.0])
BREAKS = 0.08

Journey = tuple[int, list[tuple[int, int]]]
"""The number of a programme, and the stages with the days they were entered; day 0 is the day of the forecast."""


@dataclass(frozen=True)
class Leg:
    """How people leave a stage: the chance of each next stage (the rest withdraw) and days as a gamma distribution."""

    to: tuple[tuple[int, float], ...]
    days: float
    shape: float


def known_programme(seed: int) -> list[Journey]:
    """Everything that happens on some programmes over four years."""
    draw = np.random.default_rng(seed)
    journeys: list[Journey] = []
    for programme in range(PROGRAMMES):
        legs = {
            NOMINATED: Leg(((APPLIED, draw.uniform(0.8, 0.95)),), draw.uniform(10, 40), 2.0),
            APPLIED: Leg(((ENROLLED, draw.uniform(0.6, 0.9)),), draw.uniform(20, 50), 2.0),
            ENROLLED: Leg(((IN_TRAINING, draw.uniform(0.85, 0.97)),), draw.uniform(5, 30), 1.5),
            IN_TRAINING: Leg(
                ((COMPLETED, draw.uniform(0.6, 0.85)), (ON_BREAK, BREAKS)), draw.uniform(90, 365), draw.uniform(4, 20)
            ),
            ON_BREAK: Leg(((IN_TRAINING, draw.uniform(0.6, 0.85)),), draw.uniform(40, 150), 2.0),
        }
        number = draw.poisson(draw.uniform(20, 90) * (LAST - FIRST) / 365)
        journeys += [(programme, _lived(legs, int(day), draw)) for day in draw.uniform(FIRST, LAST, number)]
    return journeys


def _lived(legs: dict[int, Leg], day: int, draw: np.random.Generator) -> list[tuple[int, int]]:
    path = [(NOMINATED, day)]
    while path[-1][0] in legs:
        leg = legs[path[-1][0]]
        day += int(draw.gamma(leg.shape, leg.days / leg.shape))
        chance, following = draw.random(), WITHDRAWN
        for stage, share in leg.to:
            chance -= share
            if chance < 0:
                following = stage
                break
        path.append((following, day))
    return path


def completed(journeys: list[Journey], day: float) -> int:
    """How many had completed by a day."""
    return sum(path[-1][0] == COMPLETED and path[-1][1] <= day for _, path in journeys)


def forecast(journeys: list[Journey], seed: int = 1) -> np.ndarray:
    """Draws x days ahead: how many will have completed, told from what had happened by day 0."""
    stays, underway, beginnings = [], [], []
    begun: Counter[int] = Counter()
    for number, (programme, path) in enumerate(journeys):
        seen = [(stage, day) for stage, day in path if day <= 0]
        if not seen:
            continue
        for place, (stage, day) in enumerate(seen):
            following = seen[place + 1] if place + 1 < len(seen) else None
            move = COURSE.moves.index((stage, following[0])) if following else STAYS
            if stage != COMPLETED:
                stays.append((programme, stage, (following[1] if following else 0) - day, move, number))
        stage, day = seen[-1]
        if stage != COMPLETED:
            underway.append((number, 0, programme, stage, -day, 0, NEVER, NEVER))
        begun[-seen[0][1] // 365] += 1
        if seen[0][1] > -365:
            beginnings.append((0, programme, NOMINATED, 365 + seen[0][1]))
    draws = drawn(AHEAD, Stays(*np.array(stays).T), seed, programmes=PROGRAMMES)
    draws.add_underway(Underway(*np.array(underway).T))
    columns = np.array(beginnings).T
    draws.add_beginnings(Beginnings(*columns, pace_error(begun)))
    return draws.of([0]) + completed(journeys, 0)


def drawn(ahead: np.ndarray, stays: Stays, seed: int = 1, *, organisations: int = 1, programmes: int = 1) -> Draws:
    """Draws from some stays, with nobody under way yet."""
    question = Question(ahead, range(organisations), programmes)
    return Draws(question, COURSE, chances_of(COURSE, stays, programmes, seed), seed)
