"""On which days completing a programme counts to the target."""

from typing import Any

from sqlalchemy import Date, Select, func, literal, or_, select, union_all

from tracker.core.calendar import FIRST_DAY, LAST_DAY
from tracker.core.metric import Knowledge
from tracker.training.models import Cohort, Programme, ProgrammeQualification


def qualifying_cohorts(knowledge: Knowledge) -> Select[Any]:
    """The days on which a completion on each cohort counts: cohort_id, starts_on, up to, not including, ends_on.

    A programme qualifies from the day of a row to that of the next; of two for one day the later recorded holds. As at
    an instant only what was recorded by then is known. A programme without rows is as it stands, on every day.
    """
    row = ProgrammeQualification
    until = func.lead(row.starts_on, type_=Date).over(partition_by=row.programme_id, order_by=(row.starts_on, row.id))
    known = select(row.programme_id, row.qualifies, row.starts_on, func.coalesce(until, LAST_DAY).label("ends_on"))
    if knowledge.at is not None:
        known = known.where(or_(row.recorded_at.is_(None), row.recorded_at <= knowledge.at))
    dated = known.subquery()
    never_changed = Programme.id.not_in(select(row.programme_id))
    always = select(
        Programme.id.label("programme_id"),
        literal(FIRST_DAY, Date).label("starts_on"),
        literal(LAST_DAY, Date).label("ends_on"),
    ).where(Programme.qualifies, never_changed)
    spells = union_all(
        always,
        select(dated.c.programme_id, dated.c.starts_on, dated.c.ends_on).where(
            dated.c.qualifies, dated.c.starts_on < dated.c.ends_on
        ),
    ).subquery()
    return select(Cohort.id.label("cohort_id"), spells.c.starts_on, spells.c.ends_on).join(
        spells, spells.c.programme_id == Cohort.programme_id
    )
