"""A copy of the project in which one protection after another is taken away, and the tests that should notice."""

import inspect
import os
import shutil
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import takewhile
from multiprocessing.connection import Listener
from pathlib import Path, PurePath

from tests.assurance import passing
from tests.assurance.mutations import KINDS, Mutation, gone, mutations, probed
from tests.assurance.serving import ADDRESS, Ran, Wanted
from tests.databases import settings_for
from tests.whole.test_matrix import decided
from tracker.app import create_app
from tracker.core.config import ROOT

NOT_ASKED = {"architecture", "assurance", "benchmarks", "browser", "data", "__pycache__"}
"""Folders of tests that read the source, that take long, or that hold no tests."""
MATRIX = "tests/whole/test_matrix.py::test_everybody_is_answered_as_was_decided"
VERSIONS = "tests/whole/test_versions.py"
ASKING = ("tracker/core/web.py", "scope")
"""The one place where every guard asks for its permission."""
ROUNDS = (8, 60, 500)
"""How many tests are asked in the first run, then, and last."""
SUITE_S = 5_400


class Tests:
    """A process in a copy of the project that has loaded tests and runs some of them whenever it is asked."""

    def __init__(self, copy: Path, paths: Iterable[str], **more: str) -> None:
        with tempfile.TemporaryDirectory() as folder, Listener(f"{folder}/socket") as listener:
            options = ["-q", "-p", "no:cacheprovider", "-p", "tests.assurance.serving", "-k", "not postgresql"]
            self.process = subprocess.Popen(
                [sys.executable, "-m", "pytest", *options, *paths],
                cwd=copy,
                env={**os.environ, **more, ADDRESS: listener.address},
                stdout=subprocess.DEVNULL,
            )
            self.line = listener.accept()
        self.names: list[str] = self.line.recv()

    def run(self, wanted: Wanted) -> Ran:
        self.line.send(wanted)
        ran = self.line.recv()
        assert isinstance(ran, Ran)
        return ran

    def end(self) -> None:
        self.line.send(None)
        self.process.wait()
        self.line.close()


def copy_of_the_project(copy: Path) -> Path:
    """A copy of what is needed to run tests."""
    away = shutil.ignore_patterns(".git", ".venv", "instance", "__pycache__", ".*_cache", "*.egg-info")
    return Path(shutil.copytree(ROOT, copy, ignore=away))


class Trial:
    """Every place, the tests that pass through it where it protects something, and what they say when it is gone."""

    def __init__(self, folder: Path) -> None:
        self.copy = copy_of_the_project(folder / "project")
        self.places = dict(enumerate(place for kind in KINDS for place in mutations(self.copy, kind)))
        folders = sorted(part.name for part in (self.copy / "tests").iterdir() if part.is_dir())
        self.paths = ["tests/test_cli.py", *(f"tests/{name}" for name in folders if name not in NOT_ASKED)]
        self.takes: dict[str, float] = {}
        self.through: dict[int, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
        self.failing_anyway: set[str] = set()
        self._sound: set[str] = set()
        self._look(folder)
        self.routes = routes_by_view(folder)
        self.tests = Tests(self.copy, self.paths)

    def end(self) -> None:
        """Run no more tests."""
        self.tests.end()

    def _look(self, folder: Path) -> None:
        """Run all tests in a copy with a probe at every place."""
        notes = folder / "notes"
        notes.touch()
        copy = copy_of_the_project(folder / "probed")
        shutil.copy(passing.__file__, copy / "tracker/passing.py")
        for path in {place.path for place in self.places.values()}:
            here = {number: place for number, place in self.places.items() if place.path == path}
            (copy / path).write_bytes(probed((self.copy / path).read_bytes(), here))
        tests = Tests(copy, self.paths, **{passing.NOTES: str(notes)})
        ran = tests.run(Wanted(tests.names, seconds=SUITE_S, to_the_end=True))
        tests.end()
        assert ran.passed, "the tests could not be run with probes in the source"
        self.takes, self.failing_anyway = ran.passed, set(ran.failed)
        for line in notes.read_text().splitlines():
            number, test, route = line.split("\t")
            if test in self.takes:
                self.through[int(number)][test].add(route)

    def text(self, place: Mutation) -> str:
        """What stands at a place."""
        return (self.copy / place.path).read_bytes()[place.start : place.end].decode()

    def noticed_by(self, place: Mutation) -> str:
        """A test that passes with the protection and fails without it, and what it says; nothing where none does."""
        return next(filter(None, (self._failure(wanted) for wanted in self._runs(place))), "")

    def _failure(self, wanted: Wanted) -> str:
        """The first failure of a run that has to do with the place."""
        while wanted.tests:
            ran = self._run(wanted)
            if not ran.failed:
                return ""
            test, said = next(iter(ran.failed.items()))
            if self._is_sound(test):
                return f"{test}: {said}"
            self.failing_anyway.add(test)
            wanted = replace(wanted, tests=[one for one in wanted.tests if one != test])
        return ""

    def _run(self, wanted: Wanted) -> Ran:
        if wanted.place is None or not wanted.place.is_of_the_application:
            return self.tests.run(wanted)
        with gone(self.copy, wanted.place):
            tests = Tests(self.copy, sorted({test.partition("::")[0] for test in wanted.tests}))
            try:
                return tests.run(replace(wanted, place=None))
            finally:
                tests.end()

    def _is_sound(self, test: str) -> bool:
        """Whether a test passes by itself while all protections are in place; the matrix, of which a part is asked,
        has passed whole."""
        if not test.startswith(MATRIX) and test not in self._sound and test in self.tests.run(Wanted([test])).passed:
            self._sound.add(test)
        return test.startswith(MATRIX) or test in self._sound

    def _runs(self, place: Mutation) -> Iterator[Wanted]:
        """The runs that may notice, the nearest and quickest first."""
        number = next(number for number, one in self.places.items() if one == place)
        if place.kind == "guard":
            routes = self._routes_behind(place)
            yield self._matrix(place, routes)
            asking = next(n for n, one in self.places.items() if (one.path, one.kind) == ASKING)
            found = {test for test, of in self.through[asking].items() if of & set(routes)}
        else:
            found = set(self.through[number]) or self._at_large(place)
            routes = sorted(
                {route for test in found if test.startswith(MATRIX) for route in self.through[number][test] - {""}}
            )
        near = sorted((test for test in found if not test.startswith(MATRIX)), key=lambda test: self._way(place, test))
        begin = 0
        # What needs a process of its own for each run is not asked about far away.
        for size in ROUNDS[:2] if place.is_of_the_application else ROUNDS:
            part = [test for test in near[begin : begin + size] if test not in self.failing_anyway]
            begin += size
            if part:
                yield Wanted(part, place)
            if routes and place.kind != "guard" and size == ROUNDS[0]:
                yield self._matrix(place, routes)

    def _at_large(self, place: Mutation) -> set[str]:
        """For what is read when a module is loaded: the tests of what it is for, or of what stands about it."""
        if place.is_of_a_mapper:
            return {test for test in self.takes if test.startswith(VERSIONS)}
        parts = PurePath(place.path).parts[1:2]
        return {test for test in self.takes if PurePath(test).parts[1:2] == parts}

    def _routes_behind(self, guard: Mutation) -> list[str]:
        return self.routes[max(view for view in self.routes if view[0] == guard.path and view[1] <= guard.line)]

    def _matrix(self, place: Mutation, routes: list[str]) -> Wanted:
        """The questions of the access matrix about some routes."""
        methods = {method for route, method, _ in decided() if route in routes}
        begins = tuple(f"{MATRIX}[sqlite-{method}-" for method in methods)
        asked = [test for test in self.takes if test.startswith(begins)]
        assert asked, f"nothing asks {', '.join(routes)} by {', '.join(methods)}"
        return Wanted(asked, place, routes)

    def _way(self, place: Mutation, test: str) -> tuple[int, float]:
        """How far a test stands from a place, and how long it takes."""
        here, there = PurePath(place.path).parts[1:], PurePath(test.partition("::")[0].replace("test_", "")).parts[1:]
        shared = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(here, there, strict=False)))
        return -shared, self.takes[test]


def routes_by_view(folder: Path) -> dict[tuple[str, int], list[str]]:
    """The routes of each view, by its file and its first line, decorators included."""
    app = create_app(settings_for(f"sqlite:///{folder / 'none'}", folder))
    routes: dict[tuple[str, int], list[str]] = defaultdict(list)
    for route, view in app.view_functions.items():
        code = inspect.unwrap(view).__code__
        if Path(code.co_filename).is_relative_to(ROOT):
            routes[Path(code.co_filename).relative_to(ROOT).as_posix(), code.co_firstlineno].append(route)
    return routes
