"""How a status is worked out, what was worked out, and what was declared: as at a day, as known at an instant."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Row, ScalarSelect, Select, func, select
from sqlalchemy.orm import QueryableAttribute, joinedload

from tracker.core.calendar import end_of_day
from tracker.core.clock import london_day
from tracker.core.db import db
from tracker.progress.models import Declared, FigureScope, StatusDeclared, StatusKept, StatusRule
from tracker.progress.status import Pair, Thresholds
from tracker.progress.targets import Place


def rules() -> Sequence[StatusRule]:
    """Every version of the thresholds, the one that holds last first."""
    newest = (StatusRule.starts_on.desc(), StatusRule.id.desc())
    return db.session.scalars(select(StatusRule).order_by(*newest).options(joinedload(StatusRule.set_by))).all()


def rule_on(as_at: date, known_at: datetime | None = None) -> StatusRule:
    """The version that holds on a London day, as known at an instant; without one, as known now."""
    # The one that came with the service holds on every day that can be asked for, and is known at every instant.
    return db.session.scalars(select(StatusRule).where(StatusRule.id == _rule_on(as_at, known_at))).one()


def _rule_on(as_at: date, known_at: datetime | None) -> ScalarSelect[int]:
    query = select(StatusRule.id).where(StatusRule.starts_on <= as_at)
    if known_at is not None:
        query = query.where(StatusRule.set_at <= known_at)
    return query.order_by(StatusRule.starts_on.desc(), StatusRule.id.desc()).limit(1).scalar_subquery()


def thresholds_of(rule: StatusRule) -> Thresholds:
    """What a version says, to judge by."""
    return Thresholds(rule.green, rule.amber, rule.coverage, rule.fewest_stays)


def latest_rule_id() -> int:
    """The number of the version that was set last."""
    return db.session.scalar(select(func.max(StatusRule.id))) or 0


def latest_declared(place: Place) -> StatusDeclared | None:
    """What was said last of a headline, a withdrawal too."""
    return next(iter(declared_history(place)), None)


def declared_history(place: Place) -> Sequence[StatusDeclared]:
    """Everything that was ever declared of a headline of all government or of an organisation, the latest first."""
    figure, organisation_id = place
    return db.session.scalars(
        select(StatusDeclared)
        .where(StatusDeclared.figure == figure, StatusDeclared.organisation_id.is_not_distinct_from(organisation_id))
        .order_by(StatusDeclared.number.desc())
        .options(joinedload(StatusDeclared.declared_by))
    ).all()


def what_stands(
    figures: Collection[str], as_at: date | None = None, known_at: datetime | None = None
) -> dict[Place, StatusDeclared]:
    """What stands as declared of some figures; nothing where it was withdrawn.

    :param as_at: by the close of this London day; None for what stands now.
    :param known_at: by this instant.
    """
    found = db.session.scalars(
        select(StatusDeclared).where(StatusDeclared.id.in_(_said_last(figures, as_at, known_at)))
    )
    return _standing(found)


def judged_by(
    figures: Collection[str], day: date, as_at: date | None = None, known_at: datetime | None = None
) -> tuple[StatusRule, dict[Place, StatusDeclared]]:
    """`rule_on` a day and `what_stands` of some figures, in one question: all that a page judges figures by."""
    declared = StatusDeclared.id.in_(_said_last(figures, as_at, known_at))
    query = select(StatusRule, StatusDeclared).where(StatusRule.id == _rule_on(day, known_at))
    rows: Sequence[Row[StatusRule, StatusDeclared | None]] = db.session.execute(
        query.outerjoin(StatusDeclared, declared)
    ).all()
    return rows[0][0], _standing(one for _, one in rows if one is not None)


def _said_last(figures: Collection[str], as_at: date | None, known_at: datetime | None) -> Select[int]:
    until = min((instant for instant in (end_of_day(as_at) if as_at else None, known_at) if instant), default=None)
    said = select(func.max(StatusDeclared.id)).where(StatusDeclared.figure.in_(sorted(figures)))
    if until is not None:
        said = said.where(StatusDeclared.declared_at <= until)
    return said.group_by(StatusDeclared.figure, StatusDeclared.organisation_id)


def _standing(found: Iterable[StatusDeclared]) -> dict[Place, StatusDeclared]:
    return {(one.figure, one.organisation_id): one for one in found if one.colour is not Declared.WITHDRAWN}


def kept_history(place: Place) -> Sequence[StatusKept]:
    """Every colour that was kept for a headline of all government or of an organisation with the bodies under it, the
    latest first."""
    figure, organisation_id = place
    wanted = FigureScope.organisation_id.is_not_distinct_from(organisation_id)
    found = db.session.scalars(
        select(StatusKept)
        .join(FigureScope, FigureScope.id == StatusKept.scope_id)
        .where(StatusKept.figure == figure, wanted)
        .order_by(StatusKept.as_at.desc(), FigureScope.kind)
    )
    # An organisation that got bodies under it was kept by itself before.
    return list({one.as_at: one for one in reversed(found.all())}.values())[::-1]


def kept_days(figure: str, first: date, last: date) -> set[date]:
    """The days of which a colour was kept."""
    within = StatusKept.as_at.between(first, last)
    return set(db.session.scalars(select(StatusKept.as_at).where(StatusKept.figure == figure, within).distinct()))


@dataclass(frozen=True)
class Observed:
    """Both colours of one headline of all government (no organisation) or of an organisation on one day."""

    organisation_id: int | None
    figure: str
    pair: Pair


def observed(figures: Collection[str], first: date, last: date, reach: frozenset[int] | None) -> list[Observed]:
    """Each day on which a colour was kept while another stood declared, in order of days.

    :param reach: organisations to leave it at; None for all of them and all government.
    """
    declared = _declared_until(figures, last, reach)
    return [
        Observed(organisation_id, figure, Pair(day, said.colour, colour))
        for figure, organisation_id, day, colour in _kept_between(figures, first, last, reach)
        if (said := _said_on(declared.get((figure, organisation_id), ()), day))
    ]


def _declared_until(
    figures: Collection[str], last: date, reach: frozenset[int] | None
) -> dict[Place, list[StatusDeclared]]:
    query = (
        select(StatusDeclared)
        .where(StatusDeclared.figure.in_(sorted(figures)), StatusDeclared.declared_at <= end_of_day(last))
        .where(*_within(StatusDeclared.organisation_id, reach))
        .order_by(StatusDeclared.id)
    )
    found: dict[Place, list[StatusDeclared]] = {}
    for one in db.session.scalars(query):
        found.setdefault((one.figure, one.organisation_id), []).append(one)
    return found


def _kept_between(
    figures: Collection[str], first: date, last: date, reach: frozenset[int] | None
) -> Iterable[tuple[str, int | None, date, str]]:
    rows = db.session.execute(
        select(StatusKept.figure, FigureScope.organisation_id, StatusKept.as_at, StatusKept.colour)
        .join(FigureScope, FigureScope.id == StatusKept.scope_id)
        .where(StatusKept.figure.in_(sorted(figures)), StatusKept.as_at.between(first, last))
        .where(*_within(FigureScope.organisation_id, reach))
        .order_by(StatusKept.as_at)
    )
    return [(figure, organisation_id, day, colour) for figure, organisation_id, day, colour in rows]


def _within(column: QueryableAttribute[int | None], reach: frozenset[int] | None) -> list[ColumnElement[bool]]:
    return [] if reach is None else [column.in_(sorted(reach))]


def _said_on(history: Sequence[StatusDeclared], day: date) -> StatusDeclared | None:
    """What stood at the close of a London day."""
    said = [one for one in history if london_day(one.declared_at) <= day]
    return said[-1] if said and said[-1].colour is not Declared.WITHDRAWN else None
