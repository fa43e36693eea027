"""Figures as they were compiled. A reader reads one compilation, which is whole or not there."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Date, and_, func, literal, literal_column, or_, select, tuple_, union_all

from tracker.core.calendar import is_month_end
from tracker.core.db import db
from tracker.core.errors import DomainError
from tracker.core.metric import Metric
from tracker.core.sql import days_after, least_of
from tracker.core.text import format_day, format_instant
from tracker.progress.figures import ALL, Figure, Finished, Scope, of_nobody
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
        as_known = f" as known at {format_instant(known_at)}" if known_at else ""
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


@dataclass(frozen=True)
class Compiled:
    """What is asked of some compilations: every one of the metrics for every one of the scopes."""

    compilations: Sequence[Compilation]
    scopes: Collection[Scope]
    metrics: Collection[Metric]


def compiled_figures(
    compilations: Sequence[Compilation], scopes: Collection[Scope], metrics: Collection[Metric]
) -> list[Figure]:
    """The figures of some scopes in some compilations, in the order of the compilations, the metrics and the scopes.

    Of a scope that there was none of yet there was nothing to count. A metric that was not compiled is absent.
    """
    return list(all_compiled([Compiled(compilations, scopes, metrics)]))


def all_compiled(questions: Sequence[Compiled]) -> Iterator[Figure]:
    """What several questions ask, each as `compiled_figures`, read in one statement."""
    columns = (Snapshot.compilation_id, Snapshot.figure, FigureScope.kind, FigureScope.organisation_id)
    selects = [
        select(*columns, Snapshot.numerator, Snapshot.denominator, Snapshot.value)
        .join(FigureScope, FigureScope.id == Snapshot.scope_id)
        .where(
            Snapshot.compilation_id.in_([compilation.id for compilation in one.compilations]),
            Snapshot.figure.in_([metric.code for metric in one.metrics]),
            kept_for([ALL, *one.scopes]),
        )
        for one in questions
    ]
    kept: dict[tuple[int, str], dict[Place, Finished]] = {}
    for made_id, code, kind, organisation_id, *(above, below, value) in db.session.execute(union_all(*selects)):
        kept.setdefault((made_id, code), {})[kind, organisation_id] = (above, below, value)
    for one in questions:
        for made in one.compilations:
            for metric in one.metrics:
                # All government is kept always: without it the figure was not compiled.
                if those := kept.get((made.id, metric.code)):
                    for scope in one.scopes:
                        yield Figure(metric, scope, made.as_at, made.known_at, *_kept_of(those, scope, metric))


def _kept_of(those: Mapping[Place, Finished], scope: Scope, metric: Metric) -> Finished:
    """Of a scope: what is kept as its own or, where it is the same, as the organisation's own, or of nobody."""
    whose = scope.organisation_id
    return those.get((scope.kind, whose)) or those.get((ScopeKind.OWN, whose)) or of_nobody(metric)


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

    Months that were never closed, or closed before there was such a figure, are left out; the latest comes first.
    """
    within = (Compilation.as_at >= first, Compilation.as_at <= last)
    closed = select(Compilation.as_at, func.min(Compilation.known_at)).where(Compilation.is_final, *within)
    latest = select(Compilation.as_at, func.max(Compilation.known_at)).where(*within)
    when = tuple_(Compilation.as_at, Compilation.known_at)
    rows = db.session.execute(
        select(*(Compilation.as_at, Compilation.known_at, Compilation.is_final, FigureScope.kind))
        .add_columns(*(FigureScope.organisation_id, Snapshot.numerator, Snapshot.denominator, Snapshot.value))
        .join(Snapshot, Snapshot.compilation_id == Compilation.id)
        .join(FigureScope, FigureScope.id == Snapshot.scope_id)
        .where(Snapshot.figure == metric.code, kept_for([ALL, scope]))
        .where(when.in_(closed.group_by(Compilation.as_at)) | when.in_(latest.group_by(Compilation.as_at)))
        .order_by(Compilation.as_at, Compilation.known_at)
    )
    kept: dict[tuple[date, datetime], dict[Place, Finished]] = {}
    closes: dict[date, datetime] = {}
    lasts: dict[date, datetime] = {}
    for as_at, known_at, is_final, kind, organisation_id, *(above, below, value) in rows:
        kept.setdefault((as_at, known_at), {})[kind, organisation_id] = (above, below, value)
        lasts[as_at] = known_at
        if is_final:
            closes.setdefault(as_at, known_at)

    def figure(day: date, known_at: datetime) -> Figure:
        return Figure(metric, scope, day, known_at, *_kept_of(kept[day, known_at], scope, metric))

    return [Revision(figure(day, closes[day]), figure(day, lasts[day])) for day in sorted(closes, reverse=True)]
