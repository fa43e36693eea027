"""Files in every form people send them, and in forms that nobody honest does."""

import resource
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask

from tests.browsers import Browser
from tests.conftest import SignIn
from tests.imports.conftest import Run
from tests.imports.corpus import spreadsheets, texts
from tests.imports.files import as_csv, trainee
from tests.imports.test_views import people, send
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


@pytest.fixture
def manager(sign_in: SignIn) -> Browser:
    return sign_in(Role.PROGRAMME_MANAGER)


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
