"""A target changes by a new version; the old one stays."""

import csv
from collections import defaultdict
from datetime import date
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.conftest import Arrange
from tests.factories import organisation
from tracker.core.db import db
from tracker.imports.models import ImportBatch
from tracker.organisations.models import Organisation
from tracker.organisations.queries import OrganisationIndex, organisations
from tracker.progress.models import TargetVersion
from tracker.progress.queries.targets import target_lines, target_on, versions
from tracker.progress.services.targets import TargetNotAllowed, merge_points, replace_line, share_out, undo_versions

TRAINED = "training.trained"
MARCH, JUNE = date(2026, 3, 31), date(2026, 6, 30)
SAMPLE = Path(__file__).parent.parent.parent / "data" / "targets.csv"
NOBODY = {"created_by_id": None, "import_id": None}


def test_points_are_laid_over_the_current_line(app: Flask, arrange: Arrange) -> None:
    with arrange():
        merge_points(TRAINED, None, {MARCH: 10.0}, reason="First", **NOBODY)
        merge_points(TRAINED, None, {JUNE: 30.0}, reason="More", **NOBODY)

    with app.app_context():
        assert target_on(TRAINED, None, MARCH) == 10
        assert target_on(TRAINED, None, JUNE) == 30
        assert [version.reason for version in versions(TRAINED, None)] == ["More", "First"]


def test_the_same_points_again_add_no_version(arrange: Arrange) -> None:
    with arrange():
        merge_points(TRAINED, None, {MARCH: 10.0, JUNE: 20.0}, reason="First", **NOBODY)

        again = merge_points(TRAINED, None, {JUNE: 20.0}, reason="Again", **NOBODY)

        assert again is None
        assert db.session.scalar(select(func.count()).select_from(TargetVersion)) == 1


def test_a_new_line_replaces_the_whole_and_keeps_the_old_version(app: Flask, arrange: Arrange) -> None:
    with arrange():
        replace_line(TRAINED, None, {MARCH: 10.0, JUNE: 20.0}, reason="First", created_by_id=None)
        replace_line(TRAINED, None, {JUNE: 25.0}, reason="Fewer places", created_by_id=None)

    with app.app_context():
        assert target_lines([TRAINED])[TRAINED, None].points == ((JUNE, 25.0),)
        assert len(versions(TRAINED, None)) == 2


def test_undoing_an_import_lets_the_version_before_hold_again(app: Flask, arrange: Arrange) -> None:
    with arrange() as session:
        batch = ImportBatch(ref="IMPORT", kind="targets")
        session.add(batch)
        session.flush()
        merge_points(TRAINED, None, {MARCH: 10.0}, reason="First", **NOBODY)
        merge_points(TRAINED, None, {MARCH: 99.0}, reason="File", created_by_id=None, import_id=batch.id)

        undone = undo_versions(batch.id)

    with app.app_context():
        assert undone == 1
        assert target_on(TRAINED, None, MARCH) == 10


@pytest.mark.parametrize(
    ("figure", "points", "reason", "message"),
    [
        ("training.nothing", {MARCH: 1.0}, "Why", "There is no figure"),
        (TRAINED, {MARCH: 1.0}, " ", "Say why"),
        (TRAINED, {MARCH: -1.0}, "Why", "below zero"),
        (TRAINED, {}, "Why", "at least one date"),
    ],
)
def test_what_is_no_target_is_refused_and_adds_nothing(
    arrange: Arrange, figure: str, points: dict[date, float], reason: str, message: str
) -> None:
    with arrange():
        with pytest.raises(TargetNotAllowed, match=message):
            replace_line(figure, None, points, reason=reason, created_by_id=None)

        assert db.session.scalar(select(func.count()).select_from(TargetVersion)) == 0


def test_the_national_500_is_shared_out_as_the_sample_has_it(app: Flask, arrange: Arrange) -> None:
    wanted: dict[str, dict[date, float]] = defaultdict(dict)
    with SAMPLE.open(encoding="utf-8", newline="") as stream, app.app_context():
        index = OrganisationIndex(organisations())
        for row in csv.DictReader(stream):
            if row["figure"] == TRAINED:
                day = date.fromisoformat(row["date"])
                slug = index.on(row["organisation"], day)[0].slug if row["organisation"] else "all"
                wanted[slug][day] = float(row["value"])
    national = wanted.pop("all")
    with arrange():
        merge_points(TRAINED, None, national, reason="National Data Strategy", **NOBODY)
        shared = share_out(TRAINED, reason="By analysts in post", created_by_id=None)

    with app.app_context():
        slugs = dict(db.session.execute(select(Organisation.id, Organisation.slug)).all())
        lines = {slugs[id]: dict(line.points) for (_, id), line in target_lines([TRAINED]).items() if id is not None}
    assert len(shared) == len(wanted)
    assert lines == wanted


def test_sharing_out_again_adds_no_version(arrange: Arrange) -> None:
    with arrange():
        merge_points(TRAINED, None, {MARCH: 100.0}, reason="First", **NOBODY)
        share_out(TRAINED, reason="By analysts", created_by_id=None)

        assert share_out(TRAINED, reason="By analysts", created_by_id=None) == []
        assert target_on(TRAINED, organisation("home-office").id, MARCH) == 7
