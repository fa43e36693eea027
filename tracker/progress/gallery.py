"""The drawings of charts, kept as files named by their content; what is missing is drawn by a short-lived process."""

import hashlib
import hmac
import json
import logging
import subprocess
import sys
import threading
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path

from tracker.core import clock
from tracker.core.config import ROOT, Settings
from tracker.progress.charts import Chart

FOLDER = "charts"
KEPT_DAYS = 40
"""How long a drawing that nobody asked for again is kept; it is drawn anew when it is."""
SECONDS = 60
_one_at_a_time = threading.Semaphore(1)
logger = logging.getLogger("tracker.progress")


class NotDrawn(Exception):
    """A chart could not be drawn; the table beside it says the same."""


def _file(settings: Settings, about: str, key: str) -> Path:
    """Where a drawing is kept: under a name made of whom it is about as well as of its content.

    So an address that names another organisation finds nothing, and the names in the folder tell nothing.
    """
    name = hmac.new(settings.secret_key, f"chart {about} {key}".encode(), hashlib.sha256).hexdigest()[:40]
    return settings.instance / FOLDER / f"{name}.svg"


def draw(settings: Settings, charts: Iterable[tuple[str, Chart]]) -> int:
    """Draw those of the charts that are not kept yet, all in one process that ends afterwards.

    :param charts: each with what it is about: the figure and the scope.
    :return: how many were drawn.
    :raises NotDrawn: if the process fails or takes too long.
    """
    wanted = {_file(settings, about, chart.key()): chart for about, chart in charts}
    missing = {file: chart for file, chart in wanted.items() if not file.exists()}
    if not missing:
        return 0
    folder = settings.instance / FOLDER
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    orders = [
        {"file": str(file), "spec": chart.spec, "title": chart.title, "description": chart.description}
        for file, chart in missing.items()
    ]
    with _one_at_a_time:
        _run(json.dumps(orders))
    return len(missing)


def drawing(settings: Settings, about: str, chart: Chart) -> bytes:
    """The chart as SVG, drawn now if it was not kept.

    :raises NotDrawn: if it cannot be.
    """
    draw(settings, [(about, chart)])
    return _file(settings, about, chart.key()).read_bytes()


def kept(settings: Settings, about: str, key: str) -> bytes | None:
    """The drawing of a chart by its key, if it is kept."""
    file = _file(settings, about, key)
    return file.read_bytes() if file.is_file() else None


def clear_out(settings: Settings) -> int:
    """Remove drawings that are older than they are worth keeping."""
    oldest = (clock.now() - timedelta(days=KEPT_DAYS)).timestamp()
    old = [file for file in (settings.instance / FOLDER).glob("*.svg") if file.stat().st_mtime < oldest]
    for file in old:
        file.unlink(missing_ok=True)
    return len(old)


def _run(orders: str) -> None:
    command = [sys.executable, "-m", "tracker.progress.drawing"]
    try:
        subprocess.run(command, input=orders, text=True, capture_output=True, timeout=SECONDS, check=True, cwd=ROOT)  # noqa: S603 - our own module
    except (subprocess.SubprocessError, OSError) as error:
        logger.warning("charts were not drawn: %s", getattr(error, "stderr", "") or error)
        raise NotDrawn from error
