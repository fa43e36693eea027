"""Real processes that begin with the service loaded: to load it takes a second, and tests start many."""

import multiprocessing
import os
import signal
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

_PREPARED = multiprocessing.get_context("forkserver")
_PREPARED.set_forkserver_preload(["tracker.cli", "tracker.imports.commands", "tracker.jobs.scheduler"])


class Prepared:
    """A process that runs a script of ours; asked and told with the words of `subprocess.Popen`."""

    def __init__(self, script: str, env: Mapping[str, str], log: Path | str = os.devnull) -> None:
        """Start it."""
        self._process = _PREPARED.Process(target=_run, args=(script, dict(env), str(log)))
        self._process.start()
        assert self._process.pid is not None
        self.pid = self._process.pid

    def poll(self) -> int | None:
        """What it ended with: less than nothing for a signal. None while it runs."""
        return self._process.exitcode

    def wait(self, timeout: float | None = None) -> int:
        """Wait for its end."""
        self._process.join(timeout)
        if self._process.exitcode is None:
            raise subprocess.TimeoutExpired("a prepared process", timeout or 0)
        return self._process.exitcode

    def send_signal(self, number: int) -> None:
        """Signal it, if it runs."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        """End it without warning."""
        self.send_signal(signal.SIGKILL)


def _run(script: str, env: dict[str, str], log: str) -> None:
    os.environ.clear()
    os.environ.update(env)
    output = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    for stream in (1, 2):
        os.dup2(output, stream)
    exec(compile(script, "<script>", "exec"), {"__name__": "__main__"})  # noqa: S102 - a script of the tests


@contextmanager
def prepared(script: str, env: Mapping[str, str], log: Path) -> Iterator[Prepared]:
    """One that runs until the block ends."""
    process = Prepared(script, env, log)
    try:
        yield process
    finally:
        process.send_signal(signal.SIGCONT)
        process.kill()
        process.wait(5)
