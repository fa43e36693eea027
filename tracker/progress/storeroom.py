"""What takes long or much memory to make: made by a process that ends afterwards, and kept as a file named by its
content."""

import hashlib
import hmac
import json
import logging
import subprocess
import sys
import threading
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from tracker.core import clock
from tracker.core.config import ROOT, Settings

SECONDS, SECONDS_EACH = 60, 10
"""How long a program may take: to begin, and for each thing it makes."""
_one_at_a_time = threading.Semaphore(1)
logger = logging.getLogger("tracker.progress")

Order = dict[str, Any]


class NotMade(Exception):
    """Something could not be made; the page it belongs to says the same."""


def place(settings: Settings, folder: str, about: str, name: str) -> Path:
    """Where something is kept: under a name made of whom it is about as well as of its content.

    So an address that names another organisation finds nothing, and the names in the folder tell nothing.

    :param name: the key of the content, a point, and the kind of file.
    """
    key, _, kind = name.partition(".")
    kept_as = hmac.new(settings.secret_key, f"chart {about} {key}".encode(), hashlib.sha256).hexdigest()[:40]
    return settings.instance / folder / f"{kept_as}.{kind}"


def key_of(*content: Any) -> str:
    """What some content comes to: the same for the same content."""
    text = json.dumps(content, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def make(program: str, orders: Sequence[Order]) -> int:
    """Have one of our programs write the files that are not there yet, all in one process that ends afterwards.

    :param orders: each with the `file` to write, and what the program needs for it.
    :return: how many were made.
    :raises NotMade: if the process fails or takes too long.
    """
    missing = [order for order in orders if not Path(order["file"]).exists()]
    if not missing:
        return 0
    for folder in {Path(order["file"]).parent for order in missing}:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with _one_at_a_time:
        _run(program, json.dumps(missing), SECONDS + SECONDS_EACH * len(missing))
    return len(missing)


def clear_out(settings: Settings, folder: str, days: int) -> int:
    """Remove from a folder what was made more than so many days ago; it is made anew when somebody asks for it."""
    oldest = (clock.now() - timedelta(days=days)).timestamp()
    old = [file for file in (settings.instance / folder).glob("*") if file.stat().st_mtime < oldest]
    for file in old:
        file.unlink(missing_ok=True)
    return len(old)


def _run(program: str, orders: str, seconds: int) -> None:
    command = [sys.executable, "-m", program]
    try:
        subprocess.run(command, input=orders, text=True, capture_output=True, timeout=seconds, check=True, cwd=ROOT)  # noqa: S603 - our own module
    except (subprocess.SubprocessError, OSError) as error:
        logger.warning("%s made nothing: %s", program, getattr(error, "stderr", "") or error)
        raise NotMade from error
