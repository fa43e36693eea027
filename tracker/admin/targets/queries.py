"""Targets as they stand, and the versions before them."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload, selectinload

from tracker.core.db import db
from tracker.organisations.models import Organisation
from tracker.progress.models import TargetVersion
from tracker.progress.registry import TARGETED


@dataclass(frozen=True)
class Target:
    """What a target is for: a figure, and an organisation or all government. `organisation_id` says whose it is."""

    figure: str
    organisation: Organisation | None

    @property
    def organisation_id(self) -> int | None:
        """Whose lead may see it; None for all government, which no lead's reach holds."""
        return self.organisation.id if self.organisation else None

    @property
    def whose(self) -> str:
        """Whose it is, in words."""
        return self.organisation.name if self.organisation else "All government"

    @property
    def slug(self) -> str:
        """Whose it is, as it stands in an address."""
        return self.organisation.slug if self.organisation else "all"


def target(figure: str, slug: str) -> Target | None:
    """What a target is for, whether there is one yet or not."""
    if figure not in TARGETED:
        return None
    if slug == "all":
        return Target(figure, None)
    found = db.session.scalar(select(Organisation).where(Organisation.slug == slug))
    return Target(figure, found) if found else None


def current_versions(reach: frozenset[int] | None) -> Sequence[TargetVersion]:
    """The version that holds of every target within reach: all government's first, then by organisation."""
    latest = select(func.max(TargetVersion.id)).where(TargetVersion.undone_at.is_(None))
    latest = latest.group_by(TargetVersion.figure, TargetVersion.organisation_id)
    found = (
        select(TargetVersion)
        .outerjoin(TargetVersion.organisation)
        .where(TargetVersion.id.in_(latest))
        .options(joinedload(TargetVersion.organisation), selectinload(TargetVersion.points))
        .order_by(TargetVersion.figure, TargetVersion.organisation_id.is_not(None), Organisation.name)
    )
    if reach is not None:
        found = found.where(TargetVersion.organisation_id.in_(sorted(reach)))
    return db.session.scalars(found).all()


def latest_id(of: Target) -> int:
    """The number of the latest version of a target, undone or not; 0 where there is none."""
    latest = select(func.max(TargetVersion.id)).where(
        TargetVersion.figure == of.figure, TargetVersion.organisation_id.is_not_distinct_from(of.organisation_id)
    )
    return db.session.scalar(latest) or 0


def names_by_slug() -> dict[str, str]:
    """The names of organisations."""
    return {str(slug): str(name) for slug, name in db.session.execute(select(Organisation.slug, Organisation.name))}
