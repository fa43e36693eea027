"""What data quality holds about somebody: findings about their record."""

from sqlalchemy import or_, select

from tracker.core.db import db
from tracker.core.erasing import take_out
from tracker.core.subject import REMOVED, Facts, Part, Subject
from tracker.quality.models import Finding
from tracker.quality.rules import BY_CODE


def _findings(subject: Subject) -> list[Finding]:
    about = or_(Finding.person_id.in_(subject.people), Finding.other_person_id.in_(subject.people))
    return list(db.session.scalars(select(Finding).where(about).order_by(Finding.id)))


def tell(subject: Subject) -> dict[str, Facts]:
    """Every finding, open or closed."""
    return {
        "Findings about the record": [
            {
                "Rule": BY_CODE[one.rule].title if one.rule in BY_CODE else one.rule,
                "Found on": one.opened_on,
                "Mended by": one.closed_on,
                "Put off until": one.snoozed_until,
                "Why it was put off": one.snoozed_reason,
            }
            for one in _findings(subject)
        ]
    }


def forget(subject: Subject) -> None:
    """Erase the reasons for putting findings off; that they were put off stays."""
    for one in _findings(subject):
        if one.snoozed_reason:
            one.snoozed_reason = REMOVED
    take_out(subject, {Finding: ("snoozed_reason",)})


PART = Part(tell, forget)
