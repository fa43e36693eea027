"""The drawings of charts, kept as files named by their content; what is missing is drawn by a short-lived process."""

from collections.abc import Iterable

from tracker.core.config import Settings
from tracker.progress import storeroom
from tracker.progress.charts import Chart

FOLDER = "charts"
KEPT_DAYS = 40
"""How long a drawing that nobody asked for again is kept; it is drawn anew when it is."""
SVG, PNG = "svg", "png"
KINDS = {SVG: "image/svg+xml", PNG: "image/png"}
PROGRAM = "tracker.progress.drawing"


def draw(settings: Settings, charts: Iterable[tuple[str, Chart]], kind: str = SVG) -> int:
    """Draw those of the charts that are not kept yet, all in one process that ends afterwards.

    :param charts: each with what it is about: the figure and the scope.
    :return: how many were drawn.
    :raises NotMade: if the process fails or takes too long.
    """
    wanted = {storeroom.place(settings, FOLDER, about, f"{chart.key()}.{kind}"): chart for about, chart in charts}
    orders = [
        {"file": str(file), "spec": chart.spec, "title": chart.title, "description": chart.description}
        for file, chart in wanted.items()
    ]
    return storeroom.make(PROGRAM, orders)


def drawing(settings: Settings, about: str, chart: Chart, kind: str = SVG) -> bytes:
    """The chart as a picture, drawn now if it was not kept.

    :raises NotMade: if it cannot be.
    """
    draw(settings, [(about, chart)], kind)
    return storeroom.place(settings, FOLDER, about, f"{chart.key()}.{kind}").read_bytes()


def kept(settings: Settings, about: str, key: str, kind: str = SVG) -> bytes | None:
    """The drawing of a chart by its key, if it is kept."""
    file = storeroom.place(settings, FOLDER, about, f"{key}.{kind}")
    return file.read_bytes() if file.is_file() else None


def clear_out(settings: Settings) -> int:
    """Remove drawings that are older than they are worth keeping."""
    return storeroom.clear_out(settings, FOLDER, KEPT_DAYS)
