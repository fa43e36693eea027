"""The figures of data quality: how many records break each rule, as the nightly checks found them."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select

from tracker.core.calendar import LAST_DAY
from tracker.core.metric import Knowledge, Metric, OneOf
from tracker.ledger.models import Journey
from tracker.quality.models import Finding
from tracker.quality.rules import RULES, Rule
from tracker.training.metrics.placing import where_each_day

COUNTED = tuple(rule for rule in RULES if rule.is_about_somebody)
"""A rule about a cohort or a programme is nobody's, and counts for no organisation."""


PAIRS = tuple(rule.code for rule in RULES if rule.mend == "pair")
"""Rules about two records at once: one of them may be in several pairs, so that the findings are counted."""
BY_PERSON = frozenset({"person", "posting"})


def _found(knowledge: Knowledge, rules: Sequence[str]) -> Select[Any]:
    """Findings from the day they were opened to the day they were closed, where the person is each day.

    As known at an instant: those that had been found by then, and closed if that had been found by then.
    """
    ends_on: ColumnElement[date] = func.coalesce(Finding.closed_on, LAST_DAY)
    known: ColumnElement[bool] = Finding.rule.in_(rules)
    if knowledge.at is not None:
        known = and_(known, or_(Finding.opened_at.is_(None), Finding.opened_at <= knowledge.at))
        ends_on = case((Finding.closed_at > knowledge.at, LAST_DAY), else_=ends_on)
    if knowledge.people is not None:
        known = and_(known, Finding.person_id.in_(knowledge.people))
    first = select(func.min(Journey.id)).where(Journey.person_id == Finding.person_id).scalar_subquery()
    subject = func.coalesce(Finding.journey_id, Finding.person_id)
    found = select(
        Finding.rule,
        Finding.person_id,
        case((Finding.rule.in_(PAIRS), Finding.id), else_=subject).label("record_id"),
        func.coalesce(Finding.journey_id, first).label("journey_id"),
        Finding.opened_on.label("starts_on"),
        ends_on.label("ends_on"),
    ).where(known, Finding.person_id.is_not(None), Finding.opened_on < ends_on)
    standing = found.subquery()
    return where_each_day(standing, knowledge, standing.c.rule.label("sort"), record="record_id")


def code_of(rule: Rule) -> str:
    """The code of the figure that counts what breaks a rule."""
    return f"quality.{rule.code.replace('-', '_')}"


METRICS: tuple[Metric, ...] = tuple(
    Metric(
        code=code_of(rule),
        label=rule.title,
        unit="records",
        kind="count",
        definition=f"{'People' if rule.mend in BY_PERSON else 'Records'} that broke the rule on the day, as the "
        "nightly checks found them, put off or not, each in the organisation the person is in on the day. Before the "
        "first check there are none.",
        numerator=OneOf(_found, rule.code),
        record="person" if rule.mend in BY_PERSON else "journey",
    )
    for rule in COUNTED
)
