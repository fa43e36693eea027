"""Organisations beside each other: up to four at an address, all on one scale, and nobody's beyond reach."""

import re
from datetime import date

import pytest
from flask import Flask

from tests.browsers import Browser
from tests.conftest import Arrange, SignIn
from tests.factories import make_enrolment, make_person, organisation
from tests.progress.story import TRAINED, compile_story
from tracker.accounts.permissions import Role
from tracker.organisations.models import AnalystBase
from tracker.progress.services.targets import replace_line

COMPARE = "/progress/compare"
FOUR = ("home-office", "hm-treasury", "cabinet-office", "ministry-of-defence")
ANALYSTS = {"home-office": 40, "hm-treasury": 9}


@pytest.fixture(autouse=True)
def _analysts(told: None, arrange: Arrange) -> None:
    """The Home Office has 40 analysts, HM Treasury 9."""
    with arrange() as session:
        for slug, analysts in ANALYSTS.items():
            base = session.query(AnalystBase).filter_by(organisation_id=organisation(slug).id).one()
            base.core_analysts = analysts


def asking(*slugs: str, more: str = "") -> str:
    """The address of a comparison."""
    return f"{COMPARE}?{'&'.join(f'organisation={slug}' for slug in slugs)}{more}"


def words(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def rows(browser: Browser, path: str) -> dict[str, list[str]]:
    """The cells of the last table of a page, by what heads each row."""
    answer = browser.get(path)
    assert answer.status_code == 200, answer.text
    table = re.findall(r"<tbody.*?</tbody>", answer.text, re.DOTALL)[-1]
    found = {}
    for row in re.findall(r"<tr.*?</tr>", table, re.DOTALL):
        shown = re.sub(
            r"<details.*?</details>|<span class=\"govuk-visually-hidden\">.*?</span>", "", row, flags=re.DOTALL
        )
        head, *cells = (words(cell) for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", shown, re.DOTALL))
        found[head] = cells
    return found


def test_four_organisations_stand_beside_each_other_with_numbers_and_rates(sign_in: SignIn):
    told = rows(sign_in(Role.LEADERSHIP), asking(*FOUR, more=f"&figure={TRAINED}"))

    # Two trained of 40 analysts are 5 of 100; of 9 there is no rate; the body's one counts with the Cabinet Office.
    assert told["Home Office HO"][:4] == ["2", "5.0", "40", "4"]
    assert told["HM Treasury HMT"][:3] == ["1", "under 10 analysts", "9"]
    assert told["Cabinet Office CO"][0] == "1"
    assert told["Ministry of Defence MOD"][0] == "0"


def test_a_fifth_is_refused_in_words_and_each_can_be_taken_away(sign_in: SignIn):
    leadership = sign_in(Role.LEADERSHIP)

    answer = leadership.get(asking(*FOUR, "department-for-education"))
    away = re.findall(r'class="app-chip" href="([^"]+)"', answer.text)

    assert answer.status_code == 400
    assert "Compare up to four organisations. Take one away before you add another" in words(answer.text)
    assert len(away) == 5
    assert leadership.get(away[0].replace("&amp;", "&")).status_code == 200


def test_the_chart_tells_its_lines_apart_without_colour_and_says_what_they_come_to(sign_in: SignIn):
    leadership = sign_in(Role.LEADERSHIP)
    page = leadership.get(asking(*FOUR[:3], more="&by=analysts")).text

    address = re.search(r'<img src="([^"]+)"', page)[1].replace("&amp;", "&")
    drawn = leadership.get(address)

    assert (drawn.status_code, drawn.mimetype) == (200, "image/svg+xml")
    assert "for each 100 analysts: HO 5, HMT –" in drawn.text
    assert leadership.get(re.sub(r"charts/\w+", "charts/0", address)).location == address


def test_small_charts_have_one_scale_and_stand_as_a_table_too(sign_in: SignIn):
    leadership = sign_in(Role.LEADERSHIP)
    path = f"/progress/figures/{TRAINED}/side-by-side"

    page = leadership.get(path).text
    told, rated = rows(leadership, path), rows(leadership, f"{path}?by=analysts")

    assert "All charts have one scale, from 0 to 2." in words(page)
    ends = {
        name: float(points.split()[-1].split(",")[1])
        for name, points in re.findall(r'aria-label="([^":]+): [^"]*now".*?points="([^"]+)"', page, re.DOTALL)
    }
    # The highest reaches the upper edge; half of it lies half-way down a box of 90.
    assert (ends["Home Office"], ends["HM Treasury"], ends["Ministry of Defence"]) == (0.0, 45.0, 90.0)
    assert told["Home Office"][:4] == ["2", "2", "1", "0"]
    assert rated["Home Office"][0] == "5"
    assert "HM Treasury" not in rated


def test_a_lead_compares_what_is_within_reach_alone(sign_in: SignIn):
    lead = sign_in(Role.DEPARTMENT_LEAD, at="cabinet-office")

    own = lead.get(asking("cabinet-office", "crown-commercial-service"))
    beside = lead.get(f"/progress/figures/{TRAINED}/side-by-side")

    assert own.status_code == beside.status_code == 200
    for stranger in ("Home Office", "HM Treasury"):
        assert stranger not in own.text
        assert stranger not in beside.text
    assert lead.get(asking("cabinet-office", "home-office")).status_code == 404
    assert lead.get(f"{COMPARE}/charts/0.svg?organisation=home-office").status_code == 404


@pytest.mark.parametrize(
    ("question", "status"),
    [
        ("", 200),
        ("organisation=home-office&figure=training.happiness", 400),
        ("organisation=home-office&as-at=2026-02-31", 400),
        ("organisation=home-office&by=height", 400),
        ("organisation=narnia", 400),
        ("organisation=all", 404),
        ("organisation=home-office&figure=training.completion_rate&by=analysts", 200),
        ("organisation=home-office&as-at=2026-02-20&known-at=2026-03-01&structure=today", 200),
    ],
)
def test_a_comparison_that_cannot_be_is_refused(sign_in: SignIn, question: str, status: int):
    assert sign_in(Role.LEADERSHIP).get(f"{COMPARE}?{question}").status_code == status


def test_nobody_is_ranked_while_too_few_have_reported(app: Flask, sign_in: SignIn, arrange: Arrange):
    leadership = sign_in(Role.LEADERSHIP)
    with arrange():
        make_enrolment("in-training 2026-01-05", person=make_person("ministry-of-defence"))
    compile_story(app)
    ranked = leadership.get("/progress?sort=-value").text
    with arrange():
        for slug in ("department-for-education", "department-for-transport"):
            points = {date(2025, 12, 31): 0.0, date(2027, 3, 31): 5.0}
            replace_line(TRAINED, organisation(slug).id, points, reason="The strategy", created_by_id=None)
    compile_story(app)

    unranked = leadership.get("/progress?sort=-value").text

    assert "sort=-target" in ranked
    told = "Only 2 of 4 organisations that are expected to report have, and under 75% nobody is ranked"
    assert told in words(unranked)
    assert "sort=-target" not in unranked
    assert unranked.index(">Crown Commercial Service<") < unranked.index(">Home Office<")


def test_a_day_is_chosen_from_the_calendar_or_with_one_press(sign_in: SignIn):
    leadership = sign_in(Role.LEADERSHIP)

    page = leadership.get("/progress?as-at=2026-03-31").text
    wrong = leadership.get("/progress?as-at=31/02/2026").text

    assert re.search(r'<input[^>]* name="as-at" type="date" value="2026-03-31"', page)
    assert "End of the financial year" in page
    assert re.search(r'<input[^>]* name="as-at" type="text" value="31/02/2026"', wrong)
