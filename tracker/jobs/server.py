"""The production web server: gunicorn with what this service needs, and a scheduler beside it where that is asked
for."""

import ctypes
import gc
import logging
import os
import signal
import subprocess
import sys
import threading
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication
from gunicorn.glogging import Logger
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import configure_mappers

from tracker.core.db import db
from tracker.core.logs import log_as_json

SCHEDULER = [sys.executable, "-c", "from tracker.cli import main; main()", "scheduler", "--with-parent"]
RESTART_SECONDS = 5.0
logger = logging.getLogger("tracker.server")


class JsonLogger(Logger):
    """Has what gunicorn says leave like everything else the service says."""

    def setup(self, cfg: Any) -> None:
        """Hand everything to the root logger; requests are logged by the application."""
        log_as_json()
        self.error_log.setLevel(logging.INFO)
        self.error_log.handlers.clear()
        self.error_log.propagate = True

    def reopen_files(self) -> None:
        """There are none."""


class CompanionScheduler:
    """A scheduler in a process of its own, for a service that is one command; started again should it die."""

    def __init__(self) -> None:
        """Nothing runs yet."""
        self._over = threading.Event()
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, _: Any = None) -> None:
        """Start it, and watch over it in a thread of the server's first process, which serves no pages."""
        threading.Thread(target=self._keep, name="companion-scheduler", daemon=True).start()

    def stop(self, _: Any = None) -> None:
        """Stop it, and wait until what it is working on has ended."""
        self._over.set()
        if self._process is not None:
            self._process.terminate()
            try:
                self._process.wait(30)
            except subprocess.TimeoutExpired:
                self._process.kill()

    def _keep(self) -> None:
        while not self._over.is_set():
            self._process = subprocess.Popen(SCHEDULER)  # noqa: S603 - our own command
            self._process.wait()
            if not self._over.wait(RESTART_SECONDS):
                logger.error("the scheduler has died and is started again")


class Server(BaseApplication):
    """The application under gunicorn."""

    def __init__(self, app: Flask, bind: str, workers: int, companion: CompanionScheduler | None) -> None:
        """Keep what to serve, and where."""
        self._app = app
        self._settings = {"bind": bind, "workers": workers}
        self._companion = companion
        super().__init__()  # type: ignore[no-untyped-call]

    def load_config(self) -> None:
        """Say everything that differs from gunicorn's defaults."""
        chosen = {
            **self._settings,
            "worker_class": "gthread",
            "threads": 4,
            "timeout": 30,
            "graceful_timeout": 30,
            "keepalive": 5,
            "max_requests": 5000,
            "max_requests_jitter": 500,
            # Its most. Beyond it the answer is a bare page of gunicorn's; a little earlier the service says it itself.
            "limit_request_line": 8190,
            "limit_request_fields": 64,
            "limit_request_field_size": 8190,
            # It would open a socket in the home directory that takes commands.
            "control_socket_disable": True,
            "logger_class": JsonLogger,
            "pre_fork": _hold_signals,
            "post_worker_init": _begin_work,
        }
        if self._companion is not None:
            chosen |= {"when_ready": self._companion.start, "on_exit": self._companion.stop}
        config: Any = self.cfg
        for name, value in chosen.items():
            config.set(name, value)

    def serve(self) -> None:
        """Serve until told to stop; leaves the process."""
        _prepare(self._app)
        os.register_at_fork(after_in_parent=_let_signals_through)
        self.run()  # type: ignore[no-untyped-call]

    def load(self) -> Flask:
        """The application as it was made before the workers part: they share its memory until they change it."""
        return self._app


SHARED = ("layouts/", "components/", "govuk_frontend_jinja/")
"""Where the templates are that pages are made of."""


def _prepare(app: Flask) -> None:
    """Do what every worker would do for itself: one thread after another would do it there, and keep what that took.

    What pages share of templates is read and compiled, tables and addresses are put in order. What is then there stays
    for good, and is not looked through for waste any more.
    """
    _keep_to_few_heaps()
    for name in app.jinja_env.list_templates(extensions=["html"]):
        if name.startswith(SHARED):
            app.jinja_env.get_template(name)
    configure_mappers()
    app.url_map.update()
    gc.collect()
    gc.freeze()


def _keep_to_few_heaps() -> None:
    """Have the C library keep one heap for all threads, and give large blocks back at once.

    Left alone, glibc gives every thread a heap of its own, in which each keeps the largest page it ever drew. Other
    libraries have no such setting, and no such habit.
    """
    tune = getattr(ctypes.CDLL(None), "mallopt", None)
    if tune is not None:
        tune(M_ARENA_MAX, 1)
        tune(M_TRIM_THRESHOLD, LARGE)
        tune(M_MMAP_THRESHOLD, LARGE)


M_TRIM_THRESHOLD, M_MMAP_THRESHOLD, M_ARENA_MAX = -1, -3, -8
"""The names that malloc.h gives these settings."""
LARGE = 256 * 1024


ENDINGS = {signal.SIGTERM, signal.SIGINT, signal.SIGQUIT}
"""By what a server is told to stop, and tells its workers."""


def _hold_signals(_: Any, worker: Any) -> None:
    """Keep what tells a worker to stop waiting while it is made: it would be lost before the worker listens to it, and
    the server wait for the worker in vain."""
    signal.pthread_sigmask(signal.SIG_BLOCK, ENDINGS)


def _let_signals_through() -> None:
    signal.pthread_sigmask(signal.SIG_UNBLOCK, ENDINGS)


def _begin_work(worker: Any) -> None:
    """Have a worker listen to what tells it to stop, and hold a connection from the start: who wants the database to
    itself can tell that it is in use."""
    _let_signals_through()
    try:
        with worker.app.wsgi().app_context(), db.engine.connect():
            pass
    except SQLAlchemyError:
        logger.warning("the database does not answer yet")
