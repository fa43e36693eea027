"""Targets by file: checked, laid over the lines there are, taken back."""

from collections.abc import Callable

from tests.imports.conftest import Run, problems, records, run  # noqa: F401 - fixtures
from tests.imports.files import DATA

Problems = Callable[[], list[tuple[int, str, str]]]
Records = Callable[[], dict[str, list[str]]]


def point(**fields: str) -> dict[str, str]:
    """A valid point."""
    return {
        "figure": "training.trained",
        "organisation": "",
        "date": "2027-03-31",
        "value": "500",
        "reason": "Plan",
    } | (fields)


def test_the_sample_is_taken_once_and_given_back(run: Run, records: Records):  # noqa: F811
    empty = records()

    first = run("targets", DATA / "targets.csv")
    again = run("targets", DATA / "targets.csv")

    assert first.counts["created"] == 573
    assert [again.counts[name] for name in ("created", "updated", "unchanged")] == [0, 0, 573]
    assert run("undo", first.ref).exit_code == 0
    assert records() == empty


def test_a_new_value_is_an_update_and_the_older_import_then_rests_below_it(run: Run, records: Records):  # noqa: F811
    first = run("targets", point())
    before = records()

    second = run("targets", point(value="550", reason="New plan"))

    assert second.counts["updated"] == 1
    assert "a later target of training.trained for all government" in run("undo", first.ref).refusal
    assert run("undo", second.ref).exit_code == 0
    assert records() == before


def test_errors_are_named(run: Run, problems: Problems):  # noqa: F811
    run(
        "targets",
        point(figure="training.magic"),
        point(value="-1", date="2027-02-30"),
        point(reason="", organisation="Nowhere"),
        point(date="2028-03-31"),
        point(date="2028-03-31"),
    )

    assert problems() == [
        (1, "figure", "unknown-reference"),
        (2, "date", "bad-date"),
        (2, "value", "bad-number"),
        (3, "organisation", "unknown-organisation"),
        (3, "reason", "missing-value"),
        (4, "figure", "duplicate-row"),
        (5, "figure", "duplicate-row"),
    ]
