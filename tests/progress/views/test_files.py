"""What is taken away from the progress pages: tables that read back equal, and drawings a strict policy lets be."""

import csv
import io
import re
from datetime import timedelta
from pathlib import Path
from xml.etree import ElementTree

import pytest
from flask import Flask
from openpyxl import load_workbook

from tests.browsers import Browser
from tests.conftest import Arrange, SignIn
from tests.factories import organisation
from tests.progress.story import LATEST, TRAINED
from tracker.accounts.permissions import Role
from tracker.progress.questions import HEADLINES
from tracker.progress.services.compiling import compile_day
from tracker.progress.services.drawing import draw_charts

TABLE = f"/progress/figures/{TRAINED}/organisations"


pytestmark = pytest.mark.usefixtures("told")


def csv_rows(browser: Browser, path: str) -> list[dict[str, str]]:
    answer = browser.get(path)
    assert answer.status_code == 200
    return list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))


def pictures(browser: Browser, path: str) -> list[str]:
    """The addresses of the drawings on a page."""
    found = re.findall(r'(?:src|srcset)="(/progress/[^"]+\.svg[^"]*)"', browser.get(path).text)
    return [address.replace("&amp;", "&") for address in found]


def test_the_table_as_csv_holds_the_figures_of_the_page_and_the_total_last(sign_in: SignIn):
    rows = csv_rows(sign_in(Role.LEADERSHIP), f"{TABLE}.csv")

    values = {row["slug"]: row["value"] for row in rows}

    assert values["home-office"] == "2.0"
    assert rows[-1]["organisation"] == "All government"
    assert sum(float(row["value"]) for row in rows[:-1]) == float(rows[-1]["value"]) == 4
    assert {row["as_at"] for row in rows} == {"2026-04-15"}
    assert {row["slug"]: row["target"] for row in rows}["ministry-of-defence"] == "3.0"


def test_the_table_as_workbook_says_the_same_and_what_it_means(sign_in: SignIn):
    leadership = sign_in(Role.LEADERSHIP)

    answer = leadership.get(f"{TABLE}.xlsx")
    book = load_workbook(io.BytesIO(answer.data))
    sheet, notes = book.worksheets
    found = [[cell.value for cell in row] for row in sheet.iter_rows()]

    heads = found[0]
    in_csv = csv_rows(leadership, f"{TABLE}.csv")
    for row, expected in zip(found[1:], in_csv, strict=True):
        for head, value in zip(heads, row, strict=True):
            text = expected[head]
            assert (float(text) == pytest.approx(value)) if isinstance(value, int | float) else (text == (value or ""))
    told = {row[0].value: row[1].value for row in notes.iter_rows()}
    assert told["Code"] == TRAINED
    assert "first completion of a qualifying programme" in told["Definition"]
    assert answer.headers["Content-Disposition"].startswith("attachment")


def test_nothing_in_a_file_is_run_as_a_formula(app: Flask, sign_in: SignIn, arrange: Arrange):
    with arrange():
        organisation("home-office").name = "=cmd|'/C calc'!A0"
    leadership = sign_in(Role.LEADERSHIP)

    names = [row["organisation"] for row in csv_rows(leadership, f"{TABLE}.csv")]
    book = load_workbook(io.BytesIO(leadership.get(f"{TABLE}.xlsx").data))
    cells = [cell for row in book.worksheets[0].iter_rows() for cell in row]

    assert "'=cmd|'/C calc'!A0" in names
    assert not [cell.value for cell in cells if cell.data_type == "f"]


def test_a_lead_takes_away_no_more_than_the_page_shows(sign_in: SignIn):
    lead = sign_in(Role.DEPARTMENT_LEAD, at="cabinet-office")
    whose = "organisation=cabinet-office&with-children=yes"

    rows = csv_rows(lead, f"{TABLE}.csv?{whose}")

    assert [row["slug"] for row in rows] == ["crown-commercial-service", "cabinet-office"]
    assert lead.get(f"{TABLE}.csv").status_code == 404
    assert lead.get(f"{TABLE}.csv?organisation=home-office").status_code == 404


@pytest.mark.parametrize("path", ["/progress/figures/x.y/organisations.csv", f"{TABLE}.exe"])
def test_there_is_no_file_of_what_does_not_exist(sign_in: SignIn, path: str):
    assert sign_in(Role.LEADERSHIP).get(path).status_code == 404


@pytest.mark.parametrize("question", ["as-at=2026-02-31", "with-children=perhaps", "organisation=narnia"])
def test_a_question_that_cannot_be_is_refused(sign_in: SignIn, question: str):
    assert sign_in(Role.LEADERSHIP).get(f"{TABLE}.csv?{question}").status_code == 400


def test_a_drawing_says_what_it_is_and_holds_nothing_a_strict_policy_refuses(sign_in: SignIn):
    leadership = sign_in(Role.LEADERSHIP)

    addresses = pictures(leadership, "/progress")
    answer = leadership.get(addresses[0])
    root = ElementTree.fromstring(answer.data)

    assert len(addresses) == 2 * len(HEADLINES)
    assert (answer.status_code, answer.mimetype) == (200, "image/svg+xml")
    assert root.get("role") == "img"
    names = [element.tag.rpartition("}")[2] for element in root.iter()]
    assert {"title", "desc"} <= set(names)
    assert not {"script", "style", "foreignObject", "image", "a"} & set(names)
    attributes = {name for element in root.iter() for name in element.keys()}  # noqa: SIM118 - not a mapping
    assert not [name for name in attributes if name == "style" or name.startswith("on") or "href" in name]
    text = " ".join(element.text or "" for element in root.iter())
    assert "Analysts trained: 4, 1.7 ahead of the plan for the day" in text
    assert "Target 10 by 31 March 2027" in text


def test_a_drawing_is_made_once_and_the_compile_makes_those_of_the_usual_pages(
    app: Flask, sign_in: SignIn, instance: Path
):
    with app.app_context():
        drawn = draw_charts(app.config["TRACKER"])
    kept = sorted(file.name for file in (instance / "charts").iterdir())
    leadership = sign_in(Role.LEADERSHIP)

    every = ("/progress", "/progress/organisations/home-office", "/progress/figures/training.completion_rate")
    for page, figures in zip(every, (len(HEADLINES), len(HEADLINES), 1), strict=True):
        assert [leadership.get(address).status_code for address in pictures(leadership, page)] == [200] * 2 * figures

    assert drawn
    assert sorted(file.name for file in (instance / "charts").iterdir()) == kept


def test_an_address_of_an_earlier_drawing_leads_to_the_present_one(app: Flask, sign_in: SignIn, arrange: Arrange):
    leadership = sign_in(Role.LEADERSHIP)
    address = pictures(leadership, "/progress?as-at=2026-02-20")[0]
    forged = re.sub(r"charts/\w+", "charts/" + "0" * 32, address)

    answer = leadership.get(forged)

    assert answer.status_code == 302
    assert answer.location == address


def test_the_drawing_of_an_organisation_beyond_reach_is_not_there_even_by_its_very_key(sign_in: SignIn):
    leadership = sign_in(Role.LEADERSHIP)
    lead = sign_in(Role.DEPARTMENT_LEAD, at="hm-treasury")
    address = pictures(leadership, "/progress/organisations/home-office")[0]
    assert leadership.get(address).status_code == 200

    under_own_name = address.replace("home-office", "hm-treasury")

    assert lead.get(address).status_code == 404
    assert lead.get(under_own_name).status_code == 302


def test_a_new_compile_makes_a_new_drawing(app: Flask, sign_in: SignIn, arrange: Arrange):
    leadership = sign_in(Role.LEADERSHIP)
    before = pictures(leadership, "/progress")

    with app.app_context():
        compile_day(LATEST + timedelta(days=1))

    assert pictures(leadership, "/progress") != before
