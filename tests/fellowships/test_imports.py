"""The rules of lists of placements and of weekly logs, one by one, with what was there before."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from tests.conftest import Arrange
from tests.imports.conftest import Run, problems, run  # noqa: F401 - fixtures
from tests.imports.files import log, placement
from tracker.core.calendar import LAST_DAY
from tracker.core.db import db
from tracker.fellowships.lifecycle import Decision, LogState
from tracker.fellowships.models import LogDecision, LogVersion, Placement, SupervisorAssignment, WeekLog
from tracker.ledger.models import StageSpan
from tracker.people.models import Person

Problems = Callable[[], list[tuple[int, str, str]]]


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (placement(scheme="Knitting"), [(1, "scheme", "unknown-reference")]),
        (placement(host_organisation="Home Offce"), [(1, "host_organisation", "unknown-organisation")]),
        (placement(host_organisation="BEIS"), [(1, "host_organisation", "closed-organisation")]),
        (placement(supervisor_email="sam@"), [(1, "supervisor_email", "bad-email")]),
        (placement(project="x" * 201), [(1, "project", "too-long")]),
        (placement(fte="0"), [(1, "fte", "bad-number")]),
        (placement(fte="1.5"), [(1, "fte", "bad-number")]),
        (placement(planned_end="2026-01-04"), [(1, "planned_end", "end-before-start")]),
        (placement(planned_start="30/02/2026"), [(1, "planned_start", "bad-date")]),
        (placement(stage="posted"), [(1, "stage", "unknown-stage")]),
        (placement(effective_on="2999-01-01"), [(1, "effective_on", "future-date")]),
        (placement(first_name="=1+1"), [(1, "first_name", "unsafe-text")]),
        (placement(""), [(1, "placement_ref", "missing-value")]),
    ],
)
def test_each_error_of_a_placement_is_named(run: Run, problems: Problems, row: dict[str, str], expected: object):  # noqa: F811
    run("placements", row)

    assert problems() == expected


def test_a_placement_comes_in_with_its_fellow_its_supervisor_and_its_history(run: Run, app: Flask):  # noqa: F811
    history = [
        placement(stage=stage, effective_on=f"2025-12-0{day}") for day, stage in enumerate(("proposed", "matched"), 1)
    ]

    first = run("placements", *history).counts
    again = run("placements", *history).counts

    assert (first["created"], first["events"]) == (2, 2)
    assert (again["created"], again["updated"], again["unchanged"], again["events"]) == (0, 0, 2, 0)
    with app.app_context():
        one = db.session.scalars(select(Placement)).one()
        assert (one.person.name, one.host.slug, one.scheme.code) == ("Ann Lee", "home-office", "no10-innovation")
        assert [(each.supervisor.email, str(each.starts_on)) for each in one.assignments] == [
            ("sam@ho.example", "2025-12-01")
        ]
        assert one.standing is not None
        assert one.standing.stage == "matched"


def test_case_79_overlapping_full_time_placements_are_in_error_with_the_dates(run: Run, problems: Problems):  # noqa: F811
    outcome = run("placements", placement(), placement("PL2", planned_start="2026-06-01"), "--json")

    assert problems() == [(1, "planned_start", "overlapping-placement"), (2, "planned_start", "overlapping-placement")]
    assert outcome.exit_code == 1


def test_case_79_overlapping_parts_of_one_week_are_taken(run: Run):  # noqa: F811
    rows = (placement(fte="0.5"), placement("PL2", fte="0.5", host_organisation="HM Treasury"))

    assert run("placements", *rows).counts["created"] == 2


def test_a_placement_that_has_ended_fills_no_time(run: Run, problems: Problems):  # noqa: F811
    run("placements", placement(), placement(stage="ended-early", effective_on="2026-02-02"))
    run("placements", placement("PL2"))

    assert problems() == []


def test_a_placement_in_the_records_fills_time_too(run: Run, problems: Problems):  # noqa: F811
    run("placements", placement())

    run("placements", placement("PL2", planned_start="2026-12-31", planned_end="2027-06-30", stage="accepted"))

    assert problems() == [(1, "planned_start", "overlapping-placement")]


def test_both_rows_of_one_event_are_in_error_and_several_events_are_none(run: Run, problems: Problems):  # noqa: F811
    run("placements", placement(), placement(), placement(stage="accepted", effective_on="2026-01-01"))

    assert problems() == [(1, "person_ref", "duplicate-row"), (2, "person_ref", "duplicate-row")]


def test_the_history_is_judged_as_a_whole_whatever_the_order_of_its_rows(run: Run, problems: Problems):  # noqa: F811
    run("placements", placement(), placement(stage="matched", effective_on="2025-12-01"))

    assert problems() == [(1, "stage", "stage-not-allowed")]


def test_another_person_scheme_or_host_under_a_known_reference_is_in_error(run: Run, problems: Problems):  # noqa: F811
    run("placements", placement())

    more = {"stage": "completed", "effective_on": "2026-02-02"}
    run("placements", placement(person_ref="P9", email="p9@ho.example", first_name="Zoe", last_name="Nine", **more))
    found = problems()
    run("placements", placement(scheme="esrc-adr-10ds", host_organisation="HM Treasury", **more))

    assert found == [(1, "person_ref", "person-differs")]
    assert problems()[-2:] == [(1, "host_organisation", "unknown-reference"), (1, "scheme", "unknown-reference")]


def test_addresses_and_names_are_compared_with_the_records(run: Run, problems: Problems):  # noqa: F811
    run("placements", placement())

    run("placements", placement("PL2", person_ref="P2", stage="proposed"))

    assert (1, "email", "email-in-use") in problems()


def test_a_later_file_brings_the_terms_up_to_date_and_undoing_it_puts_them_back(run: Run, app: Flask):  # noqa: F811
    run("placements", placement())
    changed = placement(planned_end="2027-03-31", fte="0.8", supervisor_email="kim@ho.example")

    outcome = run("placements", changed)

    assert (outcome.counts["created"], outcome.counts["updated"], outcome.counts["events"]) == (0, 1, 0)
    with app.app_context():
        one = db.session.scalars(select(Placement)).one()
        assert (str(one.planned_end), one.fte) == ("2027-03-31", 0.8)
        assert one.supervisor is not None
        assert one.supervisor.email == "kim@ho.example"
    assert run("undo", outcome.ref).exit_code == 0
    with app.app_context():
        one = db.session.scalars(select(Placement)).one()
        assert (str(one.planned_end), one.fte) == ("2026-12-31", 1.0)
        assert one.supervisor is not None
        assert one.supervisor.email == "sam@ho.example"


def test_undoing_takes_back_placement_and_fellow_and_the_file_can_come_again(run: Run, app: Flask):  # noqa: F811
    outcome = run("placements", placement())

    assert run("undo", outcome.ref).exit_code == 0
    with app.app_context():
        assert db.session.scalars(select(StageSpan)).all() == []
        assert db.session.scalars(select(Person.removed_at)).one() is not None

    assert run("placements", placement(planned_end="2026-11-30")).counts["created"] == 1
    with app.app_context():
        assert str(db.session.scalars(select(Placement.planned_end)).one()) == "2026-11-30"
        assert db.session.scalars(select(Person.removed_at)).one() is None


def test_what_has_logs_cannot_be_undone(run: Run):  # noqa: F811
    outcome = run("placements", placement())
    run("logs", log())

    undone = run("undo", outcome.ref)

    assert undone.exit_code == 1
    assert "PL1, which this import began, has weekly logs" in undone.output + undone.refusal


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (log(placement_ref="PL9"), [(1, "placement_ref", "unknown-reference")]),
        (log("2026-01-08"), [(1, "week_ending", "bad-date")]),
        (log("2999-01-04"), [(1, "week_ending", "future-date")]),
        (log(days=""), [(1, "days", "missing-value")]),
        (log(days="0.25"), [(1, "days", "bad-number")]),
        (log(days="25"), [(1, "days", "bad-number")]),
        (log(days="-1"), [(1, "days", "bad-number")]),
        (log(days="5.5"), [(1, "days", "bad-number")]),
        (log(summary=""), [(1, "summary", "missing-value")]),
        (log(summary="x" * 4001), [(1, "summary", "too-long")]),
        (log(skills="Knitting"), [(1, "skills", "unknown-reference")]),
        (log(blockers="x" * 4001), [(1, "blockers", "too-long")]),
    ],
)
def test_case_89_each_error_of_a_log_is_named(run: Run, problems: Problems, row: dict[str, str], expected: object):  # noqa: F811
    run("placements", placement())

    run("logs", row)

    assert problems() == expected


def test_case_91_a_log_that_says_no_week_is_asked_for_it_and_none_is_taken_from_when_it_came(
    run: Run,  # noqa: F811
    problems: Problems,  # noqa: F811
    app: Flask,
):
    run("placements", placement())

    run("logs", log(), log("", days="2"))

    assert problems() == [(2, "week_ending", "missing-value")]
    with app.app_context():
        assert db.session.scalars(select(LogVersion)).all() == []


def test_case_89_a_log_of_no_days_is_a_log(run: Run, app: Flask):  # noqa: F811
    run("placements", placement())

    assert run("logs", log(days="0"), log("2026-01-16", days="5,0")).counts["created"] == 2
    with app.app_context():
        assert db.session.scalars(select(LogVersion.days).order_by(LogVersion.id)).all() == [0, 5]
        assert db.session.scalars(select(WeekLog.state)).all() == [LogState.SUBMITTED] * 2


def test_both_rows_of_one_week_are_in_error(run: Run, problems: Problems):  # noqa: F811
    run("placements", placement())

    run("logs", log(), log(days="1"))

    assert problems() == [(1, "week_ending", "duplicate-row"), (2, "week_ending", "duplicate-row")]


def test_a_log_sent_again_changes_nothing_and_sent_otherwise_is_a_new_version(run: Run, app: Flask):  # noqa: F811
    run("placements", placement())
    run("logs", log())

    again, otherwise = run("logs", log()).counts, run("logs", log(days="3"))

    assert (again["created"], again["updated"], again["unchanged"]) == (0, 0, 1)
    assert (otherwise.counts["created"], otherwise.counts["updated"]) == (0, 1)
    with app.app_context():
        assert db.session.scalars(select(LogVersion.days).order_by(LogVersion.number)).all() == [4.5, 3]
    assert run("undo", otherwise.ref).exit_code == 0
    assert run("logs", log()).counts["unchanged"] == 1


def test_case_87_a_week_that_is_signed_off_is_not_changed_by_a_file(
    run: Run,  # noqa: F811
    problems: Problems,  # noqa: F811
    app: Flask,
    arrange: Arrange,
):
    run("placements", placement())
    outcome = run("logs", log())
    with arrange() as session:
        version = session.scalars(select(LogVersion)).one()
        version.log.state = LogState.APPROVED
        day = version.log.week_ending
        session.add(
            LogDecision(version_id=version.id, decision=Decision.APPROVED, decided_by_name="Sam", decided_on=day)
        )

    assert run("logs", log()).counts["unchanged"] == 1
    run("logs", log(days="1"))

    assert problems() == [(1, "week_ending", "stage-not-allowed")]
    refused = run("undo", outcome.ref)
    assert (
        "the supervisor of PL1 has answered the log of the week to 9 January 2026" in refused.output + refused.refusal
    )
    with app.app_context():
        open_assignments = select(SupervisorAssignment).where(SupervisorAssignment.ends_on == LAST_DAY)
        assert len(db.session.scalars(open_assignments).all()) == 1
