"""Real processes of the service's own command, and schedulers whose days pass in moments."""

import gc
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path
from threading import Event
from unittest.mock import patch

from flask import Flask

from tests.databases import Database
from tracker import cli
from tracker.app import create_app
from tracker.core.config import ROOT
from tracker.core.db import db

COMMAND = [sys.executable, "-c", "from tracker.cli import main; main()"]


def environment(database: Database | str, instance: Path, **more: str) -> dict[str, str]:
    """What a process of the service is started with: a database and a folder of the test's own."""
    url = database if isinstance(database, str) else database.url
    own = {"DATABASE_URL": url, "TRACKER_INSTANCE": str(instance), "TRACKER_SECRET_KEY": "k" * 40}
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("TRACKER_", "DATABASE_"))}
    return {**kept, **own, **more}


def tracker(*words: str, env: Mapping[str, str], seconds: float = 60) -> subprocess.CompletedProcess[str]:
    """Run `tracker` with the words, to its end."""
    return subprocess.run(
        [*COMMAND, *words], env=dict(env), cwd=ROOT, capture_output=True, text=True, check=False, timeout=seconds
    )


def typed(*words: str, env: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    """What `tracker` with the words says and leaves with, without a process of its own: for what begins nothing."""
    said, complained, made = StringIO(), StringIO(), list[Flask]()

    def remembered() -> Flask:
        made.append(create_app())
        return made[-1]

    with (
        patch.dict(os.environ, env, clear=True),
        patch.object(sys, "argv", ["tracker", *words]),
        patch.object(cli, "create_app", remembered),
        redirect_stdout(said),
        redirect_stderr(complained),
    ):
        try:
            cli.main()
        except SystemExit as left:
            status = int(left.code or 0)
    # What would go with the process.
    gc.unfreeze()
    for app in made:
        with app.app_context():
            db.session.remove()
            db.engine.dispose()
    return subprocess.CompletedProcess(["tracker", *words], status, said.getvalue(), complained.getvalue())


@contextmanager
def running(*command: str, env: Mapping[str, str], log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A process that runs until the block ends, and stops when it is told to; what it says goes into the log."""
    with log.open("ab") as output:
        process = subprocess.Popen(command, env=dict(env), cwd=ROOT, stdout=output, stderr=output)
        try:
            yield process
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGCONT)
                process.terminate()
                try:
                    process.wait(20)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait(5)
                    raise


def eventually(true: Callable[[], bool], seconds: float = 30) -> bool:
    """Whether something comes true in time; asked again and again."""
    pause = Event()
    for _ in range(int(seconds / 0.05)):
        if true():
            return True
        pause.wait(0.05)
    return true()
