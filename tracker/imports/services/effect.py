"""What loading a file would do to the records and the figures, found by loading it and taking it back; and a load that
does what was shown, or nothing.
"""

import json
from collections import Counter
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import asdict
from datetime import date
from functools import lru_cache
from hashlib import sha256
from itertools import islice
from typing import Any

from sqlalchemy import Date, Select, Text, bindparam, func, select, union_all
from sqlalchemy.orm import Session

from tracker.core.clock import today
from tracker.core.db import db, look_at_tables, reading_everything
from tracker.core.intake import Counts, Intake, Kind
from tracker.core.metric import Knowledge
from tracker.core.sql import list_text, listed
from tracker.imports.models import ImportBatch
from tracker.imports.services.loading import Watch, load, rehearse
from tracker.organisations.models import Organisation
from tracker.people.models import Person
from tracker.progress.models import Compilation
from tracker.progress.registry import METRICS, several

SHOWN = 200
"""How many changes and pairs are kept to be shown; all are counted."""
MOST_ROWS = 200_000
"""For larger files the effect is not worked out: others would wait too long while the file is tried."""

MANY_EVENTS = 100
"""So many new events are more than a database that was not told of them should plan for."""

ONE_IN = 30
"""Where a file names one in so many of the people there are, reading everybody is quicker than looking up each."""

Place = tuple[str, date, int | str]
"""A figure, a day, an organisation; or, as text, several for which the same records count."""
COUNTED = [metric for metric in METRICS.values() if metric.kind == "count"]


def counted(session: Session, people: Select[Any], days: Sequence[date]) -> Counter[Place]:
    """How many of the people count in each figure on each day in each organisation."""
    ids = session.scalars(people).all()
    asked_for = {"people": list_text(ids), **{f"day_{n}": one for n, one in enumerate(days)}}
    found: Counter[Place] = Counter()
    everybody = session.scalar(select(func.count()).select_from(Person)) or 0
    with reading_everything() if len(ids) * ONE_IN >= everybody else nullcontext():
        for code, query in _counting(len(days)):
            for on, organisation, number in session.execute(query, asked_for):
                found[code, on, organisation] = number
    return found


@lru_cache(maxsize=4)
def _counting(days: int) -> list[tuple[str, Select[Any]]]:
    """What is asked for each figure, with the people and so many days left open: to put it together takes longer than a
    small file."""
    day = union_all(*(select(bindparam(f"day_{n}", type_=Date()).label("day")) for n in range(days))).subquery()
    knowledge = Knowledge(people=listed(bindparam("people", type_=Text())))
    asked = []
    for metric in COUNTED:
        for spans in filter(None, (metric.numerator, metric.shared)):
            span = spans(knowledge).subquery()
            held = (span.c.starts_on <= day.c.day) & (day.c.day < span.c.ends_on)
            query = select(day.c.day, span.c.organisation_id, func.count()).join_from(span, day, held)
            asked.append((metric.code, query.group_by(day.c.day, span.c.organisation_id)))
    return asked


def final_days(session: Session) -> list[date]:
    """The month ends whose figures are final."""
    return list(session.scalars(select(Compilation.as_at).where(Compilation.is_final).distinct()))


class _Effect(Watch):
    """Works out what a load does: counts, changes field by field, pairs that may be one person, figures."""

    def __init__(self, kind: Kind) -> None:
        """Of a file of a kind."""
        self.kind = kind
        self.effect: dict[str, Any] = {}
        self.days: list[date] = []
        self.earlier: Counter[Place] = Counter()

    def before(self, session: Session, intake: Intake) -> None:
        """Find whom the file may double, and where everybody it names counts."""
        _keep_some(self.effect, "pairs", self.kind.suspects(session, intake))
        self.days = [today(), *(day for day in final_days(session) if day != today())]
        self.earlier = counted(session, self.kind.touched(intake), self.days)

    def after(self, session: Session, intake: Intake, counts: Counts) -> None:
        """Find what came of it."""
        if counts.events >= MANY_EVENTS:
            look_at_tables(session)
        later = counted(session, self.kind.touched(intake), self.days)
        differences = {place: later[place] - self.earlier[place] for place in {*self.earlier, *later}}
        self.effect["counts"] = asdict(counts)
        self.effect["as_at"] = self.days[0].isoformat()
        self.effect["figures"] = _figures(session, differences, self.days[0])
        self.effect["final_months"] = sorted(
            {on.isoformat() for (_, on, _), by in differences.items() if by and on in self.days[1:]}
        )
        _keep_some(self.effect, "changes", self.kind.changes(session, intake))
        _keep_some(self.effect, "makes", self.kind.makes(session, intake))


def find_effect(import_id: int, kind: Kind, *, by_id: int | None) -> dict[str, Any]:
    """Try the load of the valid rows, and say what it would do. Opens its own transaction, and keeps nothing."""
    watch = _Effect(kind)
    rehearse(import_id, kind, by_id=by_id, watch=watch)
    return watch.effect


class NotAsShown(Exception):
    """The load would do something else than was shown: nothing was loaded."""


class _AsShown(_Effect):
    """Takes a load back that does something else than was shown."""

    def __init__(self, kind: Kind, rejected: int, shown: dict[str, Any] | None) -> None:
        """Take what was shown: how many rows are in error, and the effect where it was worked out."""
        super().__init__(kind)
        self.rejected, self.shown = rejected, shown

    def before(self, session: Session, intake: Intake) -> None:
        """Compare the rows in error before anything is written."""
        if session.get_one(ImportBatch, intake.import_id).rejected != self.rejected:
            raise NotAsShown
        if self.shown is not None:
            super().before(session, intake)

    def after(self, session: Session, intake: Intake, counts: Counts) -> None:
        """Compare what came of it."""
        if self.shown is not None:
            super().after(session, intake, counts)
            if what_differs(self.shown, self.effect):
                raise NotAsShown


def load_as_shown(import_id: int, kind: Kind) -> None:
    """Load what somebody asked to have loaded, if it does what they were shown. Opens its own transactions.

    :raises NotAsShown: if it would do something else; nothing was loaded.
    :raises RowsInError: as `load`.
    """
    batch = db.session.get_one(ImportBatch, import_id)
    watch = _AsShown(kind, batch.rejected, batch.effect)
    load(import_id, kind, by_id=batch.loaded_by_id, accept_valid=batch.accepts_valid, watch=watch)


COUNTS = {
    "created": "rows that create something",
    "updated": "rows that change something",
    "unchanged": "rows that change nothing",
    "events": "events to be recorded",
}
LISTS = {
    "makes": "new cohorts",
    "pairs": "pairs that may be one person",
    "changes": "changes of what is there",
    "figures": "figures",
    "final_months": "closed months with a revision",
}


def what_differs(shown: dict[str, Any], now: dict[str, Any]) -> list[str]:
    """Where two effects of one file differ, in words. The day they are as at is not compared."""
    said = [
        f"{words}: {now['counts'][name]:,} instead of {shown['counts'][name]:,}"
        for name, words in COUNTS.items()
        if now["counts"][name] != shown["counts"][name]
    ]
    for name, words in LISTS.items():
        many, before = (one.get(f"{name}_count", len(one[name])) for one in (now, shown))
        if many != before:
            said.append(f"{words}: {many:,} instead of {before:,}")
        elif many <= SHOWN and _in_order(now[name]) != _in_order(shown[name]):
            said.append(f"other {words}")
    return said


def _in_order(kept: list[Any]) -> list[str]:
    """What is kept of an effect as it is compared: pairs of one weight come in any order."""
    return sorted(json.dumps(one, sort_keys=True) for one in kept)


def seal(batch: ImportBatch) -> str:
    """What is known of a checked import, as a short text that a page carries to say what it showed."""
    return sha256(json.dumps([batch.rejected, batch.effect], sort_keys=True).encode()).hexdigest()[:32]


def _keep_some(effect: dict[str, Any], name: str, found: Any) -> None:
    kept = list(islice(found, SHOWN))
    effect[name] = kept
    effect[f"{name}_count"] = len(kept) + sum(1 for _ in found)


def _figures(session: Session, differences: dict[Place, int], as_at: date) -> list[dict[str, Any]]:
    """Each figure that would change, for all government and each organisation, headlines first."""
    names = {
        id: (slug, name)
        for id, slug, name in session.execute(select(Organisation.id, Organisation.slug, Organisation.name))
    }
    rows = []
    for metric in sorted(COUNTED, key=lambda one: not one.is_headline):
        mine = {id: by for (code, on, id), by in differences.items() if code == metric.code and on == as_at and by}
        parts = sorted((names[id][1], names[id][0], by) for id, by in mine.items() if isinstance(id, int))
        if parts:
            twice = sum((len(several(ids)) - 1) * by for ids, by in mine.items() if isinstance(ids, str))
            whole = {"name": "All government", "slug": None, "by": sum(by for _, _, by in parts) - twice}
            places = [whole, *({"name": name, "slug": slug, "by": by} for name, slug, by in parts)]
            rows.append({"code": metric.code, "label": metric.label, "headline": metric.is_headline, "places": places})
    return rows
