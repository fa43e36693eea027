"""How long figures take: many month ends at once, one day live, a bridge, and a night after 1,000 new events.

Each is set beside the best single query somebody would write by hand on the same tables for the same answer, in the
same run, in turns; the least time of each is what is said.
"""

import tempfile
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

import time_machine
from sqlalchemy import select, text

from tests.benchmarks.alone import measure_alone
from tests.benchmarks.generate import scratch
from tests.benchmarks.people import FIRST_DAY, LAST_DAY, MONTH_ENDS
from tests.benchmarks.report import say
from tests.databases import settings_for
from tracker.app import create_app
from tracker.core.bulk import insert_rows
from tracker.core.db import db, is_sqlite, transaction
from tracker.core.metric import Knowledge
from tracker.ledger.models import Event, Journey
from tracker.ledger.services import keep_stage_spans
from tracker.progress.bridge import Point, bridge
from tracker.progress.figures import ALL
from tracker.progress.models import Compilation, Snapshot, SnapshotSpread
from tracker.progress.queries.counting import counted_by_month, counted_on, number_of
from tracker.progress.queries.snapshots import required_compilation
from tracker.progress.registry import METRICS, parts_of
from tracker.progress.services.compiling import compile_day, compile_range
from tracker.progress.services.nightly import compile_nightly
from tracker.progress.structure import load_structure
from tracker.progress.tally import Tally

# Events were recorded up to some weeks after the last day; the night begins when all of them are known.
TONIGHT = datetime(2027, 1, 10, 2, 15, tzinfo=UTC)
DAY = date(2026, 6, 30)
MONTH_BEFORE = date(2026, 5, 31)
STAGES = ("nominated", "endorsed", "applied", "accepted", "enrolled", "in-training", "on-break")
STANDING = [METRICS[f"training.{stage.replace('-', '_')}"] for stage in STAGES]
NEW_EVENTS = 1_000
TURNS = 5
WORD = {"greatest": "max", "least": "min"}

MONTHS_BY_HAND = """
WITH span AS (
  SELECT stage, person_id, starts_on, ends_on, max(ends_on) OVER (PARTITION BY stage, person_id
    ORDER BY starts_on, event_id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS covered_to
  FROM stage_span WHERE strand = 'training' AND stage IN ({stages}) AND starts_on < ends_on
), once AS (
  SELECT stage, person_id, {greatest}(starts_on, coalesce(covered_to, starts_on)) AS starts_on, ends_on FROM span
), here AS (
  SELECT once.stage, posting.organisation_id, {first_month} AS first_month, {last_month} AS last_month
  FROM once JOIN posting_span posting ON posting.person_id = once.person_id
    AND posting.starts_on < once.ends_on AND posting.ends_on > once.starts_on
  WHERE once.starts_on < once.ends_on
), edge AS (
  SELECT stage, organisation_id, first_month AS month, 1 AS difference FROM here WHERE first_month < last_month
  UNION ALL SELECT stage, organisation_id, last_month, -1 FROM here WHERE first_month < last_month
)
SELECT stage, organisation_id, month,
  sum(sum(difference)) OVER (PARTITION BY stage, organisation_id ORDER BY month) AS people
FROM edge GROUP BY stage, organisation_id, month
"""
DAY_BY_HAND = """
SELECT standing.stage, posting.organisation_id, count(DISTINCT standing.person_id)
FROM stage_span standing JOIN posting_span posting ON posting.person_id = standing.person_id
  AND posting.starts_on <= '{day}' AND '{day}' < posting.ends_on
WHERE standing.strand = 'training' AND standing.stage IN ({stages})
  AND standing.starts_on <= '{day}' AND '{day}' < standing.ends_on
GROUP BY standing.stage, posting.organisation_id
"""


def by_hand(query: str) -> str:
    """A query in the words of the database."""
    sqlite = is_sqlite()
    words = {"greatest": "max" if sqlite else "greatest", "least": "min" if sqlite else "least"}

    def month(day: str) -> str:
        if sqlite:
            return f"12 * CAST(substr({day}, 1, 4) AS INTEGER) + CAST(substr({day}, 6, 2) AS INTEGER)"
        return f"CAST(12 * extract(year FROM {day}) + extract(month FROM {day}) AS INTEGER)"

    return query.format(
        **words,
        stages=", ".join(f"'{stage}'" for stage in STAGES),
        day=DAY.isoformat(),
        first_month=month(f"{words['greatest']}(once.starts_on, posting.starts_on)"),
        last_month=month(f"{words['least']}(once.ends_on, posting.ends_on)"),
    )


def least_of(*works: Callable[[], Any]) -> list[float]:
    """The least time of each of some works, done in turns; the first turn is not counted."""
    taken: list[list[float]] = [[] for _ in works]
    for turn in range(TURNS + 1):
        for times, work in zip(taken, works, strict=True):
            db.session.rollback()
            began = time.perf_counter()
            work()
            if turn:
                times.append(time.perf_counter() - began)
    return [min(times) for times in taken]


def timed(work: Callable[[], Any]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def months_of_stages() -> list[Any]:
    """Every stage of every kept scope at every month end, as it would be kept."""
    tally, kept = Tally(load_structure(), STANDING), []
    changes = counted_by_month(MONTH_ENDS[0], MONTH_ENDS[-1], tally.parts, Knowledge())
    for day in MONTH_ENDS:
        for change in changes.get(number_of(day), ()):
            tally.add(*change)
        kept += [tally.finished(metric, place) for metric in tally.metrics for place in range(len(tally.scopes))]
    return kept


def read_by_hand(query: str) -> Callable[[], Any]:
    written = text(by_hand(query))
    return lambda: db.session.execute(written).all()


def forget_compiled() -> None:
    with transaction() as session:
        for table in (SnapshotSpread, Snapshot, Compilation):
            session.execute(table.__table__.delete())  # type: ignore[attr-defined]


def record_new_events(at: datetime) -> None:
    """Let 1,000 things be recorded in one evening: most happened in the last days, some weeks ago."""
    chance = Random(7)
    with transaction() as session:
        journeys = session.scalars(select(Journey.id).order_by(Journey.id.desc()).limit(20 * NEW_EVENTS)).all()
        first = (session.scalar(select(Event.id).order_by(Event.id.desc()).limit(1)) or 0) + 1
        chosen = chance.sample(list(journeys), NEW_EVENTS)
        rows = []
        for place, journey in enumerate(chosen):
            ago = chance.choices((1 + place % 3, chance.randrange(4, 40)), (85, 15))[0]
            day = (at - timedelta(days=ago)).date().isoformat()
            stage = ("in-training", "completed", "on-break", "withdrawn", "in-role")[place % 5]
            recorded = at.replace(tzinfo=None).isoformat(" ", "microseconds")
            rows.append((first + place, journey, "stage", stage, day, recorded, "form"))
        columns = ("id", "journey_id", "kind", "stage", "effective_on", "recorded_at", "source")
        insert_rows(session, Event.__table__, columns, rows)  # type: ignore[arg-type]
        keep_stage_spans(select(Journey.id).where(Journey.id.in_(chosen)))


def measure_reading(people: int) -> None:
    """Many month ends, and one day, each beside the query by hand."""
    ours, theirs = least_of(months_of_stages, read_by_hand(MONTHS_BY_HAND))
    work = "compile every organisation, all stages, 87 month ends, without storing"
    say(f"{work}, against one query by hand", ours / theirs, "times", limit=1.2, people=people,
        note=f"{ours:.2f} s against {theirs:.2f} s")  # fmt: skip
    parts = parts_of(STANDING)
    ours, theirs = least_of(lambda: counted_on(DAY, parts, Knowledge()), read_by_hand(DAY_BY_HAND))
    work = "one as-at answer, all organisations and stages, live"
    say(f"{work}, against the best query by hand", ours / theirs, "times", limit=1.2, people=people,
        note=f"{ours * 1000:.0f} ms against {theirs * 1000:.0f} ms")  # fmt: skip
    every = parts_of(list(METRICS.values()))
    (all_figures,) = least_of(lambda: counted_on(DAY, every, Knowledge()))
    say("one as-at answer, all organisations and figures, live", all_figures * 1000, "ms", people=people)


def measure_bridges(people: int) -> None:
    """The account of a month, of all government, with every record of every term: of two days as they are shown, and
    of two that were not compiled."""
    structure = load_structure()
    for day in (MONTH_BEFORE, DAY):
        compile_day(day)
    shown = [Point(day, required_compilation(day).known_at) for day in (MONTH_BEFORE, DAY)]
    for code in ("training.trained", "training.in_training"):
        for points, how in ((shown, "as shown"), ((Point(MONTH_BEFORE), Point(DAY)), "counted live")):
            explain = partial(bridge, METRICS[code], structure, ALL, *points)
            (took,) = least_of(explain)
            found = explain()
            note = f"{found.opening:,} to {found.closing:,} by {sum(term.count for term in found.terms):,} records"
            say(f"bridge of {code} over a month, {how}", took * 1000, "ms", limit=150, people=people, note=note)
    forget_compiled()


def measure_nights(people: int) -> None:
    """A full compile of everything that is kept, and a night after 1,000 new events."""
    yesterday = (TONIGHT - timedelta(days=1)).date()

    def everything() -> int:
        return compile_range(FIRST_DAY, LAST_DAY, extra_days=[yesterday])

    fulls = []
    for _ in range(2):
        forget_compiled()
        fulls.append(timed(everything))
    full = min(fulls)
    say("compile all figures, 87 month ends and yesterday, and store them", full, "s", people=people)
    nights = []
    for night in range(1, 4):
        at = TONIGHT + timedelta(days=night)
        with time_machine.travel(at - timedelta(hours=9), tick=False):
            record_new_events(at - timedelta(hours=10))
        with time_machine.travel(at, tick=False):
            day = (at - timedelta(days=1)).date()
            nights.append(timed(partial(compile_nightly, day)))
    share = 100 * min(nights) / full
    note = f"{min(nights):.2f} s against {full:.2f} s; the first of a process {nights[0]:.2f} s"
    say("nightly compile after 1,000 new events, against a full one", share, "%", limit=5.0, people=people, note=note)


def measure(kind: str, people: int) -> None:
    """Measure on a database of a kind."""
    with scratch(kind, people) as url, tempfile.TemporaryDirectory() as folder:
        app = create_app(settings_for(url, Path(folder)))
        with app.app_context():
            with time_machine.travel(TONIGHT, tick=False):
                measure_reading(people)
                measure_bridges(people)
                measure_nights(people)
            db.session.remove()
            db.engine.dispose()


if __name__ == "__main__":
    measure_alone(__doc__, measure)
