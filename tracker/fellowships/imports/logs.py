"""Checking and loading a list of weekly logs: submitted, not signed off (fine print D3)."""

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, Select, insert, select
from sqlalchemy.orm import Session, selectinload

from tracker.core.intake import Code, Counts, Intake, Problem
from tracker.core.text import format_day
from tracker.fellowships.imports.staged import placements_by_ref, standing_refs
from tracker.fellowships.imports.tables import LOG_ROW
from tracker.fellowships.lifecycle import LogState
from tracker.fellowships.models import LogSkill, LogVersion, Placement, WeekLog
from tracker.ledger.models import Journey


def _rows(session: Session, intake: Intake, *, only_valid: bool) -> Sequence[Row[Any]]:
    rows = select(LOG_ROW).where(LOG_ROW.c.import_id == intake.import_id)
    if only_valid:
        rows = rows.where(LOG_ROW.c.is_valid)
    return session.execute(rows.order_by(LOG_ROW.c.row)).all()


def _placements(session: Session, rows: Sequence[Any]) -> dict[str, Placement]:
    refs = [row.placement_ref for row in rows if row.placement_ref is not None]
    standing = standing_refs(session, refs)
    return {ref: one for ref, one in placements_by_ref(session, refs).items() if ref in standing}


@dataclass(frozen=True)
class _Known:
    """What there is of a week: the log, and the version that counts."""

    log: WeekLog
    version: LogVersion | None
    skills: frozenset[str]

    def says(self, row: Any) -> bool:
        """Whether the log says what the row says."""
        return self.version is not None and (
            (self.version.days, self.version.summary, self.version.blockers) == (row.days, row.summary, row.blockers)
            and self.skills == set(json.loads(row.skills))
        )


def _known(session: Session, placements: Sequence[Placement]) -> dict[tuple[int, Any], _Known]:
    ids = [one.journey_id for one in placements]
    found: dict[tuple[int, Any], _Known] = {}
    for start in range(0, len(ids), 1_000):
        logs = select(WeekLog).where(WeekLog.journey_id.in_(ids[start : start + 1_000]))
        with_versions = logs.options(selectinload(WeekLog.versions).selectinload(LogVersion.skills))
        for log in session.scalars(with_versions):
            counts = [one for one in log.versions if one.voided_at is None]
            version = counts[-1] if counts else None
            skills = frozenset(one.skill_code for one in version.skills) if version else frozenset()
            found[log.journey_id, log.week_ending] = _Known(log, version, skills)
    return found


def check_logs(session: Session, intake: Intake, consequences: bool) -> Iterator[Problem]:
    """Every rule that needs the whole file or the records.

    :param consequences: says nothing more: no row needs another.
    """
    if consequences:
        return
    rows = [row for row in _rows(session, intake, only_valid=False) if row.placement_ref is not None]
    placements = _placements(session, rows)
    places: dict[Any, list[Any]] = defaultdict(list)
    for row in rows:
        if row.placement_ref not in placements:
            advice = "There is no such placement: import the placements first"
            yield Problem(row.row, "placement_ref", Code.UNKNOWN_REFERENCE, row.placement_ref, advice)
        if row.week_ending is not None:
            places[row.placement_ref, row.week_ending].append(row)
    for same in places.values():
        for row in same if len(same) > 1 else ():
            others = ", ".join(str(other.row) for other in same if other is not row)
            advice = f"Row {others} is the same week of {row.placement_ref}: keep one"
            yield Problem(row.row, "week_ending", Code.DUPLICATE_ROW, row.week_ending.isoformat(), advice)
    yield from _locked(session, rows, placements)


def _locked(session: Session, rows: Sequence[Any], placements: dict[str, Placement]) -> Iterator[Problem]:
    known = _known(session, list(placements.values()))
    for row in rows:
        placement = placements.get(row.placement_ref)
        there = known.get((placement.journey_id, row.week_ending)) if placement is not None else None
        is_whole = None not in (row.days, row.summary, row.skills, row.blockers)
        if there is None or there.log.state is not LogState.APPROVED or (is_whole and there.says(row)):
            continue
        advice = f"The week to {format_day(row.week_ending)} is signed off: have it unlocked, or take the row out"
        yield Problem(row.row, "week_ending", Code.STAGE_NOT_ALLOWED, row.week_ending.isoformat(), advice)


def load_logs(session: Session, intake: Intake) -> Counts:
    """Write what is valid: a version for each week that is not logged so already. The caller owns the transaction."""
    rows = _rows(session, intake, only_valid=True)
    placements = _placements(session, rows)
    known = _known(session, list(placements.values()))
    created = updated = 0
    written: list[tuple[Any, WeekLog, int]] = []
    for row in rows:
        journey_id = placements[row.placement_ref].journey_id
        there = known.get((journey_id, row.week_ending))
        if there is not None and there.says(row):
            continue
        if there is None or there.version is None:
            created += 1
        else:
            updated += 1
        written.append((row, *_log(session, intake, journey_id, row, there)))
    session.flush()
    _write_versions(session, intake, written)
    return Counts(created, updated, len(rows) - created - updated, 0)


def _log(session: Session, intake: Intake, journey_id: int, row: Any, there: _Known | None) -> tuple[WeekLog, int]:
    """The log of a week, and the number of its next version."""
    if there is not None:
        there.log.state = LogState.SUBMITTED
        return there.log, max((one.number for one in there.log.versions), default=0) + 1
    log = WeekLog(
        journey_id=journey_id,
        week_ending=row.week_ending,
        state=LogState.SUBMITTED,
        import_id=intake.import_id,
        created_at=intake.instant,
    )
    session.add(log)
    return log, 1


def _write_versions(session: Session, intake: Intake, written: Sequence[tuple[Any, WeekLog, int]]) -> None:
    if not written:
        return
    versions = [
        {
            "log_id": log.id,
            "number": number,
            "days": row.days,
            "summary": row.summary,
            "blockers": row.blockers,
            "submitted_at": intake.instant,
            "submitted_by_id": intake.by_id,
            "import_id": intake.import_id,
        }
        for row, log, number in written
    ]
    session.execute(insert(LogVersion), versions)
    mine = select(LogVersion.log_id, LogVersion.id).where(LogVersion.import_id == intake.import_id)
    ids = dict(session.execute(mine).all())
    skills = [
        {"version_id": ids[log.id], "skill_code": code} for row, log, _ in written for code in json.loads(row.skills)
    ]
    if skills:
        session.execute(insert(LogSkill), skills)


def touched_by_logs(intake: Intake) -> Select[Any]:
    """Ids of the persons the rows are about."""
    mine = select(LOG_ROW.c.placement_ref).where(LOG_ROW.c.import_id == intake.import_id, LOG_ROW.c.is_valid)
    return (
        select(Journey.person_id)
        .join(Placement, Placement.journey_id == Journey.id)
        .where(Placement.ref.in_(mine), Journey.person_id.is_not(None))
    )


def no_changes(session: Session, intake: Intake) -> Iterator[dict[str, str]]:
    """A list of logs changes nothing of people there are."""
    yield from ()
