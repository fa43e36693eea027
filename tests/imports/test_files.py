"""Files in every form people send them, and in forms that nobody honest does."""

import csv
import io
import resource
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import xlsxwriter
from flask import Flask

from tests.browsers import Browser
from tests.conftest import SignIn
from tests.imports.conftest import Run
from tests.imports.corpus import spreadsheets, texts
from tests.imports.files import as_csv, trainee
from tests.imports.test_views import people, send
from tests.markup import Seen
from tracker.accounts.permissions import Role

Problems = Callable[[], list[tuple[int, str, str]]]
ROWS = (trainee(first_name="José"), trainee("P2", note='Says "yes",\nthen no; or\tso'))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("ending", ["\r\n", "\n", "\r"])
def test_a_table_is_read_however_it_is_written(run: Run, tmp_path: Path, encoding: str, delimiter: str, ending: str):
    file = tmp_path / "x.csv"
    text = as_csv(*ROWS, delimiter=delimiter, lineterminator=ending)
    file.write_bytes(text.encode(encoding))

    outcome = run("trainees", file)

    assert (outcome.counts["rows"], outcome.counts["created"]) == (2, 2)


def test_rows_keep_the_numbers_a_spreadsheet_shows(run: Run, problems: Problems, tmp_path: Path):
    lines = as_csv(trainee(), trainee("P2", grade="x"), trainee("P3", grade="y"), lineterminator="\n").splitlines()
    file = tmp_path / "x.csv"
    header, first, second, third = lines
    file.write_text("\n".join(["Do not edit", header, first, "", "# a note,,", second, ",,", third]))

    run("trainees", file)

    assert problems() == [(4, "grade", "unknown-grade"), (6, "grade", "unknown-grade")]


def test_headings_are_known_by_other_words_and_in_any_order(run: Run, tmp_path: Path):
    file = tmp_path / "x.csv"
    text = as_csv(trainee())
    for name, word in {
        "person_ref": "Person-Ref *",
        "first_name": "FORENAME",
        "last_name": "Surname",
        "email": "E-mail address",
        "organisation": "Department",
    }.items():
        text = text.replace(name, word)
    file.write_text(text)

    assert run("trainees", file).counts["created"] == 1


def test_what_stands_beyond_the_headings_is_an_error_and_not_lost(run: Run, problems: Problems, tmp_path: Path):
    header, first, second, third = as_csv(trainee(), trainee("P2"), trainee("P3"), lineterminator="\n").splitlines()
    file, report = tmp_path / "x.csv", tmp_path / "report.csv"
    file.write_text("\n".join([f"{header},note", f"{first},,, ,", f"{second},Late, as agreed", third]))

    outcome = run("trainees", file, "--report", report)
    found = problems()
    again = run("trainees", report)

    assert found == [(2, "column 12", "too-long")]
    assert (outcome.counts["accepted"], outcome.counts["rejected"]) == (2, 1)
    row = list(csv.reader(report.read_text("utf-8-sig").splitlines()))[1]
    assert row[10:12] == ["Late", "column 12: too-long"]
    assert row[13:] == [" as agreed"]
    assert again.counts["rejected"] == 1


def test_a_cell_that_is_too_long_to_be_read_is_named_with_its_row(run: Run, problems: Problems, tmp_path: Path):
    file, report = tmp_path / "x.csv", tmp_path / "report.csv"
    rows = [trainee(f"P{number}", grade="x" if number == 3 else "SEO") for number in range(2_000)]
    file.write_text(as_csv(*rows, trainee("Q", note="x" * 140_000)))

    outcome = run("trainees", file, "--report", report)

    assert "Row 2001 has a cell of more than 131,072 characters: shorten it" in outcome.refusal
    assert "field" not in outcome.refusal


@pytest.fixture
def manager(sign_in: SignIn) -> Browser:
    return sign_in(Role.PROGRAMME_MANAGER)


def workbook(**sheets: list[list[str]]) -> bytes:
    """A workbook with some sheets."""
    held = io.BytesIO()
    with xlsxwriter.Workbook(held) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
    return held.getvalue()


def test_which_sheet_of_a_workbook_is_read_is_said(manager: Browser, run: Run, tmp_path: Path):
    table = list(csv.reader(as_csv(trainee()).splitlines()))
    content, file = workbook(People=table, Notes=[["Ask Ann"]], Old=table), tmp_path / "x.xlsx"
    file.write_bytes(content)

    page = Seen(manager.get(send(manager, content, "x.xlsx").location).text).words
    told = run("trainees", file, "--dry-run", words=True).output
    other = Seen(manager.get(send(manager, workbook(Notes=[["Ask Ann"]], People=table), "y.xlsx").location).text).words

    assert "Written in A workbook Sheet that was read People Sheets that were not read Notes, Old" in page
    assert "Sheet read: People; not read: Notes, Old" in told
    assert "The first sheet was read, ‘Notes’, and not ‘People’: move the table to the first sheet" in other


def test_a_file_is_what_it_holds_and_not_what_its_name_says(manager: Browser):
    table = list(csv.reader(as_csv(trainee()).splitlines()))

    as_text = Seen(manager.get(send(manager, workbook(People=table), "people.csv").location).text).words
    as_book = Seen(manager.get(send(manager, as_csv(trainee()), "people.xlsx").location).text).words

    assert "Written in A workbook Sheet that was read People" in as_text
    assert "Written in UTF-8, separated by commas" in as_book
    assert all("Rows 1: 1 without an error" in words for words in (as_text, as_book))


@pytest.mark.parametrize("made", [spreadsheets, texts], ids=["spreadsheets", "texts"])
def test_no_file_does_harm(manager: Browser, app: Flask, made: Callable[[], list[tuple[str, bytes]]]):
    slowest, seen = 0.0, 0
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for name, content in made():
        seen += 1
        began = time.monotonic()
        response = send(manager, content, name)
        slowest = max(slowest, time.monotonic() - began)
        response.request.environ["wsgi.input"].close()
        assert response.status_code in {200, 303}, name
        if response.status_code == 303:
            page = manager.get(response.location)
            assert page.status_code == 200, name
            assert "Not taken" in page.text or "rows in error" in page.text or "Waiting for you" in page.text, name
    assert seen > 55
    assert slowest < 3
    assert people(app) == 0
    assert (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024 < 150
