"""Where a number leads: to its definition, its people, what changed it. The only place these addresses are made."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from flask import url_for

from tracker.core.metric import Metric
from tracker.progress.asked import AS_AT, KNOWN_AT, STRUCTURE, TODAY, Asked
from tracker.progress.figures import Figure, Scope
from tracker.progress.models import ScopeKind
from tracker.progress.registry import VACANCY_STRAND

FIGURE, ORGANISATION, BODIES, WITH = "figure", "organisation", "with-children", "yes"
_FAMILIES = frozenset({ScopeKind.FAMILY, ScopeKind.PRESENT_FAMILY})
_PRESENT = frozenset({ScopeKind.PRESENT, ScopeKind.PRESENT_FAMILY})


def instant_text(instant: datetime) -> str:
    """An instant as it stands in an address, to the microsecond: what was recorded at it is known."""
    return instant.isoformat().replace("+00:00", "Z")


def about(metric: Metric, scope: Scope) -> str:
    """What a drawing is about: the figure, and whose it is."""
    return f"{metric.code} {scope.kind} {scope.slug}"


def scope_address(scope: Scope) -> dict[str, Any]:
    """The parameters that name a scope; nothing for all government."""
    if scope.kind is ScopeKind.ALL:
        return {}
    bodies = {BODIES: WITH} if scope.kind in _FAMILIES else {}
    return {ORGANISATION: scope.slug, **bodies, **({STRUCTURE: TODAY} if scope.kind in _PRESENT else {})}


@dataclass(frozen=True)
class Links:
    """The addresses on one page, for what was asked, what was answered, and what the reader may open.

    `known_at`: the instant the answer rests on; None where it is what is known now. `opens`: whether the reader may
    see the records that make up a figure.
    """

    asked: Asked
    known_at: datetime | None
    opens: Callable[[Metric], bool]

    def people(self, metric: Metric, scope: Scope, as_at: date) -> str | None:
        """The people, or vacancies, who make up a number, for who may see them: a list exactly as long as the
        number."""
        if not self.opens(metric):
            return None
        clocks = {AS_AT: as_at.isoformat()} | ({KNOWN_AT: instant_text(self.known_at)} if self.known_at else {})
        if metric.strand == VACANCY_STRAND:
            question: dict[str, Any] = {**scope_address(scope), **clocks}
            return url_for("vacancy_records.show", code=metric.code, **question)
        return "/people?" + urlencode({FIGURE: metric.code, **scope_address(scope), **clocks})

    def definition(self, metric: Metric) -> str:
        """The page of one figure, which begins with what it counts."""
        return url_for("progress.figure", code=metric.code, **self.asked.address)

    def strand(self, metric: Metric) -> str:
        """The page of the figure's strand."""
        return url_for("progress.strand", strand=metric.strand, **self.asked.address)

    def organisation(self, scope: Scope) -> str:
        """The page of one organisation."""
        return url_for("progress.organisation", slug=scope.slug, **self.asked.address)

    def status(self, metric: Metric, scope: Scope) -> str:
        """How the status of a headline came about."""
        return url_for("progress_status.show", code=metric.code, slug=scope.slug)

    def briefing(self, scope: Scope) -> str:
        """What is taken to a meeting about a scope."""
        whose: dict[str, Any] = {} if scope.kind is ScopeKind.ALL else {ORGANISATION: scope.slug}
        return url_for("briefings.show", **whose, **self.asked.address)

    def bridge(self, before: Figure, now: Figure) -> str | None:
        """What led from one number to another; only counts have such an account."""
        if now.metric.kind != "count":
            return None
        start: dict[str, Any] = {"from": before.as_at.isoformat(), "from-known-at": instant_text(before.known_at)}
        end: dict[str, Any] = {"to": now.as_at.isoformat(), "to-known-at": instant_text(now.known_at)}
        question = urlencode({**scope_address(now.scope), **start, **end})
        return f"/progress/figures/{now.metric.code}/change?{question}"

    def drawing(self, key: str, metric: Metric, scope: Scope, size: str, kind: str) -> str:
        """The picture of a trajectory: kept under its key, or drawn from the same question when first asked for."""
        question: dict[str, Any] = {FIGURE: metric.code, **scope_address(scope), **self.asked.address, "size": size}
        return url_for("progress_files.drawing", key=key, kind=kind, **question)

    def scenario(self, metric: Metric, scope: Scope) -> str:
        """Where it can be asked what it would take, and what would be if something were otherwise."""
        question = {**scope_address(scope), **self.asked.address}
        return url_for("progress_scenario.show", code=metric.code, **question)

    def table(self, metric: Metric, scope: Scope, form: str) -> str:
        """The table by organisation as a file."""
        # Both may name the structure, and then say the same.
        question = {**scope_address(scope), **self.asked.address}
        return url_for("progress_files.table", code=metric.code, form=form, **question)
