"""The tests mirror the package: tests/training/test_services.py proves tracker/training/services.py."""

from collections.abc import Collection
from pathlib import PurePosixPath

import pytest

from tests.architecture.source import project_files

PROVED = frozenset({"imports", "jobs", "metrics", "queries", "services", "views"})
"""The rooms that never go without tests of their own; the others are proved through them."""
ACROSS = frozenset({"architecture", "assurance", "benchmarks", "browser", "data", "whole"})
"""Folders that look at the product as a whole, or hold what the tests need."""


def subject(test: str) -> str:
    """What a test file mirrors: tests/training/test_services.py is about training/services."""
    path = PurePosixPath(test).relative_to("tests")
    return (path.parent / path.stem.removeprefix("test_")).as_posix()


def proves(test: str, module: str) -> bool:
    """Whether a test file is about a module; a long one may be split: test_services_a.py, services/test_a.py."""
    return (
        subject(test) == module
        or subject(test).startswith(f"{module}_")
        or PurePosixPath(subject(test)).parent.as_posix() == module
    )


def split(files: Collection[str]) -> tuple[list[str], set[str]]:
    """The mirroring test files, and every module and folder of the package, as training/services."""
    tests = [file for file in files if file.startswith("tests/") and PurePosixPath(file).name.startswith("test_")]
    mirroring = [file for file in tests if file.endswith(".py") and PurePosixPath(file).parts[1] not in ACROSS]
    inside = [
        PurePosixPath(file).relative_to("tracker")
        for file in files
        if file.startswith("tracker/") and file.endswith(".py")
    ]
    modules = {path.with_suffix("").as_posix() for path in inside} | {path.parent.as_posix() for path in inside}
    return mirroring, modules - {"."}


def orphaned(files: Collection[str]) -> list[str]:
    mirroring, modules = split(files)
    return [
        test
        for test in mirroring
        if not any(proves(test, module) for module in modules if "/" in module or module == subject(test))
    ]


def unproved(files: Collection[str]) -> list[str]:
    mirroring, modules = split(files)
    rooms = [module for module in sorted(modules) if "/" in module and PurePosixPath(module).name in PROVED]
    return [f"tracker/{room}" for room in rooms if not any(proves(test, room) for test in mirroring)]


def test_every_test_file_has_its_module_and_every_room_its_tests():
    files = project_files()

    found = [f"{test} has no module" for test in orphaned(files)] + [f"{room} has no tests" for room in unproved(files)]

    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    "test",
    [
        "tests/training/test_moves.py",
        "tests/cohorts/test_services.py",
        "tests/test_moves.py",
        "tests/training/test_service.py",
    ],
)
def test_a_test_file_without_its_module_is_seen(test: str):
    assert orphaned(["tracker/training/services.py", test]) == [test]


@pytest.mark.parametrize("room", sorted(PROVED))
def test_a_room_without_tests_is_seen(room: str):
    files = [f"tracker/training/{room}.py", "tracker/training/lifecycle.py", "tests/training/test_lifecycle.py"]

    assert unproved(files) == [f"tracker/training/{room}"]


@pytest.mark.parametrize(
    ("module", "test"),
    [
        ("tracker/app.py", "tests/test_app.py"),
        ("tracker/training/services.py", "tests/training/test_services.py"),
        ("tracker/training/services.py", "tests/training/test_services_transfers.py"),
        ("tracker/training/services/transfers.py", "tests/training/services/test_transfers.py"),
        ("tracker/training/services/transfers.py", "tests/training/test_services.py"),
        ("tracker/admin/users/views.py", "tests/admin/users/test_views.py"),
        ("tracker/training/lifecycle.py", "tests/whole/test_truth.py"),
    ],
)
def test_a_mirror_is_recognised(module: str, test: str):
    assert orphaned([module, test]) == []
    assert unproved([module, test]) == []
