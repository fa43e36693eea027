"""Draws charts, in a process of its own that ends when it is done: no web worker should keep the 120 MB this takes.

Run as a program: reads a JSON list of orders from standard input and writes one SVG or PNG file for each.
"""

import json
import os
import sys
from html import escape
from pathlib import Path
from typing import Any

import vl_convert

TWICE = 2
"""How many points of a picture for each of a chart, so that it is sharp on paper and on fine screens."""


def draw(spec: dict[str, Any], title: str, description: str) -> str:
    """The chart as SVG with its role, a title and a description. No scripts, no style sheets, nothing fetched."""
    svg: str = vl_convert.vegalite_to_svg(spec, allowed_base_urls=[])
    words = f'<title id="title">{escape(title)}</title><desc id="description">{escape(description)}</desc>'
    head, _, rest = svg.partition(">")
    return f'{head} role="img" aria-labelledby="title description">{words}{rest}'


def main() -> None:
    """Draw every order: its specification, title, description and the file to write."""
    for order in json.load(sys.stdin):
        file = Path(order["file"])
        draft = file.with_name(f".{file.name}.{os.getpid()}")
        if file.suffix == ".png":
            draft.write_bytes(vl_convert.vegalite_to_png(order["spec"], scale=TWICE, allowed_base_urls=[]))
        else:
            draft.write_text(draw(order["spec"], order["title"], order["description"]), encoding="utf-8")
        draft.replace(file)


if __name__ == "__main__":
    main()
