"""“What would it take?” through the front door: against cases worked by hand, and what it must not do."""

import re
from collections.abc import Iterator
from datetime import date
from functools import partial
from math import comb
from pathlib import Path

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select

from tests.browsers import Browser
from tests.conftest import Arrange, ComeTo, SignIn
from tests.factories import make_cohort, make_enrolment, make_person, organisation
from tests.progress.story import TRAINED
from tracker.accounts.permissions import Role
from tracker.core.db import db
from tracker.progress.models import Forecast, ForecastPoint, Snapshot
from tracker.progress.registry import METRICS
from tracker.progress.services.compiling import compile_day
from tracker.progress.services.forecasting import make_forecast
from tracker.progress.services.targets import replace_line

AS_AT, DUE = date(2026, 6, 30), date(2026, 12, 31)
PAGE = f"/progress/figures/{TRAINED}/scenario"
HOME = "organisation=home-office"


@pytest.fixture(autouse=True)
def _in_july() -> Iterator[None]:
    with time_machine.travel("2026-07-01T09:00:00Z", tick=False):
        yield


@pytest.fixture
def done(arrange: Arrange, come_to: ComeTo) -> None:
    """Sixty of the Home Office trained for exactly ten weeks, all of sixty places taken, and every one completed, long
    ago. Nobody is on the way. Ten places are planned for August; the target is a hundred."""
    come_to("sixty done", partial(sixty_complete, arrange))


def sixty_complete(arrange: Arrange) -> None:
    with arrange():
        past = make_cohort(starts_on=date(2024, 10, 7), capacity=60)
        for _ in range(60):
            make_enrolment("in-training 2024-10-07", "completed 2024-12-16", person=make_person(), cohort=past)
        for whose in (None, organisation("home-office").id):
            points = {date(2024, 1, 1): 0.0, DUE: 100.0}
            replace_line(TRAINED, whose, points, reason="A try", created_by_id=None)


@pytest.fixture
def planned(done: None, arrange: Arrange) -> None:
    with arrange():
        make_cohort("AUGUST", starts_on=date(2026, 8, 3), capacity=10)


@pytest.fixture
def leader(sign_in: SignIn) -> Browser:
    return sign_in(Role.LEADERSHIP)


def foretell(app: Flask) -> None:
    with app.app_context():
        compile_day(AS_AT)
        make_forecast(METRICS[TRAINED], AS_AT)


def said(leader: Browser, question: str, status: int = 200) -> str:
    answer = leader.get(f"{PAGE}?{question}")
    assert answer.status_code == status, answer.text
    main = re.search(r"<main.*</main>", answer.text, re.DOTALL)[0]
    return " ".join(re.sub(r"<[^>]+>", " ", main).split())


def least_that_is_enough(missing: int, chance: float, wanted: float) -> int:
    """The least number of which, each with the chance, so many succeed as often as is wanted: by the binomial."""
    number = missing
    while sum(comb(number, k) * chance**k * (1 - chance) ** (number - k) for k in range(missing, number + 1)) < wanted:
        number += 1
    return number


@pytest.mark.usefixtures("done")
def test_where_everybody_completes_after_ten_weeks_as_many_must_start_as_are_missing(app: Flask, leader: Browser):
    foretell(app)

    # Sixty count and a hundred are wanted. Who starts on 1 October is done on 10 December, who starts in December not.
    in_time = said(leader, f"programme=accelerator&by=2026-10-01&{HOME}")
    too_late = said(leader, "programme=accelerator&by=2026-12-01")

    assert "40 more people must start training on" in in_time
    assert "by 1 October 2026, beyond those already expected. Without them it would be less than 1%." in in_time
    assert "By 31 December 2026, 100 would be expected" in in_time
    assert "No number is enough" in too_late


@pytest.mark.usefixtures("done")
@pytest.mark.parametrize("wanted", [50, 80, 95])
def test_where_half_complete_it_takes_what_the_binomial_says(app: Flask, leader: Browser, wanted: int):
    foretell(app)

    words = said(leader, f"programme=accelerator&by=2026-09-01&completes=50&chance={wanted}")

    number = int(re.search(r"(\d+) more people must start", words)[1])
    assert number == pytest.approx(least_that_is_enough(40, 0.5, wanted / 100), abs=1)
    assert "50% of those whose training ends complete it." in words


@pytest.mark.usefixtures("done")
def test_so_many_more_bring_the_chance_they_bring(app: Flask, leader: Browser):
    foretell(app)

    few, enough = (said(leader, f"programme=accelerator&by=2026-09-01&more={more}") for more in (39, 45))

    assert "The chance of reaching 100 by 31 December 2026 would be less than 1%" in few
    assert "would be more than 99%; as things are forecast it is less than 1%" in enough
    assert "45 more people start training on" in enough


@pytest.mark.usefixtures("planned")
def test_planned_places_are_forecast_and_may_be_supposed_otherwise(app: Flask, leader: Browser):
    foretell(app)

    page = leader.get(f"/progress/figures/{TRAINED}").text
    more, later = said(leader, "intake=AUGUST&places=20"), said(leader, "intake=AUGUST&starts=2026-12-01")

    # All sixty places were taken before, so nearly all of ten, or of twenty, will be.
    assert "10 places still free in what is planned to begin by 3 August 2026" in page
    assert "By 31 December 2026, 70 are expected" in page
    assert "By 31 December 2026, 80 would be expected" in more
    assert "AUGUST has 20 places." in more
    assert "By 31 December 2026, 60 would be expected" in later
    assert "AUGUST begins on 1 December 2026." in later


@pytest.mark.usefixtures("planned")
def test_the_same_address_gives_the_same_answer_and_nothing_is_stored(app: Flask, leader: Browser, instance: Path):
    def stored() -> list[int]:
        with app.app_context():
            return [
                db.session.scalar(select(func.count()).select_from(one)) for one in (Forecast, ForecastPoint, Snapshot)
            ]

    foretell(app)
    question, before = "programme=accelerator&by=2026-09-01&more=20&completes=70", stored()

    first, again = said(leader, question), said(leader, question)
    # Nor does it matter what was kept: everything is worked out anew from the ledger.
    for file in (instance / "forecasts").iterdir():
        file.unlink()
    anew = said(leader, question)

    assert first == again == anew
    assert "A scenario, not a forecast" in first
    assert stored() == before


WRONG = (
    ("programme=accelerator&by=2026-06-30", "must lie after 30 June 2026", "2026-06-30"),
    ("programme=accelerator&by=2027-01-01", "must not lie after 31 December 2026", "2027-01-01"),
    ("programme=accelerator&by=31/02/2026", "There is no such day", "31/02/2026"),
    ("programme=accelerator&by=2026-09-01&more=0", "Enter a whole number from 1 to 10,000", 'value="0"'),
    ("programme=accelerator&by=2026-09-01&more=1000000", "Enter a whole number from 1 to 10,000", "1000000"),
    ("programme=accelerator&by=2026-09-01&more=some", "Enter a whole number from 1 to 10,000", 'value="some"'),
    ("programme=accelerator", "Enter the day they start by", '"accelerator" selected'),
    ("by=2026-09-01", "Choose the programme they start on", "2026-09-01"),
    ("programme=nowhere&by=2026-09-01", "There is no programme ‘nowhere’ here", "2026-09-01"),
    ("completes=101", "Enter a whole number from 0 to 100", "101"),
    ("chance=100&completes=5", "Enter a whole number from 1 to 99", 'value="100"'),
    ("intake=AUGUST", "Enter the places it has instead", '"AUGUST" selected'),
    ("intake=MAY&places=3", "Nothing is planned as ‘MAY’", 'value="3"'),
    ("places=3", "Choose what has other places", 'value="3"'),
)


@pytest.mark.usefixtures("planned")
def test_what_cannot_be_is_said_and_what_was_typed_stays(app: Flask, leader: Browser):
    foretell(app)

    for question, message, kept in WRONG:
        answer = leader.get(f"{PAGE}?{question}")

        assert answer.status_code == 400, question
        assert message in answer.text, question
        assert kept in answer.text, question
        assert "A scenario, not a forecast" not in answer.text


@pytest.mark.usefixtures("done")
def test_the_pages_of_figures_lead_there_and_a_lead_asks_of_their_own_department(app: Flask, sign_in: SignIn):
    foretell(app)
    lead = sign_in(Role.DEPARTMENT_LEAD, at="home-office")

    [href] = set(re.findall(r'href="([^"]+/scenario[^"]*)"', lead.get("/progress/organisations/home-office").text))
    asked = lead.get(f"{href.replace('&amp;', '&')}&programme=accelerator&by=2026-10-01")

    assert "40 more people must start" in asked.text
    [drawing] = set(re.findall(r'src="([^"]+\.svg[^"]*)"', asked.text))
    assert lead.get(drawing.replace("&amp;", "&")).data.startswith(b"<svg")
    assert lead.get(f"{PAGE}?organisation=hm-treasury&programme=accelerator&by=2026-10-01").status_code == 404
    assert lead.get(f"{PAGE}?programme=accelerator&by=2026-10-01").status_code == 404


def test_without_a_forecast_it_says_so(app: Flask, leader: Browser):
    with app.app_context():
        compile_day(AS_AT)

    assert "There is no forecast to stand beside" in said(leader, "programme=accelerator&by=2026-10-01")
    assert leader.get("/progress/figures/training.in_training/scenario").status_code == 404
