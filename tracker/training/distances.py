"""The pages of skills put together: what somebody was rated, and how far many came."""

from collections.abc import Mapping
from typing import Any

from tracker.core.text import format_number
from tracker.training import queries
from tracker.training.models import Enrolment, Moment, Rater
from tracker.training.queries import Distance, Ratings, Skill

BELOW = "Below the first level"
RATERS = {Rater.SELF: "Own rating", Rater.ASSESSOR: "Assessor’s rating"}
MOMENTS = {Moment.START: "at the start", Moment.END: "at the end"}


def title(rater: Rater, moment: Moment) -> str:
    """Whose rating it is and of when, in words."""
    return f"{RATERS[rater]} {MOMENTS[moment]}"


def of_enrolment(enrolment: Enrolment) -> dict[str, Any]:
    """What the page of somebody's skills shows: a row a skill, and how far they came."""
    counts, expected = queries.ratings(enrolment.journey_id), queries.expected_of(enrolment.person.id)
    asked: Mapping[str, int] = expected.levels if expected else {}
    rows = [_row(skill, counts, asked) for skill in queries.framework()]
    rises = [row["rise"] for row in rows if row["rise"] is not None]
    rose = sum(rise > 0 for rise in rises)
    skills = "1 skill" if len(rises) == 1 else f"{len(rises)} skills"
    return {
        "rows": rows,
        "role": expected.role if expected else "",
        "sentence": f"Of {skills} assessed at the start and at the end, {rose} rose."
        if rises
        else "Nothing is assessed at both the start and the end yet.",
    }


def _row(skill: Skill, counts: Ratings, expected: Mapping[str, int]) -> dict[str, Any]:
    levels = {
        (rater, moment): counts[skill.code, rater, moment].level
        for rater in Rater
        for moment in Moment
        if (skill.code, rater, moment) in counts
    }
    start, end = (levels.get((Rater.ASSESSOR, moment)) for moment in Moment)
    rise = None if start is None or end is None else end - start
    row: dict[str, Any] = {"skill": skill.name, "rise": rise, "distance": distance(rise)}
    row |= {f"{rater}_{moment}": "" for rater in Rater for moment in Moment}
    row |= {f"{rater}_{moment}": level_name(skill, level) for (rater, moment), level in levels.items()}
    row["expected"] = level_name(skill, expected[skill.code]) if skill.code in expected else ""
    return row


def level_name(skill: Skill, level: int) -> str:
    """A level in words."""
    return skill.levels.get(level, BELOW)


def distance(rise: int | None) -> str:
    """How far somebody came in a skill, in words."""
    if rise is None:
        return ""
    if rise == 0:
        return "No change"
    levels = "1 level" if abs(rise) == 1 else f"{abs(rise)} levels"
    return f"Up {levels}" if rise > 0 else f"Down {levels}"


def of_many(found: list[Distance]) -> list[dict[str, Any]]:
    """A row a skill: how many were assessed in it twice, how many rose and fell, and the average rise."""
    return [
        {
            "skill": one.skill,
            "assessed": one.assessed,
            "rose": one.rose,
            "fell": one.fell,
            "rise": format_number(one.average, 2),
        }
        for one in found
    ]
