"""The briefing as PDF and all figures as a workbook: made by short-lived processes, kept as files named by their
content, so that the same question is answered by the same file until a number in it changes."""

from collections.abc import Sequence
from ctypes.util import find_library
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import urljoin

from flask import render_template

from tracker.core.config import Settings
from tracker.progress import gallery, workshop
from tracker.progress.addresses import about
from tracker.progress.briefing import Briefing
from tracker.progress.charts import Chart
from tracker.progress.taken import Taken, workbook
from tracker.progress.workbench import Order

SIZE = "narrow"
"""The charts of a briefing stand side by side."""
STYLES = Path(__file__).resolve().parent.parent / "static" / "app" / "briefing.css"
PDF = "application/pdf"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@cache
def can_print() -> bool:
    """Whether this machine has what sets the text of a PDF: Pango, a package of the operating system."""
    return find_library("pangoft2-1.0") is not None


@dataclass(frozen=True)
class _Ordered:
    """An order with the drawings it needs first."""

    order: Order
    charts: Sequence[tuple[str, Chart]]


def _ordered(settings: Settings, told: Briefing) -> _Ordered:
    html = render_template("progress/briefing/document.html", briefing=told)
    styles, pictures, charts = STYLES.read_text("utf-8"), {}, []
    for story in told.page.stories:
        chart, shown = story.picture.charts[SIZE], about(story.facts.figure.metric, story.facts.figure.scope)
        charts.append((shown, chart))
        pictures[urljoin(settings.public_url, story.picture.address(SIZE))] = str(gallery.place(settings, shown, chart))
    key = workshop.key_of(html, styles, settings.public_url)
    kept_as = workshop.place(settings, workshop.BRIEFING, f"briefing {told.scope.kind} {told.scope.slug}", f"{key}.pdf")
    order = {"file": str(kept_as), "html": html, "styles": styles, "pictures": pictures}
    return _Ordered({**order, "base_url": settings.public_url}, charts)


def print_briefings(settings: Settings, told: Sequence[Briefing]) -> int:
    """Print those of some briefings that are not kept yet, all in one process. Needs a request, whose links are made.

    :return: how many were printed.
    :raises NotMade: if a process fails or takes too long.
    """
    ordered = [_ordered(settings, one) for one in told]
    gallery.draw(settings, [chart for one in ordered for chart in one.charts])
    return workshop.make(workshop.BRIEFING, [one.order for one in ordered])


def briefing_pdf(settings: Settings, told: Briefing) -> bytes:
    """The briefing as PDF, printed now if it was not kept.

    :raises NotMade: if it cannot be.
    """
    print_briefings(settings, [told])
    return Path(_ordered(settings, told).order["file"]).read_bytes()


def figures_workbook(settings: Settings, taken: Taken) -> bytes:
    """All figures as a workbook, written now if it was not kept.

    :raises NotMade: if it cannot be.
    """
    content = workbook(taken, settings.public_url)
    whose = f"figures {taken.scopes[0].kind} {taken.scopes[0].slug}"
    file = workshop.place(settings, workshop.WORKBOOK, whose, f"{workshop.key_of(content)}.xlsx")
    workshop.make(workshop.WORKBOOK, [{"file": str(file), **content}])
    return file.read_bytes()
