"""How long the people list takes to answer, from the request's arrival in the application to its last byte, signed in.

Each address is asked for again and again, after a first time that nobody counts; the median is what is said.
"""

import argparse
import cProfile
import tempfile
import time
from pathlib import Path
from statistics import median

from flask import Flask

from tests.benchmarks.generate import scratch
from tests.benchmarks.report import say
from tests.browsers import Browser, browser_of
from tests.databases import KINDS, settings_for
from tests.factories import make_user
from tracker.accounts.permissions import Role
from tracker.app import create_app
from tracker.core.db import db, transaction

LIST_MS, SEARCH_MS = 13.0, 24.0
TIMES = 40
ADDRESSES: tuple[tuple[str, str, float | None], ...] = (
    ("people list", "/people", LIST_MS),
    ("people list, page 500", "/people?page=500", None),
    ("people list of an organisation", "/people?organisation=home-office", LIST_MS),
    ("people list in training", "/people?stage=in-training", None),
    ("people list by day of change", "/people?sort=-since", None),
    ("people search, last name", "/people?q=smith", SEARCH_MS),
    ("people search, both names", "/people?q=oliver+ki", SEARCH_MS),
    ("people search, last name misspelt", "/people?q=smiht", SEARCH_MS),
    ("people search, both names misspelt", "/people?q=olvier+knig", SEARCH_MS),
    ("people search, spelt alike", "/people?q=smith&spelling=alike", SEARCH_MS),
    ("people search, address", "/people?q=oliver.king%40", SEARCH_MS),
    ("people search, one letter", "/people?q=s", None),
    ("a person", "", None),
)


def signed_in(app: Flask) -> tuple[Browser, str]:
    """A programme manager's browser, and the address of somebody's page."""
    with app.app_context(), transaction() as session:
        email = make_user(Role.PROGRAMME_MANAGER, email="bench@example.gov.uk").email
        reference = session.connection().exec_driver_sql("SELECT min(ref) FROM person").scalar_one()
    return browser_of(app, email), f"/people/{reference}"


def milliseconds(browser: Browser, address: str) -> float:
    """The median of the times one address takes."""
    taken = []
    for turn in range(TIMES + 1):
        began = time.perf_counter()
        response = browser.get(address)
        assert response.status_code == 200, response.status
        response.close()
        if turn:
            taken.append((time.perf_counter() - began) * 1000)
    return median(taken)


def measure(kind: str, people: int, profile: Path | None) -> None:
    """Measure every address on a database of a kind."""
    with scratch(kind, people) as url, tempfile.TemporaryDirectory() as folder:
        app = create_app(settings_for(url, Path(folder)))
        browser, person = signed_in(app)
        watch = cProfile.Profile() if profile else None
        for work, address, limit in ADDRESSES:
            if watch:
                watch.enable()
            figure = milliseconds(browser, address or person)
            if watch:
                watch.disable()
            say(work, figure, "ms", limit=limit, people=people)
        if watch and profile:
            watch.dump_stats(profile)
        with app.app_context():
            db.session.remove()
            db.engine.dispose()


def main() -> None:
    """Measure on one kind of database."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.bench_register", description=__doc__)
    parser.add_argument("--kind", "--database", choices=KINDS, default="sqlite")
    parser.add_argument("--people", type=int, default=100_000)
    parser.add_argument("--profile", type=Path, help="write a profile of the requests to this file")
    asked = parser.parse_args()
    measure(asked.kind, asked.people, asked.profile)


if __name__ == "__main__":
    main()
