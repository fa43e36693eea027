"""Running `tracker import` in the test's own database, and looking at what is recorded."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import select, text

from tests.imports.files import as_csv
from tracker.core.clock import today
from tracker.core.db import db
from tracker.core.errors import DomainError
from tracker.core.metric import NOW
from tracker.imports.commands import import_command
from tracker.imports.models import ImportBatch, ImportProblem
from tracker.progress.registry import METRICS


@dataclass
class Outcome:
    """What a run of the command said."""

    exit_code: int
    output: str
    refusal: str
    counts: dict[str, Any]
    ref: str


Run = Callable[..., Outcome]
RECORDS = {
    "people": "SELECT ref, first_name, last_name, email_key, name_key, sort_key, CAST(fte AS REAL) "
    "FROM person WHERE removed_at IS NULL",
    "postings": "SELECT p.ref, s.organisation_id, o.grade_id, o.region_id, s.starts_on, s.ends_on FROM posting_span s "
    "JOIN posting o ON o.id = s.posting_id JOIN person p ON p.id = s.person_id",
    "stages": "SELECT p.ref, c.code, s.position, s.stage, s.starts_on, s.ends_on, n.text FROM stage_span s "
    "JOIN person p ON p.id = s.person_id JOIN enrolment e ON e.journey_id = s.journey_id "
    "JOIN cohort c ON c.id = e.cohort_id LEFT JOIN event_note n ON n.event_id = s.event_id",
    "words": "SELECT p.ref, w.word FROM person_word w JOIN person p ON p.id = w.person_id",
    "targets": "SELECT v.figure, v.organisation_id, t.day, t.value FROM target_version v "
    "JOIN target_point t ON t.version_id = v.id WHERE v.undone_at IS NULL",
    "waiting": "SELECT import_id FROM trainee_row UNION ALL SELECT import_id FROM history_row",
}


@pytest.fixture
def run(app: Flask, tmp_path: Path) -> Run:
    """`run("trainees", trainee(), trainee("P2"), "--dry-run")`: rows, a path or options."""

    def runner(kind: str, *arguments: Any, words: bool = False) -> Outcome:
        rows = [one for one in arguments if isinstance(one, dict)]
        more = [str(one) for one in arguments if not isinstance(one, dict)]
        if rows:
            file = tmp_path / "rows.csv"
            file.write_text(as_csv(*rows), encoding="utf-8", newline="")
            more.insert(0, str(file))
        json_wanted = [] if kind == "undo" or words else ["--json"]
        ran = CliRunner().invoke(import_command, [kind, *more, *json_wanted], obj=lambda: app)
        if ran.exception and not isinstance(ran.exception, DomainError | SystemExit):
            raise ran.exception
        refusal = ran.exception.message if isinstance(ran.exception, DomainError) else ""
        lines = [line for line in ran.stdout.splitlines() if line.startswith("{")]
        with app.app_context():
            ref = db.session.scalar(select(ImportBatch.ref).order_by(ImportBatch.id.desc()).limit(1)) or ""
        return Outcome(ran.exit_code, ran.output, refusal, json.loads(lines[-1]) if lines else {}, ref)

    return runner


@pytest.fixture
def problems(app: Flask) -> Callable[[], list[tuple[int, str, str]]]:
    """The errors of the latest import: row, column, code."""

    def found() -> list[tuple[int, str, str]]:
        with app.app_context():
            latest = select(ImportBatch.id).order_by(ImportBatch.id.desc()).limit(1).scalar_subquery()
            query = select(ImportProblem.row, ImportProblem.column, ImportProblem.code)
            return sorted((*row,) for row in db.session.execute(query.where(ImportProblem.import_id == latest)))

    return found


@pytest.fixture
def records(app: Flask) -> Callable[[], dict[str, list[str]]]:
    """What is recorded, by its meaning and not by its numbers, with every figure of today by organisation."""

    def found() -> dict[str, list[str]]:
        with app.app_context():
            kept = {name: sorted(map(str, db.session.execute(text(query)))) for name, query in RECORDS.items()}
            for metric in METRICS.values():
                span = metric.numerator(NOW).subquery()
                held = (span.c.starts_on <= today()) & (span.c.ends_on > today())
                kept[metric.code] = sorted(map(str, db.session.scalars(select(span.c.organisation_id).where(held))))
            return kept

    return found
