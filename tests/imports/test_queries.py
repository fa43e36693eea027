from flask import Flask

from tests.conftest import Arrange
from tracker.imports import queries
from tracker.imports.models import ImportBatch, ImportProblem, Status
from tracker.imports.registry import KINDS


def one(ref: str, **more: object) -> ImportBatch:
    return ImportBatch(**{"ref": ref, "kind": "trainees", "status": Status.LOADED, "sha256": "a" * 64, **more})


def test_errors_are_counted_by_kind_the_most_frequent_first_and_listed_by_row(app: Flask, arrange: Arrange):
    with arrange() as session:
        batch = one("abc", status=Status.CHECKED)
        session.add(batch)
        session.flush()
        for row, column, code in (
            (7, "email", "bad-email"),
            (2, "grade", "unknown-grade"),
            (7, "grade", "unknown-grade"),
        ):
            problem = ImportProblem(import_id=batch.id, row=row, column=column, code=code, value="x", advice="Mend it")
            session.add(problem)

    with app.app_context():
        batch = queries.batch("abc")
        assert batch is not None
        assert queries.problems_by_code(batch) == [("grade", "unknown-grade", 2), ("email", "bad-email", 1)]
        assert [(one.row, one.column) for one in queries.problems_by_row(batch)] == [
            (2, "grade"),
            (7, "email"),
            (7, "grade"),
        ]
        assert (queries.rows_in_error(batch), queries.problem_count(batch)) == (2, 3)
        assert [one.row for one in queries.problem_page(batch, 1, 5)] == [7, 7]


def test_only_another_loaded_import_of_the_same_kind_is_the_same_file(app: Flask, arrange: Arrange):
    with arrange() as session:
        session.add_all(
            [
                one("asked"),
                one("same"),
                one("undone", status=Status.UNDONE),
                one("history", kind="history"),
                one("other", sha256="b" * 64),
            ]
        )

    with app.app_context():
        asked = queries.batch("asked")
        assert asked is not None
        assert [found.ref for found in queries.same_file(asked)] == ["same"]
        assert [found.ref for found in queries.latest_batches(list(KINDS), 0, 2)] == ["other", "history"]
        assert queries.batch_count(list(KINDS)) == 5
        assert queries.batch("none") is None
