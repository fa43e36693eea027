"""Figures as they were compiled. A reader reads one compilation, which is whole or not there."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Date, and_, func, literal, literal_column, or_, select, tuple_

from tracker.core.calendar import is_month_end
from tracker.core.db import db
from tracker.core.errors import DomainError
from tracker.core.metric import Metric
from tracker.core.sql import days_after, least_of
from tracker.core.text import format_day
from tracker.progress.figures import Figure, Scope
from tracker.progress.models import Compilation, FigureScope, ScopeKind, Snapshot
from tracker.progress.registry import METRICS

Place = tuple[ScopeKind, int | None]


class NotCompiled(DomainError):
    """Figures were asked for that no compile has made."""


def latest_compilation() -> Compilation | None:
    """The compilation of the latest day, as last known."""
    return db.session.scalar(
        select(Compilation).order_by(Compilation.as_at.desc(), Compilation.known_at.desc()).limit(1)
    )


def compilation_of(as_at: date, known_at: datetime | None = None) -> Compilation | None:
    """The compilation of exactly a day and an instant, or, without an instant, of the day as last known."""
    query = select(Compilation).where(Compilation.as_at == as_at)
    if known_at is not None:
        query = query.where(Compilation.known_at == known_at)
    return db.session.scalar(query.order_by(Compilation.known_at.desc()).limit(1))


def required_compilation(as_at: date, known_at: datetime | None = None) -> Compilation:
    """As `compilation_of`.

    :raises NotCompiled: if there is none.
    """
    found = compilation_of(as_at, known_at)
    if found is None:
        as_known = f" as known at {known_at.isoformat()}" if known_at else ""
        raise NotCompiled(
            f"The figures of {format_day(as_at)}{as_known} are not compiled. Run tracker compile, or ask live"
        )
    return found


def compiled_days() -> Sequence[date]:
    """Every day that was compiled, in order."""
    return db.session.scalars(select(Compilation.as_at).distinct().order_by(Compilation.as_at)).all()


def latest_by_day(first: date, last: date, known_at: datetime | None = None) -> Sequence[Compilation]:
    """For each compiled day from `first` to `last` the compilation as last known, in order.

    :param known_at: only of what was known by an instant.
    """
    latest = (
        select(Compilation.as_at, func.max(Compilation.known_at))
        .where(Compilation.as_at >= first, Compilation.as_at <= last)
        .group_by(Compilation.as_at)
    )
    if known_at is not None:
        latest = latest.where(Compilation.known_at <= known_at)
    return db.session.scalars(
        select(Compilation)
        .where(tuple_(Compilation.as_at, Compilation.known_at).in_(latest))
        .order_by(Compilation.as_at)
    ).all()


def latest_and_earlier(since: date | None, days: int) -> Sequence[Compilation]:
    """The compilation of the latest day, last, and before it those of the days before, as `latest_by_day`.

    :param days: from so many days before the latest day on, and from `since` on where that is earlier.
    """
    last = select(func.max(Compilation.as_at)).scalar_subquery()
    first: Any = days_after(last, literal_column(str(-days)))
    if since is not None:
        first = least_of(first, literal(since, Date()))
    latest = (
        select(Compilation.as_at, func.max(Compilation.known_at))
        .where(Compilation.as_at >= first)
        .group_by(Compilation.as_at)
    )
    return db.session.scalars(
        select(Compilation)
        .where(tuple_(Compilation.as_at, Compilation.known_at).in_(latest))
        .order_by(Compilation.as_at)
    ).all()


def kept_for(scopes: Collection[Scope]) -> ColumnElement[bool]:
    """The rows of `FigureScope` under which figures of some scopes may be: their own, or the organisation's own."""
    kinds = {scope.kind for scope in scopes} | {ScopeKind.OWN}
    ids = {scope.organisation_id for scope in scopes if scope.organisation_id is not None}
    whose: ColumnElement[bool] = FigureScope.organisation_id.in_(sorted(ids))
    if any(scope.organisation_id is None for scope in scopes):
        whose = or_(whose, FigureScope.kind == ScopeKind.ALL)
    return and_(FigureScope.kind.in_(sorted(kinds)), whose)


def compiled_figures(
    compilations: Sequence[Compilation], scopes: Collection[Scope], metrics: Collection[Metric]
) -> list[Figure]:
    """The figures of some scopes in some compilations, in the order of the compilations, the metrics and the scopes.

    A scope that is not kept, because it is the same as the organisation's own, is read from that.
    """
    ids = scope_ids(scopes)
    found: dict[tuple[int, str, int], Snapshot] = {}
    rows = db.session.scalars(
        select(Snapshot).where(
            Snapshot.compilation_id.in_([one.id for one in compilations]),
            Snapshot.figure.in_([metric.code for metric in metrics]),
            Snapshot.scope_id.in_({id for those in ids.values() for id in those}),
        )
    )
    for row in rows:
        found[row.compilation_id, row.figure, row.scope_id] = row
    figures = []
    for compilation in compilations:
        for metric in metrics:
            for scope in scopes:
                rows_of = (found.get((compilation.id, metric.code, id)) for id in ids[scope])
                if (kept := next(filter(None, rows_of), None)) is not None:
                    parts = (kept.numerator, kept.denominator, kept.value)
                    figures.append(Figure(metric, scope, compilation.as_at, compilation.known_at, *parts))
    return figures


def scope_ids(scopes: Collection[Scope]) -> Mapping[Scope, list[int]]:
    """For each scope the ids under which it may be kept: its own, then the organisation's own."""
    kept: dict[Place, int] = {
        (kind, organisation_id): id
        for id, kind, organisation_id in db.session.execute(
            select(FigureScope.id, FigureScope.kind, FigureScope.organisation_id)
        )
    }
    wanted = {scope: ((scope.kind, scope.organisation_id), (ScopeKind.OWN, scope.organisation_id)) for scope in scopes}
    return {
        scope: list(dict.fromkeys(kept[place] for place in places if place in kept)) for scope, places in wanted.items()
    }


def trajectories(code: str, scopes: Collection[Scope], first: date, last: date) -> dict[Scope, list[Figure]]:
    """A figure of some scopes at the compiled month ends from `first` to `last`, each as last known.

    A month that was not compiled is not there.
    """
    ends = [one for one in latest_by_day(first, last) if is_month_end(one.as_at)]
    lines: dict[Scope, list[Figure]] = {scope: [] for scope in scopes}
    for figure in compiled_figures(ends, scopes, [METRICS[code]]):
        lines[figure.scope].append(figure)
    return lines


def trajectory(code: str, scope: Scope, first: date, last: date) -> list[Figure]:
    """As `trajectories`, for one scope."""
    return trajectories(code, [scope], first, last)[scope]


@dataclass(frozen=True)
class Revision:
    """A figure as it was final at the close of its month, and as it is known now; they may be the same."""

    at_close: Figure
    known: Figure


def revisions(metric: Metric, scope: Scope, first: date, last: date) -> list[Revision]:
    """A figure of a scope at every closed month end from `first` to `last`: what was said then, what is known now.

    Months that were never closed, and scopes that were not kept at the close, are left out; the latest comes first.
    """
    within = (Compilation.as_at >= first, Compilation.as_at <= last)
    closed = select(Compilation.as_at, func.min(Compilation.known_at)).where(Compilation.is_final, *within)
    latest = select(Compilation.as_at, func.max(Compilation.known_at)).where(*within)
    when = tuple_(Compilation.as_at, Compilation.known_at)
    rows = db.session.execute(
        select(*(Compilation.as_at, Compilation.known_at, Compilation.is_final, FigureScope.kind))
        .add_columns(*(Snapshot.numerator, Snapshot.denominator, Snapshot.value))
        .join(Snapshot, Snapshot.compilation_id == Compilation.id)
        .join(FigureScope, FigureScope.id == Snapshot.scope_id)
        .where(Snapshot.figure == metric.code, kept_for([scope]))
        .where(when.in_(closed.group_by(Compilation.as_at)) | when.in_(latest.group_by(Compilation.as_at)))
        .order_by(Compilation.as_at, Compilation.known_at)
    )
    kept: dict[tuple[date, datetime], dict[ScopeKind, Figure]] = {}
    closes: dict[date, datetime] = {}
    lasts: dict[date, datetime] = {}
    for as_at, known_at, is_final, kind, *values in rows:
        kept.setdefault((as_at, known_at), {})[kind] = Figure(metric, scope, as_at, known_at, *values)
        lasts[as_at] = known_at
        if is_final:
            closes.setdefault(as_at, known_at)

    def figure(day: date, known_at: datetime) -> Figure:
        those = kept[day, known_at]
        # A scope that is the same as the organisation's own is kept only as that.
        return those.get(scope.kind) or those[ScopeKind.OWN]

    return [Revision(figure(day, closes[day]), figure(day, lasts[day])) for day in sorted(closes, reverse=True)]
