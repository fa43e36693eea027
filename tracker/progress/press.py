"""Prints documents as PDF, in a process of its own that ends when it is done: no web worker should load what it needs.

Run as a program: writes one file for each order. Pictures come from files that the order names, and nothing is fetched
from anywhere.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher, URLFetcherResponse

from tracker.progress.workbench import Order, work

UNIVERSAL_ACCESS = "pdf/ua-1"
"""Tagged, with a title and a language, so that a screen reader reads it in order."""

PRINTED = 4
"""The flag of an annotation that goes with the page onto paper."""


class Pictures(URLFetcher):  # type: ignore[misc]
    """Gives the pictures of an order by their addresses, and nothing else."""

    def __init__(self, files: Mapping[str, str]) -> None:
        """Know the file of each address."""
        super().__init__()
        self._files = files

    def fetch(self, url: str, headers: Mapping[str, str] | None = None) -> Any:
        """The picture with an address.

        :raises ValueError: if the order names none.
        """
        if url not in self._files:
            raise ValueError(f"{url} is no picture of this document")
        return URLFetcherResponse(url, Path(self._files[url]).read_bytes(), {"Content-Type": "image/svg+xml"})


def finish(_: object, pdf: Any) -> None:
    """Say of each header cell whether it heads a column or a row, and of each link that it is printed: what a screen
    reader is told of a table is then a matter of the document, and not of how well it guesses."""
    elements = {one.reference: one for one in pdf.objects if _is_a(one, "/StructElem")}
    for cell in elements.values():
        if cell["S"] == "/TH":
            rows = elements[elements[cell["P"]]["P"]]["S"]
            cell["A"]["Scope"] = "/Column" if rows == "/THead" else "/Row"
    for one in pdf.objects:
        if _is_a(one, "/Annot"):
            one["F"] = PRINTED


def _is_a(one: Any, kind: str) -> bool:
    return isinstance(one, dict) and one.get("Type") == kind


def press(html: str, styles: str, pictures: Mapping[str, str], base_url: str) -> bytes:
    """A document as PDF, with its fonts in it.

    :param styles: its style sheet.
    :param pictures: for each absolute address of a picture the file that holds it.
    :param base_url: what relative addresses lead from.
    """
    fonts = FontConfiguration()
    page = HTML(string=html, base_url=base_url, url_fetcher=Pictures(pictures))
    made: bytes = page.write_pdf(
        stylesheets=[CSS(string=styles, font_config=fonts)],
        font_config=fonts,
        pdf_variant=UNIVERSAL_ACCESS,
        finisher=finish,
    )
    return made


def write(order: Order, file: Path) -> None:
    """The document of an order: its HTML, styles, pictures and base address."""
    file.write_bytes(press(order["html"], order["styles"], order["pictures"], order["base_url"]))


if __name__ == "__main__":
    work(write)
