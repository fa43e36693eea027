"""What our programs have in common that make files and end: they take orders, keep to limits, and leave nothing half
written. Loaded by each of them, so it loads nothing itself."""

import json
import os
import resource
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

Order = dict[str, Any]
"""The `file` to write, and what is needed for it."""


def work(write: Callable[[Order, Path], None]) -> None:
    """Write every order of a JSON list from standard input, within the limits that the command line gives: processor
    time in seconds, and address space in MiB, or nothing.

    :param write: writes one order to a file.
    """
    seconds, memory = sys.argv[1:3]
    resource.setrlimit(resource.RLIMIT_CPU, (int(seconds), int(seconds)))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if memory:
        resource.setrlimit(resource.RLIMIT_AS, (int(memory) * 2**20,) * 2)
    for order in json.load(sys.stdin):
        file = Path(order["file"])
        draft = file.with_name(f".{os.getpid()}.{file.name}")
        write(order, draft)
        draft.replace(file)
