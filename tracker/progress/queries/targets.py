"""The targets that hold, and those that held before them."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import aliased, selectinload

from tracker.core.db import db
from tracker.core.metric import Metric
from tracker.organisations.models import AnalystBase, Organisation, OrganisationChange
from tracker.progress.figures import Scope
from tracker.progress.models import TargetPoint, TargetVersion
from tracker.progress.structure import Structure
from tracker.progress.targets import Place, TargetLine, pass_on, together


def versions(figure: str, organisation_id: int | None) -> Sequence[TargetVersion]:
    """Every version of a target that was not undone, the current one first."""
    return db.session.scalars(
        select(TargetVersion)
        .where(
            TargetVersion.figure == figure,
            TargetVersion.organisation_id.is_not_distinct_from(organisation_id),
            TargetVersion.undone_at.is_(None),
        )
        .order_by(TargetVersion.id.desc())
        .options(selectinload(TargetVersion.points))
    ).all()


def target_lines(figures: Collection[str] | None = None) -> dict[Place, TargetLine]:
    """The line that holds now of every target, or of the targets of some figures."""
    current = (
        select(func.max(TargetVersion.id))
        .where(TargetVersion.undone_at.is_(None))
        .group_by(TargetVersion.figure, TargetVersion.organisation_id)
    )
    query = (
        select(TargetVersion.figure, TargetVersion.organisation_id, TargetPoint.day, TargetPoint.value)
        .join(TargetPoint, TargetPoint.version_id == TargetVersion.id)
        .where(TargetVersion.id.in_(current))
        .order_by(TargetVersion.id, TargetPoint.day)
    )
    if figures is not None:
        query = query.where(TargetVersion.figure.in_(sorted(figures)))
    points: dict[Place, list[tuple[date, float]]] = {}
    for figure, organisation_id, day, value in db.session.execute(query):
        points.setdefault((figure, organisation_id), []).append((day, value))
    return {place: TargetLine(tuple(line)) for place, line in points.items()}


def line_of(lines: Mapping[Place, TargetLine], structure: Structure, figure: str, scope: Scope) -> TargetLine | None:
    """The target line of a figure's scope: that of all government, or what those of its organisations come to."""
    if scope.organisation_id is None:
        return lines.get((figure, None))
    places = ((figure, id) for id in sorted(structure.members(scope)))
    return together([lines[place] for place in places if place in lines])


def line_on(
    lines: Mapping[Place, TargetLine], structure: Structure, metric: Metric, scope: Scope, day: date
) -> TargetLine | None:
    """The target line that a figure is held against on a London day: of a yearly count that of the year of the day."""
    line = line_of(lines, structure, metric.code, scope)
    return line.in_year(day) if line and metric.is_yearly else line


def target_on(figure: str, organisation_id: int | None, day: date) -> float | None:
    """What a figure should be on a London day, by the target that holds now; None where there is none (yet)."""
    line = target_lines([figure]).get((figure, organisation_id))
    return line.on(day) if line else None


def analysts_by_slug() -> dict[str, int]:
    """Analysts in post on 31 March 2023, by the organisations of today (fine print E8)."""
    heir = aliased(Organisation)
    query = (
        select(Organisation.slug, Organisation.is_closed, AnalystBase.core_analysts, heir.slug)
        .outerjoin(AnalystBase, AnalystBase.organisation_id == Organisation.id)
        .outerjoin(OrganisationChange, OrganisationChange.predecessor_id == Organisation.id)
        .outerjoin(heir, heir.id == OrganisationChange.successor_id)
        .order_by(Organisation.id)
    )
    base: dict[str, int] = {}
    successors: dict[str, list[str]] = {}
    closed = set()
    # One row for each successor, and one for an organisation without any.
    for slug, is_closed, count, successor in db.session.execute(query):
        if count is not None:
            base[slug] = count
        if is_closed:
            closed.add(slug)
        if successor is not None:
            successors.setdefault(slug, []).append(successor)
    return pass_on(base.items(), successors, frozenset(closed))
