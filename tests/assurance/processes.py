"""Processes of the product that are started, killed without warning, and started again."""

import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine

from tracker.core.config import ROOT
from tracker.core.db import sqlite

KEY = "k" * 40


@dataclass(frozen=True)
class Place:
    """Where a process works: its database and its folder."""

    url: str
    instance: Path

    @property
    def environment(self) -> dict[str, str]:
        """What a process there is given."""
        own = {"DATABASE_URL": self.url, "TRACKER_INSTANCE": str(self.instance), "TRACKER_SECRET_KEY": KEY}
        return {**os.environ, **own}

    def engine(self) -> Engine:
        """A look into its database, apart from the application."""
        if self.url.startswith("sqlite"):
            return create_engine(self.url, module=sqlite)
        return create_engine(self.url.replace("postgresql://", "postgresql+psycopg://"))


def start(place: Place, *command: str) -> subprocess.Popen[bytes]:
    """Start a process in a group of its own, so that it can be killed with whatever it has started."""
    return subprocess.Popen(
        command,
        cwd=ROOT,
        env=place.environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def start_tracker(place: Place, *arguments: str) -> subprocess.Popen[bytes]:
    """Start the console command."""
    return start(place, sys.executable, "-c", "from tracker.cli import main; main()", *arguments)


def finish(place: Place, *arguments: str) -> float:
    """Run the console command to its end, which must be a good one; how many seconds it took."""
    began = time.monotonic()
    command = [sys.executable, "-c", "from tracker.cli import main; main()", *arguments]
    ran = subprocess.run(command, cwd=ROOT, env=place.environment, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    return time.monotonic() - began


def kill(process: subprocess.Popen[bytes]) -> bool:
    """End a process and what it has started, as a power cut would; whether it was still at work."""
    was_running = process.poll() is None
    if was_running:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    return was_running


def killed_after(process: subprocess.Popen[bytes], seconds: float) -> bool:
    """Let a process work for so long and then kill it; whether it was still at work."""
    try:
        process.wait(timeout=seconds)
    except subprocess.TimeoutExpired:
        return kill(process)
    return False


def rows(engine: Engine, sql: str) -> list[Any]:
    """What a question to the database answers."""
    with engine.connect() as connection:
        return [tuple(row) for row in connection.exec_driver_sql(sql)]
