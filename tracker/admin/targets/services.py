"""Setting targets; each act stands in the audit trail."""

from collections.abc import Mapping
from datetime import date

from tracker.accounts import audit
from tracker.accounts.models import User
from tracker.admin.targets.queries import Target
from tracker.progress.services import targets


def set_line(of: Target, points: Mapping[date, float], reason: str, actor: User) -> None:
    """Put a new line in the place of a target's current one; the old one stays as a version.

    :raises DomainError: without a reason or any point, or where nothing would change.
    """
    targets.replace_line(of.figure, of.organisation_id, points, reason=reason, created_by_id=actor.id)
    line = {day.isoformat(): value for day, value in points.items()}
    audit.record("target.set", _subject(of), actor=actor, after={"points": line, "reason": reason})


def share_out(of: Target, reason: str, actor: User) -> int:
    """Share a national target out over organisations; returns how many got another target than they had.

    :raises DomainError: if there is no such target, or it is not in whole numbers.
    """
    changed = targets.share_out(of.figure, reason=reason, created_by_id=actor.id)
    audit.record("target.shared", _subject(of), actor=actor, after={"organisations": len(changed), "reason": reason})
    return len(changed)


def _subject(of: Target) -> str:
    return f"target:{of.figure}/{of.slug}"
