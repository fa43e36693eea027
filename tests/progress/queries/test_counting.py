"""Figures on any day, as known at any instant, against the slow second count of `replay`."""

from datetime import UTC, date, datetime, timedelta
from random import Random

import pytest
from flask import Flask

from tests.conftest import Arrange
from tests.progress.histories import FIRST, LAST, ORGANISATIONS, Past
from tests.progress.replay import Replay
from tracker.core.calendar import month_end, month_ends
from tracker.core.metric import Knowledge
from tracker.progress.figures import ALL, Figure
from tracker.progress.queries.counting import counted_by_month, counted_on, number_of
from tracker.progress.registry import METRICS, parts_of
from tracker.progress.structure import load_structure
from tracker.progress.tally import Tally

BY = datetime(2026, 1, 15, tzinfo=UTC)
EVERY = [
    metric
    for metric in METRICS.values()
    if metric.strand in {"training", "quality"} and metric.code != "training.skill_rise"
]
"""The figures that the replay counts a second time; those of other strands are held against a truth of their own. No
history tells of skills, and a rate of nothing is no number; the counts of what is not told are nought."""


def counted(as_at: date, knowledge: Knowledge) -> list[Figure]:
    structure = load_structure()
    tally = Tally(structure, EVERY, [ALL, *(structure.scope(slug) for slug in ORGANISATIONS)])
    for change in counted_on(as_at, tally.parts, knowledge):
        tally.add(*change)
    return list(tally.figures(as_at, BY))


def differences(figures: list[Figure], replay: Replay) -> list[object]:
    found = []
    for figure in figures:
        wanted = replay.figure(figure.metric.code, None if figure.scope == ALL else figure.scope.slug)
        if (figure.numerator, figure.denominator, figure.value) != wanted:
            found.append((figure, wanted))
    return found


@pytest.mark.parametrize("seed", [1, 2, *(pytest.param(seed, marks=pytest.mark.assure) for seed in (3, 4, 5))])
def test_any_day_as_known_at_any_instant_is_what_a_replay_counts(app: Flask, arrange: Arrange, seed: int) -> None:
    past = Past(seed)
    with arrange():
        past.begin(40, by=BY)
    chance = Random(seed)

    with app.app_context():
        for _ in range(50):
            as_at = FIRST + timedelta(days=chance.randrange((LAST - FIRST).days))
            known_at = BY - timedelta(hours=chance.randrange(24 * 740))
            found = differences(counted(as_at, Knowledge(known_at)), Replay(past.told, as_at, known_at))
            assert not found, (as_at, known_at)
        now = differences(counted(LAST, Knowledge()), Replay(past.told, LAST, BY))

    assert not now


def test_many_month_ends_at_once_are_what_each_is_alone(app: Flask, arrange: Arrange) -> None:
    past = Past(11)
    with arrange():
        past.begin(60, by=BY)
    first, last = month_end(FIRST), LAST

    with app.app_context():
        structure = load_structure()
        tally = Tally(structure, EVERY)
        changes = counted_by_month(first, last, parts_of(EVERY), Knowledge())
        together = {}
        for day in month_ends(first, last):
            for change in changes.get(number_of(day), ()):
                tally.add(*change)
            together[day] = list(tally.figures(day, BY))
        for day, figures in together.items():
            alone = Tally(structure, EVERY)
            for change in counted_on(day, alone.parts, Knowledge()):
                alone.add(*change)
            assert figures == list(alone.figures(day, BY))
