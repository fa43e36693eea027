"""The nightly recount: some of what is kept, counted again by walking; whatever differs is an alarm."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from random import Random

from sqlalchemy import select, update

from tracker.core.clock import now
from tracker.core.db import db, transaction
from tracker.core.job import Alarm
from tracker.core.text import format_day
from tracker.progress.figures import EVERYBODY, of_nobody
from tracker.progress.models import Compilation, FigureScope, ScopeKind
from tracker.progress.queries.basis import Mark, basis, can_be_added_to
from tracker.progress.queries.snapshots import latest_by_day
from tracker.progress.recount.codes import RECOUNTED
from tracker.progress.recount.models import RecountDifference
from tracker.progress.recount.past import lives, rules
from tracker.progress.recount.walking import Parts, Walk
from tracker.progress.registry import COMPILED
from tracker.progress.services.keeping import kept_rows
from tracker.progress.structure import Structure, load_structure

EARLIER = 3
"""So many days beside the latest are counted again in a night, drawn by the night."""
EXACTLY = 1e-9
TOLD = 3
"""So many differences are told in words; the others are counted."""


@dataclass(frozen=True)
class Difference:
    """A figure that came out otherwise."""

    compilation: Compilation
    figure: str
    scope_id: int
    kept: Parts
    counted: Parts


def recount(night: date) -> int:
    """Count some kept days again: the latest compiled, with a few drawn by the night, and those that differed before.

    Of each day every figure that rests on the ledger is compared, of every organisation, with the bodies under it and
    of all government; the headlines of the latest day are so looked at every night. Safe to repeat.

    :return: how many figures were compared.
    :raises Alarm: if any differs, naming figure, organisation, day and both numbers. What differs is kept first, and
        looked at every night until it agrees.

    Opens its own transactions.
    """
    chosen = _chosen(night)
    walks = _walked(chosen)
    structure = load_structure()
    compared, differences = 0, []
    for compilation in chosen:
        for difference in _compared(compilation, walks[compilation.id], structure):
            compared += 1
            if difference is not None:
                differences.append(difference)
    words = [_words(one, structure) for one in differences]
    with transaction():
        _keep(night, differences)
    if words:
        rest = f"; and {len(words) - TOLD} more" if len(words) > TOLD else ""
        raise Alarm(f"Counted again, figures come out otherwise than they are kept: {'; '.join(words[:TOLD])}{rest}")
    return compared


def _chosen(night: date) -> list[Compilation]:
    """What is looked at: compilations that still answer for their day, and may be asked again.

    Where something was put into the past since, the ledger no longer answers as it did then, and nothing can be said.
    """
    holds = basis()
    every = [
        one
        for one in latest_by_day(date.min, night)
        if can_be_added_to(Mark(one.confirmed_at, one.last_event_id, one.last_posting_id, one.basis), holds)
    ]
    if not every:
        return []
    differed = set(
        db.session.scalars(select(RecountDifference.compilation_id).where(RecountDifference.settled_at.is_(None)))
    )
    earlier = every[:-1]
    drawn = Random(night.toordinal()).sample(earlier, min(EARLIER, len(earlier)))  # noqa: S311 - a sample, no secret
    chosen = {one.id: one for one in (every[-1], *drawn, *(one for one in earlier if one.id in differed))}
    return list(chosen.values())


def _walked(chosen: Sequence[Compilation]) -> dict[int, Walk]:
    """Everybody walked once, for all the days."""
    known = rules()
    walks = {one.id: Walk(one.as_at, one.confirmed_at, known) for one in chosen}
    for life in lives() if walks else ():
        for walk in walks.values():
            walk.look_at(life)
    for walk in walks.values():
        walk.finish()
    return walks


def _compared(compilation: Compilation, walk: Walk, structure: Structure) -> list[Difference | None]:
    """Every kept figure that can be counted by walking: nothing where it agrees."""
    ids = {
        (kind, organisation_id): id
        for id, kind, organisation_id in db.session.execute(
            select(FigureScope.id, FigureScope.kind, FigureScope.organisation_id)
        )
    }
    members = {ids[one.kind, one.organisation_id]: structure.members(one) for one in structure.kept_scopes}
    found: list[Difference | None] = []
    rows = kept_rows(compilation.id)
    compiled = {code for code, _ in rows}
    for metric in sorted(COMPILED, key=lambda metric: metric.code):
        if metric.code not in RECOUNTED or metric.code not in compiled:
            continue
        for scope_id, those in sorted(members.items()):
            kept = rows.get((metric.code, scope_id)) or of_nobody(metric)
            counted = walk.figure(metric.code, those)
            agrees = all(_is_same(*pair) for pair in zip(kept, counted, strict=True))
            found.append(None if agrees else Difference(compilation, metric.code, scope_id, kept, counted))
    return found


def _is_same(kept: float | None, counted: float | None) -> bool:
    if kept is None or counted is None:
        return kept is counted
    return abs(kept - counted) <= EXACTLY * max(1.0, abs(kept))


def _words(difference: Difference, structure: Structure) -> str:
    scope = db.session.get_one(FigureScope, difference.scope_id)
    whose = structure.by_id[scope.organisation_id].slug if scope.organisation_id else EVERYBODY
    if scope.kind not in (ScopeKind.OWN, ScopeKind.ALL):
        whose += f" ({scope.kind})"
    kept, counted = (_number(parts) for parts in (difference.kept, difference.counted))
    day = format_day(difference.compilation.as_at)
    return f"{difference.figure} of {whose} as at {day} is kept as {kept} and counted as {counted}"


def _number(parts: Parts) -> str:
    above, below, value = parts
    number = "[z]" if value is None else f"{value:g}"
    return number if below is None else f"{number} ({'' if above is None else f'{above} '}of {below})"


def _keep(night: date, differences: Sequence[Difference]) -> None:
    """Keep what differs, and let go of what agrees by now or answers for its day no longer."""
    session = db.session()
    open_now = select(RecountDifference).where(RecountDifference.settled_at.is_(None))
    known = {(one.compilation_id, one.figure, one.scope_id): one for one in session.scalars(open_now)}
    found = {(one.compilation.id, one.figure, one.scope_id): one for one in differences}
    settled = [one.id for key, one in known.items() if key not in found]
    if settled:
        session.execute(update(RecountDifference).where(RecountDifference.id.in_(settled)).values(settled_at=now()))
    for key, one in found.items():
        if key not in known:
            kept = dict(zip(("kept_numerator", "kept_denominator", "kept_value"), one.kept, strict=True))
            names = ("counted_numerator", "counted_denominator", "counted_value")
            counted = dict(zip(names, one.counted, strict=True))
            place = {"compilation_id": key[0], "figure": key[1], "scope_id": key[2]}
            session.add(RecountDifference(**place, night=night, **kept, **counted))
    session.flush()
