"""Forecasts through the front door: what they say, that they are kept, and how they are scored."""

import json
from collections.abc import Iterator
from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest
import time_machine
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from tests.conftest import Arrange, ComeTo, SignIn
from tests.factories import make_cohort, make_enrolment, make_person, organisation
from tests.progress.story import TRAINED, tell
from tracker.accounts.permissions import Role
from tracker.core.db import db
from tracker.progress.commands import figures_command, forecast_command
from tracker.progress.figures import ALL
from tracker.progress.models import Forecast, ForecastPoint
from tracker.progress.queries.forecasts import scores
from tracker.progress.queries.snapshots import trajectory
from tracker.progress.registry import METRICS
from tracker.progress.services.compiling import compile_day, compile_range
from tracker.progress.services.forecasting import forecast_headlines
from tracker.progress.services.targets import replace_line

AS_AT = date(2026, 3, 31)
DUE = date(2026, 12, 31)


@pytest.fixture(autouse=True)
def _in_july() -> Iterator[None]:
    with time_machine.travel("2026-07-01T09:00:00Z", tick=False):
        yield


def course_of_events(begins: date, *, ends: bool) -> list[str]:
    """Somebody who trains for ten weeks and, where it is over, completes; each recorded the day after."""
    done = begins + timedelta(days=70)
    said = [f"in-training {begins} recorded {begins + timedelta(days=1)}"]
    return said + ([f"completed {done} recorded {done + timedelta(days=1)}"] if ends else [])


@pytest.fixture
def steady(arrange: Arrange, come_to: ComeTo) -> None:
    """Three begin every fortnight from January 2025 to June 2026 and complete after ten weeks; two of them of the Home
    Office."""
    come_to("steady", partial(begin_every_fortnight, arrange))


def begin_every_fortnight(arrange: Arrange) -> None:
    with arrange():
        cohort = make_cohort()
        begins = date(2025, 1, 6)
        while begins < date(2026, 6, 20):
            for slug in ("home-office", "home-office", "hm-treasury"):
                ends = begins + timedelta(days=70) <= date(2026, 6, 30)
                make_enrolment(*course_of_events(begins, ends=ends), person=make_person(slug), cohort=cohort)
            begins += timedelta(days=14)


def aim(arrange: Arrange, goal: float, slug: str | None = None) -> None:
    with arrange():
        whose = organisation(slug).id if slug else None
        replace_line(TRAINED, whose, {date(2025, 1, 1): 0.0, DUE: goal}, reason="A try", created_by_id=None)


def forecast(app: Flask, *more: str) -> dict[str, Any]:
    answer = CliRunner().invoke(forecast_command, ["--as-at", str(AS_AT), *more], obj=lambda: app)
    assert answer.exit_code == 0, answer.output or answer.exception
    said: dict[str, Any] = json.loads(answer.stdout)
    return said


def status(app: Flask, *more: str) -> str:
    words = ["--as-at", str(AS_AT), "--live", "--figure", TRAINED, *more]
    answer = CliRunner().invoke(figures_command, words, obj=lambda: app)
    assert answer.exit_code == 0, answer.output
    return str(json.loads(answer.stdout)[0]["status"])


@pytest.mark.usefixtures("steady")
def test_it_says_what_comes_how_sure_that_is_and_what_it_rests_on(app: Flask, arrange: Arrange):
    aim(arrange, 120)

    said = forecast(app, "--known-at", str(AS_AT))

    # 28 fortnights of beginners had completed by 31 March 2026, five were in training; three begin every fortnight.
    assert said["inputs"]["counted"] == 84
    assert said["inputs"]["underway"] == {"accelerator": {"in-training": 15}}
    assert (said["target"], said["target_on"], said["enough_to_go_on"]) == (120, str(DUE), True)
    days = [point["day"] for point in said["points"]]
    assert (days[0], days[1], days[-1], len(days)) == (str(AS_AT), "2026-04-30", str(DUE), 10)
    assert all(point["p10"] <= point["p50"] <= point["p90"] for point in said["points"])
    assert {point["day"]: point for point in said["points"]}["2026-05-31"]["p50"] == pytest.approx(96, abs=3)
    assert said["points"][-1]["p50"] == pytest.approx(141, abs=9)
    assert said["probability"] > 0.8


@pytest.mark.usefixtures("steady")
def test_organisations_are_forecast_by_themselves_and_come_to_the_whole(app: Flask, arrange: Arrange):
    aim(arrange, 120)
    aim(arrange, 400, "home-office")

    whole, home, treasury = (
        forecast(app, "--known-at", str(AS_AT), *more)
        for more in ((), ("--organisation", "home-office"), ("--organisation", "hm-treasury"))
    )

    middles = [said["points"][-1]["p50"] for said in (whole, home, treasury)]
    assert middles[0] == pytest.approx(middles[1] + middles[2], abs=3)
    assert middles[1] == pytest.approx(2 * middles[2], abs=12)
    assert (home["probability"], treasury["probability"]) == (0, None)


@pytest.mark.usefixtures("steady")
def test_the_same_question_is_answered_by_what_was_kept_and_the_seed_decides(app: Flask, arrange: Arrange):
    aim(arrange, 120)
    first = forecast(app, "--known-at", str(AS_AT))

    with time_machine.travel("2026-07-02T09:00:00Z", tick=False):
        again, other = forecast(app, "--known-at", str(AS_AT)), forecast(app, "--known-at", str(AS_AT), "--seed", "7")

    assert again == first
    assert other["made_at"] != first["made_at"]
    assert other["points"] != first["points"]


@pytest.mark.usefixtures("steady")
def test_what_was_recorded_later_is_not_known_then(app: Flask, arrange: Arrange):
    aim(arrange, 120)

    known_early = forecast(app, "--known-at", "2025-12-31")

    assert known_early["inputs"]["counted"] < forecast(app)["inputs"]["counted"] == 84


@pytest.mark.usefixtures("steady")
@pytest.mark.parametrize("table", [Forecast.__tablename__, ForecastPoint.__tablename__])
@pytest.mark.parametrize("act", ["UPDATE {} SET {} = 1", "DELETE FROM {}"])
def test_a_kept_forecast_cannot_be_changed(app: Flask, arrange: Arrange, table: str, act: str):
    aim(arrange, 120)
    forecast(app)

    with app.app_context(), pytest.raises(DBAPIError, match="never changed or deleted"):
        db.session.execute(text(act.format(table, "seed" if table == "forecast" else "low")))


def test_with_few_completed_stays_it_says_there_is_too_little_and_the_status_is_grey(app: Flask, arrange: Arrange):
    tell(arrange)
    assert status(app) == "none"

    said = forecast(app)

    assert (said["enough_to_go_on"], said["points"], said["probability"]) == (False, [], None)
    assert said["completed_stays"] < 20
    assert status(app) == "grey"


@pytest.mark.usefixtures("steady")
@pytest.mark.parametrize(("goal", "colour"), [(120, "green"), (136, "amber"), (170, "red")])
def test_the_status_follows_the_chance(app: Flask, arrange: Arrange, goal: float, colour: str):
    aim(arrange, goal)
    forecast(app)

    assert status(app) == colour


@pytest.mark.usefixtures("steady")
def test_the_night_forecasts_and_scores_what_it_would_have_said(app: Flask, arrange: Arrange, sign_in: SignIn):
    aim(arrange, 120)
    day = date(2026, 6, 30)
    with app.app_context():
        compile_range(date(2025, 6, 30), day)
        compile_day(day)
        made = [forecast_headlines(day, back=8, at_once=6) for _ in range(3)]
        kept = db.session.scalar(select(func.count(Forecast.id)))
        of = [METRICS[TRAINED]]
        found = scores(of, [ALL], day, lambda *_: trajectory(TRAINED, ALL, date(2025, 6, 30), day))[TRAINED, ALL]

    # The day itself and six month ends the first night, the rest the second, and then there is nothing left to do.
    assert (made[0], made[2], kept) == (7, 0, sum(made))
    assert made[1] > 0
    assert found.bands >= 20
    assert found.held / found.bands >= 0.6
    assert found.brier is not None
    page = sign_in(Role.LEADERSHIP).get(f"/progress/figures/{TRAINED}").text
    assert "What is expected" in page
    assert f"Track record: {found.held} of {found.bands} such ranges held what came." in page
    assert "The chance of reaching 120 by then is" in page


@pytest.mark.usefixtures("steady")
def test_planned_places_take_the_place_of_last_years_beginners_and_nobody_counts_twice(app: Flask, arrange: Arrange):
    """Three began every fortnight; for September thirty places are planned: six are taken, and one is asked for."""
    aim(arrange, 120)
    now = ("--as-at", "2026-06-30")
    with arrange():
        autumn = make_cohort("AUTUMN", starts_on=date(2026, 9, 30), capacity=30)
        for stage in (*["accepted"] * 6, "applied"):
            make_enrolment(f"{stage} 2026-06-25 recorded 2026-06-26", cohort=autumn)

    said = forecast(app, *now)
    before = forecast(app, "--known-at", str(AS_AT))

    plan = {"ref": "AUTUMN", "programme": "accelerator", "starts_on": "2026-09-30", "places": 30, "taken": 7}
    assert said["inputs"]["planned"] == [plan]
    assert said["inputs"]["promised_or_planned"] == 7
    # Beginners of a year before are expected again from 1 October on alone: fortnights of October to December 2025.
    assert said["inputs"]["expected_to_begin"] == {"accelerator": 18}
    # What was planned in March is not known any more: then it is as many as a year before, as ever.
    assert before["inputs"]["planned"] == []
    assert before["inputs"]["promised_or_planned"] == 0
    assert before["method"] == said["method"] == "plans-1"
