"""The subject access file: everything that is held about one person, as JSON and as a page that can be read."""

import json
import os
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from flask import render_template

from tracker.core.clock import now, today
from tracker.core.subject import Facts
from tracker.core.text import format_day, format_instant

READABLE_BY_ITS_OWNER = 0o600


@dataclass(frozen=True)
class Written:
    """Where the two files are, and how many records they hold."""

    json: Path
    html: Path
    records: int


def write(ref: str, told: dict[str, Facts], folder: Path) -> Written:
    """Write both files, for nobody else on the machine to read; earlier ones of the same day are replaced."""
    safe = "".join(letter if letter.isalnum() or letter in "-_" else "-" for letter in ref)
    name = f"person-{safe}-{today().isoformat()}"
    folder.mkdir(parents=True, exist_ok=True)
    paths = Written(folder / f"{name}.json", folder / f"{name}.html", sum(map(len, told.values())))
    _keep(paths.json, as_json(ref, told))
    _keep(paths.html, as_html(ref, told))
    return paths


def as_json(ref: str, told: dict[str, Facts]) -> str:
    """For a machine: dates and instants in ISO 8601, instants in UTC."""
    held = {"reference": ref, "made_at": now(), "holds": told}
    return json.dumps(held, default=_plain, ensure_ascii=False, indent=2) + "\n"


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, date | datetime) else str(value)


def as_html(ref: str, told: dict[str, Facts]) -> str:
    """For a person: a page that stands alone, with dates and instants as they are printed, in London time."""
    sections = [
        {
            "title": title,
            "columns": list(rows[0]) if rows else [],
            "rows": [[_said(v) for v in row.values()] for row in rows],
        }
        for title, rows in told.items()
    ]
    return render_template("register/subject_access.html", ref=ref, made=format_instant(now()), sections=sections)


def _said(value: Any) -> str:
    if isinstance(value, datetime):
        return format_instant(value)
    if isinstance(value, date):
        return format_day(value)
    return "" if value is None else str(value)


def _keep(path: Path, text: str) -> None:
    path.unlink(missing_ok=True)
    flags = os.O_CREAT | os.O_EXCL | os.O_WRONLY
    with os.fdopen(os.open(path, flags, READABLE_BY_ITS_OWNER), "w", encoding="utf-8") as file:
        file.write(text)
