"""What the pages of snapshots rest on, in one small answer: as long as it is the same, so are they."""

from typing import Any

from sqlalchemy import func, select

from tracker.core.db import db
from tracker.organisations.models import Organisation, OrganisationChange, OrganisationParent
from tracker.progress.models import Compilation, Forecast, StatusDeclared, StatusRule, TargetVersion

Stamp = tuple[Any, ...]


def _of(what: Any) -> Any:
    return select(what).scalar_subquery()


_STAMP = select(
    _of(func.max(Compilation.id)),
    _of(func.count(Compilation.id)),
    _of(func.max(Compilation.confirmed_at)),
    _of(func.max(TargetVersion.id)),
    _of(func.max(Forecast.id)),
    _of(func.max(StatusRule.id)),
    _of(func.max(StatusDeclared.id)),
    _of(func.count(TargetVersion.undone_at)),
    _of(func.count(Organisation.id)),
    _of(func.sum(Organisation.version)),
    _of(func.sum(Organisation.present_id)),
    _of(func.max(OrganisationChange.id)),
    _of(func.sum(OrganisationParent.child_id * 1009 + OrganisationParent.parent_id)),
)


def stamp() -> Stamp:
    """The state of compilations, targets, statuses and the structure of government.

    Another as soon as a day is compiled or confirmed, a target version is added or undone, a forecast is made, a
    status is declared or worked out otherwise, or an organisation is edited, moved under another or closed.
    """
    return tuple(db.session.execute(_STAMP).one())
