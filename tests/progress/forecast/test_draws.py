from collections.abc import Callable

import numpy as np
import pytest

from tests.progress.forecast.programmes import AHEAD, COMPLETED, COURSE, completed, drawn, forecast, known_programme
from tracker.progress.forecast.draws import DRAWS, MANY, Draws, Question, chances_of
from tracker.progress.forecast.past import Beginnings, Places, Stays, Underway
from tracker.progress.forecast.straight import straight_chance
from tracker.progress.gathered import NEVER, STAYS

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


def underway(*rows: tuple[int, ...]) -> Underway:
    """Rows of record, organisation, programme, stage, days and days unseen; nothing is planned or promised."""
    return Underway(*np.array([(*row, NEVER, NEVER) for row in rows]).T)


IN_TRAINING = COURSE.stages.index("in-training")
COMPLETES = COURSE.moves.index((IN_TRAINING, COMPLETED))
ON_BREAK = COURSE.stages.index("on-break")
BACK, GIVES_UP = (COURSE.moves.index((ON_BREAK, to)) for to in (IN_TRAINING, COURSE.stages.index("withdrawn")))
LEAVES = COURSE.moves.index((IN_TRAINING, COURSE.stages.index("withdrawn")))


def test_the_same_seed_draws_the_same_and_another_does_not():
    first, again, other = (forecast(known_programme(5), seed) for seed in (1, 1, 2))

    assert (first == again).all()
    assert (first != other).any()


def test_who_always_completed_after_ten_weeks_is_expected_to():
    past = stays(*((0, IN_TRAINING, 70, COMPLETES, number) for number in range(400)))
    draws = drawn(np.array([28.0, 60.0, 120.0]), past)

    draws.add_underway(underway(*((number, 0, 0, IN_TRAINING, 21, 0) for number in range(50))))

    assert draws.of([0]).shape == (DRAWS, 3)
    early, due, late = draws.of([0]).mean(axis=0)
    assert early < 1
    assert due > 45
    assert late > 49


def test_who_is_still_there_is_no_failure():
    """Of twenty who left after ten weeks half completed; two hundred more came a week ago and tell nothing yet."""
    left = [(0, IN_TRAINING, 70, COMPLETES if number % 2 else LEAVES, number) for number in range(200)]
    here = [(0, IN_TRAINING, 7, STAYS, 200 + number) for number in range(200)]
    draws = drawn(np.array([200.0]), stays(*left, *here))

    draws.add_underway(underway(*((number, 0, 0, IN_TRAINING, 7, 0) for number in range(200))))

    assert draws.of([0]).mean() == pytest.approx(100, abs=6)


def test_many_drawn_together_spread_as_they_do_one_by_one():
    """Half complete and half leave: the spread of so many is that of a coin, whichever way they are drawn."""
    left = [(0, IN_TRAINING, 70, COMPLETES if number % 2 else LEAVES, number) for number in range(4_000)]
    few, many = MANY - 1, MANY + 1

    draws = drawn(np.array([200.0]), stays(*left), organisations=2)
    rows = [(number, number >= few, 0, IN_TRAINING, 7 * (number % 9), 0) for number in range(few + many)]
    draws.add_underway(underway(*rows))

    for whose, number in enumerate((few, many)):
        assert draws.of([whose]).mean() == pytest.approx(number / 2, abs=1.5)
        assert draws.of([whose]).std() == pytest.approx(np.sqrt(number) / 2, rel=0.12)


def test_somebody_on_two_journeys_counts_once():
    past = stays(*((0, IN_TRAINING, 70, COMPLETES, number) for number in range(400)))
    draws = drawn(np.array([300.0]), past)

    draws.add_underway(underway((7, 0, 0, IN_TRAINING, 21, 0), (7, 0, 0, IN_TRAINING, 35, 0)))

    assert draws.of([0]).max() == 1


def test_what_is_expected_to_begin_counts_from_its_day_on_and_for_its_organisation():
    past = stays(*((0, IN_TRAINING, 70, COMPLETES, number) for number in range(400)))
    draws = drawn(np.array([100.0, 200.0]), past, organisations=2)
    organisation, programme, stage, in_days = np.array([[1, 0, IN_TRAINING, 60]] * 30).T

    draws.add_beginnings(Beginnings(organisation, programme, stage, in_days, 0.05))

    assert draws.of([0]).max() == 0
    assert draws.of([1])[:, 0].mean() < 1
    assert draws.of([1])[:, 1].mean() == pytest.approx(30, abs=3)


def test_free_places_are_filled_as_places_were_and_count_where_beginners_came_from():
    """Nine in ten of a thousand places were taken up; of forty, three quarters count for the first organisation."""
    past = stays(*((0, IN_TRAINING, 70, COMPLETES, number) for number in range(400)))
    draws = drawn(np.array([100.0, 200.0]), past, organisations=2)

    draws.add_places(0, Places(0, 60, 40, np.array([0, 1]), np.array([0.75, 0.25]), 1_000, 900))

    assert draws.of([0, 1])[:, 0].mean() < 1
    assert draws.of([0])[:, 1].mean() == pytest.approx(27, abs=1)
    assert draws.of([1])[:, 1].mean() == pytest.approx(9, abs=0.5)
    assert draws.of([0, 1]).max() <= 40


def test_who_is_promised_back_goes_on_from_that_day_with_the_chance_of_coming_back():
    """Four in five came back from a break, and whoever was in training completed after ten weeks."""
    breaks = [(0, ON_BREAK, 60, BACK if number % 5 else GIVES_UP, number) for number in range(500)]
    past = stays(*breaks, *((0, IN_TRAINING, 70, COMPLETES, 500 + number) for number in range(500)))
    draws = drawn(np.array([80.0, 300.0]), past)

    draws.add_underway(Underway(*np.array([[number, 0, 0, ON_BREAK, 7, 0, 40, NEVER] for number in range(50)]).T))

    assert draws.of([0])[:, 0].mean() < 1
    assert draws.of([0])[:, 1].mean() == pytest.approx(40, abs=1)


@pytest.mark.parametrize("rate", [0.0, 0.3, 0.8, 0.95])
def test_a_supposed_rate_comes_to_that_share(rate: float):
    """Half complete after ten weeks and half leave after five: supposed otherwise, so many of a hundred complete."""
    left = [(0, IN_TRAINING, *((70, COMPLETES) if number % 2 else (35, LEAVES)), number) for number in range(4_000)]
    chances = chances_of(COURSE, stays(*left), 1, 1)

    chances.suppose([COMPLETES], [LEAVES], rate)

    draws = Draws(Question(np.array([900.0]), [0], 1), COURSE, chances, 1)
    assert draws.beginning(0, 0, 100).mean() == pytest.approx(100 * rate, abs=1.5)
