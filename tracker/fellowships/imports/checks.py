"""What only the whole list of placements, and the records, can say."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.core.calendar import LAST_DAY
from tracker.core.intake import Code, Intake, Problem
from tracker.core.text import format_day, format_number
from tracker.fellowships.booking import Booking, clashes
from tracker.fellowships.hours import Hours
from tracker.fellowships.imports.staged import placements_by_ref, rows_of, standing_refs
from tracker.fellowships.lifecycle import BOOKED, PLACEMENT
from tracker.fellowships.models import EventHost, Placement
from tracker.ledger.imports import histories, people
from tracker.ledger.imports.histories import Coming, Held
from tracker.ledger.models import Event, Journey, StageSpan
from tracker.people.models import Person


def check_placements(session: Session, intake: Intake, consequences: bool) -> Iterator[Problem]:
    """Every rule that needs the whole file or the records.

    :param consequences: judge only what would be left without the rows in error: they may have been the steps between.
    """
    rows = rows_of(session, intake, only_valid=consequences)
    about = [row for row in rows if row.placement_ref is not None]
    known = placements_by_ref(session, [row.placement_ref for row in about])
    standing = standing_refs(session, list(known))
    placements = {ref: one for ref, one in known.items() if ref in standing}
    if not consequences:
        yield from _doubled(about)
        yield from people.check_people(session, rows)
        yield from _other_people(about, placements)
        yield from _other_terms(session, about, placements)
    by_ref = _held(session, known)
    yield from histories.illegal_steps(PLACEMENT, _coming(about), by_ref)
    yield from _overlapping(session, about, by_ref, placements)


def _held(session: Session, known: Mapping[str, Placement]) -> dict[str, Held]:
    by_id = histories.held(session, [one.journey_id for one in known.values()])
    return {ref: by_id[one.journey_id] for ref, one in known.items()}


def _coming(rows: Sequence[Any]) -> list[Coming]:
    """The events of placements all of whose rows have their place in the order; of doubled ones, the first."""
    unplaced = {row.placement_ref for row in rows if row.stage is None or row.effective_on is None}
    coming: dict[tuple[Any, ...], Coming] = {}
    for row in rows:
        if row.placement_ref not in unplaced:
            key = (row.placement_ref, row.stage, row.effective_on)
            coming.setdefault(key, Coming(row.row, row.placement_ref, row.stage, row.effective_on))
    return list(coming.values())


def _doubled(rows: Sequence[Any]) -> Iterator[Problem]:
    """One event twice in the file: both rows are in error (fine print A6, A11)."""
    places: dict[tuple[Any, ...], list[Any]] = defaultdict(list)
    for row in rows:
        if row.stage is not None and row.effective_on is not None:
            places[row.placement_ref, row.stage, row.effective_on].append(row)
    for same in places.values():
        for row in same if len(same) > 1 else ():
            others = ", ".join(str(other.row) for other in same if other is not row)
            advice = f"Row {others} says the same of {row.placement_ref}: keep one"
            yield Problem(row.row, "person_ref", Code.DUPLICATE_ROW, row.person_ref or "", advice)


def _other_people(rows: Sequence[Any], placements: Mapping[str, Placement]) -> Iterator[Problem]:
    """Placements that belong to somebody else, in the records or in the first row of the file."""
    owners = {ref: one.person.ref for ref, one in placements.items()}
    for row in rows:
        if row.person_ref is None:
            continue
        owner = owners.setdefault(row.placement_ref, row.person_ref)
        if owner != row.person_ref:
            advice = f"{row.placement_ref} is a placement of {owner}: correct one of the two references"
            yield Problem(row.row, "person_ref", Code.PERSON_DIFFERS, row.person_ref, advice)


def _other_terms(session: Session, rows: Sequence[Any], placements: Mapping[str, Placement]) -> Iterator[Problem]:
    """Placements under another scheme or at another host than is known: a move is recorded, not imported."""
    hosts = _hosts(session, placements)
    schemes = {ref: one.scheme_id for ref, one in placements.items()}
    for row in rows:
        if row.scheme_id is not None and schemes.setdefault(row.placement_ref, row.scheme_id) != row.scheme_id:
            advice = f"{row.placement_ref} is under another scheme: correct it, or give the placement its own reference"
            yield Problem(row.row, "scheme", Code.UNKNOWN_REFERENCE, row.placement_ref, advice)
        if row.host_id is not None and row.host_id not in hosts.setdefault(row.placement_ref, {row.host_id}):
            advice = f"{row.placement_ref} is at another host: correct it, or record the change of host on its page"
            yield Problem(row.row, "host_organisation", Code.UNKNOWN_REFERENCE, row.placement_ref, advice)


def _hosts(session: Session, placements: Mapping[str, Placement]) -> dict[str, set[int]]:
    """Every host each placement has had."""
    hosts = {ref: {one.first_host_id, one.host_id} for ref, one in placements.items()}
    by_id = {one.journey_id: ref for ref, one in placements.items()}
    moved = session.execute(
        select(Event.journey_id, EventHost.organisation_id).join(EventHost, EventHost.event_id == Event.id)
    )
    for journey_id, organisation_id in moved:
        if journey_id in by_id:
            hosts[by_id[journey_id]].add(organisation_id)
    return hosts


def _overlapping(
    session: Session, rows: Sequence[Any], held: Mapping[str, Held], placements: Mapping[str, Placement]
) -> Iterator[Problem]:
    """People whose placements from accepted on add up to more than full time on some day (fine print A21)."""
    by_ref: dict[str, list[Any]] = defaultdict(list)
    for row in rows:
        by_ref[row.placement_ref].append(row)
    booked: dict[str, dict[str, list[Booking]]] = defaultdict(dict)
    for ref, same in by_ref.items():
        bookings = _bookings(ref, same, held.get(ref, histories.NOTHING), placements.get(ref))
        person = same[-1].person_ref
        if bookings and person is not None:
            booked[person][ref] = bookings
    for person, ref, bookings in _booked_already(session, list(booked)):
        if ref not in by_ref:
            booked[person][ref] = bookings
    for of_person in booked.values():
        if len(of_person) > 1:
            yield from _clashing([one for each in of_person.values() for one in each], by_ref)


def _clashing(bookings: Sequence[Booking], by_ref: Mapping[str, Sequence[Any]]) -> Iterator[Problem]:
    """A problem for each row that has a placement accepted or in post which is too much with others."""
    told: set[int] = set()
    for clash in clashes(bookings):
        for ref in clash.refs:
            others = ", ".join(other for other in clash.refs if other != ref)
            rows = [row for row in by_ref.get(ref, ()) if row.stage in BOOKED and row.row not in told]
            told |= {row.row for row in rows}
            yield from (_clash(row, others, clash) for row in rows)


def _clash(row: Any, others: str, clash: Any) -> Problem:
    advice = (
        f"With {others} it makes {format_number(clash.fte, 2)} full-time equivalents from {format_day(clash.first)} to "
        f"{format_day(clash.last)}: correct the dates or the full-time equivalent"
    )
    return Problem(row.row, "planned_start", Code.OVERLAPPING_PLACEMENT, row.planned_start.isoformat(), advice)


def _bookings(ref: str, rows: Sequence[Any], held: Held, placement: Placement | None) -> list[Booking]:
    """What a placement of the file fills, if it stands at a stage that counts once the file is loaded."""
    steps = [(step.effective_on, 0, place, step.stage) for place, step in enumerate(held.steps)]
    steps += [
        (row.effective_on, 1, row.row, row.stage)
        for row in rows
        if row.stage is not None and row.effective_on is not None and (row.stage, row.effective_on) not in held.known
    ]
    last = rows[-1]
    if not steps or max(steps)[3] not in BOOKED or last.planned_start is None or last.planned_end is None:
        return []
    hours = Hours(1.0) if placement is None else placement.hours
    if last.fte is not None and not hours.changes:
        hours = Hours(last.fte)
    return list(hours.bookings(ref, last.planned_start, last.planned_end))


def _booked_already(session: Session, people_refs: Sequence[str]) -> Iterator[tuple[str, str, list[Booking]]]:
    """What the records hold of the people: placements that fill their time."""
    booked = (
        select(Person.ref, Placement)
        .join(Journey, Journey.id == Placement.journey_id)
        .join(Person, Person.id == Journey.person_id)
        .join(StageSpan, StageSpan.journey_id == Placement.journey_id)
        .where(StageSpan.ends_on == LAST_DAY, StageSpan.stage.in_(BOOKED))
    )
    wanted = set(people_refs)
    for person, one in session.execute(booked):
        if person in wanted:
            yield person, one.ref, one.bookings(one.planned_end)
