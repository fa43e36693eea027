"""The figures of fellowships at the edges the sample has not: two clocks, weeks, sign-off, two hosts, other nights."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import delete, select

from tests.conftest import Arrange
from tests.databases import Database, PostgresqlDatabase
from tests.factories import make_person, make_placement, make_user, organisation
from tracker.accounts.permissions import Role
from tracker.core.clock import now
from tracker.core.db import db
from tracker.core.metric import Knowledge
from tracker.fellowships.lifecycle import Decision, LogState
from tracker.fellowships.metrics import METRICS
from tracker.fellowships.models import LogDecision, LogVersion, Placement, WeekLog
from tracker.fellowships.services import changes
from tracker.people.models import Person, Posting, PostingSpan
from tracker.people.services import transfer
from tracker.progress.models import Compilation, FigureScope, Snapshot
from tracker.progress.queries.answers import live_answer
from tracker.progress.services.compiling import compile_day, compile_range
from tracker.progress.services.nightly import compile_nightly
from tracker.progress.structure import load_structure

BY_CODE = {metric.code.removeprefix("fellowships."): metric for metric in METRICS}


def figure(code: str, day: str, slug: str | None = None, known_at: datetime | None = None) -> float | None:
    structure = load_structure()
    as_at = date.fromisoformat(day)
    [found] = live_answer(structure, [structure.scope(slug)], [BY_CODE[code]], as_at, known_at)
    return found.value


def make_log(placement: Placement, week: str, days: float, approved_on: str = "") -> LogVersion:
    log = WeekLog(journey_id=placement.journey_id, week_ending=date.fromisoformat(week), state=LogState.SUBMITTED)
    db.session.add(log)
    db.session.flush()
    version = LogVersion(log_id=log.id, number=1, days=days, summary="Work", submitted_at=now())
    db.session.add(version)
    db.session.flush()
    if approved_on:
        log.state = LogState.APPROVED
        day = date.fromisoformat(approved_on)
        decision = LogDecision(
            version_id=version.id, decision=Decision.APPROVED, decided_by_name="Sam", decided_on=day, decided_at=now()
        )
        db.session.add(decision)
        db.session.flush()
    return version


def test_a_fellow_with_two_hosts_is_one_in_all_and_one_at_each(arrange: Arrange):
    with arrange():
        person = make_person()
        make_placement("in-post 2026-05-04", person=person, fte=0.5)
        make_placement("in-post 2026-05-04", person=person, fte=0.5, at="hm-treasury")
        make_placement("in-post 2026-05-04", at="hm-treasury")

        for code in ("in_post", "started_in_year"):
            assert figure(code, "2026-06-01") == 2
            assert figure(code, "2026-06-01", "home-office") == 1
            assert figure(code, "2026-06-01", "hm-treasury") == 2


def test_two_parts_at_one_host_are_one_fellow(arrange: Arrange):
    with arrange():
        person = make_person()
        for _ in range(2):
            make_placement("in-post 2026-05-04", "completed 2026-06-30", person=person, fte=0.5)

        assert figure("in_post", "2026-06-01", "home-office") == 1
        assert figure("completed", "2026-06-30") == 1
        assert figure("in_post", "2026-06-30") == 0


@pytest.mark.parametrize(("day", "count"), [("2026-03-31", 1), ("2026-04-01", 0), ("2025-03-31", 0), ("2025-04-01", 1)])
def test_who_started_counts_to_the_end_of_the_financial_year(arrange: Arrange, day: str, count: int):
    with arrange():
        make_placement("in-post 2025-04-01")

        assert figure("started_in_year", day) == count


def test_case_99_an_extension_does_not_start_anybody_again(arrange: Arrange):
    with arrange(), time_machine.travel("2026-06-15 09:00:00+00:00", tick=False):
        placement = make_placement("in-post 2025-07-01", planned="2025-07-01 to 2026-06-30")
        asked = changes.ask_extension(placement, date(2027, 6, 30), "More", by=make_user(Role.PROGRAMME_MANAGER))
        changes.decide_extension(asked, is_approved=True, note="", by=make_user(Role.PROGRAMME_MANAGER))

        assert figure("started_in_year", "2026-06-15") == 0
        assert figure("in_post", "2026-06-15") == 1
        assert figure("logs_overdue", "2026-06-26") == (figure("logs_overdue", "2026-06-19") or 0) + 1


def test_case_100_completed_and_ended_early_are_one_or_the_other(arrange: Arrange):
    with arrange():
        person = make_person()
        make_placement("in-post 2025-05-04", "ended-early 2025-06-30", person=person)
        make_placement("in-post 2025-09-01", "completed 2026-02-27", person=person)

        assert (figure("completed", "2026-03-01"), figure("ended_early", "2026-03-01")) == (1, 1)


@pytest.mark.parametrize(
    ("in_post", "left", "day", "overdue"),
    [
        ("2026-01-05", "", "2026-01-15", 0),  # the first week ended on the 9th: six days
        ("2026-01-05", "", "2026-01-16", 1),  # seven days
        ("2026-01-09", "", "2026-01-16", 1),  # one Friday in post is a week
        ("2026-01-10", "", "2026-01-16", 0),  # a Saturday belongs to the next week
        ("2026-01-05", "2026-01-12", "2026-03-31", 1),  # the day it ends is not in post
        ("2026-01-05", "2026-01-13", "2026-03-31", 2),
        ("2025-12-22", "2025-12-29", "2026-03-31", 1),  # a week of bank holidays is due a log
    ],
)
def test_case_97_weeks_in_post_are_due_a_log_a_week_after_they_end(
    arrange: Arrange, in_post: str, left: str, day: str, overdue: int
):
    with arrange():
        make_placement(f"in-post {in_post}", *([f"ended-early {left}"] if left else []))

        assert figure("logs_overdue", day) == overdue
        assert figure("logs_overdue", day, "home-office") == overdue


def test_overdue_logs_as_known_at_an_instant_take_no_more_work_than_as_known_now(arrange: Arrange, database: Database):
    if isinstance(database, PostgresqlDatabase):
        pytest.skip("PostgreSQL does not say how many steps it took")
    with arrange() as session:
        for _ in range(40):
            make_placement("in-post 2025-01-06", "completed 2026-01-05")
        session.flush()
        driver = session.connection().connection.driver_connection
        assert driver is not None
        steps: list[int] = []

        def asked(known_at: datetime | None) -> tuple[float | None, int]:
            steps.clear()
            driver.set_progress_handler(lambda: steps.append(1), 1000)
            found = figure("logs_overdue", "2026-03-31", known_at=known_at)
            driver.set_progress_handler(None, 0)
            return found, len(steps)

        now_known, little = asked(None)
        then_known, work = asked(now())

        assert now_known == then_known == 40 * 52
        assert work < 3 * little


def test_a_planned_end_in_the_far_future_makes_no_weeks_and_hides_none(arrange: Arrange):
    with arrange():
        make_placement("in-post 2026-01-05", planned="2026-01-05 to 9999-12-31")

        assert figure("logs_overdue", "2026-01-23") == 2


def test_days_count_from_their_week_and_signed_off_from_the_later_of_week_and_sign_off(arrange: Arrange):
    with arrange():
        placement = make_placement("in-post 2026-01-05")
        make_log(placement, "2026-01-09", 4.5, approved_on="2026-02-02")
        make_log(placement, "2026-01-16", 0)

        assert figure("days_logged", "2026-01-08") == 0
        assert figure("days_logged", "2026-01-09", "home-office") == 4.5
        assert figure("days_signed_off", "2026-02-01") == 0
        assert figure("days_signed_off", "2026-02-02") == 4.5
        assert figure("logs_overdue", "2026-01-23") == 0


def test_a_sign_off_that_was_voided_since_still_counts_as_known_before(arrange: Arrange):
    with arrange() as session:
        placement = make_placement("in-post 2026-01-05")
        with time_machine.travel("2026-02-02 09:00:00+00:00", tick=False):
            version = make_log(placement, "2026-01-09", 4.5, approved_on="2026-02-02")
        decision = session.scalars(select(LogDecision)).one()
        decision.voided_at, decision.void_reason = datetime(2026, 3, 2, 9, tzinfo=UTC), "Wrong days"
        session.flush()

        assert version.decisions == [decision]
        assert figure("days_signed_off", "2026-03-31") == 0
        assert figure("days_signed_off", "2026-03-31", None, datetime(2026, 3, 1, tzinfo=UTC)) == 4.5
        assert figure("days_logged", "2026-03-31", None, datetime(2026, 2, 1, tzinfo=UTC)) == 0


def test_days_move_with_the_host_and_what_was_known_before_stays(arrange: Arrange):
    with arrange():
        with time_machine.travel("2026-01-06 09:00:00+00:00", tick=False):
            placement = make_placement("in-post 2026-01-05", person=make_person())
            make_log(placement, "2026-01-09", 4)
            make_log(placement, "2026-02-06", 3)
        with time_machine.travel("2026-03-02 09:00:00+00:00", tick=False):
            by = make_user(Role.PROGRAMME_MANAGER)
            changes.change_host(placement, organisation("hm-treasury"), date(2026, 2, 2), "The team moved", by=by)

        assert figure("days_logged", "2026-03-31", "home-office") == 4
        assert figure("days_logged", "2026-03-31", "hm-treasury") == 3
        before = datetime(2026, 3, 1, tzinfo=UTC)
        assert figure("days_logged", "2026-03-31", "home-office", before) == 7
        assert (figure("in_post", "2026-02-01", "home-office"), figure("in_post", "2026-02-02", "home-office")) == (
            1,
            0,
        )


def by_home(code: str, day: str) -> dict[str, float | None]:
    """A figure by home organisation, in all, at home, at the other home and at the host."""
    places = {"all": None, "home": "home-office", "moved": "cabinet-office", "host": "hm-treasury"}
    return {name: figure(f"{code}_from", day, slug) for name, slug in places.items()}


def test_fellows_count_from_where_they_were_posted_on_the_day_whoever_hosts_them(arrange: Arrange):
    """Worked by hand. Ann comes from the Home Office, moves to the Cabinet Office on 1 June 2026, and is hosted by the
    Treasury: from 4 May to 30 June in two halves, and again from 1 September to 30 October. Bea is posted to the
    Treasury, and hosted there from 1 May. Cem is hosted from 1 May, and nobody knows where he is posted."""
    with arrange() as session:
        ann = make_person("home-office", "cabinet-office from 2026-06-01")
        for _ in range(2):
            make_placement("in-post 2026-05-04", "completed 2026-06-30", person=ann, at="hm-treasury", fte=0.5)
        make_placement("in-post 2026-09-01", "completed 2026-10-30", person=ann, at="hm-treasury")
        make_placement("in-post 2026-05-01", person=make_person("hm-treasury"), at="hm-treasury")
        cem = make_person()
        make_placement("in-post 2026-05-01", person=cem, at="hm-treasury")
        for table in (PostingSpan, Posting):
            session.execute(delete(table).where(table.person_id == cem.id))

        assert by_home("in_post", "2026-05-31") == {"all": 2, "home": 1, "moved": 0, "host": 1}
        assert by_home("in_post", "2026-06-01") == {"all": 2, "home": 0, "moved": 1, "host": 1}
        assert by_home("in_post", "2026-07-01") == {"all": 1, "home": 0, "moved": 0, "host": 1}
        assert by_home("started_in_year", "2026-08-31") == {"all": 2, "home": 1, "moved": 0, "host": 1}
        assert by_home("started_in_year", "2026-09-01") == {"all": 2, "home": 1, "moved": 1, "host": 1}
        assert by_home("started_in_year", "2027-03-31") == {"all": 2, "home": 1, "moved": 1, "host": 1}
        assert by_home("started_in_year", "2027-04-01") == {"all": 0, "home": 0, "moved": 0, "host": 0}
        assert by_home("completed", "2026-06-29") == {"all": 0, "home": 0, "moved": 0, "host": 0}
        assert by_home("completed", "2026-06-30") == {"all": 1, "home": 0, "moved": 1, "host": 0}
        assert figure("in_post", "2026-06-01", "hm-treasury") == 3
        assert figure("completed", "2026-10-30", "hm-treasury") == 1


def test_days_and_logs_count_from_where_the_fellow_was_posted_on_the_friday(arrange: Arrange):
    """Worked by hand. Ann comes from the Home Office, moves to the Cabinet Office on Thursday 15 January 2026, and is
    hosted by the Treasury from Monday 5 January until it ends early on Monday 2 February: four weeks, to 9, 16, 23 and
    30 January. She writes 4.5 days of the first, 3 of the second, nothing of the others; the first is signed off on 2
    March, the second on 14 January, before it was over. Bea, from the Treasury, writes one week of 2 days at the Home
    Office. Of Cem nobody knows where he is posted."""
    with arrange() as session:
        ann = make_person("home-office", "cabinet-office from 2026-01-15")
        hers = make_placement("in-post 2026-01-05", "ended-early 2026-02-02", person=ann, at="hm-treasury")
        make_log(hers, "2026-01-09", 4.5, approved_on="2026-03-02")
        make_log(hers, "2026-01-16", 3, approved_on="2026-01-14")
        bea = make_placement("in-post 2026-01-05", "completed 2026-01-10", person=make_person("hm-treasury"))
        make_log(bea, "2026-01-09", 2)
        cem = make_person()
        make_log(make_placement("in-post 2026-01-05", "ended-early 2026-01-19", person=cem), "2026-01-09", 5)
        for table in (PostingSpan, Posting):
            session.execute(delete(table).where(table.person_id == cem.id))

        assert by_home("days_logged", "2026-01-08") == {"all": 0, "home": 0, "moved": 0, "host": 0}
        assert by_home("days_logged", "2026-01-15") == {"all": 6.5, "home": 4.5, "moved": 0, "host": 2}
        assert by_home("days_logged", "2026-01-16") == {"all": 9.5, "home": 4.5, "moved": 3, "host": 2}
        assert by_home("days_signed_off", "2026-01-15") == {"all": 0, "home": 0, "moved": 0, "host": 0}
        assert by_home("days_signed_off", "2026-01-16") == {"all": 3, "home": 0, "moved": 3, "host": 0}
        assert by_home("days_signed_off", "2026-03-02") == {"all": 7.5, "home": 4.5, "moved": 3, "host": 0}
        assert by_home("logs_overdue", "2026-01-29") == {"all": 0, "home": 0, "moved": 0, "host": 0}
        assert by_home("logs_overdue", "2026-01-30") == {"all": 1, "home": 0, "moved": 1, "host": 0}
        assert by_home("logs_overdue", "2026-03-31") == {"all": 2, "home": 0, "moved": 2, "host": 0}
        assert by_home("ended_early", "2026-02-01") == {"all": 0, "home": 0, "moved": 0, "host": 0}
        assert by_home("ended_early", "2026-02-02") == {"all": 1, "home": 0, "moved": 1, "host": 0}
        assert (figure("days_logged", "2026-03-31"), figure("logs_overdue", "2026-03-31")) == (14.5, 3)
        assert figure("logs_overdue", "2026-03-31", "hm-treasury") == 2


def test_a_move_that_is_recorded_later_changes_what_is_known_by_home_from_then_on(arrange: Arrange):
    with arrange():
        with time_machine.travel("2026-01-06 09:00:00+00:00", tick=False):
            fellow = make_person("home-office")
            placement = make_placement("in-post 2026-01-05", person=fellow, at="hm-treasury")
            make_log(placement, "2026-01-09", 4)
            make_log(placement, "2026-02-06", 3)
        with time_machine.travel("2026-03-02 09:00:00+00:00", tick=False):
            moved = {"grade_id": None, "starts_on": date(2026, 2, 2), "reason": "", "recorded_by": make_user()}
            transfer(fellow, organisation_id=organisation("cabinet-office").id, **moved)

        before = datetime(2026, 3, 1, tzinfo=UTC)
        assert figure("in_post_from", "2026-02-28", "cabinet-office") == 1
        assert figure("in_post_from", "2026-02-28", "cabinet-office", before) == 0
        assert figure("in_post_from", "2026-02-28", "home-office", before) == 1
        assert figure("days_logged_from", "2026-02-28", "cabinet-office") == 3
        assert figure("logs_overdue_from", "2026-02-28", "cabinet-office") == 2
        assert figure("days_logged_from", "2026-02-28", "home-office", before) == 7
        assert figure("logs_overdue_from", "2026-02-28", "home-office", before) == 5


def kept(as_at: date) -> dict[Any, Any]:
    latest = (
        select(Compilation.id).where(Compilation.as_at == as_at).order_by(Compilation.known_at.desc()).limit(1)
    ).scalar_subquery()
    rows = db.session.execute(
        select(Snapshot.figure, FigureScope.kind, FigureScope.organisation_id, Snapshot.value)
        .join(FigureScope, FigureScope.id == Snapshot.scope_id)
        .where(Snapshot.compilation_id == latest, Snapshot.figure.startswith("fellowships."), Snapshot.value != 0)
    )
    return {(row.figure, row.kind, row.organisation_id): row.value for row in rows}


def test_a_night_that_adds_what_is_new_keeps_what_counting_everything_keeps(app: Flask, arrange: Arrange):
    with time_machine.travel("2026-03-30 03:00:00+00:00", tick=False) as clock:
        with arrange():
            person = make_person()
            placement = make_placement("in-post 2026-01-05", person=person, fte=0.5)
            journey_id, person_id = placement.journey_id, person.id
            make_placement("in-post 2026-02-02", person=person, fte=0.5, at="hm-treasury")
            make_log(placement, "2026-01-09", 4.5)
            for _ in range(30):
                make_person()
        with app.app_context():
            compile_range(date(2026, 1, 31), date(2026, 2, 28), extra_days=[date(2026, 3, 29)])
        clock.move_to("2026-04-02 03:00:00+00:00")
        with arrange():
            make_log(db.session.get_one(Placement, journey_id), "2026-01-16", 2.5, approved_on="2026-04-01")
            make_placement("in-post 2026-03-30", "ended-early 2026-04-01")
            moved = {"grade_id": None, "starts_on": date(2026, 2, 1), "reason": "", "recorded_by": make_user()}
            transfer(db.session.get_one(Person, person_id), organisation_id=organisation("cabinet-office").id, **moved)
        with app.app_context():
            compile_nightly(date(2026, 4, 1))
            days = (date(2026, 1, 31), date(2026, 2, 28), date(2026, 4, 1))
            added = [kept(day) for day in days]
            clock.move_to("2026-04-02 03:00:01+00:00")
            for day in days:
                compile_day(day, known_at=datetime(2026, 4, 2, 3, 0, 1, tzinfo=UTC))

            assert added == [kept(day) for day in days]
            assert added[2]["fellowships.days_logged", "all", None] == 7
            assert ("fellowships.started_in_year", "all", None) not in added[2]
            assert added[1]["fellowships.in_post_from", "all", None] == 1
            assert added[2]["fellowships.days_signed_off_from", "all", None] == 2.5


def test_the_figures_of_a_day_are_the_same_for_some_people_as_for_all(arrange: Arrange):
    with arrange():
        placement = make_placement("in-post 2026-01-05", person=make_person())
        make_placement("in-post 2026-01-05")
        make_log(placement, "2026-01-09", 4.5)
        only = Knowledge(
            people=select(placement.journey.__class__.person_id).where(
                placement.journey.__class__.id == placement.journey_id
            )
        )

        for metric in METRICS:
            span = metric.numerator(only).subquery()
            journeys = set(db.session.scalars(select(span.c.journey_id)))
            assert journeys <= {placement.journey_id}
