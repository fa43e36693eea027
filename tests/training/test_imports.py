"""The rules of lists of trainees and of histories, one by one, with what was there before."""

from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select

from tests.conftest import Arrange
from tests.factories import make_person, make_user
from tests.imports.conftest import Run, problems, records, run  # noqa: F401 - fixtures
from tests.imports.files import event, trainee
from tracker.core.db import db
from tracker.imports.models import ImportProblem
from tracker.organisations.models import Organisation, Region
from tracker.people.models import Person, Posting
from tracker.training import queries, services
from tracker.training.services import Evidence

Problems = Callable[[], list[tuple[int, str, str]]]
Records = Callable[[], dict[str, list[str]]]


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (trainee(person_ref=""), [(1, "person_ref", "missing-value")]),
        (trainee(effective_on="31/04/2026"), [(1, "effective_on", "bad-date")]),
        (trainee(effective_on="2999-01-01"), [(1, "effective_on", "future-date")]),
        (trainee(organisation="Home Offce"), [(1, "organisation", "unknown-organisation")]),
        (trainee(organisation="BEIS"), [(1, "organisation", "closed-organisation")]),
        (trainee(grade="G9"), [(1, "grade", "unknown-grade")]),
        (trainee(programme="Knitting"), [(1, "programme", "unknown-programme")]),
        (trainee(cohort="new"), [(1, "cohort", "unsafe-text")]),
        (trainee(cohort=".."), [(1, "cohort", "unsafe-text")]),
        (trainee(stage="graduated"), [(1, "stage", "unknown-stage")]),
        (trainee(email="ann@"), [(1, "email", "bad-email")]),
        (trainee(email="a" * 250 + "@ho.example"), [(1, "email", "too-long")]),
        (trainee(first_name="=1+1"), [(1, "first_name", "unsafe-text")]),
        (trainee(last_name="Lee\u202e"), [(1, "last_name", "unsafe-text")]),
        (trainee(last_name="x" * 101), [(1, "last_name", "too-long")]),
        (trainee(note="x" * 4001), [(1, "note", "too-long")]),
        (trainee(fte="1.1"), [(1, "fte", "bad-number")]),
        (trainee(fte="0.001"), [(1, "fte", "bad-number")]),
        (trainee(profession="Wizardry"), [(1, "profession", "unknown-reference")]),
        (trainee(region="Atlantis"), [(1, "region", "unknown-reference")]),
        (
            trainee(grade="x", stage="x", email="x"),
            [(1, "email", "bad-email"), (1, "grade", "unknown-grade"), (1, "stage", "unknown-stage")],
        ),
    ],
)
def test_each_error_of_a_row_is_named(run: Run, problems: Problems, row: dict[str, str], expected: object):  # noqa: F811
    run("trainees", row)

    assert problems() == expected


@pytest.mark.parametrize(
    "row",
    [
        trainee(effective_on="02/03/2026"),
        trainee(stage="In training", programme="Data Science Accelerator", grade="senior executive officer"),
        trainee(organisation="  HOME  office. "),
        trainee(note="+1 day", fte="0.75", region="london", profession="policy"),
        trainee(organisation="dcms", effective_on="2020-01-01"),
    ],
)
def test_other_ways_to_write_the_same_are_taken(run: Run, row: dict[str, str]):  # noqa: F811
    assert run("trainees", row).counts["created"] == 1


def test_edge_14_both_rows_of_a_pair_are_in_error(run: Run, problems: Problems):  # noqa: F811
    run("trainees", trainee(), trainee(), trainee("P2", email="ann@x.example"), trainee("P3", email="ANN@x.example"))

    assert problems() == [
        (1, "person_ref", "duplicate-row"),
        (2, "person_ref", "duplicate-row"),
        (3, "email", "email-in-use"),
        (4, "email", "email-in-use"),
    ]


def test_addresses_names_and_programmes_are_compared_with_the_records(run: Run, problems: Problems):  # noqa: F811
    run("trainees", trainee())

    run(
        "trainees",
        trainee("P2", email="ANN.LEE@ho.example"),
        trainee(first_name="Zoë", last_name="Other", cohort="DSA-2"),
        trainee("P3", programme="mdatagov"),
    )

    assert problems() == [
        (1, "email", "email-in-use"),
        (2, "email", "email-in-use"),
        (2, "person_ref", "person-differs"),
        (3, "programme", "unknown-programme"),
    ]


def test_a_history_is_judged_on_the_finished_sequence(run: Run, problems: Problems):  # noqa: F811
    run("trainees", trainee(stage="completed", effective_on="2026-05-01"))

    late = run("history", event("in-training", "2026-03-01"), event("enrolled", "2026-02-01"))
    run("history", event("withdrawn", "2026-04-01"))

    assert (late.exit_code, late.counts["created"]) == (0, 2)
    assert problems() == [(1, "stage", "stage-not-allowed")]


def test_what_only_followed_a_row_in_error_is_left_out_with_it(run: Run, records: Records):  # noqa: F811
    run("trainees", trainee(stage="applied", effective_on="2026-01-01"))

    outcome = run(
        "history",
        event("accepted", "2026-02-30"),
        event("enrolled", "2026-03-01"),
        event("in-training", "2026-04-01"),
        "--accept-valid",
    )

    assert (outcome.counts["accepted"], outcome.counts["rejected"]) == (0, 3)
    assert len(records()["stages"]) == 1


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (event("enrolled", "2026-03-02", person_ref="X"), [(1, "person_ref", "unknown-reference")]),
        (event("enrolled", "2026-03-02", cohort="X"), [(1, "cohort", "unknown-reference")]),
        (event("enrolled", "2026-03-02", recorded_at="2026-03-01T10:00:00Z"), [(1, "effective_on", "future-date")]),
        (event("enrolled", "2026-03-02", recorded_at="soon"), [(1, "recorded_at", "bad-date")]),
        (
            event("enrolled", "2026-03-02", recorded_at="2026-03-01T23:30:00+00:00"),
            [(1, "effective_on", "future-date")],
        ),
    ],
)
def test_a_history_names_what_is_wrong(run: Run, problems: Problems, row: dict[str, str], expected: object):  # noqa: F811
    run("trainees", trainee())

    run("history", row, "--historical")

    assert problems() == expected


def test_edge_13_what_can_mean_two_is_in_error_with_both_named_and_neither_is_picked(
    run: Run,  # noqa: F811
    problems: Problems,  # noqa: F811
    app: Flask,
    arrange: Arrange,
):
    with arrange() as session:
        make_person(ref="P2", email="ann.lee@ho.example")
        session.add_all(
            Organisation(slug=slug, name=slug, abbreviation="OS") for slug in ("office-of-sums", "old-sums")
        )

    run("trainees", trainee(), trainee("P3", organisation="OS"))

    assert problems() == [(1, "email", "email-in-use"), (2, "organisation", "unknown-organisation")]
    with app.app_context():
        by_email, by_name = db.session.scalars(select(ImportProblem.advice).order_by(ImportProblem.row))
        assert "P2" in by_email
        assert "‘office-of-sums’ and ‘old-sums’: write one of these" in by_name
        assert db.session.scalars(select(Person.ref)).all() == ["P2"]


@pytest.mark.parametrize("stage", ["completed", "withdrawn", "in-role"])
def test_edge_61_nothing_is_reached_without_a_day(run: Run, problems: Problems, stage: str):  # noqa: F811
    run("trainees", trainee(stage=stage, effective_on=""))

    assert problems() == [(1, "effective_on", "missing-value")]


def test_edge_62_an_empty_cell_says_nothing_and_undoes_nothing(run: Run, app: Flask, arrange: Arrange):  # noqa: F811
    full = trainee(stage="in-training", region="London", profession="policy", fte="0.6", note="By letter")
    run("trainees", full)
    with arrange() as session:
        [enrolment] = queries.enrolments_of(session.scalars(select(Person)).one())
        services.complete(enrolment, date(2026, 5, 1), Evidence("Certificate 7"), by=make_user())

    known = run("trainees", full | {"region": "", "profession": "", "fte": "", "note": ""})
    later = run("trainees", trainee(stage="in-training", effective_on="2026-03-09", grade="G7", cohort="DSA-2"))
    moved = run("trainees", trainee(stage="applied", effective_on="2026-04-01", organisation="DWP", cohort="DSA-3"))

    assert [one.counts["created"] for one in (known, later, moved)] == [0, 1, 1]
    assert known.counts["unchanged"] == 1
    with app.app_context():
        person = db.session.scalars(select(Person)).one()
        postings = db.session.scalars(select(Posting).order_by(Posting.starts_on)).all()
        regions = dict(db.session.execute(select(Region.id, Region.name)).all())
        said = [(one.grade.code, one.region_id and regions[one.region_id], bool(one.profession_id)) for one in postings]
        # In another organisation neither is known.
        assert said == [("SEO", "London", True), ("G7", "London", True), ("SEO", None, False)]
        assert float(person.fte) == 0.6
        [enrolment] = [one for one in queries.enrolments_of(person) if one.cohort.code == "DSA-1"]
        last = queries.entries([enrolment.journey_id])[-1]
        assert (last.event.stage, last.evidence) == ("completed", "Certificate 7")
