"""How quickly a list of trainees is taken in, every rule checked and everything written in one unit of work, and in how
much memory.

The command runs in a process of its own, as it does for its users; its own count of seconds is what is measured, from
the start of the reading to the end of the load. `--profile` prints where the time goes.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.benchmarks.generate import scratch, write_history, write_trainees
from tests.benchmarks.report import say
from tests.databases import KINDS
from tracker.core.config import ROOT

RATE, MEMORY_MB, MEMORY_MILLION_MB = 16_500, 150, 250
MILLION = 1_000_000


def run(url: str, instance: str, *arguments: str, profile: Path | None = None) -> dict[str, float]:
    """Run `tracker import` with the arguments; what it counted."""
    python = [sys.executable] if profile is None else [sys.executable, "-m", "cProfile", "-o", str(profile)]
    environment = {**os.environ, "DATABASE_URL": url, "TRACKER_INSTANCE": instance}
    command = [*python, str(Path(sys.executable).with_name("tracker")), "import", *arguments, "--json"]
    ran = subprocess.run(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True, check=True)
    counted: dict[str, float] = json.loads(ran.stdout)
    return counted


def measure(kind: str, rows: int, *, history: bool, profile: Path | None) -> None:
    """Take in a list of so many rows, and the history that belongs to it if that is asked for."""
    with scratch(kind) as url, tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "trainees.csv"
        write_trainees(file, rows)
        counted = run(url, folder, "trainees", str(file), profile=profile)
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        assert counted["created"] == rows, counted
        limit = MEMORY_MILLION_MB if rows >= MILLION else MEMORY_MB
        say("import of trainees", rows / counted["seconds"], "rows/s", limit=RATE, better="more", people=rows)
        say("import of trainees, peak memory", peak, "MB", limit=limit, people=rows)
        again = run(url, folder, "trainees", str(file))
        assert again["unchanged"] == rows, again
        say("import of the same trainees again", rows / again["seconds"], "rows/s", people=rows)
        if history:
            past = Path(folder) / "history.csv"
            write_history(past, rows)
            counted = run(url, folder, "history", str(past), "--historical")
            say("import of their history", counted["rows"] / counted["seconds"], "rows/s", people=rows)


def main() -> None:
    """Measure on one kind of database."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.bench_import", description=__doc__)
    parser.add_argument("--kind", "--database", choices=KINDS, default="sqlite")
    parser.add_argument("--people", "--rows", type=int, default=100_000)
    parser.add_argument("--history", action="store_true", help="also take in the history that belongs to the list")
    parser.add_argument("--profile", type=Path, help="write a profile of the first import to this file")
    asked = parser.parse_args()
    measure(asked.kind, asked.people, history=asked.history, profile=asked.profile)


if __name__ == "__main__":
    main()
