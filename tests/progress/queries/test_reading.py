"""One reading of all that a page needs: snapshots and ledger say the same, and nothing is taken from another clock."""

from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import delete, func, select

from tests.conftest import Arrange
from tests.factories import make_enrolment, make_person
from tests.progress.story import LATEST, compile_story, tell
from tracker.core.calendar import month_ends
from tracker.core.clock import now
from tracker.core.db import db
from tracker.progress.figures import ALL
from tracker.progress.models import Snapshot
from tracker.progress.queries.answers import live_answer
from tracker.progress.queries.reading import Wanted, month_end_before, read, spark_months
from tracker.progress.queries.snapshots import NotCompiled, compilation_of, compiled_figures
from tracker.progress.registry import METRICS
from tracker.progress.services.compiling import compile_day
from tracker.progress.structure import Structure, load_structure

TRAINED = METRICS["training.trained"]


@pytest.fixture(autouse=True)
def told(arrange: Arrange) -> None:
    """The small programme, not yet compiled."""
    tell(arrange)


def wanted(structure: Structure) -> Wanted:
    rows = [structure.scope(slug) for slug in ("home-office", "hm-treasury", "cabinet-office")]
    families = [structure.scope("cabinet-office", with_children=True)]
    return Wanted([TRAINED], list(METRICS.values()), [ALL, *families], rows, families, chart_from=date(2025, 12, 31))


def test_what_the_snapshots_say_the_ledger_says_too(app: Flask):
    compile_story(app)
    with app.app_context():
        structure = load_structure()
        kept = read(structure, wanted(structure), LATEST, None)

        lived = read(structure, wanted(structure), LATEST, now())

        assert (kept.is_live, lived.is_live) == (False, True)
        assert (kept.as_at, lived.as_at) == (LATEST, LATEST)
        both = kept.figures.keys() & lived.figures.keys()
        assert {code for code, _, _ in both} >= set(METRICS)
        assert {key: lived.figures[key].value for key in both} == {key: kept.figures[key].value for key in both}
        assert kept.figure(TRAINED, ALL).value == 4  # type: ignore[union-attr]


def test_a_page_of_an_earlier_instant_takes_no_month_from_a_later_compile(app: Flask, arrange: Arrange):
    compile_story(app)
    before = now()
    with arrange():
        make_enrolment("completed 2026-01-10", person=make_person("home-office"))
    with app.app_context():
        compile_day(date(2026, 3, 31))
        structure = load_structure()

        then = read(structure, wanted(structure), date(2026, 4, 14), before)
        today = read(structure, wanted(structure), LATEST, None)

        assert then.before(TRAINED, ALL).value == 3  # type: ignore[union-attr]
        assert today.before(TRAINED, ALL).value == 4  # type: ignore[union-attr]


def test_a_month_that_was_not_compiled_is_absent_and_not_zero(app: Flask):
    with app.app_context():
        for day in (date(2026, 1, 31), date(2026, 3, 31), LATEST):
            compile_day(day)
        structure = load_structure()

        past = read(structure, wanted(structure), None, None).past(TRAINED, ALL, date(2025, 12, 31))

        assert [(figure.as_at, figure.value) for figure in past] == [(date(2026, 1, 31), 1), (date(2026, 3, 31), 3)]


def test_of_who_has_nothing_to_count_nothing_is_kept_and_everything_is_read(app: Flask):
    with app.app_context():
        compile_day(LATEST)
        made = compilation_of(LATEST)
        assert made is not None
        structure = load_structure()
        scopes, metrics = structure.kept_scopes, list(METRICS.values())
        kept = db.session.scalar(select(func.count()).select_from(Snapshot)) or 0

        read_back = compiled_figures([made], scopes, metrics)
        lived = live_answer(structure, scopes, metrics, LATEST, None)
        of_one_figure = delete(Snapshot).where(Snapshot.figure == TRAINED.code)
        db.session.execute(of_one_figure)

        parts = [(one.numerator, one.denominator, one.value) for one in read_back]
        assert parts == [(one.numerator, one.denominator, one.value) for one in lived]
        assert len(metrics) < kept < len(parts) / 10
        assert compiled_figures([made], scopes, [TRAINED]) == [], "a figure of a later release was never compiled"


def test_without_a_day_and_without_a_compile_there_is_nothing_to_read(app: Flask):
    with app.app_context():
        structure = load_structure()

        with pytest.raises(NotCompiled):
            read(structure, wanted(structure), None, None)
        with pytest.raises(NotCompiled):
            read(structure, wanted(structure), None, now() - timedelta(days=1))


@pytest.mark.parametrize("day", [date(2026, 4, 15), date(2026, 3, 31), date(2024, 2, 29), date(2026, 1, 1)])
def test_a_small_line_has_the_twelve_month_ends_before_a_day_and_the_day(day: date):
    days = spark_months(day)

    assert len(days) == 13
    assert days[-1] == day
    assert days[-2] == month_end_before(day) < day
    assert days[:-1] == list(month_ends(days[0], days[-2]))
