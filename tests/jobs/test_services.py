"""The book of runs: written down once, taken up by one, closed by the one that holds it."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from flask import Flask

from tests.conftest import Arrange
from tracker.core.db import db, transaction
from tracker.core.errors import DomainError
from tracker.core.job import Job, request_run
from tracker.jobs import queries, registry, services
from tracker.jobs.models import Cause, JobRun, State
from tracker.jobs.services import Held, LeaseLost

NIGHTLY = Job("nightly", "Nightly", "Works at night.", "15 2 * * *", lambda _: 0)
MINUTELY = Job("minutely", "Minutely", "Works all day.", "* * * * *", lambda _: 0)
MORNING = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)


def take(app: Flask, job: Job = NIGHTLY, holder: str = "one:1") -> Held | None:
    with app.app_context(), transaction():
        return services.take(job, holder)


def held(app: Flask, job: Job = NIGHTLY, holder: str = "one:1") -> Held:
    found = take(app, job, holder)
    assert found is not None
    return found


def runs(app: Flask) -> list[tuple[str, int, str]]:
    with app.app_context():
        return [
            (run.slot, run.number, run.state) for run in db.session.query(JobRun).order_by(JobRun.due_at, JobRun.id)
        ]


def close(app: Flask, run: Held, rows: int = 5) -> None:
    with app.app_context(), transaction():
        services.done(run, rows)


def test_a_due_run_is_taken_up_once_and_done_once(app: Flask) -> None:
    with time_machine.travel(MORNING, tick=False):
        first, second = held(app), take(app, holder="two:2")
        close(app, first)
        third = take(app, holder="two:2")

    assert (first.day, first.slot, first.number) == (date(2026, 11, 24), "2026-11-24", 1)
    assert (second, third) == (None, None)
    assert runs(app) == [("2026-11-24", 1, "done")]


def test_what_was_missed_is_made_up_for_in_order_and_one_at_a_time(app: Flask) -> None:
    with time_machine.travel(MORNING, tick=False) as traveller:
        close(app, held(app))
        traveller.shift(timedelta(days=4))
        days = []
        while run := take(app):
            assert take(app, holder="two:2") is None
            days.append(run.day)
            close(app, run)

    assert days == [date(2026, 11, day) for day in (25, 26, 27, 28)]


def test_a_day_missing_in_the_middle_is_due_and_not_done(app: Flask, arrange: Arrange) -> None:
    with time_machine.travel(MORNING, tick=False) as traveller:
        close(app, held(app))
        traveller.shift(timedelta(days=3))
        with arrange():
            by_hand = services.take_by_hand(NIGHTLY, date(2026, 11, 27), "hand:1")
        close(app, by_hand)
        days = []
        while run := take(app):
            days.append(run.day)
            close(app, run)

    assert days == [date(2026, 11, 25), date(2026, 11, 26)]


def test_a_run_by_hand_for_a_day_long_ago_makes_nothing_else_due(app: Flask, arrange: Arrange) -> None:
    with time_machine.travel(MORNING, tick=False):
        with arrange():
            old = services.take_by_hand(NIGHTLY, date(2020, 1, 1), "hand:1")
        close(app, old)

        close(app, held(app))

        assert take(app) is None
    assert runs(app) == [("2020-01-01", 1, "done"), ("2026-11-24", 1, "done")]


def test_a_clock_put_back_by_two_hours_runs_nothing_again(app: Flask) -> None:
    with time_machine.travel(datetime(2026, 11, 25, 2, 20, tzinfo=UTC), tick=False) as traveller:
        close(app, held(app))
        traveller.shift(timedelta(hours=-2))

        assert take(app) is None
        traveller.shift(timedelta(hours=3))
        assert take(app) is None

    assert runs(app) == [("2026-11-24", 1, "done")]


@pytest.mark.parametrize("night", [date(2026, 10, 25), date(2027, 3, 28)])
def test_on_the_night_the_clocks_change_every_day_is_done_once(app: Flask, night: date) -> None:
    job = Job("half-past-one", "Half past one", "Due in the hour that changes.", "30 1 * * *", lambda _: 0)
    start = datetime.combine(night - timedelta(days=1), datetime.min.time(), UTC)
    done: list[date] = []
    with time_machine.travel(start, tick=False) as traveller:
        for _ in range(4 * 24 * 3):
            traveller.shift(timedelta(minutes=15))
            if run := take(app, job):
                done.append(run.day)
                close(app, run)

    # On the first look there is the night before to do, and then every night once.
    assert done == [night + timedelta(days=n) for n in range(-3, 1)]


def test_a_run_whose_holder_died_is_taken_over_when_its_lease_is_over(app: Flask) -> None:
    with time_machine.travel(MORNING, tick=False) as traveller:
        dead = held(app)
        traveller.shift(services.LEASE)
        assert take(app, holder="two:2") is None
        traveller.shift(timedelta(seconds=1))
        heir = held(app, holder="two:2")

    assert (heir.run_id, heir.fence, heir.attempt) == (dead.run_id, dead.fence + 1, 2)


def test_whoever_was_overtaken_can_write_nothing_more(app: Flask) -> None:
    with time_machine.travel(MORNING, tick=False) as traveller:
        slow = held(app)
        traveller.shift(services.LEASE + timedelta(seconds=1))
        heir = held(app, holder="two:2")

        for write in (
            lambda: services.beat(slow),
            lambda: services.done(slow, 1),
            lambda: services.failed(slow, NIGHTLY, "late"),
        ):
            with pytest.raises(LeaseLost), app.app_context(), transaction():
                write()
        close(app, heir, rows=7)

    with app.app_context():
        run = db.session.query(JobRun).one()
        assert (run.state, run.rows, run.claimed_by, run.error) == (State.DONE, 7, "two:2", None)


def test_a_sign_of_life_keeps_the_run(app: Flask) -> None:
    with time_machine.travel(MORNING, tick=False) as traveller:
        run = held(app)
        for _ in range(5):
            traveller.shift(services.LEASE - timedelta(seconds=1))
            with app.app_context(), transaction():
                services.beat(run)

        assert take(app, holder="two:2") is None
        close(app, run)


def test_a_daily_run_that_fails_is_tried_five_times_and_then_given_up(app: Flask) -> None:
    waits = []
    with time_machine.travel(MORNING, tick=False) as traveller:
        for attempt in range(1, services.MOST_ATTEMPTS + 1):
            run = held(app)
            assert run.attempt == attempt
            with app.app_context(), transaction():
                final = services.failed(run, NIGHTLY, "no room on the disk")
            assert final == (attempt == services.MOST_ATTEMPTS)
            if not final:
                assert take(app) is None
                waits.append(services.RETRY_AFTER[attempt - 1])
                traveller.shift(waits[-1])
        assert take(app) is None

    assert runs(app) == [("2026-11-24", 1, "failed")]


def test_a_run_whose_holders_keep_dying_is_given_up(app: Flask) -> None:
    with time_machine.travel(MORNING, tick=False) as traveller:
        for _ in range(services.MOST_ATTEMPTS):
            held(app)
            traveller.shift(services.LEASE + timedelta(seconds=1))

        assert take(app) is None

    with app.app_context():
        run = db.session.query(JobRun).one()
        assert (run.state, run.error) == (State.FAILED, services.ABANDONED)


def test_a_job_of_every_minute_has_its_next_run_as_its_retry(app: Flask) -> None:
    with time_machine.travel(MORNING, tick=False) as traveller:
        first = held(app, MINUTELY)
        with app.app_context(), transaction():
            assert services.failed(first, MINUTELY, "no server")
        assert take(app, MINUTELY) is None
        traveller.shift(timedelta(minutes=7))
        second = held(app, MINUTELY)

    assert (first.slot, second.slot) == ("2026-11-25T09:00Z", "2026-11-25T09:07Z")


def test_run_by_hand_for_a_day_that_is_done_makes_a_new_numbered_run(app: Flask, arrange: Arrange) -> None:
    with time_machine.travel(MORNING, tick=False):
        close(app, held(app))
        for _ in range(2):
            with arrange():
                again = services.take_by_hand(NIGHTLY, None, "hand:1")
            close(app, again)

    assert runs(app) == [("2026-11-24", 1, "done"), ("2026-11-24", 2, "done"), ("2026-11-24", 3, "done")]


def test_a_job_that_is_running_is_not_run_by_hand_beside_it(app: Flask, arrange: Arrange) -> None:
    with time_machine.travel(MORNING, tick=False):
        held(app)
        with pytest.raises(DomainError, match="Nightly is running now"), arrange():
            services.take_by_hand(NIGHTLY, None, "hand:1")

    assert runs(app) == [("2026-11-24", 1, "running")]


def test_by_hand_a_run_whose_holder_died_gives_way_and_is_done_later(app: Flask, arrange: Arrange) -> None:
    with time_machine.travel(MORNING, tick=False) as traveller:
        dead = held(app)
        traveller.shift(services.LEASE + timedelta(seconds=1))
        with arrange():
            by_hand = services.take_by_hand(NIGHTLY, date(2026, 11, 20), "hand:1")
        with pytest.raises(LeaseLost):
            close(app, dead)
        close(app, by_hand)
        close(app, held(app))

    assert runs(app) == [("2026-11-20", 1, "done"), ("2026-11-24", 1, "done")]


def test_a_day_that_has_not_come_is_refused(app: Flask, arrange: Arrange) -> None:
    with (
        time_machine.travel(MORNING, tick=False),
        pytest.raises(DomainError, match="not come yet"),
        arrange(),
    ):
        services.take_by_hand(NIGHTLY, date(2026, 11, 26), "hand:1")

    assert runs(app) == []


def test_asked_for_twice_before_it_begins_a_job_runs_once_more(app: Flask, arrange: Arrange) -> None:
    with time_machine.travel(MORNING, tick=False):
        close(app, held(app))
        for _ in range(2):
            with arrange():
                services.ask(NIGHTLY, Cause.ASKED)
        with app.app_context():
            assert queries.jobs_with_work(MORNING) == {"nightly"}
        run = held(app)
        with arrange():
            services.ask(NIGHTLY, Cause.ASKED)
        with app.app_context():
            while_it_runs = queries.jobs_with_work(MORNING)
        close(app, run)
        close(app, held(app))
        assert take(app) is None

    assert while_it_runs == set()
    assert [number for _, number, _ in runs(app)] == [1, 2, 3]


def test_a_run_that_is_asked_for_is_not_there_if_the_act_is_rolled_back(app: Flask) -> None:
    def act() -> None:
        with app.app_context(), transaction():
            request_run("backup")
            raise RuntimeError("the file was bad")

    with pytest.raises(RuntimeError):
        act()

    assert runs(app) == []


def test_another_slice_asks_for_a_job_by_its_name(app: Flask, arrange: Arrange) -> None:
    with arrange():
        request_run("backup")

    with app.app_context():
        run = db.session.query(JobRun).one()
        assert (run.job, run.cause, run.state) == ("backup", Cause.ASKED, State.WAITING)
    with pytest.raises(LookupError, match="no job"), arrange():
        request_run("no-such-job")


def test_the_book_forgets_frequent_runs_after_a_week_and_keeps_daily_ones(app: Flask) -> None:
    with time_machine.travel(MORNING, tick=False) as traveller:
        for job in (NIGHTLY, MINUTELY):
            close(app, held(app, job))
        traveller.shift(timedelta(days=8))
        close(app, held(app, MINUTELY))

        with app.app_context(), transaction():
            forgotten = services.forget_old_runs(["nightly"])

    assert forgotten == 1
    assert [slot for slot, _, _ in runs(app)] == ["2026-11-24", "2026-12-03T09:00Z"]


def test_schedulers_that_have_not_been_heard_of_for_a_minute_are_gone(app: Flask, arrange: Arrange) -> None:
    with time_machine.travel(MORNING, tick=False) as traveller:
        with arrange():
            services.scheduler_beat("one:1", MORNING)
        traveller.shift(timedelta(seconds=50))
        with arrange():
            services.scheduler_beat("two:2", MORNING)
        with app.app_context():
            both = [beat.name for beat in queries.live_schedulers()]
        traveller.shift(timedelta(seconds=20))
        with app.app_context():
            left = [beat.name for beat in queries.live_schedulers()]

    assert (both, left) == (["one:1", "two:2"], ["two:2"])


def test_every_job_has_a_name_of_its_own_and_a_schedule_that_can_be_kept() -> None:
    names = [job.name for job in registry.JOBS]

    assert len(names) == len(set(names))
    assert {"outbox", "backup"} <= set(names)
