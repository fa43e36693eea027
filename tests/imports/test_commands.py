"""`tracker import`, from the file to the records and back."""

import csv
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.imports.conftest import Run
from tests.imports.files import DATA, event, trainee

Records = Callable[[], dict[str, list[str]]]
Problems = Callable[[], list[tuple[int, str, str]]]


def expected(*, loaded: bool) -> list[tuple[int, str, str]]:
    with (DATA / "trainees_dirty_expected.csv").open(newline="") as stream:
        return sorted(
            (int(row["row"]), row["column"], row["code"])
            for row in csv.DictReader(stream)
            if loaded or row["when"] != "after-loading"
        )


@pytest.mark.parametrize("name", ["trainees_dirty.csv", "trainees_dirty.xlsx"])
def test_a_spoilt_file_gives_exactly_its_errors_and_loads_nothing(
    run: Run, problems: Problems, records: Records, name: str
):
    before = records()

    outcome = run("trainees", DATA / name)

    assert problems() == expected(loaded=False)
    assert outcome.exit_code == 1
    assert outcome.refusal == "40 of 948 rows are in error, so nothing was loaded"
    assert outcome.counts["rejected"] == 40
    assert records() == before


def test_a_spoilt_file_is_judged_by_what_was_loaded_before(run: Run, problems: Problems):
    run("trainees", DATA / "trainees.csv")
    run("history", DATA / "history.csv", "--historical")

    run("trainees", DATA / "trainees_dirty.csv")

    assert problems() == expected(loaded=True)


def test_the_same_files_again_change_nothing(run: Run, records: Records):
    first = run("trainees", DATA / "trainees.csv").counts
    past = run("history", DATA / "history.csv", "--historical").counts
    before = records()

    again = run("trainees", DATA / "trainees.csv").counts
    past_again = run("history", DATA / "history.csv", "--historical").counts

    assert (first["created"], first["events"]) == (946, 946)
    assert (past["created"], past["updated"], past["events"]) == (3624, 916, 4540)
    assert [again[name] for name in ("created", "updated", "unchanged", "events")] == [0, 0, 946, 0]
    assert [past_again[name] for name in ("created", "updated", "unchanged", "events")] == [0, 0, 4540, 0]
    assert records() == before


def test_undoing_puts_every_record_and_figure_back(run: Run, records: Records):
    empty = records()
    trainees = run("trainees", DATA / "trainees.csv").ref
    listed = records()
    history = run("history", DATA / "history.csv", "--historical").ref
    complete = records()
    changed = run(
        "trainees",
        trainee("P000001", first_name="Olivier", last_name="King", cohort="NEW-1", email="o.king@hmt.example"),
        trainee("X1"),
    ).ref
    assert records() != complete

    refusal = run("undo", trainees).refusal
    for ref, state in ((changed, complete), (history, listed), (trainees, empty)):
        assert run("undo", ref).exit_code == 0
        assert records() == state

    assert "this rests on it" in refusal
    assert "recorded since for P000001 on AOTP-2024-3, which this import began" in refusal


def test_what_was_undone_can_be_loaded_again_as_if_it_had_never_been(run: Run, records: Records):
    ref = run("trainees", trainee(note="First try", programme="mdatagov"), trainee("P2")).ref
    run("undo", ref)

    again = run("trainees", trainee(first_name="Anna"), trainee("P2"))

    assert (again.counts["created"], again.counts["events"]) == (2, 2)
    assert any("'Anna'" in row for row in records()["people"])


def test_undoing_leaves_what_was_changed_since(run: Run, records: Records):
    run("trainees", trainee())
    second = run("trainees", trainee(first_name="Anna", fte="0.5")).ref
    run("trainees", trainee(first_name="Annie", fte="0.5"))

    run("undo", second)

    assert "('P1', 'Annie', 'Lee', 'ann.lee@ho.example', 'annie lee', 'lee annie', 1.0" in records()["people"][0]


def test_a_trial_says_what_would_be_done_and_leaves_nothing(run: Run, records: Records):
    before = records()

    outcome = run("trainees", trainee(), trainee("P2"), "--dry-run")

    assert (outcome.exit_code, outcome.counts["created"], outcome.counts["events"]) == (0, 2, 2)
    assert records() == before
    assert outcome.ref == ""


def test_the_valid_rows_alone_are_loaded_where_that_is_wanted(run: Run, records: Records):
    outcome = run("trainees", trainee(), trainee("P2", grade="Wizard"), "--accept-valid")

    assert (outcome.exit_code, outcome.counts["accepted"], outcome.counts["rejected"]) == (0, 1, 1)
    assert len(records()["people"]) == 1


def test_the_report_of_errors_can_be_mended_and_sent_again(run: Run, records: Records, tmp_path: Path):
    report = tmp_path / "report.csv"
    run("trainees", trainee(), trainee("P2", grade="Wizard", note="+1 day a week", extra="=A1"), "--report", report)
    text = report.read_text("utf-8-sig")
    report.write_text(text.replace("Wizard", "SEO"), encoding="utf-8")

    outcome = run("trainees", report)

    assert "'+1 day a week" in text
    assert "grade: unknown-grade" in text
    assert text.count("\n") == 2
    assert (outcome.exit_code, outcome.counts["created"]) == (0, 1)
    assert any("'+1 day a week'" in row for row in records()["stages"])


def test_a_report_that_cannot_be_written_is_refused_before_anything_is_loaded(
    run: Run, records: Records, tmp_path: Path
):
    before = records()

    outcome = run("trainees", trainee(), "--report", tmp_path / "no-such-folder" / "report.csv")

    assert outcome.exit_code == 2
    assert "cannot be written: name a file in a folder that is there" in outcome.output
    assert records() == before
    assert outcome.ref == ""


@pytest.mark.parametrize(
    ("kind", "more", "code"),
    [
        ("trainees", ["no-such-file.csv"], 2),
        ("placebos", ["x.csv"], 2),
        ("undo", ["NOSUCHREF"], 1),
    ],
)
def test_a_command_that_is_wrong_says_so(run: Run, kind: str, more: list[str], code: int):
    assert run(kind, *more).exit_code == code


def test_columns_that_are_not_known_are_named(run: Run):
    outcome = run("trainees", trainee(payroll="7"), words=True)

    assert "Ignored columns: payroll" in outcome.output
    assert f"tracker import undo {outcome.ref}" in outcome.output


def test_an_event_of_a_history_takes_the_place_of_the_lists_own(run: Run, records: Records):
    run("trainees", trainee(note="From the list"))

    outcome = run("history", event("accepted", "2026-03-02"), event("enrolled", "2026-03-02"))

    assert (outcome.counts["created"], outcome.counts["updated"]) == (1, 1)
    assert [row.split(", ")[3] for row in records()["stages"]] == ["'accepted'", "'enrolled'"]
    assert "'From the list'" in records()["stages"][1]
