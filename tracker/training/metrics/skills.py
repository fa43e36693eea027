"""The figures of skills: who was assessed higher at the end than at the start, and by how much."""

from typing import Any

from sqlalchemy import Integer, Select, func, literal, select, union_all

from tracker.core.metric import Knowledge
from tracker.training.metrics.placing import where_on
from tracker.training.queries.skills import assessed

HIGHEST = 4
"""The highest level of the framework; 0 is below the lowest."""


def skills_gained(knowledge: Knowledge) -> Select[Any]:
    """People from the first end assessment on at which some skill was higher than at the start."""
    pair = assessed(knowledge)
    place = func.row_number().over(partition_by=pair.c.person_id, order_by=(pair.c.starts_on, pair.c.journey_id))
    rose = select(pair, place.label("place")).where(pair.c.end_level > pair.c.start_level).subquery()
    first = select(rose).where(rose.c.place == 1).subquery()
    return where_on(first.c.starts_on, first, knowledge, "person_id")


def levels_risen(knowledge: Knowledge) -> Select[Any]:
    """Every level that a skill rose between its two assessments, as a record of its own."""
    pair = assessed(knowledge)
    step = union_all(*(select(literal(number, Integer).label("number")) for number in range(1, HIGHEST + 1))).subquery()
    risen = select(pair, (pair.c.rating_id * 8 + step.c.number).label("record_id")).join_from(
        pair, step, step.c.number <= pair.c.end_level - pair.c.start_level
    )
    facts = risen.subquery()
    return where_on(facts.c.starts_on, facts, knowledge, "record_id")


def skills_assessed(knowledge: Knowledge) -> Select[Any]:
    """Every skill that was assessed at the start and at the end of an enrolment."""
    pair = assessed(knowledge)
    facts = select(pair, (pair.c.rating_id * 8).label("record_id")).subquery()
    return where_on(facts.c.starts_on, facts, knowledge, "record_id")
