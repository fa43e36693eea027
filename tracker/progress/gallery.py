"""The drawings of charts, kept as files named by their content; what is missing is drawn by a short-lived process."""

from collections.abc import Iterable
from pathlib import Path

from tracker.core.config import Settings
from tracker.progress import workshop
from tracker.progress.charts import Chart

SVG, PNG = "svg", "png"
KINDS = {SVG: "image/svg+xml", PNG: "image/png"}


def place(settings: Settings, about: str, chart: Chart, kind: str = SVG) -> Path:
    """The file of a drawing, whether it is there or not."""
    return _place(settings, about, chart.key(), kind)


def _place(settings: Settings, about: str, key: str, kind: str) -> Path:
    return workshop.place(settings, workshop.CHART, f"chart {about}", f"{key}.{kind}")


def draw(settings: Settings, charts: Iterable[tuple[str, Chart]], kind: str = SVG) -> int:
    """Draw those of the charts that are not kept yet, all in one process that ends afterwards.

    :param charts: each with what it is about: the figure and the scope.
    :return: how many were drawn.
    :raises NotMade: if the process fails, or takes more time than it may.
    """
    wanted = {place(settings, about, chart, kind): chart for about, chart in charts}
    orders = [
        {"file": str(file), "spec": chart.spec, "title": chart.title, "description": chart.description}
        for file, chart in wanted.items()
    ]
    return workshop.make(workshop.CHART, orders)


def drawing(settings: Settings, about: str, chart: Chart, kind: str = SVG) -> bytes:
    """The chart as a picture, drawn now if it was not kept.

    :raises NotMade: if it cannot be.
    """
    draw(settings, [(about, chart)], kind)
    return place(settings, about, chart, kind).read_bytes()


def kept(settings: Settings, about: str, key: str, kind: str = SVG) -> bytes | None:
    """The drawing of a chart by its key, if it is kept."""
    file = _place(settings, about, key, kind)
    return file.read_bytes() if file.is_file() else None
