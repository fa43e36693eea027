"""The targets for each stage: how many days a vacancy should stand there at most."""

from collections.abc import Mapping

from tracker.accounts import audit
from tracker.accounts.models import User
from tracker.core.db import db
from tracker.leadership.models import StageTarget
from tracker.leadership.queries import vacancies as queries


def version_of(held: Mapping[str, StageTarget]) -> int:
    """One number that rises with every change of any target."""
    return sum(one.version for one in held.values())


def set_days(days: Mapping[str, int | None], *, by: User) -> None:
    """Set the targets, in calendar days by stage; None for none. Flushes; the caller owns the transaction."""
    held = queries.stage_targets()
    before = {stage: one.days for stage, one in held.items() if stage in days and one.days != days[stage]}
    before |= {stage: None for stage, value in days.items() if stage not in held and value is not None}
    for stage in before:
        target = held.get(stage)
        if target is None:
            db.session.add(StageTarget(stage=stage, days=days[stage]))
        else:
            target.days = days[stage]
    db.session.flush()
    after = {stage: days[stage] for stage in before}
    audit.record("stage-targets.set", "leadership:targets", actor=by, before=before, after=after)
