"""Why people leave, as it is asked for."""

from collections.abc import Sequence

from sqlalchemy import Row, func, select
from sqlalchemy.orm import aliased

from tracker.accounts.models import User
from tracker.core.db import db
from tracker.training.models import EnrolmentLeaving, LeavingReason


def leaving_reason(code: str) -> LeavingReason | None:
    """The reason with a code, retired or not."""
    return db.session.get(LeavingReason, code)


def reasons_to_give() -> dict[str, str]:
    """The words of the reasons that can be given now, by code, in their order."""
    offered = select(LeavingReason).where(LeavingReason.retired_at.is_(None))
    return {one.code: one.words for one in db.session.scalars(offered.order_by(LeavingReason.position))}


def all_reasons() -> Sequence[Row[LeavingReason, int, str, str]]:
    """Every reason there ever was, those that can be given first: with how often it was given, and who changed it."""
    given = select(EnrolmentLeaving.reason_code, func.count().label("times")).group_by(EnrolmentLeaving.reason_code)
    times, added, retired = given.subquery(), aliased(User), aliased(User)
    return db.session.execute(
        select(
            LeavingReason,
            func.coalesce(times.c.times, 0).label("times"),
            added.name.label("added_by"),
            retired.name.label("retired_by"),
        )
        .outerjoin(times, times.c.reason_code == LeavingReason.code)
        .outerjoin(added, added.id == LeavingReason.created_by_id)
        .outerjoin(retired, retired.id == LeavingReason.retired_by_id)
        .order_by(LeavingReason.retired_at.is_not(None), LeavingReason.position, LeavingReason.code)
    ).all()
