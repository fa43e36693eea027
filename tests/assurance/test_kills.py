"""Hundreds of processes killed in the middle of their work: nothing is ever half done, and all of it gets done."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from sqlalchemy import Engine, insert

from tests.assurance.conftest import Report
from tests.assurance.processes import Place, finish, kill, killed_after, rows, start, start_tracker
from tests.assurance.witness import JOB, PART, PARTS
from tests.benchmarks.generate import scratch, write_trainees
from tests.databases import KINDS
from tracker.core.clock import today
from tracker.jobs.models import Cause, JobRun, State

KILLS = 100
TRAINEES = 2_000
PEOPLE = 2_000
FIRST, LAST = "2025-07-31", "2026-10-31"
DAYS = 250
SECONDS = 900

pytestmark = pytest.mark.assure

LOADED = """SELECT p.ref, p.email, j.strand, c.code, e.stage, e.effective_on FROM person p
JOIN journey j ON j.person_id = p.id JOIN enrolment n ON n.journey_id = j.id JOIN cohort c ON c.id = n.cohort_id
JOIN event e ON e.journey_id = j.id ORDER BY 1, 4, 6, 5"""
HALVES = """SELECT (SELECT count(*) FROM person), (SELECT count(*) FROM event), (SELECT count(*) FROM stage_span),
(SELECT count(*) FROM posting_span), (SELECT count(*) FROM enrolment)"""
FIGURES = """SELECT c.as_at, s.figure, f.kind, f.organisation_id, s.numerator, s.denominator, s.value FROM snapshot s
JOIN compilation c ON c.id = s.compilation_id JOIN figure_scope f ON f.id = s.scope_id ORDER BY 1, 2, 3, 4"""
COMPILED = """SELECT c.as_at, count(s.figure) FROM compilation c LEFT JOIN snapshot s ON s.compilation_id = c.id
GROUP BY c.id, c.as_at"""


@contextmanager
def looked_into(kind: str, people: int, folder: Path) -> Iterator[tuple[Place, Engine]]:
    with scratch(kind, people) as url:
        place = Place(url, folder)
        engine = place.engine()
        try:
            yield place, engine
        finally:
            engine.dispose()


def _next_guess(takes: float, was_killed: bool) -> float:
    """How long the work takes, as it seems now: the machine has other work at times, and kills should not come late."""
    return takes * (1.05 if was_killed else 0.8)


@pytest.mark.parametrize("kind", KINDS)
def test_an_import_that_is_killed_leaves_all_or_nothing(
    kind: str, tmp_path: Path, scale: float, record_property: Report
):
    file = tmp_path / "trainees.csv"
    write_trainees(file, TRAINEES)
    command = ("import", "trainees", str(file))
    with looked_into(kind, 0, tmp_path) as (place, engine):
        takes = finish(place, *command)
        wanted, whole = rows(engine, LOADED), rows(engine, HALVES)
    nothing = [(0, 0, 0, 0, 0)]
    chance, killed, done = Random(500), 0, 0

    while killed + done < KILLS * scale:
        with looked_into(kind, 0, tmp_path) as (place, engine):
            while killed + done < KILLS * scale:
                was_killed = killed_after(start_tracker(place, *command), chance.uniform(0.1, takes))
                killed, takes = killed + was_killed, _next_guess(takes, was_killed)
                seen = rows(engine, HALVES)
                assert seen in (nothing, whole), f"{seen} is a part of {whole}"
                if seen == whole:
                    done += 1
                    break
            finish(place, *command)
            assert rows(engine, LOADED) == wanted

    record_property("database", kind)
    record_property("killed", killed)
    record_property("were done", done)
    record_property("half done", 0)


@pytest.mark.parametrize("kind", KINDS)
def test_a_compilation_that_is_killed_leaves_whole_days_only(
    kind: str, tmp_path: Path, scale: float, record_property: Report
):
    command = ("compile", "--from", FIRST, "--to", LAST)
    with looked_into(kind, PEOPLE, tmp_path) as (place, engine):
        takes = finish(place, *command)
        wanted = rows(engine, FIGURES)
        whole = set(rows(engine, COMPILED))
    assert len(whole) == len({as_at for as_at, _ in whole}), "a day was compiled twice"
    chance, killed, ended = Random(500), 0, 0

    while killed + ended < KILLS * scale:
        with looked_into(kind, PEOPLE, tmp_path) as (place, engine):
            for _ in range(12):
                was_killed = killed_after(start_tracker(place, *command), chance.uniform(0.1, takes))
                killed, ended = killed + was_killed, ended + (not was_killed)
                takes = _next_guess(takes, was_killed)
                assert set(rows(engine, COMPILED)) <= whole
            finish(place, *command)
            assert rows(engine, FIGURES) == wanted

    record_property("database", kind)
    record_property("killed", killed)
    record_property("ended first", ended)
    record_property("half compiled", 0)


@pytest.mark.parametrize("kind", KINDS)
def test_schedulers_that_are_killed_and_stopped_do_each_run_once(
    kind: str, tmp_path: Path, scale: float, record_property: Report
):
    days = max(5, round(DAYS * scale))
    with looked_into(kind, 0, tmp_path) as (place, engine):
        _begin(engine, days)
        killed, stopped = _disturb(place, engine, days, KILLS * scale)
        runs = rows(engine, "SELECT day, number, state, attempts FROM job_run WHERE job = 'witness' ORDER BY day")
        written = rows(engine, "SELECT day, part, process FROM witness_part ORDER BY day, part")

    by_day: dict[Any, list[tuple[int, int]]] = {}
    for day, part, process in written:
        by_day.setdefault(day, []).append((part, process))
    record_property("database", kind)
    record_property("killed", killed)
    record_property("stopped and let go on", stopped)
    record_property("runs", len(runs))
    record_property("taken up again", sum(attempts > 1 for *_, attempts in runs))
    assert all((number, state) == (1, "done") for _, number, state, _ in runs)
    assert len(by_day) == len(runs) - 1
    for day, parts in by_day.items():
        assert [part for part, _ in parts] == list(range(PARTS)), f"{day}: {parts}"
        assert len({process for _, process in parts}) == 1, f"{day} was written by two: {parts}"


def _begin(engine: Engine, days: int) -> None:
    """The job ran once, so many days ago; every day since is due."""
    PART.create(engine)
    day, now = today() - timedelta(days=days), datetime.now(UTC)
    first = {"job": JOB.name, "slot": day.isoformat(), "day": day, "number": 1, "cause": Cause.DUE, "state": State.DONE}
    instants = {"due_at": now, "not_before": now, "started_at": now, "ended_at": now, "attempts": 1, "fence": 1}
    with engine.begin() as connection:
        connection.execute(insert(JobRun).values(**first, **instants))


def _disturb(place: Place, engine: Engine, days: int, kills: float) -> tuple[int, int]:
    """Keep two schedulers going, kill the one at work or stop it past its lease again and again, until all is done."""
    chance, killed, stopped = Random(500), 0, 0
    command = (sys.executable, "-m", "tests.assurance.witness")
    alive = [start(place, *command) for _ in range(2)]
    until = time.monotonic() + SECONDS
    try:
        while _open(engine, days) and time.monotonic() < until:
            alive = [one if _goes_on(one, 0.02) else start(place, *command) for one in alive]
            holder = _holder(engine, alive) if killed + stopped < kills else None
            if holder is None or not _goes_on(holder, chance.uniform(0, 0.3)):
                continue
            if chance.random() < 0.25:
                _stop_for(holder, 2.0)
                stopped += 1
            else:
                killed += kill(holder)
    finally:
        for process in alive:
            kill(process)
    return killed, stopped


def _holder(engine: Engine, alive: list[subprocess.Popen[bytes]]) -> subprocess.Popen[bytes] | None:
    """The process that is at work on a run now, for the first time: one that is broken off too often is given up."""
    at_work = "SELECT claimed_by FROM job_run WHERE job = 'witness' AND state = 'running' AND attempts = 1"
    claims = rows(engine, at_work)
    holders = {int(by.rpartition(":")[2]) for (by,) in claims if by}
    return next((process for process in alive if process.pid in holders), None)


def _open(engine: Engine, days: int) -> bool:
    """Whether a day is not done yet."""
    done = rows(engine, "SELECT count(*) FROM job_run WHERE job = 'witness' AND state IN ('done', 'failed')")
    return bool(done[0][0] < days)


def _goes_on(process: subprocess.Popen[bytes], seconds: float) -> bool:
    """Whether a process is still at work after so long."""
    try:
        process.wait(timeout=seconds)
    except subprocess.TimeoutExpired:
        return True
    return False


def _stop_for(process: subprocess.Popen[bytes], seconds: float) -> None:
    """Stop a process for longer than its lease, and let it go on."""
    os.killpg(process.pid, signal.SIGSTOP)
    _goes_on(process, seconds)
    os.killpg(process.pid, signal.SIGCONT)
