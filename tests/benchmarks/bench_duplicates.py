"""How long a search for duplicates takes: of everybody, and of what an import of a thousand rows brought; and how much
memory the process comes to have.
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from sqlalchemy import update

from tests.benchmarks.alone import measure_alone
from tests.benchmarks.generate import scratch
from tests.benchmarks.report import say
from tests.databases import settings_for
from tracker.app import create_app
from tracker.core.config import ROOT
from tracker.core.db import db, transaction
from tracker.people.identity.models import DuplicateScan

FULL_S, NEW_S, MEMORY_MB, NEW_PEOPLE = 30.0, 1.0, 150.0, 1_000


def forget(people: int) -> None:
    """Have the last search know nothing of the latest people, as if an import had just brought them."""
    with transaction() as session:
        session.execute(update(DuplicateScan).values(last_person_id=DuplicateScan.last_person_id - people))


LOOK = """
import json, resource, sys, time
from tracker.app import create_app
from tracker.register.identity.services import scanning

with create_app().app_context():
    began = time.perf_counter()
    found = getattr(scanning, sys.argv[1])()
    took = time.perf_counter() - began
    print(json.dumps([took, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, found]))
"""
"""One search, in a process that holds nothing but the product, as that of a background job does."""


def looked(url: str, instance: str, which: str) -> tuple[float, float, int]:
    """Seconds, peak megabytes and pairs of a search."""
    environment = {**os.environ, "DATABASE_URL": url, "TRACKER_INSTANCE": instance}
    command = [sys.executable, "-c", LOOK, which]
    ran = subprocess.run(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True, check=True)
    took, memory, found = json.loads(ran.stdout)
    return took, memory, found


def measure(kind: str, people: int) -> None:
    """Search everybody, and then only the latest."""
    with scratch(kind, people) as url, tempfile.TemporaryDirectory() as folder:
        took, memory, found = looked(url, folder, "look_at_everybody")
        say("duplicates, everybody", took, "s", limit=FULL_S, people=people, note=f"{found:,} pairs")
        say("duplicates, everybody: peak memory", memory, "MB", limit=MEMORY_MB, people=people)
        with create_app(settings_for(url, Path(folder))).app_context():
            forget(NEW_PEOPLE)
            db.session.remove()
            db.engine.dispose()
        took, _, found = looked(url, folder, "look_at_new")
        work = f"duplicates, {NEW_PEOPLE:,} new people"
        say(work, took, "s", limit=NEW_S, people=people, note=f"{found:,} pairs")


if __name__ == "__main__":
    measure_alone(__doc__, measure)
