"""Draws charts, in a process of its own that ends when it is done: no web worker should keep the 120 MB this takes.

Run as a program: writes an SVG or PNG file for each order.
"""

from html import escape
from pathlib import Path
from typing import Any

import vl_convert

from tracker.progress.workbench import Order, work

TWICE = 2
"""How many points of a picture for each of a chart, so that it is sharp on paper and on fine screens."""


def draw(spec: dict[str, Any], title: str, description: str) -> str:
    """The chart as SVG with its role, a title and a description. No scripts, no style sheets, nothing fetched."""
    svg: str = vl_convert.vegalite_to_svg(spec, allowed_base_urls=[])
    words = f'<title id="title">{escape(title)}</title><desc id="description">{escape(description)}</desc>'
    head, _, rest = svg.partition(">")
    return f'{head} role="img" aria-labelledby="title description">{words}{rest}'


def write(order: Order, file: Path) -> None:
    """The chart of an order: its specification, title and description."""
    if file.suffix == ".png":
        file.write_bytes(vl_convert.vegalite_to_png(order["spec"], scale=TWICE, allowed_base_urls=[]))
    else:
        file.write_text(draw(order["spec"], order["title"], order["description"]), encoding="utf-8")


if __name__ == "__main__":
    work(write)
