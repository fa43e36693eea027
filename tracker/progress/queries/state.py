"""What the pages of snapshots rest on, in one small answer: as long as it is the same, so are they."""

from typing import Any

from sqlalchemy import func, select

from tracker.core.db import db
from tracker.organisations.models import Organisation, OrganisationChange, OrganisationParent
from tracker.progress.models import Compilation, TargetVersion

Stamp = tuple[Any, ...]


def stamp() -> Stamp:
    """The state of compilations, targets and the structure of government.

    Another as soon as a day is compiled or confirmed, a target version is added or undone, or an organisation is
    edited, moved under another or closed.
    """

    def of(what: Any) -> Any:
        return select(what).scalar_subquery()

    link = OrganisationParent
    parts = (
        of(func.max(Compilation.id)),
        of(func.count(Compilation.id)),
        of(func.max(Compilation.confirmed_at)),
        of(func.max(TargetVersion.id)),
        of(func.count(TargetVersion.undone_at)),
        of(func.count(Organisation.id)),
        of(func.sum(Organisation.version)),
        of(func.sum(Organisation.present_id)),
        of(func.max(OrganisationChange.id)),
        of(func.sum(link.child_id * 1009 + link.parent_id)),
    )
    return tuple(db.session.execute(select(*parts)).one())
