"""The web server starts, says where it is, serves, and stops when told."""

import signal
import subprocess
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from flask import Flask

from tests.conftest import Arrange
from tests.databases import Database
from tests.factories import make_user
from tests.jobs.processes import COMMAND, environment, eventually, running, typed
from tests.outbox.mail_servers import free_port
from tracker.accounts.permissions import Role
from tracker.core import clock
from tracker.jobs import queries


def answers(port: int, path: str = "/health/live") -> int:
    """The status with which the server answers; 0 where nothing does."""
    try:
        with urlopen(Request(f"http://127.0.0.1:{port}{path}", headers={"Connection": "close"}), timeout=5) as answer:
            return int(answer.status)
    except HTTPError as error:
        return error.code
    except OSError:
        return 0


def processes_of(parent: int) -> list[int]:
    """The processes that a process started."""
    listed = subprocess.run(["ps", "-o", "pid=", "--ppid", str(parent)], capture_output=True, text=True, check=False)
    return [int(pid) for pid in listed.stdout.split()]


@pytest.mark.usefixtures("all_done")
def test_it_serves_with_its_scheduler_and_stops_without_leaving_anything(
    app: Flask, database: Database, tmp_path: Path
) -> None:
    port, log = free_port(), tmp_path / "log"
    words = ("serve", "--with-scheduler", "--workers", "2", "--bind", f"127.0.0.1:{port}")
    with running(*COMMAND, *words, env=environment(database, tmp_path), log=log) as process:
        assert eventually(lambda: answers(port) == 200)
        link = next(word for word in log.read_text().split() if "/set-up/" in word)
        assert link.startswith(f"http://127.0.0.1:{port}/set-up/")
        assert answers(port, link.partition(str(port))[2]) == 200
        assert eventually(lambda: schedulers(app) == 1)
        taken = typed("serve", "--bind", f"127.0.0.1:{port}", env=environment(database, tmp_path))
        children = processes_of(process.pid)
        process.send_signal(signal.SIGTERM)
        status = process.wait(60)

    said = log.read_text()
    assert said.startswith(f"Data skills tracker: http://127.0.0.1:{port}\n")
    assert status == 0
    assert "Traceback" not in said
    assert len(children) == 3
    assert eventually(lambda: not any(Path(f"/proc/{pid}").exists() for pid in children), 5)
    assert schedulers(app) == 0
    assert (taken.returncode, "Stop what listens there" in taken.stderr) == (2, True)
    assert not list(tmp_path.glob("**/*.ctl"))


def schedulers(app: Flask) -> int:
    with app.app_context():
        return len(queries.live_schedulers(clock.now()))


def test_with_an_administrator_it_prints_no_link_and_stops_at_the_keyboard(
    app: Flask, arrange: Arrange, database: Database, tmp_path: Path
) -> None:
    with arrange():
        make_user(Role.ADMINISTRATOR, email="admin@example.org")
    port, log = free_port(), tmp_path / "log"
    with running(
        *COMMAND, "serve", "--bind", f"127.0.0.1:{port}", env=environment(database, tmp_path), log=log
    ) as process:
        assert eventually(lambda: answers(port) == 200)
        process.send_signal(signal.SIGINT)
        status = process.wait(60)

    assert status == 0
    assert "set-up" not in log.read_text()
    assert "Traceback" not in log.read_text()


@pytest.mark.usefixtures("all_done")
def test_its_scheduler_goes_with_a_server_that_was_killed(app: Flask, database: Database, tmp_path: Path) -> None:
    port, log = free_port(), tmp_path / "log"
    words = ("serve", "--with-scheduler", "--bind", f"127.0.0.1:{port}")
    with running(*COMMAND, *words, env=environment(database, tmp_path), log=log) as process:
        assert eventually(lambda: schedulers(app) == 1)
        process.kill()
        process.wait(5)

        assert eventually(lambda: schedulers(app) == 0)
