"""What takes long or much memory to make: made by one of our programs, in a process with limits that ends afterwards,
and kept as a file in the instance folder under a name that tells nothing. Such a file may go at any time: what is
missing is made anew."""

import hashlib
import hmac
import json
import logging
import os
import subprocess
import sys
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from tracker.core import clock
from tracker.core.config import ROOT, Settings
from tracker.progress.workbench import Order

PATIENCE = 3
"""So many times the processor time that is allowed may pass by the clock."""
PASSED_ON = ("PATH", "HOME", "LD_LIBRARY_PATH")
"""What the programs are told of the environment: where to find things, and no secrets."""
ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
"""Threads of numpy would want address space for nothing: no matrices are multiplied."""
_one_at_a_time = threading.Semaphore(1)
logger = logging.getLogger("tracker.progress")


class NotMade(Exception):
    """Something could not be made; the page it belongs to says the same."""


@dataclass(frozen=True)
class Kind:
    """A kind of thing that is made: by which program, with how much processor time to begin and for each, and in how
    much address space (None: as much as there is); in which folder, and for how many days it is worth its room."""

    program: str
    folder: str
    days: int
    seconds: int
    seconds_each: int
    memory_mib: int | None


# The engine that draws charts sets a wide address space aside, whatever it then fills of it.
CHART = Kind("tracker.progress.drawing", "charts", days=40, seconds=20, seconds_each=5, memory_mib=None)
BRIEFING = Kind("tracker.progress.press", "documents", days=8, seconds=20, seconds_each=10, memory_mib=4_096)
WORKBOOK = Kind("tracker.progress.workbook", "documents", days=8, seconds=20, seconds_each=10, memory_mib=4_096)
# A forecast of 800 people fills a twentieth of it, and is shown for five weeks; a scenario takes under two seconds.
FORECAST = Kind(
    "tracker.progress.forecast.program", "forecasts", days=40, seconds=0, seconds_each=300, memory_mib=4_096
)
SCENARIO = Kind("tracker.progress.forecast.program", "forecasts", days=40, seconds=0, seconds_each=20, memory_mib=4_096)
KINDS = (CHART, BRIEFING, WORKBOOK, FORECAST, SCENARIO)


def place(settings: Settings, kind: Kind, about: str, name: str) -> Path:
    """Where something is kept, for nobody else to read: under a name made of whom it is about and of its content.

    So an address that names another organisation finds nothing, and the names in the folder tell nothing.

    :param name: the key of the content, a point, and the ending of the file.
    """
    key, _, ending = name.partition(".")
    kept_as = hmac.new(settings.secret_key, f"{about} {key}".encode(), hashlib.sha256).hexdigest()[:40]
    folder = settings.instance / kind.folder
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder / f"{kept_as}.{ending}"


def key_of(*content: object) -> str:
    """What some content comes to: the same for the same content."""
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def make(kind: Kind, orders: Sequence[Order]) -> int:
    """Have the files written that are not there yet, all by one process that ends afterwards; one at a time.

    :param orders: each with the `file` to write, and what the program needs for it.
    :return: how many were made.
    :raises NotMade: if the process fails, or takes more time or memory than it may.
    """
    with _one_at_a_time:
        missing = [order for order in orders if not Path(order["file"]).exists()]
        if missing:
            _run(kind, missing)
    return len(missing)


def clear_out(settings: Settings) -> int:
    """Remove whatever was made longer ago than it is worth keeping; it is made anew when somebody asks for it."""
    ages = {kind.folder: timedelta(days=kind.days) for kind in KINDS}
    old = [
        file
        for folder, age in ages.items()
        for file in (settings.instance / folder).glob("*")
        if file.stat().st_mtime < (clock.now() - age).timestamp()
    ]
    for file in old:
        file.unlink(missing_ok=True)
    return len(old)


def _run(kind: Kind, orders: Sequence[Order]) -> None:
    seconds = kind.seconds + kind.seconds_each * len(orders)
    command = [sys.executable, "-m", kind.program, str(seconds), str(kind.memory_mib or "")]
    environment = {name: os.environ[name] for name in PASSED_ON if name in os.environ} | ONE_THREAD
    try:
        subprocess.run(  # noqa: S603 - our own module
            command,
            input=json.dumps(orders),
            text=True,
            capture_output=True,
            timeout=PATIENCE * seconds,
            check=True,
            cwd=ROOT,
            env=environment,
        )
    except (subprocess.SubprocessError, OSError) as error:
        logger.warning("%s made nothing: %s", kind.program, getattr(error, "stderr", "") or error)
        raise NotMade from error
