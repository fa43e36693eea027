"""`make bench`: every benchmark on both databases, each figure beside its limit, with the machine it was measured on.

`--people 2000` is a quick run; `--only import` runs one of them. Exit code 1 says that a limit was not reached.
"""

import argparse
import os
import platform
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pysqlite3.dbapi2 as sqlite

from tests.benchmarks.generate import filled
from tests.benchmarks.report import Figure, heard, table
from tests.databases import KINDS
from tracker.core.config import ROOT

HERE = Path(__file__).parent
PATIENCE_S = 3_600


def scripts(only: list[str]) -> list[str]:
    """The benchmarks there are, or those that were asked for."""
    names = sorted(file.stem.removeprefix("bench_") for file in HERE.glob("bench_*.py"))
    return [name for name in names if not only or name in only]


def machine() -> str:
    """What it was measured on: cores, Python, SQLite and PostgreSQL."""
    with psycopg.connect(filled("postgresql", 0)) as connection:
        row = connection.execute("SHOW server_version").fetchone()
    assert row is not None
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"{os.cpu_count()} cores, {memory:.0f} GiB, {platform.system()} {platform.machine()}, "
        f"Python {platform.python_version()}, SQLite {sqlite.sqlite_version}, PostgreSQL {row[0].split()[0]}"
    )


def measured(name: str, kind: str, people: int) -> Iterator[tuple[str, Figure]]:
    """Run one benchmark on one database in a process of its own."""
    sys.stderr.write(f"{name} on {kind}, {people:,} people\n")
    command = [sys.executable, "-m", f"tests.benchmarks.bench_{name}", "--kind", kind, "--people", str(people)]
    ran = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, timeout=PATIENCE_S, check=False)
    for figure in heard(ran.stdout.splitlines()):
        yield kind, figure
    if ran.returncode:
        yield kind, Figure(f"{name} broke off with code {ran.returncode}", 1, "failure", limit=0)


def main() -> int:
    """Run what was asked for and print the table."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("--people", type=int, default=int(os.environ.get("PEOPLE") or 100_000))
    parser.add_argument("--kind", choices=KINDS, action="append")
    parser.add_argument("--only", action="append", default=[], help="a benchmark by name; may be repeated")
    asked = parser.parse_args()
    figures = [
        figure
        for name in scripts(asked.only)
        for kind in asked.kind or KINDS
        for figure in measured(name, kind, asked.people)
    ]
    sys.stdout.write(f"Measured on {machine()}.\n\n")
    table(figures, sys.stdout)
    return int(any(one.reached is False for _, one in figures))


if __name__ == "__main__":
    sys.exit(main())
