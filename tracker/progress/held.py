"""What progress holds about somebody: what they declared or set, and words there that name them."""

from sqlalchemy import select

from tracker.core.db import Model, db
from tracker.core.erasing import take_out
from tracker.core.subject import Facts, Part, Subject
from tracker.progress.models import StatusDeclared, TargetVersion

WORDS: dict[type[Model], tuple[str, ...]] = {StatusDeclared: ("reason", "route"), TargetVersion: ("reason",)}
"""Where words can name somebody."""


def tell(subject: Subject) -> dict[str, Facts]:
    """The statuses they declared and the targets they set, with what they said for it."""
    declared = (
        select(StatusDeclared).where(StatusDeclared.declared_by_id.in_(subject.users)).order_by(StatusDeclared.id)
    )
    targets = select(TargetVersion).where(TargetVersion.created_by_id.in_(subject.users)).order_by(TargetVersion.id)
    return {
        "Statuses they declared": [
            {
                "Figure": one.figure,
                "Status": one.colour.value,
                "When": one.declared_at,
                "Reason": one.reason,
                "Route to green": one.route,
            }
            for one in db.session.scalars(declared)
        ],
        "Targets they set": [
            {"Figure": one.figure, "When": one.created_at, "Reason": one.reason} for one in db.session.scalars(targets)
        ],
    }


def forget(subject: Subject) -> None:
    """Take their names and addresses out of what was declared and why targets were set; colours and numbers stay."""
    take_out(subject, WORDS)


PART = Part(tell, forget)
