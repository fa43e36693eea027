"""Every figure there is of some organisations, as it is taken away: rows for CSV with what its columns mean beside it,
and the tables of a workbook."""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from tracker.core.metric import Metric
from tracker.core.text import format_day, format_instant, spreadsheet_safe
from tracker.progress.asked import Asked
from tracker.progress.figures import ALL, NOT_APPLICABLE, Scope
from tracker.progress.printing import COLUMNS, plain, printed
from tracker.progress.queries.answers import compiled_answer, live_answer
from tracker.progress.queries.cases import Clocks, cases
from tracker.progress.queries.reading import required_day
from tracker.progress.queries.snapshots import NotCompiled, compilation_of
from tracker.progress.queries.statuses import rule_on, thresholds_of
from tracker.progress.registry import METRICS, STRANDS
from tracker.progress.status import Case, Thresholds
from tracker.progress.structure import Structure

NOT_FOR_PUBLICATION = (
    "Counts are exact and meant for those inside government who may see them. Do not publish them: small counts could "
    "tell of single people."
)
EACH_ONCE = (
    "Each organisation shows its own people or posts; a body counts in its own row alone. The first row counts "
    "everybody once."
)
MISSING = "Missing is not zero: what has not been reported is in none of these figures."


@dataclass(frozen=True)
class Taken:
    """All figures of some scopes at one (as at, known at), the scope that leads first.

    `of_today`: by the structure of today. `is_live`: counted from the ledger, because nothing was compiled of it.
    """

    as_at: date
    known_at: datetime
    of_today: bool
    is_live: bool
    scopes: Sequence[Scope]
    cases: Mapping[tuple[str, Scope], Case]
    thresholds: Thresholds

    @property
    def said(self) -> str:
        """What the figures answer for, in a line."""
        structure = "today" if self.of_today else "the day"
        known = format_instant(self.known_at)
        return f"As at {format_day(self.as_at)}, as known at {known}, by the structure of {structure}"

    @property
    def file_name(self) -> str:
        """What a file of it is called, without the kind of file."""
        whose = "" if self.scopes[0] == ALL else f"-{self.scopes[0].slug}"
        return f"data-skills-figures{whose}-{self.as_at.isoformat()}"

    def rows(self) -> list[dict[str, Any]]:
        """Each figure of each scope in plain values, by figure."""
        return [self.row(METRICS[code], scope) for code in METRICS for scope in self.scopes]

    def row(self, metric: Metric, scope: Scope) -> dict[str, Any]:
        """One figure of one scope in plain values."""
        return printed(self.cases[metric.code, scope], self.thresholds)

    def has_anything(self, scope: Scope) -> bool:
        """Whether anything is counted of a scope, or it has a target."""
        return any(case.figure.value or case.line for case in (self.cases[code, scope] for code in METRICS))


def take(structure: Structure, scopes: Sequence[Scope], asked: Asked) -> Taken:
    """Read every figure of some scopes: as it was compiled, or, where it was not, from the ledger.

    :raises NotCompiled: if no day is asked for and none was ever compiled.
    """
    as_at, metrics = asked.as_at or required_day(), list(METRICS.values())
    try:
        found, is_live = compiled_answer(structure, scopes, metrics, as_at, asked.known_at), False
    except NotCompiled:
        found, is_live = live_answer(structure, scopes, metrics, as_at, asked.known_at), True
    clocks = Clocks(as_at, asked.known_at, None if is_live else compilation_of(as_at, asked.known_at))
    return Taken(
        as_at=as_at,
        known_at=found[0].known_at,
        of_today=asked.of_today,
        is_live=is_live,
        scopes=scopes,
        cases={
            (case.figure.metric.code, case.figure.scope): case
            for case in cases(structure, found, clocks, today=asked.of_today)
        },
        thresholds=thresholds_of(rule_on(as_at, asked.known_at)),
    )


MEANINGS: dict[str, tuple[str, str, str]] = {
    "figure": ("Figure", "string", "The code of the figure; the page of that code says what it counts."),
    "organisation": ("Organisation", "string", "The organisation’s name in addresses; ‘all’ is all government."),
    "as_at": ("As at", "date", "The London day at whose close the figure was so."),
    "known_at": ("As known at", "dateTime", "The instant, in UTC, by which what is counted had been recorded."),
    "value": (
        "Value",
        "number",
        "The figure, not rounded; a ratio lies between 0 and 1. Empty where it does not apply.",
    ),
    "numerator": ("Numerator", "number", "What was counted or added up; empty for a median."),
    "denominator": ("Denominator", "integer", "What a ratio is taken of; for a median, how many it is taken over."),
    "symbol": ("Symbol", "string", "[z] where the figure does not apply, such as a share of nobody."),
    "target": ("Target on the day", "number", "What the target line asks for on the day; empty where there is none."),
    "status": ("Status", "string", "Delivery confidence: green, amber, red, grey (too little to go on) or none."),
}
"""For each column of the CSV its title, its type and what it holds."""


def as_csv(taken: Taken) -> bytes:
    """All rows as CSV: UTF-8, CRLF, the columns of the public contract."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(taken.rows())
    return text.getvalue().encode()


def metadata(taken: Taken, public_url: str) -> dict[str, Any]:
    """What the CSV means, as CSV on the Web asks for it; its `url` is the file that lies beside it."""
    return {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "en"}],
        "url": f"{taken.file_name}.csv",
        "dc:title": f"Data skills figures, {taken.scopes[0].name}",
        "dc:description": f"{taken.said}. {MISSING} {NOT_FOR_PUBLICATION}",
        "dc:source": public_url,
        "dialect": {"encoding": "utf-8", "delimiter": ",", "header": True, "lineTerminators": ["\r\n"]},
        "tableSchema": {
            "primaryKey": ["figure", "organisation", "as_at", "known_at"],
            "columns": [_column(name) for name in COLUMNS],
        },
    }


def _column(name: str) -> dict[str, Any]:
    title, kind, meaning = MEANINGS[name]
    return {
        "name": name,
        "titles": [name, title],
        "datatype": {"base": "date", "format": "yyyy-MM-dd"} if kind == "date" else kind,
        "dc:description": meaning,
        "required": name in ("figure", "organisation", "as_at", "known_at", "status"),
    }


def workbook(taken: Taken, public_url: str) -> dict[str, Any]:
    """The order of a workbook: cover, notes that say what each figure counts, and a table for each strand."""
    telling = [scope for scope in taken.scopes[1:] if taken.has_anything(scope)]
    silent = len(taken.scopes) - 1 - len(telling)
    left_out = f"{silent} organisations with no target and nobody counted are left out." if silent else ""
    about = [
        EACH_ONCE,
        f"{MISSING} {left_out}".strip(),
        NOT_FOR_PUBLICATION,
        "Shares are in percent. Numbers are rounded as the column shows them; the CSV has them as they are.",
        f"{NOT_APPLICABLE} means not applicable: no value is possible, such as a share of nobody.",
    ]
    return {
        "cover": {
            "title": f"Data skills figures, {taken.scopes[0].name}",
            "intro": [taken.said + ".", _source(taken)],
            "about": about,
            "contact": [f"What every figure counts: {public_url}/progress/figures"],
        },
        "notes": [[metric.code, metric.definition] for metric in METRICS.values()],
        "tables": [_table(taken, strand, [taken.scopes[0], *telling]) for strand in STRANDS],
    }


def _source(taken: Taken) -> str:
    made = "counted from the ledger as it was asked for" if taken.is_live else "from the snapshot of the day"
    return f"Source: the Data skills tracker, {made}."


def _table(taken: Taken, strand: str, scopes: Sequence[Scope]) -> dict[str, Any]:
    metrics = [metric for metric in METRICS.values() if metric.strand == strand]
    columns: list[dict[str, Any]] = [
        {"name": "Organisation", "unit": None, "note": None, "decimals": None},
        {"name": "Code", "unit": None, "note": None, "decimals": None},
    ]
    for metric in metrics:
        unit = "percent" if metric.is_percentage else metric.unit
        columns.append({"name": metric.label, "unit": unit, "note": metric.code, "decimals": metric.decimals})
        if metric.is_headline:
            columns.append({"name": f"{metric.label}: plan", "unit": unit, "note": None, "decimals": 1})
            columns.append({"name": f"{metric.label}: status", "unit": None, "note": None, "decimals": None})
    return {
        "label": strand.title(),
        "name": f"{strand}_figures",
        "title": f"{strand.title()}: all figures by organisation",
        "subtitles": [f"{taken.said}."],
        "instructions": "This worksheet contains one table. Headings refer to notes on the notes worksheet.",
        "scope": taken.scopes[0].name,
        "source": _source(taken),
        "legend": [f"{NOT_APPLICABLE} not applicable"],
        "columns": columns,
        "rows": [[*_named(scope), *_cells(taken, metrics, scope)] for scope in scopes],
    }


def _named(scope: Scope) -> tuple[str, str]:
    return spreadsheet_safe(scope.name), scope.slug


def _cells(taken: Taken, metrics: Sequence[Metric], scope: Scope) -> list[Any]:
    cells: list[Any] = []
    for metric in metrics:
        case = taken.cases[metric.code, scope]
        figure, line = case.figure, case.line
        cells.append(NOT_APPLICABLE if figure.number is None else plain(figure.number))
        if metric.is_headline:
            plan = line.on(taken.as_at) if line else None
            cells.append(NOT_APPLICABLE if plan is None else round(plan, 1))
            status = taken.row(metric, scope)["status"]
            cells.append(NOT_APPLICABLE if status == "none" else status)
    return cells
