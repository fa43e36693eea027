"""Keeping the figures of a day: a compilation with its snapshots, whole or not at all."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import delete, insert, select, update

from tracker.core.bulk import insert_rows
from tracker.core.calendar import is_month_end
from tracker.core.clock import now
from tracker.core.db import db
from tracker.progress.figures import ALL, Finished
from tracker.progress.models import Compilation, FigureScope, Snapshot, SnapshotSpread
from tracker.progress.queries.basis import Mark
from tracker.progress.queries.snapshots import latest_by_day
from tracker.progress.structure import Structure
from tracker.progress.tally import Tally

Rows = dict[tuple[str, int], Finished]
"""Figures by code and id of the scope: those of which a row is kept."""
Spreads = dict[tuple[str, int], str]
"""Values and how often each occurs, as JSON, by code and organisation."""


@dataclass(frozen=True)
class Day:
    """The finished figures of a day, with what its medians follow from."""

    as_at: date
    rows: Rows
    spreads: Spreads


def finished_day(as_at: date, tally: Tally, scope_ids: list[int]) -> Day:
    """The figures as the tally stands."""
    rows = {
        (metric.code, id): tally.finished(metric, place)
        for metric in tally.metrics
        for place, id in enumerate(scope_ids)
    }
    spreads = {key: json.dumps(found) for key, found in tally.occurrences()}
    return Day(as_at, worth_keeping(rows, scope_ids[tally.scopes.index(ALL)]), spreads)


def worth_keeping(rows: Rows, of_all: int) -> Rows:
    """The rows that are kept: not of who has nothing to count, but always of all government.

    :param of_all: the id of all government as a scope.
    """
    return {key: finished for key, finished in rows.items() if any(finished) or key[1] == of_all}


def keep_scopes(structure: Structure) -> list[int]:
    """The ids of the kept scopes of a structure, in their order; new ones are added. The caller owns the
    transaction."""
    session = db.session()
    known = _known_scopes()
    new = [scope for scope in structure.kept_scopes if (scope.kind, scope.organisation_id) not in known]
    if new:
        rows = [{"kind": scope.kind, "organisation_id": scope.organisation_id} for scope in new]
        session.execute(insert(FigureScope), rows)
    return scope_ids_of(structure)


def scope_ids_of(structure: Structure) -> list[int]:
    """The ids of the kept scopes of a structure, in their order, all of which are there."""
    known = _known_scopes()
    return [known[scope.kind, scope.organisation_id] for scope in structure.kept_scopes]


def _known_scopes() -> Mapping[tuple[str, int | None], int]:
    query = select(FigureScope.id, FigureScope.kind, FigureScope.organisation_id)
    return {(kind, organisation_id): id for id, kind, organisation_id in db.session.execute(query)}


def keep_day(day: Day, to: Mark, *, is_final: bool = False) -> int:
    """Keep the figures of a day as known at exactly the instant of a mark, in place of what was kept for the two.

    Returns the rows written. The caller owns the transaction.
    """
    session = db.session()
    compilation = session.scalar(
        select(Compilation).where(Compilation.as_at == day.as_at, Compilation.known_at == to.instant)
    )
    if compilation is None:
        compilation = Compilation(as_at=day.as_at, known_at=to.instant, is_final=is_final, **_seen(to))
        session.add(compilation)
    else:
        compilation.compiled_at, compilation.is_final = now(), compilation.is_final or is_final
        _see(compilation, to)
        for table in (Snapshot, SnapshotSpread):
            session.execute(delete(table).where(table.compilation_id == compilation.id))
    session.flush()
    id = compilation.id
    snapshots = ((id, code, scope_id, *finished) for (code, scope_id), finished in day.rows.items())
    insert_rows(session, Snapshot.__table__, SNAPSHOT, snapshots)  # type: ignore[arg-type]
    spreads = ((id, code, organisation_id, found) for (code, organisation_id), found in day.spreads.items())
    insert_rows(session, SnapshotSpread.__table__, SPREAD, spreads)  # type: ignore[arg-type]
    return len(day.rows)


SNAPSHOT = ("compilation_id", "figure", "scope_id", "numerator", "denominator", "value")
SPREAD = ("compilation_id", "figure", "organisation_id", "occurrences")


def _seen(to: Mark) -> dict[str, Any]:
    """What a compilation remembers of a mark: until then it is known to hold."""
    return {
        "confirmed_at": to.instant,
        "last_event_id": to.last_event_id,
        "last_posting_id": to.last_posting_id,
        "basis": to.basis,
    }


def _see(compilation: Compilation, to: Mark) -> None:
    for name, value in _seen(to).items():
        setattr(compilation, name, value)


@dataclass(frozen=True)
class Base:
    """A compilation that may be carried on: how far the compile saw that made or last confirmed it."""

    id: int
    as_at: date
    mark: Mark


def kept_bases(day: date) -> list[Base]:
    """What is carried on up to a day: its own and every month end's latest compilation, or the last one before it."""
    latest = latest_by_day(date.min, day)
    return [
        Base(one.id, one.as_at, Mark(one.confirmed_at, one.last_event_id, one.last_posting_id, one.basis))
        for one in latest
        if is_month_end(one.as_at) or one is latest[-1]
    ]


def confirm(ids: Sequence[int], to: Mark) -> None:
    """Say of some compilations that they still hold at a mark. The caller owns the transaction."""
    db.session.execute(update(Compilation).where(Compilation.id.in_(ids)).values(_seen(to)))


def keep_or_confirm(day: Day, to: Mark, *, is_final: bool = False) -> int:
    """Keep the figures of a day as known now, unless they are what was last kept: then say that they still hold.

    Returns the rows written. The caller owns the transaction.
    """
    session = db.session()
    latest = session.scalar(
        select(Compilation)
        .where(Compilation.as_at == day.as_at, Compilation.known_at <= to.instant)
        .order_by(Compilation.known_at.desc())
        .limit(1)
    )
    if latest is None or kept_rows(latest.id) != day.rows:
        return keep_day(day, to, is_final=is_final)
    _see(latest, to)
    latest.is_final = latest.is_final or is_final
    return 0


def kept_rows(compilation_id: int) -> Rows:
    """The figures of a compilation of which a row is kept."""
    row = Snapshot.__table__.c
    query = select(row.figure, row.scope_id, row.numerator, row.denominator, row.value)
    rows = db.session.execute(query.where(row.compilation_id == compilation_id))
    return {(code, scope_id): (above, below, value) for code, scope_id, above, below, value in rows}
