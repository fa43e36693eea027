"""The records behind a number: a list exactly as long as the number."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, false, func, select

from tracker.core.db import db
from tracker.core.metric import Knowledge, Metric
from tracker.core.paging import PER_PAGE, Page, page_number
from tracker.ledger.models import Journey
from tracker.people.models import Person
from tracker.progress.figures import Scope
from tracker.progress.models import ScopeKind
from tracker.progress.structure import Structure

Reach = frozenset[int] | None
"""The organisations whose records somebody may see; None for all."""


@dataclass(frozen=True)
class RecordRow:
    """One record that makes up a number: whose, which enrolment it rests on, for whom it counts, since when."""

    person_ref: str
    name: str
    journey_ref: str
    organisation_id: int
    since: date


def counted(
    metric: Metric,
    structure: Structure,
    scope: Scope,
    as_at: date,
    knowledge: Knowledge,
    *,
    reach: Reach = None,
    is_denominator: bool = False,
) -> Select[Any]:
    """The spans that make up a figure: record_id, journey_id, organisation_id, starts_on, one row a record.

    :param is_denominator: of a ratio, those it is a share of.
    :param reach: only what counts for one of these organisations.
    """
    spans = metric.denominator if is_denominator else metric.numerator
    assert spans is not None  # only a ratio is asked for its denominator
    span = spans(knowledge).subquery()
    columns: list[Any] = [span.c.record_id, span.c.journey_id, span.c.organisation_id, span.c.starts_on]
    if metric.shared is not None:
        columns[1:] = [func.min(column).label(column.name) for column in columns[1:]]
    rows = select(*columns).where(span.c.starts_on <= as_at, as_at < span.c.ends_on)
    if scope.kind is not ScopeKind.ALL:
        rows = rows.where(span.c.organisation_id.in_(sorted(structure.members(scope))))
    if reach is not None:
        rows = rows.where(span.c.organisation_id.in_(sorted(reach)) if reach else false())
    # Somebody who counts for several organisations at once is one record.
    return rows if metric.shared is None else rows.group_by(span.c.record_id)


def people_counted(
    metric: Metric, structure: Structure, scope: Scope, as_at: date, knowledge: Knowledge, *, reach: Reach = None
) -> Select[Any]:
    """The ids of the people behind a figure, to narrow a list of people by."""
    record = counted(metric, structure, scope, as_at, knowledge, reach=reach).subquery()
    if metric.record == "person":
        return select(record.c.record_id)
    return select(func.coalesce(Journey.person_id, 0)).join(record, record.c.journey_id == Journey.id)


def record_page(
    metric: Metric,
    structure: Structure,
    scope: Scope,
    as_at: date,
    knowledge: Knowledge,
    *,
    url: Callable[[int], str],
    page: str | None = None,
    reach: Reach = None,
    is_denominator: bool = False,
) -> Page[RecordRow]:
    """A page of the records behind a figure, by name."""
    record = counted(metric, structure, scope, as_at, knowledge, reach=reach, is_denominator=is_denominator).subquery()
    total = db.session.scalar(select(func.count()).select_from(record)) or 0
    number = page_number(page, total)
    query = (
        select(
            Person.ref, Person.first_name, Person.last_name, Journey.ref, record.c.organisation_id, record.c.starts_on
        )
        .join_from(record, Journey, Journey.id == record.c.journey_id)
        .join(Person, Person.id == Journey.person_id)
        .order_by(Person.sort_key, Person.id, Journey.id)
        .limit(PER_PAGE)
        .offset((number - 1) * PER_PAGE)
    )
    return Page(_rows(query), number, total, url)


def _rows(query: Select[Any]) -> Sequence[RecordRow]:
    return [
        RecordRow(person_ref, f"{first} {last}", journey_ref, organisation_id, since)
        for person_ref, first, last, journey_ref, organisation_id, since in db.session.execute(query)
    ]
