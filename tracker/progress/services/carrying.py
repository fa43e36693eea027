"""Carrying the figures of a compilation on by what changed since, without counting everything again."""

import json
from collections import Counter
from collections.abc import Iterable
from datetime import date

from sqlalchemy import select

from tracker.core.db import db
from tracker.progress.figures import ALL, Finished, of_nobody, ratio
from tracker.progress.models import SnapshotSpread
from tracker.progress.queries.counting import Change
from tracker.progress.registry import COMPILED, Part, parts_of
from tracker.progress.services.keeping import Day, Rows, kept_rows, worth_keeping
from tracker.progress.structure import Structure
from tracker.progress.tally import counted_too_often, median_of

Occurrences = Counter[float]


class Carried:
    """The figures of one compilation, as they become."""

    def __init__(self, base_id: int, structure: Structure, scope_ids: list[int]) -> None:
        """Read what was kept."""
        self.structure, self.scope_ids = structure, scope_ids
        self.rows: Rows = kept_rows(base_id)
        self.parts: list[Part] = parts_of(COMPILED)
        self._spreads: dict[tuple[str, int], Occurrences] = _kept_spreads(base_id)
        self._stale: set[tuple[str, int]] = set()

    def apply(self, changes: Iterable[Change]) -> None:
        """Count what more or less there is, in every scope it counts in."""
        for number, organisation_id, value, times in changes:
            part = self.parts[number]
            if part.is_shared:
                for place, surplus in counted_too_often(organisation_id, self.structure.holding).items():
                    self._count(part, place, -surplus * times)
                continue
            if part.is_summed:
                self._sum(part, organisation_id, (value or 0.0) * times)
                continue
            if value is not None:
                key = (part.metric.code, organisation_id)
                self._spreads.setdefault(key, Counter())[value] += times
            for place in self.structure.holding[organisation_id]:
                self._count(part, place, times)

    def _sum(self, part: Part, organisation_id: int, more: float) -> None:
        for place in self.structure.holding[organisation_id]:
            key = (part.metric.code, self.scope_ids[place])
            self.rows[key] = (None, None, (self._row(part, key)[2] or 0.0) + more)

    def _count(self, part: Part, place: int, times: int) -> None:
        key = (part.metric.code, self.scope_ids[place])
        numerator, denominator, _ = self._row(part, key)
        if part.is_spread:
            self.rows[key] = (None, (denominator or 0) + times, None)
            self._stale.add((part.metric.code, place))
        elif part.metric.kind == "count":
            count = (numerator or 0) + times
            self.rows[key] = (count, None, float(count))
        else:
            above = (numerator or 0) + (0 if part.is_denominator else times)
            below = (denominator or 0) + (times if part.is_denominator else 0)
            self.rows[key] = (above, below, ratio(above, below))

    def _row(self, part: Part, key: tuple[str, int]) -> Finished:
        return self.rows.get(key) or of_nobody(part.metric)

    def day(self, as_at: date) -> Day:
        """The figures as they have become."""
        for code, place in self._stale:
            merged: Occurrences = Counter()
            for organisation_id in self.structure.members(self.structure.kept_scopes[place]):
                for value, times in self._spreads.get((code, organisation_id), {}).items():
                    merged[value] += times
            key = (code, self.scope_ids[place])
            self.rows[key] = (None, self.rows[key][1], median_of(merged))
        self._stale.clear()
        rows = worth_keeping(self.rows, self.scope_ids[self.structure.kept_scopes.index(ALL)])
        return Day(as_at, rows, {key: text for key, some in self._spreads.items() if (text := _written(some))})


def _written(occurrences: Occurrences) -> str:
    found = [(value, times) for value, times in sorted(occurrences.items()) if times]
    return json.dumps(found) if found else ""


def _kept_spreads(compilation_id: int) -> dict[tuple[str, int], Occurrences]:
    query = select(SnapshotSpread.figure, SnapshotSpread.organisation_id, SnapshotSpread.occurrences)
    rows = db.session.execute(query.where(SnapshotSpread.compilation_id == compilation_id))
    return {(code, organisation_id): Counter(dict(found)) for code, organisation_id, found in rows}
