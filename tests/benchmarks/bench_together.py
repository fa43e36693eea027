"""How long one stage for 500 people takes: from the request's arrival to the answer, all of it in one transaction."""

import tempfile
import time
from pathlib import Path
from statistics import median

from flask import Flask

from tests.benchmarks.alone import measure_alone
from tests.benchmarks.bench_register import signed_in
from tests.benchmarks.generate import scratch
from tests.benchmarks.report import say
from tests.browsers import Browser
from tests.databases import settings_for
from tests.factories import make_cohort, make_enrolment, make_person
from tests.markup import Seen
from tracker.app import create_app
from tracker.core.db import db, keep_statistics, transaction

LIMIT_S = 2.0
MANY = 500
ADDRESS = "/training/together/stage?cohort=BENCH-TOGETHER"
STAGES = ("not-completed", "in-training", "not-completed")
"""Recorded one after the other, so that histories grow as they do."""


def fill(app: Flask) -> None:
    """A cohort with 500 people in training, beside all others."""
    with app.app_context(), transaction():
        cohort = make_cohort("BENCH-TOGETHER")
        for number in range(MANY):
            person = make_person(ref=f"BENCH-{number:04}", email=f"bench{number}@example.gov.uk")
            make_enrolment("enrolled 2026-01-05", "in-training 2026-01-12", person=person, cohort=cohort)
    with app.app_context():
        keep_statistics()


def record(browser: Browser, stage: str, day: int) -> tuple[float, float, float]:
    """Record a stage for all of them: seconds for the preview, for the act, and of the processor for the act."""
    said = {"stage": stage, "who": "all", "effective_on-day": str(day)}
    said |= {"effective_on-month": "3", "effective_on-year": "2026"}
    opened = Seen(browser.get(ADDRESS).text)
    began = time.perf_counter()
    shown = browser.send(ADDRESS, {**said, "seen": opened.one("input", name="seen")["value"]})
    looked = time.perf_counter() - began
    page = Seen(shown.text)
    carried = {name: page.one("input", name=name)["value"] for name in ("seen", "checked", "_idem")}
    began, busy = time.perf_counter(), time.process_time()
    done = browser.send(ADDRESS, {**said, **carried})
    taken, worked = time.perf_counter() - began, time.process_time() - busy
    assert done.status_code == 303, done.status
    return looked, taken, worked


def measure(kind: str, people: int) -> None:
    """Measure on a database of a kind."""
    with scratch(kind, people) as url, tempfile.TemporaryDirectory() as folder:
        app = create_app(settings_for(url, Path(folder)))
        fill(app)
        browser, _ = signed_in(app)
        times = [record(browser, stage, day) for day, stage in enumerate(STAGES, start=2)]
        say("preview of one stage for 500 people", median(looked for looked, _, _ in times), "s", people=people)
        note = f"{median(worked for _, _, worked in times):.2f} s of the processor"
        taken = median(taken for _, taken, _ in times)
        say("one stage for 500 people", taken, "s", limit=LIMIT_S, people=people, note=note)
        with app.app_context():
            db.session.remove()
            db.engine.dispose()


if __name__ == "__main__":
    measure_alone(__doc__, measure)
