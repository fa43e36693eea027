"""The product as it is run: a database of its own, its commands, and its server as processes on a free port."""

import os
import re
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.policy import SMTP as MAIL_POLICY
from pathlib import Path
from threading import Event

from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.exceptions import MethodNotAllowed, NotFound

from tests.databases import open_database
from tracker.app import create_app
from tracker.core.config import ROOT, read_settings
from tracker.core.db import db, transaction
from tracker.outbox.models import Message, Status

TRACKER = Path(sys.executable).with_name("tracker")
STARTS_WITHIN_SECONDS, ASKED_EVERY = 60, 0.05


def free_port() -> int:
    """A port that nobody listens at."""
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        port: int = asked.getsockname()[1]
    return port


class Site:
    """One installation: schema and reference data are there, people are not."""

    def __init__(self, kind: str, folder: Path, use: str) -> None:
        self.folder = folder
        self.database = open_database(kind, folder, use)
        self.database.reset()
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self.settings = {
            "DATABASE_URL": self.database.url,
            "TRACKER_INSTANCE": str(folder),
            "TRACKER_PUBLIC_URL": self.address,
            "TRACKER_SECRET_KEY": "k" * 40,
        }
        # The same application in this process: for arranging rows, and for asking which address is which page.
        self.app = create_app(read_settings(self.settings))

    def view(self, path: str) -> str:
        """Which view answers at the path, whatever it is made of; empty for none."""
        addresses = self.app.url_map.bind("127.0.0.1")
        for method in ("GET", "POST"):
            try:
                return str(addresses.match(path, method=method)[0])
            except MethodNotAllowed:
                continue
            except NotFound:
                break
        return ""

    def run(self, *words: str) -> str:
        """Run a command to its end, and give what it printed."""
        done = subprocess.run(
            [TRACKER, *words], env={**os.environ, **self.settings}, cwd=ROOT, capture_output=True, text=True
        )
        assert done.returncode == 0, f"tracker {' '.join(words)}: {done.stdout}{done.stderr}"
        return done.stdout

    @contextmanager
    def arrange(self) -> Iterator[Session]:
        """Write rows, and keep them, as a view would; the server sees them at once."""
        with self.app.app_context(), transaction() as session:
            yield session

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Look at the rows as they are now."""
        with self.app.app_context():
            yield db.session()  # type: ignore[misc]
            db.session.remove()

    def link_mailed(self, to: str, path: str) -> str:
        """The address of the link under the path that was last mailed to somebody. The scheduler of the site may have
        sent the mail already, which is then a file and no longer in the database."""
        with self.reading() as session:
            message = session.scalars(select(Message).where(Message.to == to).order_by(Message.id.desc())).first()
        assert message is not None, f"no mail to {to}"
        words = message.text
        if message.status is Status.SENT:
            mail = (self.folder / "mail" / f"{message.message_id.strip('<>')}.eml").read_bytes()
            words = message_from_bytes(mail, policy=MAIL_POLICY).get_content()
        found = re.search(rf"{path}/\S+", words)
        assert found is not None, words
        return found[0]

    @contextmanager
    def serving(self, *more: str) -> Iterator["Site"]:
        """The web server, from now on to the end of the block.

        :param more: words for `tracker serve`, such as --with-scheduler.
        """
        log = self.folder / "server.log"
        with log.open("w") as written:
            server = subprocess.Popen(
                [TRACKER, "serve", "--workers", "1", "--bind", f"127.0.0.1:{self.port}", *more],
                env={**os.environ, **self.settings},
                cwd=ROOT,
                stdout=written,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        try:
            self._wait_until_ready(server, log)
            yield self
        finally:
            # How it stops when it is told to is asked in tests/jobs; here nobody waits for a job that it is at.
            os.killpg(server.pid, signal.SIGKILL)
            server.wait()

    def _wait_until_ready(self, server: "subprocess.Popen[bytes]", log: Path) -> None:
        for _ in range(int(STARTS_WITHIN_SECONDS / ASKED_EVERY)):
            assert server.poll() is None, f"the server has ended: {log.read_text()}"
            try:
                with urllib.request.urlopen(f"{self.address}/health/ready", timeout=10) as answer:  # noqa: S310
                    assert answer.status == 200
                return
            except (urllib.error.URLError, ConnectionError):
                Event().wait(ASKED_EVERY)
        raise AssertionError(f"the server does not answer: {log.read_text()}")

    def close(self) -> None:
        """Let the database go."""
        with self.app.app_context():
            db.session.remove()
            db.engine.dispose()
        self.database.drop()
