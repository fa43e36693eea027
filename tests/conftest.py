"""Fixtures: the application on a real database of either kind, clients, and a way to arrange rows."""

import gc
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Protocol

import pytest
from flask import Flask
from hypothesis import settings as hypothesis_settings
from sqlalchemy.orm import Session
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling
from xdist.workermanage import WorkerController

from tests.auditing import watched
from tests.browsers import Browser, browser, browser_of
from tests.databases import (
    KINDS,
    Database,
    compiled_templates,
    open_database,
    settings_for,
    without_waiting_for_the_disk,
)
from tests.factories import Arrange, make_user
from tests.progress.story import compile_story, tell
from tracker.accounts.permissions import Role
from tracker.app import create_app
from tracker.core.db import db, transaction

# How long an example takes says how busy the machine is, and nothing about the product. `make test` tries the same
# examples every time, so that it fails for what a change did; `make assure` searches for new ones.
hypothesis_settings.register_profile("same", deadline=None, derandomize=True, database=None)
hypothesis_settings.register_profile("search", deadline=None, max_examples=900)
hypothesis_settings.load_profile("same")


BROWSER = "tests/browser/"
TOGETHER = ("tests/assurance/test_guards.py", "tests/demo/test_services.py", "tests/whole/test_truth.py")
"""Where tests share what takes long to make, for one kind of database: one worker runs all that stand there. It is the
same with the one browser."""
ELSEWHERE = (BROWSER, "tests/assurance/", "tests/jobs/", "tests/outbox/", "tests/imports/services/test_working.py")
"""Where tests wait, most of the time, for processes that they have started."""


class KeptTogether(LoadScopeScheduling):
    """Gives each worker the next test, or all that share something, the most at once first.

    Each worker has a sort of its own that comes first: what waits for other processes, what is on SQLite, or what is on
    PostgreSQL. What a worker has put together for a database it need not again, and while one waits the others work.

    By where they stand, as the marks for it are not seen beside this release of pytest.
    """

    _sorts: dict[str, deque[str]] | None = None

    def _split_scope(self, nodeid: str) -> str:
        if nodeid.startswith(BROWSER):
            return BROWSER
        place = next((place for place in TOGETHER if nodeid.startswith(place)), None)
        return nodeid if place is None else f"{place} {kind_of(nodeid)}"

    def _assign_work_unit(self, node: WorkerController) -> None:
        if self._sorts is None:
            self._sorts = {"elsewhere": deque(), **{kind: deque() for kind in KINDS}}
            for scope in self.workqueue:
                self._sorts["elsewhere" if scope.startswith(ELSEWHERE) else kind_of(scope) or KINDS[0]].append(scope)
        own = list(self._sorts.values())[self.nodes.index(node) % len(self._sorts)]
        # What a worker that died has left is in no sort any more, and comes first.
        if sum(map(len, self._sorts.values())) == len(self.workqueue):
            self.workqueue.move_to_end((own or max(self._sorts.values(), key=len)).popleft(), last=False)
        super()._assign_work_unit(node)


def kind_of(nodeid: str) -> str:
    """The kind of database that a test is on; empty for none."""
    return next((kind for kind in KINDS if kind in nodeid.partition("[")[2]), "")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> KeptTogether:
    """How tests are handed out where there are several workers."""
    return KeptTogether(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest tests first: begun last, they would keep one worker busy while the other has nothing left to do.

    Every test runs on both kinds of database. Of one with several cases `make test` asks PostgreSQL the first, as they
    differ in what is entered and hardly in what the database is asked, but where the whole is asked; `make assure` asks
    it all.
    """
    items.sort(key=lambda item: "whole" not in item.path.parts)
    cases: dict[str, list[pytest.Item]] = {}
    for item in items:
        if (
            getattr(item, "callspec", None)
            and item.callspec.params.get("database") == "postgresql"  # type: ignore[attr-defined]
            and not item.get_closest_marker("assure")
            and "whole" not in item.path.parts
        ):
            cases.setdefault(item.nodeid.partition("[")[0], []).append(item)
    for of_one_test in cases.values():
        for item in of_one_test[1:]:
            item.add_marker("assure")


def pytest_collection_finish() -> None:
    """What is loaded by now stays to the end: the collector need not walk through it again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 50, 100)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what every campaign reported, whether it held or not."""
    reports = [(outcome, one) for outcome in ("passed", "failed") for one in terminalreporter.getreports(outcome)]
    told = [(outcome, one) for outcome, one in reports if one.when == "call" and one.user_properties]
    if told:
        terminalreporter.section("figures of the campaigns")
    for outcome, report in told:
        said = ", ".join(f"{name} {value}" for name, value in report.user_properties)
        terminalreporter.write_line(f"{report.nodeid.rpartition('::')[2]}: {outcome}: {said}")


@pytest.fixture(autouse=True)
def _push_request_context() -> None:
    """No context around a test: one would carry a signed-in user from one client to the next."""


@pytest.fixture(scope="session")
def _opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, tuple[Database, Flask]]]:
    """One database of each kind and one application on it, made when first asked for, kept for the worker's life."""
    opened: dict[str, tuple[Database, Flask]] = {}
    yield opened
    for database, app in opened.values():
        disconnect(app)
        database.drop()


@pytest.fixture(params=KINDS)
def database(
    request: pytest.FixtureRequest, _opened: dict[str, tuple[Database, Flask]], tmp_path_factory: pytest.TempPathFactory
) -> Database:
    """An empty database with schema and reference data.

    A test that uses it, or what stands on it, runs on both kinds.
    """
    kind: str = request.param
    if kind not in _opened:
        folder = tmp_path_factory.mktemp(kind)
        made = open_database(kind, folder)
        made.reset()
        app = create_app(settings_for(made.url_to_stay, folder))
        app.jinja_env.bytecode_cache = compiled_templates()
        _opened[kind] = (made, watched(without_waiting_for_the_disk(app)))
    database, app = _opened[kind]
    with app.app_context():
        db.session.remove()
    database.reset(partial(disconnect, app))
    return database


def disconnect(app: Flask) -> None:
    """Have the application let go of its database."""
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def app(database: Database, _opened: dict[str, tuple[Database, Flask]]) -> Flask:
    """The application on the empty database."""
    return next(app for opened, app in _opened.values() if opened is database)


@pytest.fixture
def client(app: Flask) -> Browser:
    """A browser that nobody has signed in with."""
    return browser(app)


@pytest.fixture
def arrange(app: Flask) -> Arrange:
    """`with arrange() as session:` writes rows, and keeps them, as a view would."""

    @contextmanager
    def unit() -> Iterator[Session]:
        with app.app_context(), transaction() as session:
            yield session

    return unit


ComeTo = Callable[[str, Callable[[], None]], None]


@pytest.fixture
def come_to(app: Flask, database: Database) -> ComeTo:
    """`come_to("story", write)`: what `write` writes on the empty database, for the first test of a worker; for the
    others as it was then."""
    return partial(database.come_to, disconnect=partial(disconnect, app))


@pytest.fixture
def told(app: Flask, arrange: Arrange, come_to: ComeTo) -> None:
    """The small programme, told and compiled."""

    def write() -> None:
        tell(arrange)
        compile_story(app)

    come_to("story", write)


class SignIn(Protocol):
    """How a test signs somebody in."""

    def __call__(self, *roles: Role, at: str = "home-office", email: str = "") -> Browser: ...


@pytest.fixture
def sign_in(app: Flask, arrange: Arrange) -> SignIn:
    """`sign_in(Role.PROGRAMME_MANAGER)`: a browser that a new user who holds the roles has signed in with."""

    def signed_in(*roles: Role, at: str = "home-office", email: str = "") -> Browser:
        with arrange():
            address = make_user(*roles, at=at, email=email).email
        return browser_of(app, address)

    return signed_in


@pytest.fixture
def instance(app: Flask) -> Path:
    """The folder of the application under test."""
    return Path(app.config["TRACKER"].instance)
