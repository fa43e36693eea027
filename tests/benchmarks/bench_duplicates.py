"""How long a search for duplicates takes: of everybody, and of what an import of a thousand rows brought; and how much
memory the process comes to have.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from sqlalchemy import func, select

from tests.benchmarks.generate import scratch
from tests.benchmarks.people import everybody
from tests.benchmarks.report import say
from tests.databases import KINDS, settings_for
from tests.factories import organisation
from tracker.app import create_app
from tracker.core.config import ROOT
from tracker.core.db import db, transaction
from tracker.core.text import name_key
from tracker.organisations.models import Grade
from tracker.people.models import Person, Posting
from tracker.people.services import keep_posting_spans, keep_search_words, sort_key

FULL_S, NEW_S, MEMORY_MB, NEW_PEOPLE = 30.0, 1.0, 150.0, 1_000


def add_people(count: int) -> None:
    """As many people more as a small import brings, some of them of names that others have."""
    with transaction() as session:
        place = organisation("home-office").id
        grade = session.scalar(select(func.min(Grade.id)))
        for one in everybody(count):
            ref, email = f"N{one.number:06}", f"n{one.number}@benchmark.example"
            person = Person(
                ref=ref,
                first_name=one.first_name,
                last_name=one.last_name,
                email=email,
                email_key=email,
                name_key=name_key(one.first_name, one.last_name),
                sort_key=sort_key(one.first_name, one.last_name),
            )
            session.add(person)
            session.flush()
            session.add(
                Posting(person_id=person.id, organisation_id=place, grade_id=grade, starts_on=person.created_at.date())
            )
            keep_search_words(person)
        keep_posting_spans(select(Person.id).where(Person.ref.like("N%")))


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
    """Search everybody, add some, and search those."""
    with scratch(kind, people) as url, tempfile.TemporaryDirectory() as folder:
        took, memory, found = looked(url, folder, "look_at_everybody")
        say("duplicates, everybody", took, "s", limit=FULL_S, people=people, note=f"{found:,} pairs")
        say("duplicates, everybody: peak memory", memory, "MB", limit=MEMORY_MB, people=people)
        with create_app(settings_for(url, Path(folder))).app_context():
            add_people(NEW_PEOPLE)
            db.session.remove()
            db.engine.dispose()
        took, _, found = looked(url, folder, "look_at_new")
        work = f"duplicates, {NEW_PEOPLE:,} new people"
        say(work, took, "s", limit=NEW_S, people=people, note=f"{found:,} pairs")


def main() -> None:
    """Measure on a database of a kind."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.bench_duplicates", description=__doc__)
    parser.add_argument("--kind", choices=KINDS, default="sqlite")
    parser.add_argument("--people", type=int, default=100_000)
    asked = parser.parse_args()
    measure(asked.kind, asked.people)


if __name__ == "__main__":
    main()
