"""Rating people against the capability framework. Ratings are added, never changed: the last one counts."""

from collections.abc import Mapping
from datetime import date

from tracker.accounts.models import User
from tracker.core.clock import now, today
from tracker.core.db import db
from tracker.training import queries
from tracker.training.models import Enrolment, Moment, Rater, SkillRating
from tracker.training.services.enrolments import EnrolmentNotAllowed, written

LOWEST, HIGHEST = 0, 4


def rate(
    enrolment: Enrolment,
    rater: Rater,
    moment: Moment,
    assessed_on: date,
    levels: Mapping[str, int | None],
    *,
    by: User,
) -> int:
    """Record how somebody is rated at one moment. Only what differs from what counts now is added.

    :param assessed_on: the London day it is about; today or before.
    :param levels: from 0 (below awareness) to 4 by skill; None takes a rating back. A skill not named stays as it is.
    :returns: how many ratings were added.
    :raises EnrolmentNotAllowed: if a skill or a level is none, the day lies ahead, or the end would come before the
        start.
    """
    _check_day(enrolment, rater, moment, assessed_on)
    known = {skill.code for skill in queries.framework()}
    for code, level in levels.items():
        if code not in known or (level is not None and not LOWEST <= level <= HIGHEST):
            raise EnrolmentNotAllowed("Choose a level of the framework", code)
    counts = queries.ratings(enrolment.journey_id)
    added = [
        SkillRating(
            journey_id=enrolment.journey_id,
            skill_code=code,
            rater=rater,
            moment=moment,
            level=level,
            assessed_on=assessed_on,
            recorded_at=now(),
            recorded_by_id=by.id,
        )
        for code, level in levels.items()
        if _differs(counts.get((code, rater, moment)), level, assessed_on)
    ]
    if added:
        db.session.add_all(added)
        enrolment.journey.version += 1
        db.session.flush()
        facts = {"rater": rater, "moment": moment, "assessed_on": assessed_on}
        written("enrolment.rated", enrolment, by, {**facts, **{row.skill_code: row.level for row in added}})
    return len(added)


def _differs(counts: queries.Rating | None, level: int | None, assessed_on: date) -> bool:
    if counts is None or level is None:
        return (counts is None) != (level is None)
    return (counts.level, counts.assessed_on) != (level, assessed_on)


def _check_day(enrolment: Enrolment, rater: Rater, moment: Moment, assessed_on: date) -> None:
    if assessed_on > today():
        raise EnrolmentNotAllowed("The date must be today or in the past", "assessed_on")
    for (_, who, when), rating in queries.ratings(enrolment.journey_id).items():
        if who is not rater or when is moment:
            continue
        first, last = sorted((moment, when), key=list(Moment).index)
        days = {moment: assessed_on, when: rating.assessed_on}
        if days[first] > days[last]:
            raise EnrolmentNotAllowed(
                f"The rating at the {when} is of {rating.assessed_on:%-d %B %Y}: the start comes before the end",
                "assessed_on",
            )
