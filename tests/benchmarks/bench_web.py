"""What the progress page costs a signed-in reader, beside a bare page of the same size on the same server.

Both are served by gunicorn with 2 workers of 4 threads each; the same small load generator asks for both in turn.
"""

import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from statistics import median

import psutil
from flask import Flask

from tests.benchmarks.alone import measure_alone
from tests.benchmarks.generate import scratch
from tests.benchmarks.load import LOOPBACK, requests_per_second
from tests.benchmarks.people import FIRST_DAY, LAST_DAY
from tests.benchmarks.report import say
from tests.browsers import browser_of
from tests.databases import settings_for
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
TURNS, SECONDS = 3, 4.0


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


@dataclass(frozen=True)
class Rate:
    """How fast a page was served: requests a second, and the server's own processor time for each, in milliseconds.

    Processor time is what can be compared while something else is at work on the machine.
    """

    per_second: float
    cpu_ms: float


def cpu_seconds(server: psutil.Process) -> float:
    """The processor time that the workers of a server have used."""
    return sum(sum(child.cpu_times()[:2]) for child in server.children(recursive=True))


def rate(server: psutil.Process, address: str, cookie: str = "") -> Rate:
    """Put one page under load for a few seconds."""
    before = cpu_seconds(server)
    per_second = requests_per_second(address, cookie=cookie, seconds=SECONDS)
    return Rate(per_second, (cpu_seconds(server) - before) / (per_second * SECONDS) * 1000)


def middle(rates: list[Rate]) -> Rate:
    """The medians of some rates."""
    return Rate(median(one.per_second for one in rates), median(one.cpu_ms for one in rates))


def rates_at(kind: str, people: int) -> tuple[Rate, Rate, tuple[float, float]]:
    """The progress page with so many people, the bare page in turn with it, and the megabytes of a worker: all that it
    sees, and those of its own."""
    with scratch(kind, people) as url, tempfile.TemporaryDirectory() as folder:
        app = create_app(settings_for(url, Path(folder)))
        cookie, size = prepared(app)
        with app.app_context():
            db.session.remove()
            db.engine.dispose()
        settings: Mapping[str, str] = {"DATABASE_URL": url, "TRACKER_INSTANCE": folder, "TRACKER_SECRET_KEY": KEY}
        with (
            served(SERVE, "/health/live", **settings) as (ours, server),
            served([*BARE, "tests.benchmarks.bare:app"], "/bare", BARE_BYTES=str(size)) as (bare, bare_server),
        ):
            requests_per_second(f"{ours}/progress", cookie=cookie, seconds=1)
            pairs = [
                (rate(server, f"{ours}/progress", cookie), rate(bare_server, f"{bare}/bare")) for _ in range(TURNS)
            ]
            held = [child.memory_full_info() for child in server.children(recursive=True)]
            worker = max(((one.rss / 2**20, one.uss / 2**20) for one in held), default=(0.0, 0.0))
        return middle([pair[0] for pair in pairs]), middle([pair[1] for pair in pairs]), worker


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
    ours, bare, (megabytes, own) = rates_at(kind, people)
    note = f"bare page of the same size {bare.per_second:,.0f} requests/s in this run"
    limit = bare.per_second * SHARE_OF_BARE
    say("/progress signed in", ours.per_second, "requests/s", limit=limit, better="more", people=people, note=note)
    note = f"bare page {bare.cpu_ms:.2f} ms in this run"
    limit = bare.cpu_ms / SHARE_OF_BARE
    say("/progress signed in, processor time", ours.cpu_ms, "ms", limit=limit, people=people, note=note)
    note = f"{own:.0f} MB of its own, the rest shared with the others"
    say("memory of a web worker", megabytes, "MB", limit=WORKER_MB, people=people, note=note)
    if people != FEW:
        few, _, _ = rates_at(kind, FEW)
        note = f"{few.cpu_ms:.2f} ms with {FEW:,} people in this run"
        limit = few.cpu_ms / SHARE_OF_FEW
        say("/progress, many people, processor time", ours.cpu_ms, "ms", limit=limit, people=people, note=note)
    say("create_app", create_app_seconds(), "s", limit=CREATE_APP_S)


if __name__ == "__main__":
    measure_alone(__doc__, measure)
