"""What the pages of snapshots rest on, in small answers: as long as they are the same, so are the pages."""

from typing import Any

from sqlalchemy import ColumnElement, func, or_, select

from tracker.core.db import db
from tracker.ledger.models import Event, EventKind, EventVoid
from tracker.organisations.models import Organisation, OrganisationChange, OrganisationParent
from tracker.people.identity.models import PersonMerge
from tracker.people.models import Posting
from tracker.progress.models import Compilation, Forecast, StatusDeclared, StatusRule, TargetVersion
from tracker.training.models import ProgrammeQualification

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


def _since_last(*said: ColumnElement[bool]) -> Any:
    last = Compilation.id == select(func.max(Compilation.id)).scalar_subquery()
    return select(func.count()).select_from(Compilation).where(last, *said).scalar_subquery()


_REWRITTEN = select(
    _of(func.max(PersonMerge.id)),
    _of(func.count(PersonMerge.undone_at)),
    _of(func.max(ProgrammeQualification.id)),
    _since_last(
        Event.id > Compilation.last_event_id,
        or_(Event.recorded_at <= Compilation.confirmed_at, Event.kind == EventKind.TRANSFERRED),
    ),
    _since_last(EventVoid.replaced_by_id > Compilation.last_event_id, EventVoid.voided_at <= Compilation.confirmed_at),
    _since_last(Posting.id > Compilation.last_posting_id, Posting.recorded_at.is_(None)),
)


def rewritten() -> Stamp:
    """The state of what was put into the past since the last compilation, which snapshots do not show yet and what is
    asked of the ledger as known then does: an older system's history, a posting that holds at every instant, a merge.
    """
    return tuple(db.session.execute(_REWRITTEN).one())


def stamp() -> Stamp:
    """The state of compilations, targets, statuses and the structure of government.

    Another as soon as a day is compiled or confirmed, a target version is added or undone, a forecast is made, a
    status is declared or worked out otherwise, or an organisation is edited, moved under another or closed.
    """
    return tuple(db.session.execute(_STAMP).one())


def is_compiled(stamp: Stamp) -> bool:
    """Whether any day was compiled by the time of a stamp."""
    return stamp[0] is not None
