"""What a status follows from: by hand, against a second implementation, and one step over every threshold."""

from datetime import UTC, date, datetime
from fractions import Fraction
from random import Random

import pytest

from tracker.progress.coverage import Coverage
from tracker.progress.figures import ALL, Figure, Scope
from tracker.progress.models import ScopeKind
from tracker.progress.registry import METRICS
from tracker.progress.status import Case, Chance, Pair, Thresholds, gap_index, percent, verdict
from tracker.progress.targets import TargetLine

AT = datetime(2026, 2, 1, tzinfo=UTC)
LINE = TargetLine(((date(2026, 1, 1), 10.0), (date(2026, 1, 11), 20.0)))
FIRST = Thresholds(green=80, amber=50, coverage=75, fewest_stays=20)
DRAWS = 10_000


def covered(heard: int, expected: int) -> Coverage:
    """So many of those that are expected have reported."""
    those = tuple(Scope(ScopeKind.OWN, id, f"o{id}", f"O{id}") for id in range(expected))
    return Coverage(those[:heard], those[heard:], expected)


def case(
    chance: Chance | None = None,
    *,
    day: str = "2026-01-10",
    value: float = 5,
    line: TargetLine | None = LINE,
    coverage: Coverage | None = None,
) -> Case:
    """A case of analysts trained: before the target's day and with nobody expected, where not said otherwise."""
    figure = Figure(METRICS["training.trained"], ALL, date.fromisoformat(day), AT, int(value), None, float(value))
    return Case(figure, line, chance, coverage or covered(0, 0))


def drawn(times: int, stays: int = 100) -> Chance:
    """The target was reached in so many of ten thousand draws."""
    return Chance(times / DRAWS, stays)


def colour(of: Case, by: Thresholds = FIRST) -> str:
    return verdict(of, by).colour


@pytest.mark.parametrize(
    ("day", "value", "wanted"),
    [("2026-01-11", 25, "none"), ("2026-01-12", 20, "green"), ("2026-01-12", 19, "red")],
)
def test_without_a_forecast_a_target_has_a_status_only_when_its_day_is_over(day: str, value: int, wanted: str):
    assert colour(case(day=day, value=value)) == wanted


def test_without_a_target_on_the_day_there_is_no_status():
    assert colour(case(drawn(DRAWS), line=None)) == "none"
    assert colour(case(drawn(DRAWS), day="2025-12-31")) == "none"


@pytest.mark.parametrize("by", [FIRST, Thresholds(91, 7, 60, 35), Thresholds(100, 99, 100, 20)])
def test_the_smallest_step_over_a_threshold_flips_the_colour_once_both_ways(by: Thresholds):
    colours = [colour(case(drawn(times)), by) for times in range(DRAWS + 1)]
    flips = [times for times in range(1, DRAWS + 1) if colours[times] != colours[times - 1]]

    assert flips == [by.amber * 100, by.green * 100]
    assert (colours[0], colours[by.amber * 100], colours[-1]) == ("red", "amber", "green")
    for expected in range(1, 60):
        grey = [colour(case(drawn(DRAWS), coverage=covered(heard, expected)), by) for heard in range(expected + 1)]
        fewest = next(heard for heard in range(expected + 1) if Fraction(heard, expected) >= Fraction(by.coverage, 100))
        assert grey == ["grey"] * fewest + ["green"] * (expected + 1 - fewest)
    stays = [colour(case(drawn(DRAWS, stays)), by) for stays in (by.fewest_stays - 1, by.fewest_stays)]
    assert stays == ["grey", "green"]


def slow(of: Case, by: Thresholds) -> str:
    """The rule again, from the pages of design: exact fractions, one question after another, no sentence."""
    goal = of.line.points[-1] if of.line else None
    if goal is None or of.line is None or of.figure.as_at < of.line.points[0][0]:
        return "none"
    over = of.figure.as_at > goal[0]
    if not over and of.chance is None:
        return "none"
    expected, silent = of.coverage.expected, len(of.coverage.missing)
    if expected and Fraction(expected - silent, expected) < Fraction(by.coverage, 100):
        return "grey"
    if over:
        return "red" if (of.figure.value or 0) < goal[1] else "green"
    assert of.chance is not None
    if of.chance.probability is None or of.chance.stays < by.fewest_stays:
        return "grey"
    chance = Fraction(round(of.chance.probability * DRAWS), DRAWS)
    reached = [name for name, limit in (("amber", by.amber), ("green", by.green)) if chance >= Fraction(limit, 100)]
    return reached[-1] if reached else "red"


def test_ten_thousand_random_cases_are_judged_alike_by_a_second_implementation():
    pick, met = Random(20200909), set()
    for _ in range(10_000):
        amber, green = sorted(pick.sample(range(1, 101), 2))
        by = Thresholds(green, amber, pick.randrange(101), pick.randrange(20, 60))
        near = pick.choice([green, amber]) * 100 + pick.randrange(-1, 2)
        times = min(DRAWS, pick.choice([near, pick.randrange(DRAWS + 1)]))
        known = Chance(pick.choice([times / DRAWS] * 9 + [None]), pick.randrange(15, 70))
        expected = pick.randrange(12)
        one = case(
            pick.choice([known] * 9 + [None]),
            day=pick.choice(["2025-12-31", "2026-01-01", "2026-01-10", "2026-01-11", "2026-01-12"]),
            value=pick.choice([19, 20, 21]),
            line=pick.choice([LINE] * 9 + [None]),
            coverage=covered(pick.randrange(expected + 1), expected),
        )

        found = verdict(one, by)
        met.add(found.colour)
        assert found.colour == slow(one, by), (one, by)
        assert found == verdict(one, by)
        assert bool(found.why) == (found.colour != "none")

    assert met == {"green", "amber", "red", "grey", "none"}


def test_grey_says_in_words_what_is_missing():
    silent, alone = case(drawn(DRAWS), coverage=covered(2, 4)), case(drawn(DRAWS), coverage=covered(0, 1))

    assert verdict(silent, FIRST).why.startswith("Only 2 of 4 organisations that are expected to report have.")
    assert verdict(alone, FIRST).why.startswith("It is expected to report and has not.")
    assert verdict(case(Chance(None, 7)), FIRST).why.startswith("Too little to go on: 7 completed stays")
    assert colour(case(day="2026-01-12", value=25, coverage=covered(2, 4))) == "grey"


@pytest.mark.parametrize(
    ("chance", "words"),
    [
        *((0.79999, "79%"), (0.8, "80%"), (0.5, "50%"), (0.2867, "28%"), (0.29, "29%"), (0.01, "1%"), (0.99, "99%")),
        *((0.0, "less than 1%"), (0.0099, "less than 1%"), (0.9901, "more than 99%"), (1.0, "more than 99%")),
    ],
)
def test_a_chance_is_never_rounded_over_a_threshold(chance: float, words: str):
    assert percent(chance) == words


def test_the_gap_is_counted_in_steps_over_days_that_have_both():
    days = [date(2026, 1, day) for day in (1, 2, 3, 4, 5)]
    said = [("green", "red"), ("green", "amber"), ("amber", "amber"), ("green", "grey"), ("red", "green")]

    # By hand: 2, 1, 0 and, where nothing was worked out, nothing; then 2 steps too dark.
    assert gap_index(Pair(day, *both) for day, both in zip(days, said, strict=True)) == (2 + 1 + 0 - 2) / 4
    assert gap_index([Pair(days[0], "green", "red"), Pair(days[1], "red", "green")]) == 0
    assert gap_index(Pair(day, one, one) for day in days for one in ("green", "amber", "red")) == 0
    assert gap_index([Pair(days[0], "green", "grey")]) is None
