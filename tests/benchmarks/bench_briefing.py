"""How long what is taken away takes to make, each in the processes that make it: the briefing of all government as PDF,
with its charts, and every figure of every organisation as a workbook."""

import os
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path

import time_machine

from tests.benchmarks.alone import measure_alone
from tests.benchmarks.bench_progress import TONIGHT
from tests.benchmarks.generate import scratch
from tests.benchmarks.people import LAST_DAY
from tests.benchmarks.report import say
from tests.databases import settings_for
from tracker.app import create_app
from tracker.core.config import Settings
from tracker.core.db import db, transaction
from tracker.progress import documents
from tracker.progress.asked import Asked
from tracker.progress.briefing import brief
from tracker.progress.figures import ALL
from tracker.progress.services.compiling import compile_range
from tracker.progress.services.targets import replace_line
from tracker.progress.structure import load_structure
from tracker.progress.taken import take

YEARS = timedelta(days=3 * 366)
KIB = 1024


def worked() -> float:
    """The processor time of this process and of those it has started, in seconds."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def size(content: bytes) -> str:
    """How large a file is."""
    return f"{len(content) / KIB:.0f} KiB"


def measure_documents(settings: Settings, people: int) -> None:
    """The briefing and the workbook, each made from nothing."""
    structure = load_structure()
    began, before = time.perf_counter(), worked()
    told = brief(structure, ALL, Asked())
    put_together = time.perf_counter() - began
    content = documents.briefing_pdf(settings, told)
    note = f"{put_together:.2f} s of it put together; {worked() - before:.2f} s of processor time; {size(content)}"
    say("briefing of all government as PDF, with its charts", time.perf_counter() - began, "s", limit=5.0,
        people=people, note=note)  # fmt: skip
    began, before = time.perf_counter(), worked()
    found = take(structure, [ALL, *structure.by_organisation()], Asked())
    content = documents.figures_workbook(settings, found)
    note = f"{len(found.scopes)} rows; {worked() - before:.2f} s of processor time; {size(content)}"
    say("workbook of all figures", time.perf_counter() - began, "s", limit=3.0, people=people, note=note)


def measure(kind: str, people: int) -> None:
    """Measure on a database of a kind."""
    with scratch(kind, people) as url, tempfile.TemporaryDirectory() as folder:
        settings = settings_for(url, Path(folder))
        app = create_app(settings)
        with app.app_context(), app.test_request_context(base_url=settings.public_url):
            with time_machine.travel(TONIGHT, tick=True):
                with transaction():
                    points = {date(2021, 1, 1): 0.0, date(2028, 3, 31): float(people)}
                    replace_line("training.trained", None, points, reason="Measured", created_by_id=None)
                compile_range(LAST_DAY - YEARS, LAST_DAY)
                measure_documents(settings, people)
            db.session.remove()
            db.engine.dispose()


if __name__ == "__main__":
    measure_alone(__doc__, measure)
