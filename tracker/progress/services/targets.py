"""Keeping targets: a change is a new version with its reason, and the old one stays."""

from collections.abc import Mapping
from datetime import date

from sqlalchemy import select, update

from tracker.core.clock import now
from tracker.core.db import db
from tracker.core.errors import DomainError
from tracker.organisations.models import Organisation
from tracker.progress.models import TargetPoint, TargetVersion
from tracker.progress.queries.targets import analysts_by_slug, target_lines
from tracker.progress.registry import TARGETED
from tracker.progress.targets import apportion


class TargetNotAllowed(DomainError):
    """A target that the rules refuse."""


def merge_points(
    figure: str,
    organisation_id: int | None,
    points: Mapping[date, float],
    *,
    reason: str,
    created_by_id: int | None,
    import_id: int | None,
) -> TargetVersion | None:
    """Lay points over the current line of a target, as an import does: days it does not name stay as they are.

    :return: the new version; None, and nothing written, where every point is there already.
    :raises TargetNotAllowed: if there is no such figure, no reason is given, or a value is below zero.

    Flushes; the caller owns the transaction.
    """
    current = _current(figure, organisation_id)
    if all(current.get(day) == value for day, value in points.items()):
        return None
    return _add_version(figure, organisation_id, {**current, **points}, reason, created_by_id, import_id)


def replace_line(
    figure: str, organisation_id: int | None, points: Mapping[date, float], *, reason: str, created_by_id: int | None
) -> TargetVersion:
    """Put a whole new line in the place of a target's current one.

    :raises TargetNotAllowed: as `merge_points`; also without any point, or where the line is the current one.
    """
    if not points:
        raise TargetNotAllowed("A target needs at least one date with a value", "points")
    if _current(figure, organisation_id) == dict(points):
        raise TargetNotAllowed("This is the target that holds already", "points")
    return _add_version(figure, organisation_id, points, reason, created_by_id, None)


def share_out(figure: str, *, reason: str, created_by_id: int | None) -> list[TargetVersion]:
    """Share a national target out over organisations by their analysts of 31 March 2023, each dated value by itself.

    :return: the new versions of those whose target changes.
    :raises TargetNotAllowed: if all government has no target, or one that is no whole number of people on some day.
    """
    national = _current(figure, None)
    if not national:
        raise TargetNotAllowed("All government has no target for this figure to share out")
    if any(value != int(value) for value in national.values()):
        raise TargetNotAllowed("Only whole numbers can be shared out")
    headcounts = analysts_by_slug()
    ids = dict(db.session.execute(select(Organisation.slug, Organisation.id)).all())
    days = [day for day in sorted(national) if day >= SHARED_SINCE]
    parts = {day: apportion(int(national[day]), headcounts) for day in days}
    shared = []
    for slug in sorted(headcounts):
        line = {day: float(parts[day][slug]) for day in days}
        if line and _current(figure, ids[slug]) != line:
            shared.append(_add_version(figure, ids[slug], line, reason, created_by_id, None))
    return shared


SHARED_SINCE = date(2023, 3, 31)
"""The day of the headcount; before it organisations have no part (fine print E8)."""


def undo_versions(import_id: int) -> int:
    """Take back the versions that an import added; what held before holds again. Returns how many there were."""
    standing = (TargetVersion.import_id == import_id, TargetVersion.undone_at.is_(None))
    ids = db.session.scalars(select(TargetVersion.id).where(*standing)).all()
    db.session.execute(update(TargetVersion).where(TargetVersion.id.in_(ids)).values(undone_at=now()))
    return len(ids)


def _current(figure: str, organisation_id: int | None) -> dict[date, float]:
    line = target_lines([figure]).get((figure, organisation_id))
    return dict(line.points) if line else {}


def _add_version(
    figure: str,
    organisation_id: int | None,
    points: Mapping[date, float],
    reason: str,
    created_by_id: int | None,
    import_id: int | None,
) -> TargetVersion:
    if figure not in TARGETED:
        raise TargetNotAllowed(f"There is no figure ‘{figure}’", "figure")
    if not reason.strip():
        raise TargetNotAllowed("Say why the target is set or changed", "reason")
    if any(value < 0 for value in points.values()):
        raise TargetNotAllowed("A target cannot be below zero", "points")
    version = TargetVersion(
        figure=figure,
        organisation_id=organisation_id,
        reason=reason.strip(),
        created_by_id=created_by_id,
        import_id=import_id,
        points=[TargetPoint(day=day, value=value) for day, value in sorted(points.items())],
    )
    db.session.add(version)
    db.session.flush()
    return version
