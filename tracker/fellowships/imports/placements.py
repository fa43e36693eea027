"""Loading a list of placements: people, supervisors, placements and their events."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, insert, select
from sqlalchemy.orm import Session

from tracker.core.calendar import LAST_DAY
from tracker.core.clock import london_day
from tracker.core.intake import Counts, Intake
from tracker.fellowships.imports.staged import placements_by_ref, rows_of, standing_refs
from tracker.fellowships.imports.tables import PLACEMENT_CHANGE, PLACEMENT_ROW
from tracker.fellowships.models import Extension, Placement, Supervisor, SupervisorAssignment
from tracker.ledger.imports import histories, people
from tracker.ledger.models import Journey, Strand
from tracker.people.models import Person

FULL_TIME = 1.0
"""What an empty full-time equivalent means for a new placement (fine print A13)."""
CHANGED_SUPERVISOR = "A list of placements named another supervisor"


@dataclass
class _Load:
    """One load at work: its rows in order, the placements there are, and the references of those that stand."""

    session: Session
    intake: Intake
    rows: Sequence[Any]
    placements: dict[str, Placement]
    standing: set[str]

    @property
    def last(self) -> Mapping[str, Any]:
        """The last row of each placement: where rows differ, it says."""
        return {row.placement_ref: row for row in self.rows}


def load_placements(session: Session, intake: Intake) -> Counts:
    """Write what is valid. The caller owns the transaction."""
    rows = rows_of(session, intake, only_valid=True)
    refs = [row.placement_ref for row in rows]
    changed_people = people.write_people(session, intake, rows)
    load = _Load(session, intake, rows, placements_by_ref(session, refs), standing_refs(session, refs))
    changed = _write_placements(load)
    changed |= _write_supervisors(load)
    changed |= {row.placement_ref for row in rows if row.person_ref in changed_people}
    new = _new_events(load)
    events = [(load.placements[ref].journey_id, stage, day) for ref, stage, day in new.values()]
    histories.record_events(session, intake, events)
    updated = {row.row for ref, row in load.last.items() if ref in changed and row.row not in new}
    return Counts(len(new), len(updated), len(rows) - len(new) - len(updated), len(new))


def _new_events(load: _Load) -> dict[int, tuple[str, str, date]]:
    """The events the ledger does not have, by row: placement, stage, day."""
    held = histories.held(load.session, [one.journey_id for one in load.placements.values()])
    return {
        row.row: (row.placement_ref, row.stage, row.effective_on)
        for row in load.rows
        if (row.stage, row.effective_on) not in held[load.placements[row.placement_ref].journey_id].known
    }


def _write_placements(load: _Load) -> set[str]:
    """Begin the placements there are not, and bring the others up to date; the references of those changed."""
    ids = {row.ref: row.id for row in load.session.execute(_people_of(load.intake))}
    changed: set[str] = set()
    for ref, row in load.last.items():
        placement = load.placements.get(ref)
        if placement is None:
            load.placements[ref] = _begin(load, row, ids[row.person_ref])
        elif ref not in load.standing:
            # Only an undone import brought it: it begins anew, as the file says.
            placement.journey.person_id, placement.journey.import_id = ids[row.person_ref], load.intake.import_id
            _fill(placement, row)
        elif _change(load, placement, row):
            changed.add(ref)
    load.session.flush()
    return changed


def _people_of(intake: Intake) -> Select[str, int]:
    mine = (PLACEMENT_ROW.c.import_id == intake.import_id, PLACEMENT_ROW.c.is_valid)
    return select(Person.ref, Person.id).where(Person.ref.in_(select(PLACEMENT_ROW.c.person_ref).where(*mine)))


def _begin(load: _Load, row: Any, person_id: int) -> Placement:
    journey = Journey(
        ref=row.journey_ref,
        strand=Strand.FELLOWSHIPS,
        person_id=person_id,
        import_id=load.intake.import_id,
        created_at=load.intake.instant,
    )
    placement = Placement(journey=journey, ref=row.placement_ref, import_id=load.intake.import_id)
    _fill(placement, row)
    load.session.add(placement)
    return placement


def _fill(placement: Placement, row: Any) -> None:
    placement.scheme_id, placement.first_host_id, placement.host_id = row.scheme_id, row.host_id, row.host_id
    placement.project_title = row.project_title or ""
    placement.fte = FULL_TIME if row.fte is None else row.fte
    placement.planned_start, placement.planned_end = row.planned_start, row.planned_end


def _change(load: _Load, placement: Placement, row: Any) -> bool:
    """Take over what the row says otherwise; a cell that is empty changes nothing.

    What was agreed by an extension since, or as other working hours, is not undone by a file that does not know of it.
    """
    values = {name: getattr(row, name) for name in ("project_title", "fte", "planned_start", "planned_end")}
    approved = select(Extension.id).where(Extension.journey_id == placement.journey_id, Extension.is_approved.is_(True))
    if load.session.scalar(approved.limit(1)) is not None:
        del values["planned_end"]
    if placement.hours_changes:
        del values["fte"]
    before = {name: getattr(placement, name) for name in values}
    after = {name: value for name, value in values.items() if value not in (None, before[name])}
    if after:
        whose = {"import_id": load.intake.import_id, "journey_id": placement.journey_id}
        changes = [
            whose | {"field": name, "before": str(before[name]), "after": str(value)} for name, value in after.items()
        ]
        load.session.execute(insert(PLACEMENT_CHANGE), changes)
    for name, value in after.items():
        setattr(placement, name, value)
    return bool(after)


def _write_supervisors(load: _Load) -> set[str]:
    """Assign the supervisors that the rows name; the references of placements that now have another."""
    named = {row.supervisor_key: row.supervisor_email for row in load.rows if row.supervisor_key is not None}
    known = {one.email_key: one for one in load.session.scalars(select(Supervisor))}
    for key, email in named.items():
        if key not in known:
            known[key] = Supervisor(email=email, email_key=key, import_id=load.intake.import_id)
            load.session.add(known[key])
    load.session.flush()
    first: dict[str, date] = {}
    for row in load.rows:
        first[row.placement_ref] = min(row.effective_on, first.get(row.placement_ref, LAST_DAY))
    changed = set()
    for ref, row in load.last.items():
        if row.supervisor_key is None:
            continue
        if _assign(load, load.placements[ref], known[row.supervisor_key], first[ref]):
            changed.add(ref)
    load.session.flush()
    return changed & load.standing


def _assign(load: _Load, placement: Placement, supervisor: Supervisor, since: date) -> bool:
    """Give a placement its supervisor: from its first event on, or, where it had another, from the import on."""
    earlier = list(placement.assignments)
    if any(one.supervisor_id == supervisor.id for one in earlier):
        return False
    day = london_day(load.intake.instant)
    for one in earlier:
        if one.ends_on == LAST_DAY:
            one.ends_on = max(day, one.starts_on)
    load.session.flush()
    load.session.add(
        SupervisorAssignment(
            journey_id=placement.journey_id,
            supervisor_id=supervisor.id,
            starts_on=max(day, *(one.starts_on for one in earlier)) if earlier else since,
            ends_on=LAST_DAY,
            reason=CHANGED_SUPERVISOR if earlier else "",
            recorded_by_id=load.intake.by_id,
            import_id=load.intake.import_id,
        )
    )
    return True


def touched_by_placements(intake: Intake) -> Select[Any]:
    """Ids of the persons the rows are about."""
    mine = (PLACEMENT_ROW.c.import_id == intake.import_id, PLACEMENT_ROW.c.is_valid)
    return select(Person.id).where(Person.ref.in_(select(PLACEMENT_ROW.c.person_ref).where(*mine)))


def changes(session: Session, intake: Intake) -> Iterator[dict[str, str]]:
    """What a load changed of people and placements there were before, as long as its transaction lasts."""
    yield from people.changes(session, intake)
    rows = session.execute(
        select(Placement.ref, PLACEMENT_CHANGE.c.field, PLACEMENT_CHANGE.c.before, PLACEMENT_CHANGE.c.after)
        .join(Placement, Placement.journey_id == PLACEMENT_CHANGE.c.journey_id)
        .where(PLACEMENT_CHANGE.c.import_id == intake.import_id)
        .order_by(Placement.ref, PLACEMENT_CHANGE.c.field)
    )
    for ref, field, before, after in rows:
        yield {"ref": ref, "field": field, "before": before, "after": after}
