"""What a file is said to do is what it does."""

from collections import Counter
from pathlib import Path
from random import Random

import pytest
from flask import Flask

from tests.imports.conftest import Run
from tests.imports.files import as_csv, trainee
from tracker.core.clock import today
from tracker.core.db import db, transaction
from tracker.core.metric import NOW
from tracker.imports.files.opening import Opened
from tracker.imports.registry import KINDS
from tracker.imports.services import taking
from tracker.imports.services.effect import COUNTED, find_effect
from tracker.imports.services.loading import load, look
from tracker.imports.services.taking import read

ORGANISATIONS = ("Home Office", "HM Treasury", "Ministry of Justice", "dcms")
STAGES = ("enrolled", "in-training", "completed", "withdrawn", "in-role", "on-break", "nominated")
PROGRAMMES = {
    "DSA-1": "accelerator",
    "DSA-2": "accelerator",
    "AOTP-1": "art-of-the-possible",
    "L4-1": "l4-apprenticeship",
}


def random_rows(chance: Random) -> list[dict[str, str]]:
    """Rows of a few people, so that files meet: some new, some known, some wrong."""
    rows = []
    for _ in range(chance.randint(1, 12)):
        cohort = chance.choice(sorted(PROGRAMMES))
        rows.append(
            trainee(
                f"P{chance.randint(2, 14)}",
                first_name=chance.choice(("Ann", "Ben")),
                organisation=chance.choice(ORGANISATIONS),
                cohort=cohort,
                programme=PROGRAMMES[cohort],
                stage=chance.choice(STAGES),
                effective_on=f"2026-{chance.randint(1, 9):02}-{chance.randint(1, 28):02}",
                grade=chance.choice(("SEO", "HEO", "Wizard")) if chance.random() < 0.2 else "SEO",
            )
        )
    return rows


def counted() -> Counter[tuple[str, int]]:
    found: Counter[tuple[str, int]] = Counter()
    for metric in COUNTED:
        span = metric.numerator(NOW).subquery()
        held = (span.c.starts_on <= today()) & (span.c.ends_on > today())
        for id in db.session.scalars(db.select(span.c.organisation_id).where(held)):
            found[metric.code, id] += 1
    return found


@pytest.mark.parametrize("files", [6, pytest.param(60, marks=pytest.mark.assure)])
def test_the_predicted_effect_is_the_actual_one_for_random_files(app: Flask, tmp_path: Path, files: int):
    chance, file, loaded = Random(11), tmp_path / "rows.csv", 0
    for _ in range(files):
        file.write_text(as_csv(*random_rows(chance)), encoding="utf-8")
        with app.app_context():
            with transaction():
                id = taking.begin("trainees", file, name="x", is_historical=False, created_by_id=None).id
            read(id, Opened(file))
            rejected = look(id, KINDS["trainees"], accept_valid=True)
            with transaction() as session:
                rows = session.get_one(taking.ImportBatch, id).rows
            if rejected == rows:
                continue
            before = counted()
            predicted = find_effect(id, KINDS["trainees"], by_id=None)
            assert counted() == before

            batch = load(id, KINDS["trainees"], by_id=None, accept_valid=True)
            after = counted()

            loaded += 1
            whole = {row["code"]: row["places"][0]["by"] for row in predicted["figures"]}
            actual = Counter({place: after[place] - before[place] for place in {*after, *before}})
            by_figure: Counter[str] = Counter()
            for (code, _), by in actual.items():
                by_figure[code] += by
            assert {code: by for code, by in whole.items() if by} == {code: by for code, by in by_figure.items() if by}
            told = sorted(one["by"] for row in predicted["figures"] for one in row["places"][1:])
            assert told == sorted(by for by in actual.values() if by)
            assert predicted["counts"] == {
                "created": batch.created,
                "updated": batch.updated,
                "unchanged": batch.unchanged,
                "events": batch.events,
            }
    assert loaded > files / 2


@pytest.mark.parametrize("field", ["first_name", "organisation"])
def test_a_change_is_told_field_by_field(app: Flask, run: Run, tmp_path: Path, field: str):
    run("trainees", trainee())
    value = {"first_name": "Anna", "organisation": "HM Treasury"}[field]
    file = tmp_path / "x.csv"
    file.write_text(as_csv(trainee(**{field: value}) | {"effective_on": "2026-04-01", "stage": "in-training"}))

    with app.app_context():
        with transaction():
            id = taking.begin("trainees", file, name="x", is_historical=False, created_by_id=None).id
        read(id, Opened(file))
        told = find_effect(id, KINDS["trainees"], by_id=None)["changes"]

    assert [(row["ref"], row["after"]) for row in told] == [("P1", value)]


def test_the_cohorts_that_a_file_creates_are_named(app: Flask, run: Run, tmp_path: Path):
    run("trainees", trainee())
    file = tmp_path / "x.csv"
    file.write_text(as_csv(trainee("P2"), trainee("P3", cohort="DSA-l")))

    with app.app_context():
        with transaction():
            id = taking.begin("trainees", file, name="x", is_historical=False, created_by_id=None).id
        read(id, Opened(file))
        told = find_effect(id, KINDS["trainees"], by_id=None)["makes"]

    assert told == ["DSA-l, Data Science Accelerator"]
