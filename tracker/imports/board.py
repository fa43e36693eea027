"""What the pages of imports show, in words."""

from collections.abc import Sequence
from typing import Any

from tracker.accounts.models import User
from tracker.accounts.permissions import Permission
from tracker.core.intake import Kind
from tracker.core.paging import PER_PAGE, Page, page_number
from tracker.core.text import format_number
from tracker.core.web import address_of_page
from tracker.imports import queries
from tracker.imports.models import ImportBatch, ImportProblem, Status
from tracker.imports.registry import KINDS

WORDS = {
    Status.RECEIVED: ("Waiting", "grey"),
    Status.CHECKING: ("Being checked", "yellow"),
    Status.CHECKED: ("Waiting for you", "purple"),
    Status.LOADING: ("Being loaded", "yellow"),
    Status.LOADED: ("Loaded", "green"),
    Status.UNDONE: ("Undone", "orange"),
    Status.REFUSED: ("Not taken", "red"),
    Status.CANCELLED: ("Cancelled", "grey"),
}


NOTHING_TO_LOAD = ("All rows in error", "red")
"""How a checked import is shown that cannot be loaded at all."""


class Tag:
    """How an import stands, as it is shown."""

    def __init__(self, batch: ImportBatch) -> None:
        """Its words and colour."""
        is_stuck = batch.status is Status.CHECKED and batch.accepted == 0
        self.label, self.colour = NOTHING_TO_LOAD if is_stuck else WORDS[batch.status]


def kinds_for(user: User, permission: Permission) -> dict[str, Kind]:
    """The kinds of files that somebody holds a permission over, by name."""
    return {name: kind for name, kind in KINDS.items() if user.may_take(permission, name)}


def batches(kinds: Sequence[str], page: str | None, *, waiting: bool = False) -> Page[dict[str, Any]]:
    """Imports of some kinds, the latest first.

    :param waiting: only those that wait for somebody to decide.
    """
    total = queries.batch_count(kinds, waiting=waiting)
    number = page_number(page, total)
    rows = [
        {
            "batch": batch,
            "kind": KINDS[batch.kind].title,
            "status": Tag(batch),
            "rows": batch.rows,
            "by": batch.created_by.name if batch.created_by else "Command line",
        }
        for batch in queries.latest_batches(kinds, (number - 1) * PER_PAGE, PER_PAGE, waiting=waiting)
    ]
    return Page(rows, number, total, address_of_page)


def problems(batch: ImportBatch, page: str | None) -> Page[ImportProblem]:
    """Errors by row, a page at a time."""
    total = queries.problem_count(batch)
    number = page_number(page, total)
    return Page(queries.problem_page(batch, (number - 1) * PER_PAGE, PER_PAGE), number, total, address_of_page)


def _written(found: dict[str, Any]) -> list[tuple[str, str]]:
    """In which form the table was: a sheet of a workbook, or text."""
    if not (sheets := found.get("sheets")):
        return [("Written in", f"{found.get('encoding', '')}, separated by {found.get('separator', '')}")]
    others = ", ".join(sheets[1:]) or "None: it is the only one"
    return [("Written in", "A workbook"), ("Sheet that was read", sheets[0]), ("Sheets that were not read", others)]


def reading(batch: ImportBatch) -> list[dict[str, Any]]:
    """How the file was read."""
    found = batch.reading
    columns = ", ".join(
        name if heading == name else f"{name} (“{heading}”)" for heading, name in found.get("columns", ())
    )
    ignored = ", ".join(found.get("ignored", ())) or "None"
    rows: Sequence[tuple[str, Any]] = (
        ("File", batch.file_name),
        ("Kind", KINDS[batch.kind].title + (", from an older system" if batch.is_historical else "")),
        *_written(found),
        ("Recognised columns", columns),
        ("Ignored columns", ignored),
        ("Rows", f"{format_number(batch.rows)}: {format_number(batch.accepted)} without an error"),
        ("Left out", "Blank rows, and rows that begin with #; they keep their numbers"),
    )
    return [{"label": label, "value": value} for label, value in rows]
