"""What loading a file would do to the records and the figures, found by loading it and taking it back."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from itertools import islice
from typing import Any

from sqlalchemy import Date, Select, func, literal, select, union_all
from sqlalchemy.orm import Session

from tracker.core.clock import today
from tracker.core.db import look_at_tables, transaction
from tracker.core.intake import Counts, Intake, Kind
from tracker.core.metric import Knowledge
from tracker.imports.models import ImportBatch
from tracker.imports.services.loading import rehearse
from tracker.organisations.models import Organisation
from tracker.progress.models import Compilation
from tracker.progress.registry import METRICS, several

SHOWN = 200
"""How many changes and pairs are kept to be shown; all are counted."""
MOST_ROWS = 200_000
"""For larger files the effect is not worked out: others would wait too long while the file is tried."""

MANY_EVENTS = 100
"""So many new events are more than a database that was not told of them should plan for."""

Place = tuple[str, date, int | str]
"""A figure, a day, an organisation; or, as text, several for which the same records count."""
COUNTED = [metric for metric in METRICS.values() if metric.kind == "count"]


def counted(session: Session, people: Select[Any], days: Sequence[date]) -> Counter[Place]:
    """How many of the people count in each figure on each day in each organisation."""
    day = union_all(*(select(literal(one, Date()).label("day")) for one in days)).subquery()
    found: Counter[Place] = Counter()
    for metric in COUNTED:
        for spans in filter(None, (metric.numerator, metric.shared)):
            span = spans(Knowledge(people=people)).subquery()
            held = (span.c.starts_on <= day.c.day) & (day.c.day < span.c.ends_on)
            query = select(day.c.day, span.c.organisation_id, func.count()).join_from(span, day, held)
            for on, organisation, number in session.execute(query.group_by(day.c.day, span.c.organisation_id)):
                found[metric.code, on, organisation] = number
    return found


def final_days(session: Session) -> list[date]:
    """The month ends whose figures are final."""
    return list(session.scalars(select(Compilation.as_at).where(Compilation.is_final).distinct()))


def find_effect(import_id: int, kind: Kind, *, by_id: int | None) -> dict[str, Any]:
    """Try the load of the valid rows: counts, changes field by field, pairs that may be one person, figures.

    Opens its own transactions, and keeps only what it found.
    """
    effect: dict[str, Any] = {}

    def before(session: Session, intake: Intake) -> tuple[list[date], Counter[Place]]:
        _keep_some(effect, "pairs", kind.suspects(session, intake))
        days = [today(), *(day for day in final_days(session) if day != today())]
        return days, counted(session, kind.touched(intake), days)

    def after(session: Session, intake: Intake, counts: Counts, found: tuple[list[date], Counter[Place]]) -> None:
        days, earlier = found
        if counts.events >= MANY_EVENTS:
            look_at_tables(session)
        later = counted(session, kind.touched(intake), days)
        differences = {place: later[place] - earlier[place] for place in {*earlier, *later}}
        effect["counts"] = asdict(counts)
        effect["as_at"] = days[0].isoformat()
        effect["figures"] = _figures(session, differences, days[0])
        effect["final_months"] = sorted(
            {on.isoformat() for (_, on, _), by in differences.items() if by and on in days[1:]}
        )
        _keep_some(effect, "changes", kind.changes(session, intake))
        _keep_some(effect, "makes", kind.makes(session, intake))

    rehearse(import_id, kind, by_id=by_id, before=before, after=after)
    with transaction() as session:
        session.get_one(ImportBatch, import_id).effect = effect
    return effect


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
