"""Notes which tests pass through which place of the source, and stands in a probed copy of it as `tracker.passing`."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from flask import has_request_context, request

NOTES = "PASSED_THROUGH"
"""What in the environment names the file of the notes; processes that tests start write to it too."""
Value = TypeVar("Value")
_noted: set[str] = set()


def through(place: int) -> None:
    """Note that the test that runs now passes through a place, and the route it asked there."""
    test = os.environ.get("PYTEST_CURRENT_TEST", "").rpartition(" ")[0]
    route = request.endpoint if has_request_context() else None
    note = f"{place}\t{test}\t{route or ''}\n"
    if NOTES in os.environ and note not in _noted:
        _noted.add(note)
        with Path(os.environ[NOTES]).open("a") as notes:
            notes.write(note)


def refusing(place: int, look: Callable[[], object]) -> None:
    """What is asked at a place; noted where it refuses."""
    try:
        look()
    except Exception:
        through(place)
        raise


def beside(place: int, value: Value, without: object) -> Value:
    """What stands at a place; noted where it differs from what would stand there without the protection."""
    if str(value) != str(without):
        through(place)
    return value
