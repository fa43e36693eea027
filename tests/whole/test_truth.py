"""The sample programme: what goes in by the import commands comes out as the figures computed elsewhere, exactly.

The samples and their truth stand in tests/data. An organisation that is not listed there counts nobody.
"""

import csv
import json
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import text

from tests.databases import KINDS, open_database, settings_for
from tracker.app import create_app
from tracker.core.db import db, transaction
from tracker.core.job import Alarm
from tracker.imports.commands import import_command
from tracker.organisations.queries import OrganisationIndex, organisations
from tracker.progress.commands import compile_command, figures_command
from tracker.progress.recount.services import recount

DATA = Path(__file__).parent.parent / "data"
NOBODY = {"count": ("0", "", "0"), "ratio": ("0", "0", ""), "median": ("", "0", "")}
KIND = {
    "training.completion_rate": "ratio",
    "training.median_days_to_complete": "median",
    "leadership.median_days_to_hire": "median",
    "leadership.median_days_to_fill": "median",
    "leadership.applicants_per_post": "ratio",
    "leadership.offer_acceptance": "ratio",
}
UNKNOWN = frozenset(
    {"training.at_risk", "training.skills_gained", "training.skill_rise", "fellowships.days_signed_off"}
)
"""No file carries the day a return was promised for, so nobody is known to be overdue (fine print C9), nor ratings of
skills, nor what was signed off."""
BY_HOME = tuple(
    f"fellowships.{name}_from"
    for name in (
        *("started_in_year", "in_post", "completed", "ended_early"),
        *("days_logged", "days_signed_off", "logs_overdue"),
    )
)
"""The truth has fellows at their hosts; by home organisation they are counted here from the files themselves."""
STRANDS = ("training.", "fellowships.", "leadership.")
LATER = ("fellowships.", "leadership.")
"""The files of these strands do not say when things were recorded, so their truth is only of what is known now."""

Row = dict[str, str]
Clocks = tuple[str, str]


def truth() -> dict[Clocks, dict[tuple[str, str], Row]]:
    """The rows of the strands by (as at, known at), then by organisation and figure."""
    found: dict[Clocks, dict[tuple[str, str], Row]] = {}
    with (DATA / "truth.csv").open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            if row["figure"].startswith(STRANDS):
                place = (row["organisation"], row["figure"])
                found.setdefault((row["as_at"], row["known_at"]), {})[place] = row
    return found


TRUTH = truth()


COMMANDS = {"import": import_command, "compile": compile_command, "figures": figures_command}


def run(app: Flask, *arguments: str) -> str:
    """The output of a command that must succeed."""
    ran = CliRunner().invoke(COMMANDS[arguments[0]], arguments[1:], obj=lambda: app)
    assert ran.exit_code == 0, ran.output or ran.exception
    return ran.stdout


@pytest.fixture(scope="module", params=KINDS)
def programme(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The sample programme, imported once into a database of its own."""
    folder = tmp_path_factory.mktemp("truth")
    database = open_database(request.param, folder, "truth")
    database.reset()
    app = create_app(settings_for(database.url, folder))
    for kind, *more in (
        ("trainees",),
        ("history", "--historical"),
        ("placements",),
        ("logs",),
        ("vacancies",),
        ("candidates",),
        ("targets",),
    ):
        run(app, "import", kind, str(DATA / f"{kind}.csv"), *more)
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
    database.drop()


def clocks(as_at: str, known_at: str) -> list[str]:
    return ["--as-at", as_at, *(["--known-at", known_at] if known_at else [])]


def printed(app: Flask, *arguments: str) -> list[dict[str, Any]]:
    """All figures of all government and of every organisation."""
    rows: list[dict[str, Any]] = json.loads(run(app, "figures", *arguments))
    return [*rows, *json.loads(run(app, "figures", "--by", "organisation", *arguments))]


def differences(
    rows: list[dict[str, Any]], wanted: dict[tuple[str, str], Row], *, is_past: bool
) -> list[tuple[Any, Any]]:
    """The printed figures that are not what the truth says, and truths that were not printed."""
    found, left = [], dict(wanted)
    for row in rows:
        figure = row["figure"]
        if (
            figure in UNKNOWN
            or figure in BY_HOME
            or not figure.startswith(STRANDS)
            or (is_past and figure.startswith(LATER))
        ):
            continue
        true = left.pop((row["organisation"], row["figure"]), None)
        numerator, denominator, value = (
            (true["numerator"], true["denominator"], true["value"])
            if true
            else NOBODY[KIND.get(row["figure"], "count")]
        )
        parts = [(numerator, row["numerator"]), (denominator, row["denominator"])]
        is_right = all(said == ("" if part is None else str(part)) for said, part in parts)
        applies = bool(value)
        is_right &= (row["symbol"] is None) == applies and (row["value"] is not None) == applies
        if not is_right or (applies and abs(float(value) - row["value"]) > 0.000_001):
            found.append((row, true))
    return [*found, *((None, true) for true in left.values())]


def test_the_truth_covers_what_is_claimed() -> None:
    assert len(TRUTH) == 27
    assert sum(bool(known_at) for _, known_at in TRUTH) == 9
    figures = {figure for rows in TRUTH.values() for _, figure in rows}
    assert Counter(figure.split(".")[0] for figure in figures) == {"training": 13, "fellowships": 6, "leadership": 7}


def test_every_figure_counted_live_is_the_truth(programme: Flask) -> None:
    for (as_at, known_at), wanted in TRUTH.items():
        found = differences(printed(programme, "--live", *clocks(as_at, known_at)), wanted, is_past=bool(known_at))

        assert not found, f"{as_at} as known at {known_at or 'now'}"


def test_every_compiled_figure_is_the_truth(programme: Flask) -> None:
    days = sorted(as_at for as_at, known_at in TRUTH if not known_at)
    run(programme, "compile", "--from", days[0], "--to", days[-1])
    for (as_at, known_at), wanted in TRUTH.items():
        run(programme, "compile", *clocks(as_at, known_at))
        found = differences(printed(programme, *clocks(as_at, known_at)), wanted, is_past=bool(known_at))

        assert not found, f"{as_at} as known at {known_at or 'now'}"


def rows_of(name: str) -> list[Row]:
    with (DATA / name).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def grouped(name: str, *keys: str) -> dict[tuple[str, ...], list[Row]]:
    """The rows of a list, by what some of its columns say."""
    found: dict[tuple[str, ...], list[Row]] = {}
    for row in rows_of(name):
        found.setdefault(tuple(row[key] for key in keys), []).append(row)
    return found


class Homes:
    """Figures by home organisation on a day, read from the lists one fellow after another."""

    def __init__(self, index: OrganisationIndex) -> None:
        self.index = index
        self.postings = grouped("trainees.csv", "person_ref")
        self.placements = grouped("placements.csv", "person_ref", "placement_ref")
        self.logs = grouped("logs.csv", "placement_ref")
        self.counted: dict[tuple[str, str], dict[object, float]] = {}

    def home(self, person: str, on: str) -> str | None:
        order = sorted(self.postings.get((person,), ()), key=lambda row: row["effective_on"])
        begun = [row for row in order if row["effective_on"] <= on] or order[:1]
        if not begun:
            return None
        return self.index.on(begun[-1]["organisation"], date.fromisoformat(begun[-1]["effective_on"]))[0].slug

    def count(self, name: str, person: str, on: str, record: object, value: float = 1.0) -> None:
        if value and (slug := self.home(person, on)):
            for whose in (slug, "all"):
                self.counted.setdefault((f"fellowships.{name}_from", whose), {})[record] = value

    def on(self, day: str) -> dict[tuple[str, str], float]:
        self.counted = {}
        for (person, ref), lines in self.placements.items():
            known = sorted((row for row in lines if row["effective_on"] <= day), key=lambda row: row["effective_on"])
            if known:
                began = next((row["effective_on"] for row in known if row["stage"] == "in-post"), None)
                self.look_at_fellow(day, person, known[-1], began)
                self.look_at_weeks(day, person, ref, known[-1], began)
        return {key: sum(found.values()) for key, found in self.counted.items()}

    def look_at_fellow(self, day: str, person: str, last: Row, began: str | None) -> None:
        if began and began >= f"{int(day[:4]) - (day[5:] < '04-01')}-04-01":
            self.count("started_in_year", person, began, person)
        if last["stage"] == "in-post":
            self.count("in_post", person, day, person)
        if last["stage"] in ("completed", "ended-early"):
            self.count(last["stage"].replace("-", "_"), person, last["effective_on"], person)

    def look_at_weeks(self, day: str, person: str, ref: str, last: Row, began: str | None) -> None:
        written = {row["week_ending"]: float(row["days"]) for row in self.logs.get((ref,), ())}
        for friday, days in written.items():
            if friday <= day:
                self.count("days_logged", person, friday, (ref, friday), days)
        for friday in weeks_in_post(began, last, day) if began else ():
            if friday not in written:
                self.count("logs_overdue", person, friday, (ref, friday))


def weeks_in_post(began: str, last: Row, day: str) -> Iterator[str]:
    """The Fridays of weeks with a day in post from Monday to Friday, over for seven days."""
    until = day if last["stage"] == "in-post" else last["effective_on"]
    first = date.fromisoformat(began)
    monday = first + timedelta(days=-first.weekday() if first.weekday() <= 4 else 7 - first.weekday())
    while (monday + timedelta(days=11)).isoformat() <= day and monday.isoformat() < until:
        yield (monday + timedelta(days=4)).isoformat()
        monday += timedelta(days=7)


def test_figures_by_home_organisation_are_those_of_the_lists(programme: Flask) -> None:
    with programme.app_context():
        homes = Homes(OrganisationIndex(organisations()))
    seen: set[str] = set()
    many = 0
    for day in sorted(as_at for as_at, known_at in TRUTH if not known_at):
        figures = [part for code in BY_HOME for part in ("--figure", code)]
        said = {
            (row["figure"], row["organisation"]): row["value"]
            for row in printed(programme, "--live", "--as-at", day, *figures)
            if row["value"]
        }
        assert said == homes.on(day), day
        seen |= {figure for figure, _ in said}
        many += len(said)

    assert seen == set(BY_HOME) - {"fellowships.days_signed_off_from"}  # no file says what was signed off
    assert many > 100


def test_organisations_add_up_to_all_government(programme: Flask) -> None:
    rows = printed(programme, "--live", "--as-at", "2026-10-31")
    counts = [row for row in rows if row["denominator"] is None]

    for figure in {row["figure"] for row in counts}:
        values = {row["organisation"]: row["value"] for row in counts if row["figure"] == figure}
        # One fellow completed a placement at two hosts: one person in all, and one at each (fine print B8).
        twice = 1 if figure == "fellowships.completed" else 0
        assert values.pop("all") == sum(values.values()) - twice


def test_targets_of_organisations_add_up_to_the_national_one(programme: Flask) -> None:
    rows = printed(programme, "--live", "--as-at", "2027-03-31", "--figure", "training.trained")
    targets = {row["organisation"]: row["target"] for row in rows if row["target"] is not None}

    assert targets.pop("all") == 500 == sum(targets.values())


def test_the_sample_counted_again_by_walking_agrees_until_somebody_changes_it(
    programme: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tracker.progress.recount.services.EARLIER", 6)
    run(programme, "compile", "--from", "2025-01-31", "--to", "2026-10-31")
    with programme.app_context():
        assert recount(date(2026, 10, 31)) > 7_000
        with transaction() as session:
            session.execute(
                text(
                    "UPDATE snapshot SET numerator = numerator + 1, value = value + 1 "
                    "WHERE figure = 'training.trained' "
                    "AND compilation_id IN (SELECT id FROM compilation WHERE as_at = '2026-10-31') "
                    "AND scope_id = (SELECT id FROM figure_scope WHERE kind = 'all')"
                )
            )

        with pytest.raises(Alarm, match=r"training.trained of all as at 31 October 2026 is kept as"):
            recount(date(2026, 10, 31))
