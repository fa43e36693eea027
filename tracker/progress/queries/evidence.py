"""What the ledger says that a forecast needs: stays at stages, journeys under way, and those of a year ago."""

from array import array
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import groupby
from typing import Any

import numpy as np
from sqlalchemy import Row, Select, func, literal, select

from tracker.core.db import db, reading_everything
from tracker.core.metric import Knowledge, Leading, Metric
from tracker.core.sql import days_between, least_of
from tracker.ledger.models import Event, Journey
from tracker.ledger.queries import stage_spans
from tracker.progress.forecast.past import STAYS, Beginnings, Course, Numbers, Stays, Underway, pace_error

YEAR = 365
LONGEST_DELAY = 90
"""Days after which something is taken to have been found out anew, rather than recorded late."""
MANY_AT_ONCE = 50
TELLING = 20
"""Events from which on a mean delay is told."""
AT_ONCE = 10_000
"""Rows held at a time while the ledger is read."""


@dataclass
class Evidence:
    """What the forecast of a figure rests on, as known at an instant; organisations by their ids, in order.

    `counted`: how many count already in each organisation; `everybody`: in all government, where one that counts in
    several counts once.
    """

    course: Course
    organisations: list[int]
    programmes: list[str]
    stays: Stays
    underway: Underway
    beginnings: Beginnings
    counted: dict[int, int]
    everybody: int


@dataclass
class _Numbered:
    """Numbers for names as they are met."""

    numbers: dict[Any, int] = field(default_factory=dict)

    def of(self, name: Any) -> int:
        return self.numbers.setdefault(name, len(self.numbers))


class _Columns:
    """Rows of whole numbers, kept as columns."""

    def __init__(self, count: int) -> None:
        self._columns = [array("q") for _ in range(count)]

    def add(self, *row: int) -> None:
        for column, value in zip(self._columns, row, strict=True):
            column.append(value)

    def arrays(self) -> list[Numbers]:
        return [np.array(column, dtype=np.int64) for column in self._columns]


def course_of(leading: Leading) -> Course:
    """The stages and moves of a lifecycle as numbers."""
    number = {stage: place for place, stage in enumerate(leading.stages)}
    moves = tuple((number[before], number[after]) for before, after in leading.moves)
    return Course(leading.stages, moves, frozenset(number[stage] for stage in leading.arrives_at))


def evidence(metric: Metric, leading: Leading, as_at: date, knowledge: Knowledge, days_ahead: int) -> Evidence:
    """Read what is known of a headline's journeys as at the close of a London day.

    A journey that was begun in the year before is expected again a year later, and two, up to the days ahead; not
    those of people who counted already when they began it.
    """
    seen_to = as_at - timedelta(days=_days_to_record(metric.strand, as_at, knowledge))
    gathered = _Gathered(course_of(leading), leading, (as_at, seen_to), days_ahead)
    already = _counted(metric, as_at, knowledge)
    counted_since = {record: starts_on for record, starts_on, _ in already}
    with reading_everything():
        rows = db.session.execute(_stays(leading, as_at, knowledge), execution_options={"yield_per": AT_ONCE})
        for _, stays in groupby(rows, key=lambda row: row.journey_id):
            gathered.take(list(stays), counted_since)
    return gathered.evidence(Counter(organisation for _, _, organisation in already), len(counted_since))


def _days_to_record(strand: str, as_at: date, knowledge: Knowledge) -> int:
    """How many days pass on average until what happened is recorded, known from two years up to the last months.

    What was recorded in one instant for many journeys came from a file, and does not tell.
    """
    at_once = select(Event.recorded_at).group_by(Event.recorded_at).having(func.count() > MANY_AT_ONCE)
    days = least_of(days_between(Event.effective_on, Event.recorded_at), literal(LONGEST_DELAY))
    delays = (
        select(func.avg(days), func.count())
        .join(Journey, Journey.id == Event.journey_id)
        .where(
            Journey.strand == strand,
            Event.stage.is_not(None),
            Event.recorded_at.not_in(at_once),
            Event.effective_on.between(as_at - timedelta(days=2 * YEAR), as_at - timedelta(days=LONGEST_DELAY)),
        )
    )
    if knowledge.at is not None:
        delays = delays.where(Event.recorded_at <= knowledge.at)
    mean, number = db.session.execute(delays).one()
    return round(mean) if number >= TELLING else 0


def _counted(metric: Metric, as_at: date, knowledge: Knowledge) -> list[tuple[int, date, int]]:
    """What counts on the day: each record, since when, and for whom (for several, once for each)."""
    span = metric.numerator(Knowledge(knowledge.at, None, as_at)).subquery()
    rows = db.session.execute(
        select(span.c.record_id, span.c.starts_on, span.c.organisation_id).where(
            span.c.starts_on <= as_at, as_at < span.c.ends_on
        )
    )
    return [(record, starts_on, organisation) for record, starts_on, organisation in rows]


def _stays(leading: Leading, as_at: date, knowledge: Knowledge) -> Select[Any]:
    span = stage_spans(Knowledge(knowledge.at, None, as_at)).subquery()
    journey = leading.journeys(knowledge, as_at).subquery()
    return (
        select(
            span.c.journey_id,
            span.c.stage,
            span.c.starts_on,
            span.c.ends_on,
            journey.c.record_id,
            journey.c.programme,
            journey.c.organisation_id,
        )
        .join(journey, journey.c.journey_id == span.c.journey_id)
        .where(span.c.starts_on <= as_at)
        .order_by(span.c.journey_id, span.c.position)
    )


class _Gathered:
    """The columns of the evidence while journeys are read one by one."""

    def __init__(self, course: Course, leading: Leading, days: tuple[date, date], days_ahead: int) -> None:
        """Nothing taken in yet. `days`: the day of the forecast, and up to which all that happened is recorded."""
        self._course = course
        self._stage = {stage: place for place, stage in enumerate(leading.stages)}
        self._move = {move: place for place, move in enumerate(course.moves)}
        self._as_at, self._seen_to = days
        self._ahead = days_ahead
        self._programmes, self._organisations = _Numbered(), _Numbered()
        self._stays, self._underway, self._beginnings = _Columns(5), _Columns(6), _Columns(4)
        self._journeys = 0
        self._begun: Counter[int] = Counter()

    def take(self, stays: Sequence[Row[Any]], counted: Mapping[int, date]) -> None:
        """Take in a journey: its stays at stages, in order."""
        first, last = stays[0], stays[-1]
        programme, organisation = self._programmes.of(first.programme), self._organisations.of(first.organisation_id)
        stages = [self._stage[stay.stage] for stay in stays]
        seen = max(self._seen_to, last.starts_on)
        arrived = next((place for place, stage in enumerate(stages) if stage in self._course.arrived), len(stages))
        for place in range(arrived):
            is_last = place == len(stages) - 1
            until = seen if is_last else stays[place].ends_on
            # What is known too late may leave two stages beside each other that do not follow: nothing to learn from.
            moved = STAYS if is_last else self._move.get((stages[place], stages[place + 1]), STAYS)
            days = (until - stays[place].starts_on).days
            self._stays.add(programme, stages[place], days, moved, self._journeys)
        since = counted.get(first.record_id)
        if arrived == len(stages) and since is None:
            days, unseen = (seen - last.starts_on).days, (self._as_at - seen).days
            self._underway.add(first.record_id, organisation, programme, stages[-1], days, unseen)
        if since is None or since > first.starts_on or arrived == 0:
            self._expect_again(organisation, programme, stages[0], (self._as_at - first.starts_on).days)
        self._journeys += 1

    def _expect_again(self, organisation: int, programme: int, stage: int, days_ago: int) -> None:
        self._begun[days_ago // YEAR] += 1
        if days_ago < YEAR:
            for in_days in range(YEAR - days_ago, self._ahead + 1, YEAR):
                self._beginnings.add(organisation, programme, stage, in_days)

    def evidence(self, counted: Mapping[int, int], everybody: int) -> Evidence:
        """All that was taken in, with how many count already in each organisation, and in all government."""
        for organisation in counted:
            self._organisations.of(organisation)
        whose, programme, stage, in_days = self._beginnings.arrays()
        expected = np.ones(len(in_days))
        return Evidence(
            course=self._course,
            organisations=list(self._organisations.numbers),
            programmes=list(self._programmes.numbers),
            stays=Stays(*self._stays.arrays()),
            underway=Underway(*self._underway.arrays()),
            beginnings=Beginnings(whose, programme, stage, in_days, expected, pace_error(self._begun)),
            counted=dict(counted),
            everybody=everybody,
        )
