"""The account of a change as a page shows it: two points, every term with its records, and a chart."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import url_for

from tracker.core.metric import Metric
from tracker.core.text import format_day, format_instant, format_number
from tracker.progress.addresses import instant_text, scope_address
from tracker.progress.bridge import Bridge, Point, Term, bridge
from tracker.progress.charts import SIZES, Chart
from tracker.progress.figures import Scope
from tracker.progress.registry import VACANCY_STRAND
from tracker.progress.structure import Structure
from tracker.progress.waterfall import Step
from tracker.progress.waterfall import bridge as bridge_chart


@dataclass(frozen=True)
class Ends:
    """The two points of a bridge: as asked for, or as is usual, from the month end before to the latest day."""

    opening: Point
    closing: Point

    @property
    def address(self) -> dict[str, Any]:
        """The parameters that ask for the same again."""
        pairs = (
            ("from", self.opening.as_at.isoformat()),
            ("from-known-at", instant_text(self.opening.known_at) if self.opening.known_at else ""),
            ("to", self.closing.as_at.isoformat()),
            ("to-known-at", instant_text(self.closing.known_at) if self.closing.known_at else ""),
        )
        return {name: value for name, value in pairs if value}


@dataclass(frozen=True)
class Line:
    """One line of the account as it is printed; totals are the opening and the closing."""

    label: str
    text: str
    href: str | None
    is_total: bool


@dataclass(frozen=True)
class Account:
    """A change with all its terms, which add up without a remainder."""

    metric: Metric
    scope: Scope
    ends: Ends
    built: Bridge
    lines: Sequence[Line]
    charts: Mapping[str, Chart]

    @property
    def title(self) -> str:
        """What is accounted for."""
        return f"{self.metric.label}: what changed"

    @property
    def said(self) -> str:
        """Between which points, for whom."""
        return f"{self.scope.name}, from {point_text(self.ends.opening)} to {point_text(self.ends.closing)}"

    @property
    def sentence(self) -> str:
        """The movement in a sentence, which stands over the chart."""
        return self.built.sentence

    @property
    def file_name(self) -> str:
        """What the drawing is called where it is kept by a reader, without the kind of file."""
        return f"{self.metric.code}.{self.scope.slug}.change.{self.ends.closing.as_at.isoformat()}"

    def address(self, size: str, kind: str = "svg") -> str:
        """Where the drawing of a size is fetched from."""
        question = {**scope_address(self.scope), **self.ends.address, "size": size}
        return url_for(
            "progress_bridge.drawing", code=self.metric.code, key=self.charts[size].key(), kind=kind, **question
        )


def account(structure: Structure, metric: Metric, scope: Scope, ends: Ends, *, may_records: bool) -> Account:
    """Explain a count between two points.

    :param may_records: whether the terms lead to the people who make them up.
    :raises DomainError: if the closing day lies before the opening day.
    """
    built = bridge(metric, structure, scope, ends.opening, ends.closing)
    lines = [
        Line(point_text(ends.opening), format_number(built.opening), None, is_total=True),
        *(_line(built, term, ends, may_records=may_records) for term in built.terms),
        Line(point_text(ends.closing), format_number(built.closing), None, is_total=True),
    ]
    steps = [
        Step(format_day(ends.opening.as_at), built.opening, is_total=True),
        *(Step(term.label, term.sign * term.count) for term in built.terms),
        Step(_closing_label(ends), built.closing, is_total=True),
    ]
    drawn = {size: bridge_chart(steps, built.sentence, SIZES[size]) for size in SIZES}
    return Account(metric, scope, ends, built, lines, drawn)


def _closing_label(ends: Ends) -> str:
    """The day of the closing bar, told apart from the opening one where both are of one day."""
    day = format_day(ends.closing.as_at)
    return f"{day}, later" if ends.closing.as_at == ends.opening.as_at else day


def _line(built: Bridge, term: Term, ends: Ends, *, may_records: bool) -> Line:
    sign = "+" if term.sign > 0 else "−"
    href = None
    if may_records:
        question = {**scope_address(built.scope), **ends.address}
        of_vacancies = built.metric.strand == VACANCY_STRAND
        page = "vacancy_records.changed" if of_vacancies else "progress_bridge.records"
        href = url_for(page, code=built.metric.code, term=term.code, **question)
    return Line(term.label, f"{sign}{format_number(term.count)}", href, is_total=False)


def point_text(point: Point) -> str:
    """A point in words."""
    return format_day(point.as_at) + (f" as known at {format_instant(point.known_at)}" if point.known_at else "")
