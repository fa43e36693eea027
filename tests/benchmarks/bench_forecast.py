"""How long forecasts of all headlines take, of every organisation, and one scenario beside them; and their memory.

Said in processor time of both processes, the one that reads and the one that draws: they work one after the other.
"""

import argparse
import resource
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import time_machine
from flask import Flask

from tests.benchmarks.bench_progress import TONIGHT
from tests.benchmarks.generate import scratch
from tests.benchmarks.report import say
from tests.browsers import browser_of
from tests.databases import KINDS, settings_for
from tests.factories import make_user
from tracker.accounts.permissions import Role
from tracker.app import create_app
from tracker.core.db import db, transaction
from tracker.progress.registry import METRICS
from tracker.progress.services import forecasting
from tracker.progress.services.compiling import compile_day
from tracker.progress.services.targets import replace_line

SECONDS = {800: 5.0, 100_000: 20.0}
"""The limits, by how many people there are."""
MEMORY_MB = 250.0
SCENARIO = "/progress/figures/training.trained/scenario?completes=70"
AHEAD = timedelta(days=455)
"""From the day of the forecast to that of the target: fifteen month ends."""


def processor() -> float:
    """Seconds of processor time that this process and those it started have taken."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def taken(work: Callable[[], Any]) -> tuple[float, float]:
    """Processor time and time by the clock."""
    began, started = time.perf_counter(), processor()
    work()
    return processor() - started, time.perf_counter() - began


@contextmanager
def programme(kind: str, people: int) -> Iterator[tuple[Flask, date]]:
    """A filled database with a target for every headline, compiled; gives the day of the forecast."""
    with scratch(kind, people) as url, tempfile.TemporaryDirectory() as folder:
        app = create_app(settings_for(url, Path(folder)))
        with app.app_context(), time_machine.travel(TONIGHT, tick=False):
            day = (TONIGHT - timedelta(days=1)).date()
            with transaction():
                for metric in METRICS.values():
                    if metric.leading:
                        line = {date(2019, 8, 1): 0.0, day + AHEAD: people / 2}
                        replace_line(metric.code, None, line, reason="A benchmark", created_by_id=None)
            compile_day(day)
            yield app, day
            db.session.remove()
            db.engine.dispose()


def measure(kind: str, people: int) -> None:
    """Measure on a database of a kind."""
    with programme(kind, people) as (app, day):

        def every_headline() -> None:
            forecasting.make_forecasts([(metric, day, None) for metric in METRICS.values() if metric.leading])

        spent, clock = taken(every_headline)
        drawing = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        reading = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        say("forecasts of all headlines, of every organisation, processor time", spent, "s",
            limit=SECONDS.get(people), people=people, note=f"{clock:.1f} s by the clock")  # fmt: skip
        note = f"{drawing:.0f} MB where it is drawn, {reading:.0f} MB where the ledger is read"
        limit = MEMORY_MB if people <= 800 else None
        say("its peak memory", max(drawing, reading), "MB", limit=limit, people=people, note=note)
        with transaction():
            email = make_user(Role.LEADERSHIP).email
        leader = browser_of(app, email)

        def one_scenario() -> None:
            assert "A scenario, not a forecast" in leader.get(SCENARIO).text

        spent, clock = taken(one_scenario)
        say("a scenario beside the forecast of all government, processor time", spent, "s", people=people,
            note=f"{clock:.1f} s by the clock")  # fmt: skip


def main() -> None:
    """Measure what is asked for, and the programme of the demonstration's size."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kind", choices=KINDS, default="sqlite")
    parser.add_argument("--people", type=int, default=2_000)
    asked = parser.parse_args()
    for people in sorted({800, asked.people}):
        measure(asked.kind, people)


if __name__ == "__main__":
    main()
