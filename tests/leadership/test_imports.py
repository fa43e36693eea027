"""The rules of files of vacancies and of candidates, one by one, with what was there before."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.conftest import Arrange
from tests.factories import make_person, make_user
from tests.imports.conftest import Run, problems, run  # noqa: F401 - fixtures
from tests.imports.files import DATA, as_csv
from tracker.core.db import db, transaction
from tracker.imports.files.opening import Opened
from tracker.imports.models import ImportProblem
from tracker.imports.registry import KINDS
from tracker.imports.services import taking
from tracker.imports.services.effect import find_effect
from tracker.imports.services.loading import look
from tracker.imports.services.taking import read
from tracker.leadership.lifecycle import VacancyStage
from tracker.leadership.models import Campaign, Candidate, Vacancy
from tracker.leadership.queries import vacancies as queries
from tracker.leadership.services import stages
from tracker.ledger.models import Event, EventVoid

Problems = Callable[[], list[tuple[int, str, str]]]
VACANCY = {
    "vacancy_ref": "V1",
    "campaign": "HO-2026",
    "role": "chief-data-officer",
    "grade": "SCS2",
    "organisation": "Home Office",
    "stage": "approval",
    "effective_on": "2026-01-05",
}
CANDIDATE = {"vacancy_ref": "V1", "candidate_ref": "C1", "stage": "applied", "effective_on": "2026-02-10"}


def vacancy(stage: str = "approval", day: str = "2026-01-05", **fields: str) -> dict[str, str]:
    """A row of a file of vacancies."""
    return VACANCY | {"stage": stage, "effective_on": day} | fields


def candidate(stage: str = "applied", day: str = "2026-02-10", **fields: str) -> dict[str, str]:
    """A row of a file of candidates."""
    return CANDIDATE | {"stage": stage, "effective_on": day} | fields


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (vacancy(vacancy_ref=""), [(1, "vacancy_ref", "missing-value")]),
        (vacancy(campaign="x" * 101), [(1, "campaign", "too-long")]),
        (vacancy(role="Chief wizard"), [(1, "role", "unknown-reference")]),
        (vacancy(grade="G9"), [(1, "grade", "unknown-grade")]),
        (vacancy(grade="SEO"), [(1, "grade", "unknown-grade")]),
        (vacancy(organisation="Home Offce"), [(1, "organisation", "unknown-organisation")]),
        (vacancy(organisation="BEIS"), [(1, "organisation", "closed-organisation")]),
        (vacancy("applied"), [(1, "stage", "unknown-stage")]),
        (vacancy(day="31/04/2026"), [(1, "effective_on", "bad-date")]),
        (vacancy(day="2999-01-01"), [(1, "effective_on", "future-date")]),
    ],
)
def test_each_error_of_a_vacancy_is_named(run: Run, problems: Problems, row: dict[str, str], expected: object):  # noqa: F811
    run("vacancies", row)

    assert problems() == expected


@pytest.mark.parametrize(
    "row",
    [
        vacancy(role="Chief Data Officer", grade="scs2", organisation=" home  office."),
        vacancy(role="CDO", grade="senior civil service pay band 2", day="05/01/2026"),
        vacancy("Merit order"),
    ],
)
def test_other_ways_to_write_the_same_are_taken(run: Run, row: dict[str, str]):  # noqa: F811
    assert run("vacancies", row).counts["created"] == 1


def test_a_file_is_judged_as_a_whole_and_its_order_is_that_of_the_days(run: Run, problems: Problems):  # noqa: F811
    run(
        "vacancies",
        vacancy("advert", "2026-02-02"),
        vacancy("approval", "2026-01-05"),
        vacancy("offer", "2026-03-01"),
        vacancy(vacancy_ref="V2"),
        vacancy(vacancy_ref="V2"),
        vacancy(vacancy_ref="V3"),
        vacancy("advert", "2026-02-01", vacancy_ref="V3", role="chief-technology-officer", organisation="HM Treasury"),
    )

    assert problems() == [
        (3, "stage", "stage-not-allowed"),
        (4, "vacancy_ref", "duplicate-row"),
        (5, "vacancy_ref", "duplicate-row"),
        (7, "organisation", "unknown-reference"),
        (7, "role", "unknown-reference"),
    ]


def test_what_the_records_hold_is_part_of_the_sequence_and_of_what_a_vacancy_is(run: Run, problems: Problems):  # noqa: F811
    run("vacancies", vacancy(), vacancy("advert", "2026-02-02"))

    run("vacancies", vacancy("sift", "2026-02-10"), vacancy("closed", "2026-02-20", campaign="HO-2027"))

    assert problems() == [(1, "stage", "stage-not-allowed"), (2, "campaign", "unknown-reference"),
                          (2, "stage", "stage-not-allowed")]  # fmt: skip


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (candidate(vacancy_ref="V9"), [(1, "vacancy_ref", "unknown-reference")]),
        (candidate(candidate_ref=""), [(1, "candidate_ref", "missing-value")]),
        (candidate("approval"), [(1, "stage", "unknown-stage")]),
        (candidate(email="zoe@"), [(1, "email", "bad-email")]),
        (candidate(first_name="=1+1"), [(1, "first_name", "unsafe-text")]),
        (candidate(person_ref="P404"), [(1, "person_ref", "unknown-reference")]),
        (candidate(email="p7@example.gov.uk"), [(1, "email", "email-in-use")]),
        (candidate(person_ref="P7", first_name="Zoë", last_name="Else"), [(1, "person_ref", "person-differs")]),
    ],
)
def test_each_error_of_a_candidate_is_named_and_names_nobody(
    app: Flask,
    arrange: Arrange,
    run: Run,  # noqa: F811
    problems: Problems,  # noqa: F811
    row: dict[str, str],
    expected: object,
):
    with arrange():
        make_person(ref="P7", email="p7@example.gov.uk", first_name="Ann", last_name="Known")
    run("vacancies", vacancy())

    run("candidates", row)

    assert problems() == expected
    with app.app_context():
        assert "Known" not in " ".join(db.session.scalars(select(ImportProblem.advice)))


def test_candidates_share_no_address_and_take_no_two_ways_at_once(run: Run, problems: Problems):  # noqa: F811
    run("vacancies", vacancy())

    run(
        "candidates",
        candidate(email="zoe@x.example"),
        candidate(candidate_ref="C2", email="ZOE@x.example"),
        candidate(candidate_ref="C3"),
        candidate("offered", "2026-02-11", candidate_ref="C3"),
    )

    assert problems() == [(1, "email", "email-in-use"), (2, "email", "email-in-use"), (4, "stage", "stage-not-allowed")]


def test_no_file_offers_one_place_to_two(run: Run, problems: Problems):  # noqa: F811
    run("vacancies", vacancy())

    run(
        "candidates",
        candidate("offered", "2026-03-02"),
        candidate("declined", "2026-03-09"),
        candidate("offered", "2026-03-10", candidate_ref="C2"),
        candidate("accepted", "2026-03-12", candidate_ref="C2"),
    )
    assert problems() == []

    run("candidates", candidate("offered", "2026-03-16", candidate_ref="C3"))
    assert problems() == [(1, "stage", "stage-not-allowed")]

    run(
        "candidates",
        candidate("lapsed", "2026-03-16", candidate_ref="C2"),
        candidate("offered", "2026-03-17", candidate_ref="C3"),
        candidate("in-post", "2026-04-17", candidate_ref="C4"),
    )
    assert problems()[-2:] == [(2, "stage", "stage-not-allowed"), (3, "stage", "stage-not-allowed")]


def test_the_samples_again_change_nothing_and_undone_in_turn_leave_nothing_that_counts(app: Flask, run: Run):  # noqa: F811
    first = [run(kind, DATA / f"{kind}.csv") for kind in ("vacancies", "candidates")]
    again = [run(kind, DATA / f"{kind}.csv") for kind in ("vacancies", "candidates")]

    assert [one.counts["events"] for one in first] == [802, 3260]
    assert [(one.counts["created"], one.counts["updated"], one.counts["events"]) for one in again] == [(0, 0, 0)] * 2
    refused = run("undo", first[0].ref)
    assert refused.exit_code == 1
    assert "has candidates" in refused.output + refused.refusal
    assert [run("undo", one.ref).exit_code for one in reversed(first)] == [0, 0]
    with app.app_context():
        assert _standing() == 0
        assert queries.open_campaigns() == []

    assert run("vacancies", DATA / "vacancies.csv").counts["created"] == 802
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Vacancy)) == 80
        assert db.session.scalar(select(func.count()).select_from(Campaign)) == len(queries.open_campaigns())


def _standing() -> int:
    voided = select(EventVoid.event_id)
    return db.session.scalar(select(func.count()).select_from(Event).where(Event.id.not_in(voided))) or 0


def test_an_undo_is_refused_where_somebody_recorded_more_on_what_it_brought(arrange: Arrange, run: Run):  # noqa: F811
    brought = run("vacancies", vacancy("advert", "2026-02-02"))
    with arrange():
        held = queries.vacancy("V1")
        assert held is not None
        stages.record_stage(held, VacancyStage.CLOSED, date(2026, 3, 2), by=make_user())

    refused = run("undo", brought.ref)

    assert refused.exit_code == 1
    assert "Advert closed" in refused.output + refused.refusal


def test_what_a_file_changes_of_a_candidate_is_put_back_by_its_undo(app: Flask, run: Run):  # noqa: F811
    run("vacancies", vacancy())
    run("candidates", candidate(first_name="Zoë", last_name="Quill"))
    changed = run("candidates", candidate("sifted-in", "2026-03-01", last_name="Quill-Jones", email="zoe@x.example"))

    assert changed.counts["updated"] == 1
    with app.app_context():
        assert db.session.scalars(select(Candidate)).one().last_name == "Quill-Jones"
    assert run("undo", changed.ref).exit_code == 0
    with app.app_context():
        put_back = db.session.scalars(select(Candidate)).one()
        assert (put_back.last_name, put_back.email, put_back.email_key) == ("Quill", "", "")


def test_the_effect_on_the_figures_is_told_before_a_file_is_loaded_and_names_nobody(
    app: Flask,
    run: Run,  # noqa: F811
    tmp_path: Path,
):
    told = _effect(app, tmp_path, "vacancies", vacancy("advert"), vacancy("advert", vacancy_ref="V2"))
    assert told["figures"][0]["places"][0] == {"name": "All government", "slug": None, "by": 2}

    run("vacancies", vacancy("advert"))
    run("candidates", candidate(last_name="Quill"))
    told = _effect(app, tmp_path, "candidates", candidate(last_name="Other"))

    assert told["changes"] == [{"ref": "C1", "field": "last_name", "before": "not shown", "after": "changed"}]


def _effect(app: Flask, folder: Path, kind: str, *rows: dict[str, str]) -> dict[str, Any]:
    """What a file would do, as the page of its import says before it is loaded."""
    file = folder / "sent.csv"
    file.write_text(as_csv(*rows), encoding="utf-8", newline="")
    with app.app_context():
        with transaction():
            id = taking.begin(kind, file, name="x", is_historical=False, created_by_id=None).id
        read(id, Opened(file))
        look(id, KINDS[kind], accept_valid=True)
        return find_effect(id, KINDS[kind], by_id=None)
