from collections.abc import Callable

import numpy as np
import pytest

from tests.progress.forecast.programmes import AHEAD, COMPLETED, COURSE, completed, forecast, known_programme
from tracker.progress.forecast.draws import DRAWS, Draws, Question
from tracker.progress.forecast.past import STAYS, Beginnings, Stays, Underway
from tracker.progress.forecast.straight import straight_chance

MONTHS = -np.arange(12)[::-1] * 30.4


def campaign(programmes: int) -> tuple[float, float, float]:
    """The share of 80% bands that held what came, and the Brier scores of the forecast and of a straight line."""
    held, chances = [], []
    for seed in range(programmes):
        journeys = known_programme(seed)
        drawn = forecast(journeys)
        counts = np.array([completed(journeys, day) for day in MONTHS], dtype=float)
        pace = (counts[-1] - counts[0]) / (MONTHS[-1] - MONTHS[0])
        ask = np.random.default_rng(seed).uniform(0.7, 1.3, len(AHEAD))
        for place, day in enumerate(AHEAD):
            came = completed(journeys, day)
            low, high = np.quantile(drawn[:, place], (0.1, 0.9), method="inverted_cdf")
            held.append(low <= came <= high)
            plan = counts[-1] + pace * day * ask[place]
            chance = float((drawn[:, place] >= plan).mean())
            chances.append((chance, straight_chance(MONTHS, counts, day, plan), float(came >= plan)))
    brier = [float(np.mean([(row[which] - row[2]) ** 2 for row in chances])) for which in (0, 1)]
    return float(np.mean(held)), *brier


def test_the_band_holds_four_in_five_of_known_programmes_and_beats_a_straight_line():
    share, brier, straight = campaign(24)

    assert 0.72 <= share <= 0.88
    assert brier < straight


@pytest.mark.assure
def test_the_band_holds_four_in_five_of_two_hundred_known_programmes(record_property: Callable[[str, object], None]):
    share, brier, straight = campaign(200)

    record_property("80% band held", f"{share:.1%}")
    record_property("Brier score", f"{brier:.3f}, of a straight line {straight:.3f}")
    assert 0.72 <= share <= 0.88
    assert brier < straight


def stays(*rows: tuple[int, int, int, int, int]) -> Stays:
    return Stays(*np.array(rows, dtype=np.int64).reshape(-1, 5).T)


NOBODY = Underway(*np.zeros((6, 0), dtype=np.int64))
IN_TRAINING = COURSE.stages.index("in-training")
COMPLETES = COURSE.moves.index((IN_TRAINING, COMPLETED))
LEAVES = COURSE.moves.index((IN_TRAINING, COURSE.stages.index("withdrawn")))


def test_the_same_seed_draws_the_same_and_another_does_not():
    first, again, other = (forecast(known_programme(5), seed) for seed in (1, 1, 2))

    assert (first == again).all()
    assert (first != other).any()


def test_who_always_completed_after_ten_weeks_is_expected_to():
    past = stays(*((0, IN_TRAINING, 70, COMPLETES, number) for number in range(400)))
    draws = Draws(Question(np.array([28.0, 60.0, 120.0]), 1, 1), COURSE, past, 1)

    draws.add_underway(Underway(*np.array([[number, 0, 0, IN_TRAINING, 21, 0] for number in range(50)]).T))

    assert draws.more.shape == (1, DRAWS, 3)
    early, due, late = draws.more[0].mean(axis=0)
    assert early < 1
    assert due > 45
    assert late > 49


def test_who_is_still_there_is_no_failure():
    """Of twenty who left after ten weeks half completed; two hundred more came a week ago and tell nothing yet."""
    left = [(0, IN_TRAINING, 70, COMPLETES if number % 2 else LEAVES, number) for number in range(200)]
    here = [(0, IN_TRAINING, 7, STAYS, 200 + number) for number in range(200)]
    draws = Draws(Question(np.array([200.0]), 1, 1), COURSE, stays(*left, *here), 1)

    draws.add_underway(Underway(*np.array([[number, 0, 0, IN_TRAINING, 7, 0] for number in range(200)]).T))

    assert draws.more[0].mean() == pytest.approx(100, abs=6)


def test_somebody_on_two_journeys_counts_once():
    past = stays(*((0, IN_TRAINING, 70, COMPLETES, number) for number in range(400)))
    draws = Draws(Question(np.array([300.0]), 1, 1), COURSE, past, 1)

    draws.add_underway(Underway(*np.array([[7, 0, 0, IN_TRAINING, 21, 0], [7, 0, 0, IN_TRAINING, 35, 0]]).T))

    assert draws.more.max() == 1


def test_what_is_expected_to_begin_counts_from_its_day_on_and_for_its_organisation():
    past = stays(*((0, IN_TRAINING, 70, COMPLETES, number) for number in range(400)))
    draws = Draws(Question(np.array([100.0, 200.0]), 2, 1), COURSE, past, 1)
    organisation, programme, stage, in_days = np.array([[1, 0, IN_TRAINING, 60]] * 30).T

    draws.add_beginnings(Beginnings(organisation, programme, stage, in_days, np.ones(30), 0.05))

    assert draws.more[0].max() == 0
    assert draws.more[1, :, 0].mean() < 1
    assert draws.more[1, :, 1].mean() == pytest.approx(30, abs=3)
