"""What the ledger says that a forecast needs: stays at stages, journeys under way, and those of a year ago."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import groupby
from typing import Any

from sqlalchemy import Row, Select, func, literal, select

from tracker.core.db import db, reading_everything
from tracker.core.metric import Intake, Knowledge, Leading, Metric, Plans
from tracker.core.sql import days_between, least_of
from tracker.ledger.models import Event, Journey
from tracker.ledger.queries import stage_spans
from tracker.progress.gathered import BEGINNING, NEVER, STAY, STAYS, UNDERWAY, Columns, Evidence

YEAR = 365
LONGEST_DELAY = 90
"""Days after which something is taken to have been found out anew, rather than recorded late."""
MANY_AT_ONCE = 50
TELLING = 20
"""Events from which on a mean delay is told."""
AT_ONCE = 10_000
"""Rows held at a time while the ledger is read."""
NO_PLANS = Plans((), 0, 0)


@dataclass
class _Numbered:
    """Numbers for names as they are met."""

    numbers: dict[Any, int] = field(default_factory=dict)

    def of(self, name: Any) -> int:
        return self.numbers.setdefault(name, len(self.numbers))


def evidence(
    metric: Metric, leading: Leading, as_at: date, knowledge: Knowledge, days_ahead: int, plans: Plans = NO_PLANS
) -> Evidence:
    """Read what is known of a headline's journeys as at the close of a London day.

    A journey that was begun in the year before is expected again a year later, and two, up to the days ahead; not
    those of people who counted already when they began it, and not where a plan says what will begin instead.

    :param plans: what is planned to begin after the day, where that is known.
    """
    seen_to = as_at - timedelta(days=_days_to_record(metric.strand, as_at, knowledge))
    gathered = _Gathered(leading, (as_at, seen_to), days_ahead, plans)
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
            span.c.promised_on,
            journey.c.record_id,
            journey.c.programme,
            journey.c.organisation_id,
            journey.c.intake,
            journey.c.planned_on,
        )
        .join(journey, journey.c.journey_id == span.c.journey_id)
        .where(span.c.starts_on <= as_at)
        .order_by(span.c.journey_id, span.c.position)
    )


class _Gathered:
    """The columns of the evidence while journeys are read one by one."""

    def __init__(self, leading: Leading, days: tuple[date, date], days_ahead: int, plans: Plans) -> None:
        """Nothing taken in yet. `days`: the day of the forecast, and up to which all that happened is recorded."""
        self._leading, self._plans = leading, plans
        self._stage = {stage: place for place, stage in enumerate(leading.stages)}
        moves = [(self._stage[before], self._stage[after]) for before, after in leading.moves]
        self._move = {move: place for place, move in enumerate(moves)}
        self._arrived = {self._stage[stage] for stage in leading.arrives_at}
        self._starts_at = self._stage[leading.starts_at]
        self._as_at, self._seen_to = days
        self._ahead = days_ahead
        self._programmes, self._organisations = _Numbered(), _Numbered()
        self._intakes = {intake.ref: place for place, intake in enumerate(plans.intakes)}
        self._planned_to = _last_days(plans.intakes)
        self._stays, self._underway = Columns(STAY), Columns(UNDERWAY)
        self._journeys = 0
        self._begun: Counter[int] = Counter()
        self._begun_lately: list[tuple[Row[Any], int, int | None]] = []

    def take(self, spans: Sequence[Row[Any]], counted: Mapping[int, date]) -> None:
        """Take in a journey: its stays at stages, in order. A stay that was extended is one."""
        whole = [span for place, span in enumerate(spans) if place == 0 or span.stage != spans[place - 1].stage]
        first, last = whole[0], whole[-1]
        programme = self._programmes.of(first.programme)
        stages = [self._stage[span.stage] for span in whole]
        seen = max(self._seen_to, spans[-1].starts_on)
        arrived = next((place for place, stage in enumerate(stages) if stage in self._arrived), len(stages))
        for place in range(arrived):
            is_last = place == len(stages) - 1
            until = seen if is_last else whole[place + 1].starts_on
            # What is known too late may leave two stages beside each other that do not follow: nothing to learn from.
            moved = STAYS if is_last else self._move.get((stages[place], stages[place + 1]), STAYS)
            days = (until - whole[place].starts_on).days
            self._stays.add(programme, stages[place], days, moved, self._journeys)
        since = counted.get(first.record_id)
        if arrived == len(stages) and since is None:
            days, unseen = (seen - last.starts_on).days, (self._as_at - seen).days
            whose = self._organisations.of(first.organisation_id)
            goes_on, intake = self._plan(spans[-1], stages[-1])
            self._underway.add(first.record_id, whose, programme, stages[-1], days, unseen, goes_on, intake)
        if since is None or since > first.starts_on or arrived == 0:
            self._begun[(self._as_at - first.starts_on).days // YEAR] += 1
            if (self._as_at - first.starts_on).days < YEAR:
                started = next((span.starts_on for span in whole if span.stage == self._leading.starts_at), None)
                lag = (started - first.starts_on).days if started else None
                self._begun_lately.append((first, stages[0], lag))
        self._journeys += 1

    def _plan(self, now: Row[Any], stage: int) -> tuple[int, int]:
        """In how many days a journey is to go on, as promised or planned, and the number of what it begins with.

        A promise is an event and known at its instant; a plan is known where any is.
        """
        if now.promised_on is not None and now.promised_on > self._as_at:
            return (now.promised_on - self._as_at).days, NEVER
        planned = self._plans is not NO_PLANS and now.planned_on is not None and now.planned_on > self._as_at
        if planned and stage < self._starts_at:
            return (now.planned_on - self._as_at).days, self._intakes.get(now.intake, NEVER)
        return NEVER, NEVER

    def _beginnings(self) -> Columns:
        """Those of the last year again, a year later and two; not those that would start before a plan's last day."""
        found, usual = Columns(BEGINNING), self._usual_lag()
        for first, stage, lag in self._begun_lately:
            programme = self._programmes.of(first.programme)
            starts_after = usual if lag is None else lag
            planned_to = self._planned_to.get(first.programme)
            for in_days in range(YEAR - (self._as_at - first.starts_on).days, self._ahead + 1, YEAR):
                starts_on = self._as_at + timedelta(days=in_days + starts_after)
                if planned_to is None or starts_on > planned_to:
                    found.add(self._organisations.of(first.organisation_id), programme, stage, in_days)
        return found

    def _usual_lag(self) -> int:
        """Days from the beginning of a journey until it starts, on average over the last year."""
        lags = [lag for _, _, lag in self._begun_lately if lag is not None]
        return round(sum(lags) / len(lags)) if lags else 0

    def evidence(self, counted: Mapping[int, int], everybody: int) -> Evidence:
        """All that was taken in, with how many count already in each organisation, and in all government."""
        for organisation in counted:
            self._organisations.of(organisation)
        beginnings, made = self._beginnings(), Counter(self._stays.column("moved"))
        intakes = [self._intake(intake) for intake in self._plans.intakes]
        begun = Counter((first.programme, first.organisation_id) for first, _, _ in self._begun_lately)
        beginners = [
            (self._programmes.of(name), self._organisations.of(whose), number)
            for (name, whose), number in begun.items()
        ]
        return Evidence(
            stages=self._leading.stages,
            moves=list(self._move),
            arrived=sorted(self._arrived),
            starts_at=self._starts_at,
            organisations=list(self._organisations.numbers),
            programmes=list(self._programmes.numbers),
            pace=self._begun,
            intakes=intakes,
            offered=self._plans.offered,
            filled=self._plans.filled,
            beginners=beginners,
            made=[made[place] for place in range(len(self._move))],
            counted=dict(counted),
            everybody=everybody,
            stays=self._stays,
            underway=self._underway,
            beginnings=beginnings,
        )

    def _intake(self, intake: Intake) -> dict[str, Any]:
        whose = intake.organisation_id
        return {
            "ref": intake.ref,
            "programme": self._programmes.of(intake.programme),
            "in_days": (intake.starts_on - self._as_at).days,
            "starts_on": intake.starts_on.isoformat(),
            "places": intake.places,
            "taken": intake.taken,
            "organisation": NEVER if whose is None else self._organisations.of(whose),
        }


def _last_days(intakes: Sequence[Intake]) -> dict[str, date]:
    """Up to which day it is planned what begins, by programme: the last planned start."""
    last: dict[str, date] = {}
    for intake in intakes:
        last[intake.programme] = max(intake.starts_on, last.get(intake.programme, intake.starts_on))
    return last
