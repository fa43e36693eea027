"""Protections taken away one at a time, in a copy of the project: the tests must notice each."""

import re
import shutil
import subprocess
import sys
import time
from pathlib import Path
from random import Random

import pytest

from tests.assurance.conftest import Report
from tests.assurance.mutations import KINDS, Mutation, mutations
from tracker.core.config import ROOT

SECONDS = 2_400
LEAST_NOTICED = {"guard": 1.0, "scope": 0.9, "version": 0.9, "csrf": 1.0, "audit": 0.9}
"""The share of each kind that must be noticed. Some places hold twice what another place holds alone, or only spare a
reader a link that would be refused."""
TESTS_OF_A_RUN_S = 600

pytestmark = pytest.mark.assure


def copy_of_the_project(folder: Path) -> Path:
    copy = folder / "project"
    away = shutil.ignore_patterns(".git", ".venv", "instance", "__pycache__", ".*_cache", "*.egg-info")
    shutil.copytree(ROOT, copy, ignore=away)
    return copy


def runs_about(copy: Path, mutation: Mutation) -> list[list[str]]:
    """The test runs that should notice, the nearest first."""
    parts = Path(mutation.path).parts[1:-1]
    near = [copy / "tests" / Path(*parts[:depth]) for depth in range(len(parts), 0, -1)]
    slices = [folder.relative_to(copy).as_posix() for folder in near if folder.is_dir()][-1:]
    across = [file.relative_to(copy).as_posix() for file in sorted((copy / "tests/whole").glob("test_*.py"))]
    wide = [name for name in across if any(word in name for word in ("route", "matrix", "guard", "access", "form"))]
    extra = ["tests/accounts"] if parts[:1] == ("core",) else []
    return [run for run in ([*slices, *extra], wide) if run]


def failed_tests(copy: Path, run: list[str], *more: str) -> list[str]:
    """The tests of a run that fail in the copy as it is."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-rfE", "-k", "not postgresql"]
    command += [*run, *more]
    ran = subprocess.run(command, cwd=copy, capture_output=True, text=True, timeout=TESTS_OF_A_RUN_S, check=False)
    assert ran.returncode in {0, 1, 2, 4}, f"{run} could not be run: {ran.stdout[-2000:]}{ran.stderr[-2000:]}"
    if ran.returncode in {2, 4}:
        # The mutation keeps the tests from being loaded at all.
        return run
    return FAILED.findall(ran.stdout)


FAILED = re.compile(r"^(?:FAILED|ERROR) (\S+::.+?)(?: - .*)?$", re.MULTILINE)


def is_noticed(copy: Path, mutation: Mutation, broken: dict[str, list[str]]) -> bool:
    """Whether some test fails without the protection that passes with it.

    `broken` holds, for each run seen, the tests that fail with all protections in place: they tell nothing.
    """
    runs = runs_about(copy, mutation)
    for run in runs:
        if str(run) not in broken:
            broken[str(run)] = failed_tests(copy, run)
    file = copy / mutation.path
    whole = file.read_bytes()
    file.write_bytes(mutation.applied(whole))
    try:
        return any(failed_tests(copy, run, "-x", *_left_out(broken[str(run)])) for run in runs)
    finally:
        file.write_bytes(whole)


def _left_out(tests: list[str]) -> list[str]:
    return [f"--deselect={test}" for test in tests]


@pytest.mark.parametrize("kind", KINDS)
def test_a_protection_that_is_gone_is_noticed(kind: str, tmp_path: Path, scale: float, record_property: Report):
    copy = copy_of_the_project(tmp_path)
    every = mutations(copy, kind)
    chosen = Random(500).sample(every, max(1, round(len(every) * min(scale, 1)))) if every else []
    until = time.monotonic() + SECONDS

    broken: dict[str, list[str]] = {}
    noticed = {mutation: is_noticed(copy, mutation, broken) for mutation in chosen if time.monotonic() < until}
    missed = [mutation for mutation, seen in noticed.items() if not seen]

    record_property("kind", kind)
    record_property("places", len(every))
    record_property("tried", len(noticed))
    record_property("noticed", len(noticed) - len(missed))
    record_property("tests left out because they fail anyway", sum(map(len, broken.values())))
    record_property("missed", "; ".join(map(str, missed)) or "none")
    assert every, f"no {kind} was found, so nothing was tried"
    assert len(noticed) - len(missed) >= LEAST_NOTICED[kind] * len(noticed), "\n".join(map(str, missed))
