"""What the progress page costs a signed-in reader, beside a bare page of the same size on the same server.

Both are served by gunicorn with 2 workers of 4 threads each; the same small load generator asks for both in turn.
"""

import argparse
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from statistics import median

import psutil
from flask import Flask

from tests.benchmarks.generate import scratch
from tests.benchmarks.load import LOOPBACK, requests_per_second
from tests.benchmarks.people import FIRST_DAY, LAST_DAY
from tests.benchmarks.report import say
from tests.browsers import browser_of
from tests.databases import KINDS, settings_for
from tests.factories import make_user, organisation
from tracker.accounts.permissions import Role
from tracker.app import create_app
from tracker.core.config import ROOT
from tracker.core.db import db, transaction
from tracker.progress.services.compiling import compile_range
from tracker.progress.services.targets import replace_line, share_out

FEW = 2_000
SHARE_OF_BARE, SHARE_OF_FEW = 0.25, 0.9
WORKER_MB, CREATE_APP_S = 120.0, 0.7
KEY = "k" * 40
SERVE = [sys.executable, "-c", "from tracker.cli import main; main()", "serve", "--workers", "2"]
BARE = [sys.executable, "-m", "gunicorn", "--workers", "2", "--threads", "4", "--no-control-socket"]
TURNS = 3


def free_port() -> int:
    """A port of the loopback that nobody listens on."""
    with socket.socket() as taken:
        taken.bind((LOOPBACK, 0))
        return int(taken.getsockname()[1])


@contextmanager
def served(command: list[str], path: str, **environment: str) -> Iterator[tuple[str, psutil.Process]]:
    """A server that answers at an address; ended afterwards."""
    port = free_port()
    address = f"http://{LOOPBACK}:{port}"
    known = {name: value for name, value in os.environ.items() if not name.startswith(("TRACKER_", "DATABASE_"))}
    given = {**known, "TRACKER_PUBLIC_URL": address, **environment}
    with subprocess.Popen(
        [*command, "--bind", f"{LOOPBACK}:{port}"],
        cwd=ROOT,
        env=given,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        try:
            _wait_for(address + path)
            yield address, psutil.Process(process.pid)
        finally:
            process.terminate()
            process.wait(30)


def _wait_for(address: str) -> None:
    for _ in range(150):
        try:
            with urllib.request.urlopen(address, timeout=5):  # noqa: S310 - our own server on the loopback
                return
        except OSError:
            time.sleep(0.2)
    raise RuntimeError(f"nothing answers at {address}")


def prepared(app: Flask) -> tuple[str, int]:
    """Figures of every month and targets, and a leader signed in: the cookie, and how large their page is."""
    with app.app_context():
        with transaction():
            email = make_user(Role.LEADERSHIP, email="bench@example.gov.uk").email
            replace_line("training.trained", None, {FIRST_DAY: 0, LAST_DAY: 500}, reason="x", created_by_id=None)
            share_out("training.trained", reason="x", created_by_id=None)
            assert organisation("home-office")
        compile_range(FIRST_DAY, date(LAST_DAY.year, LAST_DAY.month, LAST_DAY.day))
    browser = browser_of(app, email)
    page = browser.get("/progress")
    assert page.status_code == 200, page.status
    cookie = browser.get_cookie("sid")
    assert cookie is not None
    return f"sid={cookie.value}", len(page.data)


def rate_at(kind: str, people: int, *, with_bare: bool) -> tuple[float, float, float]:
    """Requests a second of the progress page with so many people, of the bare page, and megabytes of a worker."""
    with scratch(kind, people) as url, tempfile.TemporaryDirectory() as folder:
        app = create_app(settings_for(url, Path(folder)))
        cookie, size = prepared(app)
        with app.app_context():
            db.session.remove()
            db.engine.dispose()
        settings: Mapping[str, str] = {"DATABASE_URL": url, "TRACKER_INSTANCE": folder, "TRACKER_SECRET_KEY": KEY}
        with served(SERVE, "/health/live", **settings) as (ours, server):
            with served([*BARE, "tests.benchmarks.bare:app"], "/bare", BARE_BYTES=str(size)) as (bare, _):
                requests_per_second(f"{ours}/progress", cookie=cookie, seconds=1)
                pairs = [
                    (
                        requests_per_second(f"{ours}/progress", cookie=cookie),
                        requests_per_second(f"{bare}/bare") if with_bare else 0.0,
                    )
                    for _ in range(TURNS)
                ]
            workers = [child.memory_info().rss / 2**20 for child in server.children(recursive=True)]
        return median(pair[0] for pair in pairs), median(pair[1] for pair in pairs), max(workers, default=0.0)


def create_app_seconds() -> float:
    """How long a new process takes to import and make the application; the median of a few."""
    code = (
        "import time; t = time.perf_counter(); from tracker.app import create_app; create_app(); "
        "print(time.perf_counter() - t)"
    )
    with tempfile.TemporaryDirectory() as folder:
        given = {**os.environ, "TRACKER_INSTANCE": folder, "TRACKER_SECRET_KEY": KEY}
        runs = [
            subprocess.run(
                [sys.executable, "-c", code], cwd=ROOT, env=given, capture_output=True, text=True, check=True
            )
            for _ in range(5)
        ]
    return median(float(run.stdout) for run in runs)


def measure(kind: str, people: int) -> None:
    """Measure on a database of a kind."""
    ours, bare, megabytes = rate_at(kind, people, with_bare=True)
    note = f"bare page of the same size {bare:,.0f} requests/s in this run"
    say("/progress signed in", ours, "requests/s", limit=bare * SHARE_OF_BARE, better="more", people=people, note=note)
    say("memory of a web worker", megabytes, "MB", limit=WORKER_MB, people=people)
    if people != FEW:
        few, _, _ = rate_at(kind, FEW, with_bare=False)
        note = f"{few:,.0f} requests/s with {FEW:,} people in this run"
        say(
            "/progress, many people",
            ours,
            "requests/s",
            limit=few * SHARE_OF_FEW,
            better="more",
            people=people,
            note=note,
        )
    say("create_app", create_app_seconds(), "s", limit=CREATE_APP_S)


def main() -> None:
    """Measure on one kind of database."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.bench_web", description=__doc__)
    parser.add_argument("--kind", choices=KINDS, default="sqlite")
    parser.add_argument("--people", type=int, default=100_000)
    asked = parser.parse_args()
    measure(asked.kind, asked.people)


if __name__ == "__main__":
    main()
