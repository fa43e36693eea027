"""For pytest, as `-p tests.assurance.serving`: collects tests and then runs some of them whenever a campaign asks.

Each run is a fork of a process in which everything is loaded, the application made and the protection in question taken
away in memory and on disk, so that neither it nor the processes its tests start have it.
"""

import gc
import inspect
import multiprocessing
import os
import signal
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from multiprocessing.connection import Client, Connection
from pathlib import Path
from types import CodeType, FunctionType

import pytest
from flask import Flask

from tests.assurance.mutations import Mutation, gone
from tests.conftest import disconnect
from tracker.core.db import Model
from tracker.core.web import public

ADDRESS = "SERVES_CAMPAIGN"
"""What in the environment names the socket at which the campaign listens."""
FORK = multiprocessing.get_context("fork")


@dataclass(frozen=True)
class Wanted:
    """The tests to run, in their order, until one fails; of the access matrix only some routes where any are named."""

    tests: Sequence[str]
    place: Mutation | None = None
    routes: Sequence[str] = ()
    seconds: float = 400
    to_the_end: bool = False


@dataclass
class Ran:
    """The tests that passed with how many seconds each took, and what the ones that failed had to say."""

    passed: dict[str, float] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)


class Results:
    """Notes what comes of each test."""

    def __init__(self) -> None:
        self.ran = Ran()
        self.spent: dict[str, float] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self.spent[report.nodeid] = self.spent.get(report.nodeid, 0) + report.duration
        if report.failed:
            self.ran.passed.pop(report.nodeid, None)
            self.ran.failed[report.nodeid] = _said(report.longreprtext)
        elif report.when == "call" and report.passed:
            self.ran.passed[report.nodeid] = self.spent[report.nodeid]


def _said(text: str) -> str:
    lines = text.splitlines()
    return next((line for line in lines if line.startswith("E ")), lines[-1] if lines else "")[:300]


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop(session: pytest.Session) -> bool:
    """Answer the campaign until it hangs up, in place of running what was collected."""
    items = {item.nodeid: item for item in session.items}
    with Client(os.environ[ADDRESS]) as campaign:
        campaign.send(list(items))
        _begin_with([item for name, item in items.items() if "[sqlite" in name])
        while (wanted := campaign.recv()) is not None:
            campaign.send(_run_apart(session, items, wanted))
    return True


def _begin_with(items: list[pytest.Item]) -> None:
    """Have the database and the application made, which stay as long as a test comes that stands far from this one; and
    have it let go of its database again."""
    if items:
        first = items[0]
        far = min(items, key=lambda item: len(set(item.listchain()) & set(first.listchain())))
        first.config.hook.pytest_runtest_protocol(item=first, nextitem=far)
    # While this process holds the file open, what a fork of it copies lacks what was written last.
    for app in _applications():
        disconnect(app)


def _run_apart(session: pytest.Session, items: dict[str, pytest.Item], wanted: Wanted) -> Ran:
    """Run in a fork of this process; where it takes too long or breaks off, nothing is known of it."""
    root = session.config.rootpath
    with gone(root, wanted.place) as whole:
        ours, theirs = FORK.Pipe(duplex=False)
        process = FORK.Process(target=_run, args=(theirs, [items[name] for name in wanted.tests], wanted, root, whole))
        process.start()
        theirs.close()
        try:
            return ours.recv() if ours.poll(wanted.seconds) else Ran()
        except EOFError:
            return Ran()
        finally:
            if process.pid:
                os.killpg(process.pid, signal.SIGKILL)
            process.join()


def _run(answer: Connection, items: list[pytest.Item], wanted: Wanted, root: Path, whole: bytes) -> None:
    os.setsid()
    if wanted.place is not None:
        take_away(root, wanted.place, whole)
    results = Results()
    items[0].config.pluginmanager.register(results)
    if wanted.routes:
        _narrow(items, set(wanted.routes), wanted.place)
    for item, after in zip(items, [*items[1:], None], strict=True):
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=after or item)
        if results.ran.failed and not wanted.to_the_end:
            break
    answer.send(results.ran)
    # Whoever waits for the answer ends this process: what the session still holds is not this fork's to close.
    signal.pause()


def _narrow(items: list[pytest.Item], routes: set[str], place: Mutation | None) -> None:
    """Have the access matrix be asked of some routes only; for a guard, by those whom it refuses some of them."""
    for module in {item.module for item in items if isinstance(item, pytest.Function)}:
        rows = {key: row for key, row in module.decided().items() if key[0] in routes}
        module.decided = partial(dict, rows)
        if place is not None and place.kind == "guard":
            one_of = module.PRINCIPALS
            module.PRINCIPALS = [one for one in one_of if any(row[one] not in module.OPEN for row in rows.values())]


def take_away(root: Path, place: Mutation, whole: bytes) -> None:
    """Have what is loaded behave as if it had been loaded without the protection.

    :param whole: the source of the file with all protections.
    """
    # What the tests have frozen, so as not to walk through it, is not found either.
    gc.unfreeze()
    functions = [one for one in gc.get_objects() if isinstance(one, FunctionType)]
    if place.kind == "guard":
        _open(functions, root, place)
        return
    if place.is_of_a_mapper:
        _overwrite(root, place)
        return
    file = str(root / place.path)
    before, after = (dict(_codes(compile(source, file, "exec"))) for source in (whole, place.applied(whole)))
    changed = {before[name]: after[name] for name in before.keys() & after.keys() if before[name] != after[name]}
    live = [one for one in functions if one.__code__.co_filename == file and one.__code__ in changed]
    assert live
    for one in live:
        one.__code__ = changed[one.__code__]


def _open(functions: list[FunctionType], root: Path, place: Mutation) -> None:
    """Let in who is signed in, or anybody, where a view asked for more."""
    before = [one for one in functions if hasattr(one, "guard") and _is_before(root, place, one)]
    last = max(inspect.unwrap(one).__code__.co_firstlineno for one in before)
    views = [one for one in before if inspect.unwrap(one).__code__.co_firstlineno == last]
    for view in views:
        view.guard.permission = None  # type: ignore[attr-defined]
    if place.instead == "None":
        return
    for app in _applications():
        for route, view in app.view_functions.items():
            if view in views:
                bare = view.__wrapped__  # type: ignore[attr-defined]
                bare.__dict__.update({name: said for name, said in vars(view).items() if name != "__wrapped__"})
                app.view_functions[route] = public(bare)


def _applications() -> list[Flask]:
    return [one for one in gc.get_objects() if isinstance(one, Flask)]


def _overwrite(root: Path, place: Mutation) -> None:
    """Have the mapper that is made at a place count no versions, and write over whatever stands there."""
    mappers = [one for one in Model.registry.mappers if inspect.getfile(one.class_) == str(root / place.path)]
    first = {inspect.getsourcelines(one.class_)[1]: one for one in mappers}
    mapper = first[max(line for line in first if line <= place.line)]
    assert mapper.version_id_col is not None
    mapper.version_id_col = None
    for prepared in (mapper, mapper.base_mapper):
        prepared._memoized_values.clear()
        vars(prepared).pop("_version_id_prop", None)


def _is_before(root: Path, guard: Mutation, view: FunctionType) -> bool:
    code = inspect.unwrap(view).__code__
    return code.co_filename == str(root / guard.path) and code.co_firstlineno <= guard.line


def _codes(code: CodeType, name: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], CodeType]]:
    """What is compiled of a module, a class or a function, and all within it, by the way to it."""
    yield name, code
    met: list[str] = []
    for inner in code.co_consts:
        if isinstance(inner, CodeType):
            yield from _codes(inner, (*name, f"{inner.co_name} {met.count(inner.co_name)}"))
            met.append(inner.co_name)
