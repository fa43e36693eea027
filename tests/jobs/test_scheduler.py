"""Several real schedulers on one database: every due run once, whatever happens to the processes."""

import random
import re
import signal
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from threading import Event

import pytest
import time_machine
from flask import Flask

from tests.conftest import Arrange
from tests.databases import Database
from tests.jobs.prepared import Prepared, prepared
from tests.jobs.processes import COMMAND, environment, eventually, running
from tracker.core import clock
from tracker.core.db import db
from tracker.core.job import Job
from tracker.jobs import queries, services
from tracker.jobs.models import Cause, JobRun, State
from tracker.jobs.runner import Pace
from tracker.jobs.scheduler import Scheduler
from tracker.outbox.models import Message

QUICK = "from tests.jobs.quick_scheduler import main; main()"
FIRST_DAY = datetime(2026, 10, 20, 0, 0, tzinfo=UTC)


class Schedulers:
    """Schedulers whose days pass in moments, on one database."""

    def __init__(self, app: Flask, env: dict[str, str], log: Path, stack: ExitStack) -> None:
        self.app, self.env, self.log, self.stack = app, env, log, stack
        self.processes: list[Prepared] = []

    def start(self) -> Prepared:
        process = self.stack.enter_context(prepared(QUICK, self.env, self.log))
        self.processes.append(process)
        return process

    def holder(self) -> Prepared | None:
        """The process that is at work on a run now."""
        with self.app.app_context():
            run = db.session.query(JobRun).filter_by(state=State.RUNNING).first()
            pid = int((run.claimed_by or "").rpartition(":")[2]) if run else 0
        return next((process for process in self.processes if process.pid == pid and process.poll() is None), None)

    def caught_at_work(self) -> Prepared:
        found: list[Prepared] = []
        assert eventually(lambda: (holder := self.holder()) is not None and not found.append(holder))
        return found[0]

    def done(self) -> list[date]:
        with self.app.app_context():
            done = db.session.query(JobRun).filter_by(state=State.DONE).order_by(JobRun.id)
            return [run.day for run in done]


@contextmanager
def schedulers(
    app: Flask, database: Database, tmp_path: Path, *, day_seconds: float, lease_days: int
) -> Iterator[Schedulers]:
    own = {
        "DAY_SECONDS": str(day_seconds),
        "BEGAN": str(time.time()),
        "FIRST_DAY": FIRST_DAY.replace(tzinfo=None).isoformat(),
        "LEASE_DAYS": str(lease_days),
    }
    with ExitStack() as stack:
        yield Schedulers(app, environment(database, tmp_path, **own), tmp_path / "log", stack)


def assert_every_day_was_done_once(app: Flask) -> None:
    with app.app_context():
        runs = list(db.session.query(JobRun).order_by(JobRun.day))
        kept = Counter(message.subject for message in db.session.query(Message))
    days = [run.day for run in runs]
    assert days == [days[0] + timedelta(days=n) for n in range(len(days))], "a day is missing or doubled"
    assert {(run.number, run.cause) for run in runs} == {(1, Cause.DUE)}
    # In order: what is not done yet when the processes end is the end of the book, and nothing of it failed.
    open_since = next((n for n, run in enumerate(runs) if run.state is not State.DONE), len(runs))
    assert {run.state for run in runs[open_since:]} <= {State.RUNNING, State.WAITING}
    for run in runs:
        by = Counter(re.findall(rf"{run.day} (\d) (\d+)", " ".join(kept)))
        holder = (run.claimed_by or "").rpartition(":")[2]
        if run.state is State.DONE:
            steps = [step for (step, pid), _ in by.items() if pid == holder]
            assert sorted(steps) == ["0", "1", "2"], f"{run.day} was closed by {holder}, which did only {steps}"
        if run.attempts == 1:
            assert {pid for _, pid in by} <= {holder}, f"{run.day} was worked on by more than one process"


def test_two_schedulers_do_every_day_once_though_their_holders_are_killed_at_work(
    app: Flask, database: Database, tmp_path: Path
) -> None:
    with schedulers(app, database, tmp_path, day_seconds=0.4, lease_days=4) as them:
        for _ in range(2):
            them.start()
        for _ in range(3):
            them.caught_at_work().kill()
            them.start()
            so_far = len(them.done())
            assert eventually(lambda so_far=so_far: len(them.done()) >= so_far + 2)

    assert_every_day_was_done_once(app)
    with app.app_context():
        taken_over = db.session.query(JobRun).filter(JobRun.attempts > 1).count()
    assert taken_over >= 3


def test_a_scheduler_stopped_past_its_lease_and_woken_again_writes_nothing_more(
    app: Flask, database: Database, tmp_path: Path
) -> None:
    with schedulers(app, database, tmp_path, day_seconds=0.4, lease_days=4) as them:
        for _ in range(2):
            them.start()
        stopped = stop_between_transactions(app, them)
        overtaken = held_by(app, stopped.pid)
        assert eventually(lambda: overtaken in them.done())
        stopped.send_signal(signal.SIGCONT)
        so_far = len(them.done())
        assert eventually(lambda: len(them.done()) >= so_far + 3)

    assert_every_day_was_done_once(app)
    with app.app_context():
        run = db.session.query(JobRun).filter_by(day=overtaken).one()
        assert run.attempts == 2
        assert (run.claimed_by or "").rpartition(":")[2] != str(stopped.pid)


def held_by(app: Flask, pid: int) -> date:
    with app.app_context():
        run = db.session.query(JobRun).filter_by(state=State.RUNNING).one()
        assert (run.claimed_by or "").endswith(f":{pid}")
        return run.day


def stop_between_transactions(app: Flask, them: Schedulers) -> Prepared:
    """Stop a process that holds a run but not the database: on SQLite nobody could write while it sleeps."""
    for _ in range(100):
        holder = them.caught_at_work()
        holder.send_signal(signal.SIGSTOP)
        assert eventually(lambda holder=holder: stands_still(holder.pid))
        if them.holder() is holder and can_be_written(app):
            return holder
        holder.send_signal(signal.SIGCONT)
        Event().wait(0.03)
    raise AssertionError("no process was caught between two transactions")


def stands_still(pid: int) -> bool:
    """Whether every thread of a process has stopped: a signal takes its time to arrive."""
    states = [task.read_text().rpartition(")")[2].split()[0] for task in Path(f"/proc/{pid}/task").glob("*/stat")]
    return set(states) == {"T"}


def can_be_written(app: Flask) -> bool:
    with app.app_context(), db.engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            busy = (
                "SELECT count(*) FROM pg_stat_activity "
                "WHERE datname = current_database() AND xact_start IS NOT NULL AND pid <> pg_backend_pid()"
            )
            return connection.exec_driver_sql(busy).scalar() == 0
        raw = connection.connection.driver_connection
        assert raw is not None
        raw.execute("PRAGMA busy_timeout=50")
        try:
            raw.execute("BEGIN IMMEDIATE")
        except raw.OperationalError:
            return False
        else:
            raw.execute("ROLLBACK")
            return True
        finally:
            raw.execute("PRAGMA busy_timeout=15000")


@pytest.mark.assure
def test_three_schedulers_do_two_hundred_days_once_through_a_campaign_of_kills_and_stops(
    app: Flask, database: Database, tmp_path: Path
) -> None:
    chance = random.Random(20261125)
    with schedulers(app, database, tmp_path, day_seconds=0.5, lease_days=4) as them:
        for _ in range(3):
            them.start()
        while len(them.done()) < 200:
            if chance.random() < 0.6:
                them.caught_at_work().kill()
                them.start()
            else:
                stopped = stop_between_transactions(app, them)
                overtaken = held_by(app, stopped.pid)
                assert eventually(lambda day=overtaken: day in them.done())
                stopped.send_signal(signal.SIGCONT)
            so_far = len(them.done())
            step = chance.randint(1, 6)
            assert eventually(lambda so_far=so_far, step=step: len(them.done()) >= so_far + step, 60)

    assert_every_day_was_done_once(app)


def scheduler(app: Flask, *jobs: Job) -> Iterator[Scheduler]:
    made = Scheduler(app, jobs, Pace(), watch_seconds=0.05)
    made.start()
    try:
        yield made
    finally:
        made.stop()


at_work = contextmanager(scheduler)


def done(app: Flask, job: str) -> list[tuple[str, int]]:
    with app.app_context():
        runs = db.session.query(JobRun).filter_by(job=job, state=State.DONE).order_by(JobRun.id)
        return [(run.slot, run.number) for run in runs]


def test_a_run_that_is_asked_for_begins_within_seconds(app: Flask, arrange: Arrange) -> None:
    job = Job("yearly", "Yearly", "Works once a year.", "0 3 1 1 *", lambda _: 1)
    with at_work(app, job):
        assert eventually(lambda: len(done(app, "yearly")) == 1)
        with arrange():
            services.ask(job, Cause.HAND)

        assert eventually(lambda: len(done(app, "yearly")) == 2, 5)

    assert [number for _, number in done(app, "yearly")] == [1, 2]


def test_a_scheduler_that_starts_after_days_makes_up_for_them(app: Flask) -> None:
    job = Job("noon", "Noon", "Works at noon.", "0 12 * * *", lambda _: 1)
    start = datetime(2026, 11, 20, 13, 0, tzinfo=UTC)
    with time_machine.travel(start), at_work(app, job):
        assert eventually(lambda: len(done(app, "noon")) == 1)
    with time_machine.travel(start + timedelta(days=5)), at_work(app, job):
        assert eventually(lambda: len(done(app, "noon")) == 6)

    assert [slot for slot, _ in done(app, "noon")] == [f"2026-11-{day}" for day in range(19, 25)]


def test_a_scheduler_shows_that_it_is_alive_and_takes_its_leave(app: Flask) -> None:
    with at_work(app):
        assert eventually(lambda: alive(app) == 1)

    assert alive(app) == 0


def alive(app: Flask) -> int:
    with app.app_context():
        return len(queries.live_schedulers(clock.now()))


def test_the_command_runs_what_is_due_and_stops_when_told(app: Flask, database: Database, tmp_path: Path) -> None:
    env = environment(database, tmp_path)
    with running(*COMMAND, "scheduler", env=env, log=tmp_path / "log") as process:
        assert eventually(lambda: {"backup", "outbox", "forget-old-runs"} <= ran(app))
        process.send_signal(signal.SIGTERM)
        status = process.wait(20)

    log = (tmp_path / "log").read_text()
    assert status == 0
    assert "Traceback" not in log
    assert alive(app) == 0
    assert len(list((tmp_path / "backups").glob("tracker-*.zip"))) == 1


def ran(app: Flask) -> set[str]:
    with app.app_context():
        return {run.job for run in db.session.query(JobRun).filter_by(state=State.DONE)}
