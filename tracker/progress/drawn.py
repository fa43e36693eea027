"""What is drawn by a process of its own: asked with limits, and scenarios kept by what they rest on.

Files stand in the instance folder, under names that tell nothing. They may go at any time: what is missing is made
anew.
"""

import hashlib
import hmac
import json
import logging
import os
import subprocess
import sys
import threading
from datetime import timedelta
from pathlib import Path
from typing import Any

from tracker.core import clock
from tracker.core.config import ROOT, Settings

FOLDER = "forecasts"
KEPT_DAYS = 40
"""How long what is kept is worth its room; a forecast is shown for five weeks."""
MEMORY_MIB = 4_096
"""Address space, of which a forecast of 800 people fills a twentieth."""
_one_at_a_time = threading.Semaphore(1)
logger = logging.getLogger("tracker.progress")


class NotDrawn(Exception):
    """Nothing came of it: the process failed, or took more than it may."""


def folder(settings: Settings) -> Path:
    """Where evidence and scenarios are kept, for nobody else to read."""
    found = settings.instance / FOLDER
    found.mkdir(mode=0o700, parents=True, exist_ok=True)
    return found


def name_of(settings: Settings, *rests_on: object) -> str:
    """A name that follows from all that something rests on."""
    content = json.dumps(rests_on, sort_keys=True, default=str)
    return hmac.new(settings.secret_key, f"drawn {content}".encode(), hashlib.sha256).hexdigest()[:40]


def draw(order: dict[str, Any], seconds: int) -> Any:
    """Have an order drawn by a process that ends afterwards.

    :param seconds: how much time it may take, of the processor; thrice as much by the clock.
    :raises NotDrawn: if it fails, or needs more.
    """
    command = [sys.executable, "-m", "tracker.progress.forecast.program", str(MEMORY_MIB), str(seconds)]
    # Threads of the library would want address space for nothing: no matrices are multiplied.
    environment = {"PATH": os.environ.get("PATH", ""), "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    try:
        ran = subprocess.run(  # noqa: S603 - our own module
            command,
            input=json.dumps(order),
            text=True,
            capture_output=True,
            timeout=3 * seconds,
            check=True,
            cwd=ROOT,
            env=environment,
        )
        return json.loads(ran.stdout)
    except (subprocess.SubprocessError, OSError, ValueError) as error:
        logger.warning("nothing was drawn: %s", getattr(error, "stderr", "") or error)
        raise NotDrawn from error


def draw_once(settings: Settings, order: dict[str, Any], rests_on: object, seconds: int) -> Any:
    """The same, kept: what rests on the same is drawn once, and one at a time.

    :raises NotDrawn: if it fails, or needs more.
    """
    file = folder(settings) / f"{name_of(settings, rests_on)}.json"
    with _one_at_a_time:
        if not file.is_file():
            draft = file.with_name(f".{file.name}.{os.getpid()}")
            draft.write_text(json.dumps(draw(order, seconds)), encoding="utf-8")
            draft.replace(file)
    return json.loads(file.read_text(encoding="utf-8"))


def clear_out(settings: Settings) -> int:
    """Remove what is older than it is worth keeping."""
    oldest = (clock.now() - timedelta(days=KEPT_DAYS)).timestamp()
    old = [file for file in folder(settings).iterdir() if file.stat().st_mtime < oldest]
    for file in old:
        file.unlink(missing_ok=True)
    return len(old)
