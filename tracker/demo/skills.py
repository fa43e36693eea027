"""Ratings against the capability framework: some of those who are trained, before and after, by themselves and by an
assessor."""

from collections.abc import Iterator, Sequence
from random import Random
from typing import Any

from sqlalchemy import insert

from tracker.accounts.models import User
from tracker.core.db import db
from tracker.demo.cast import SEED, Enrolled
from tracker.demo.story import Entry
from tracker.training.lifecycle import Stage
from tracker.training.models import Moment, Rater, SkillRating
from tracker.training.queries import framework
from tracker.training.services.skills import HIGHEST

EVERY = 4
"""One in so many who began training was rated."""
SKILLS = 4
"""How many skills of the framework a rating is about."""


def rate_some(enrolled: Sequence[tuple[int, Enrolled]], manager: User) -> None:
    """Rate some of those who began: at the start, and at the end where they completed.

    Most rise by a level or two in what they trained; people think a little better or worse of themselves than their
    assessor does. The caller owns the transaction.
    """
    chance = Random(SEED)  # noqa: S311 - the same day gives the same ratings
    skills = [skill.code for skill in framework()]
    began = [(journey_id, start, end) for journey_id, one in enrolled for start, end in _course(one)]
    rows = [
        row | {"journey_id": journey_id, "recorded_by_id": manager.id}
        for journey_id, start, end in began[::EVERY]
        for code in sorted(chance.sample(skills, SKILLS))
        for row in _ratings(code, start, end, chance)
    ]
    if rows:
        db.session().execute(insert(SkillRating), rows)


def _course(one: Enrolled) -> Iterator[tuple[Entry, Entry | None]]:
    """The entries that began a training and completed it; nothing where it has not begun."""
    standing = [entry for entry in one.entries if entry.voided_at is None]
    start = next((entry for entry in standing if entry.stage is Stage.IN_TRAINING), None)
    if start is not None:
        yield start, next((entry for entry in standing if entry.stage is Stage.COMPLETED), None)


def _ratings(code: str, start: Entry, end: Entry | None, chance: Random) -> Iterator[dict[str, Any]]:
    before = chance.choice((0, 1, 1, 2))
    after = min(HIGHEST, before + chance.choice((0, 1, 1, 1, 2)))
    for moment, entry, level in ((Moment.START, start, before), (Moment.END, end, after)):
        if entry is None:
            continue
        felt = max(0, min(HIGHEST, level + chance.choice((-1, 0, 0, 1))))
        for rater, given in ((Rater.ASSESSOR, level), (Rater.SELF, felt)):
            said = {"skill_code": code, "rater": rater, "moment": moment, "level": given}
            yield said | {"assessed_on": entry.effective_on, "recorded_at": entry.recorded_at}
