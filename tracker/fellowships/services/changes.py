"""Changes along the way: a later end, another supervisor, another host; and correcting what was recorded."""

from datetime import date

from sqlalchemy import func, select

from tracker.accounts.models import User
from tracker.core.calendar import LAST_DAY
from tracker.core.cells import read_email
from tracker.core.clock import now, today
from tracker.core.db import db
from tracker.core.intake import Refusal
from tracker.core.text import email_key, format_day, format_number
from tracker.fellowships.lifecycle import BOOKED, ENDED, PLACEMENT, TAKING_A_PLACE, Stage
from tracker.fellowships.models import (
    Conversion,
    EventHost,
    Extension,
    HoursChange,
    Placement,
    PlacementLeaving,
    Supervisor,
    SupervisorAssignment,
)
from tracker.fellowships.services.placements import LEAVING, PlacementNotAllowed, check_length, check_time, written
from tracker.fellowships.services.places import give_back, take_place
from tracker.ledger import services as ledger
from tracker.ledger.models import Event, EventKind, EventVoid, StageSpan
from tracker.ledger.services import Recorder
from tracker.organisations.models import Organisation


def stage_of(placement: Placement) -> str | None:
    """Where the placement stands now; None where nothing that is recorded counts."""
    return db.session.scalar(
        select(StageSpan.stage).where(StageSpan.journey_id == placement.journey_id, StageSpan.ends_on == LAST_DAY)
    )


def in_post_since(placement: Placement) -> date:
    """The first day in post; the planned one, while there is none."""
    first = select(func.min(StageSpan.starts_on)).where(
        StageSpan.journey_id == placement.journey_id, StageSpan.stage == Stage.IN_POST
    )
    return db.session.scalar(first) or placement.planned_start


def ask_extension(placement: Placement, planned_end: date, reason: str, *, by: User) -> Extension:
    """Ask for a later planned end. Nothing moves until somebody approves it.

    :raises PlacementNotAllowed: if the placement is not in post, the day is not later, a placement of its scheme lasts
        no longer, no reason is given, or a request is open already.
    """
    if stage_of(placement) != Stage.IN_POST:
        raise PlacementNotAllowed("Only a placement in post can be extended")
    scheme, began = placement.scheme, in_post_since(placement)
    if scheme.latest_end(began) <= placement.planned_end:
        raise PlacementNotAllowed(
            f"It cannot be extended: a fellowship of this scheme lasts {scheme.longest_months} months at most, and "
            "this one is planned for as long already"
        )
    if planned_end <= placement.planned_end:
        ends = format_day(placement.planned_end)
        raise PlacementNotAllowed(f"The new end must be after {ends}, the planned end now", "planned_end")
    check_length(scheme, began, planned_end)
    if not reason.strip():
        raise PlacementNotAllowed("Say why it should be extended", "reason")
    waits = select(Extension.id).where(Extension.journey_id == placement.journey_id, Extension.decided_at.is_(None))
    if db.session.scalar(waits) is not None:
        raise PlacementNotAllowed("An extension has been asked for already and waits for a decision")
    check_time(placement, planned_end)
    asked = Extension(
        placement=placement,
        planned_end=planned_end,
        before=placement.planned_end,
        reason=reason.strip(),
        asked_by_id=by.id,
    )
    db.session.add(asked)
    db.session.flush()
    written("placement.extension-asked", placement, by, {"planned_end": planned_end, "reason": reason})
    return asked


def decide_extension(asked: Extension, *, is_approved: bool, note: str, by: User) -> None:
    """Approve or refuse a later planned end.

    Whoever asked does not decide. An approval keeps the stage and moves the planned end (domain page, Placement).

    :raises PlacementNotAllowed: if it is decided already, the same person asked for it, a refusal has no reason, or it
        would be longer than the scheme allows.
    :raises MoveNotAllowed: if the placement is no longer in post.
    """
    placement = asked.placement
    if asked.decided_at is not None:
        raise PlacementNotAllowed("This extension has been decided already")
    if asked.asked_by_id == by.id:
        raise PlacementNotAllowed("You asked for this extension, so somebody else has to decide it")
    if not is_approved and not note.strip():
        raise PlacementNotAllowed("Say why it is refused", "note")
    if is_approved:
        check_length(placement.scheme, in_post_since(placement), asked.planned_end)
        check_time(placement, asked.planned_end)
    asked.is_approved, asked.decided_by_id, asked.decided_at = is_approved, by.id, now()
    asked.decision_note = note.strip()
    if is_approved:
        event = ledger.record_extension(
            placement.journey, PLACEMENT, Stage.IN_POST, today(), Recorder(by.id), promised_on=asked.planned_end
        )
        asked.event_id = event.id
        placement.planned_end = asked.planned_end
    db.session.flush()
    told = {"planned_end": asked.planned_end, "note": asked.decision_note}
    written("placement.extended" if is_approved else "placement.extension-refused", placement, by, told)


def change_supervisor(
    placement: Placement, email: str, name: str, starts_on: date, reason: str, *, by: User
) -> SupervisorAssignment:
    """Hand a placement over to another supervisor from a day on. What waits for a word goes with it.

    :raises PlacementNotAllowed: if the address is none, they supervise already, the day lies ahead, or before the day
        the present supervisor took over.
    """
    address = read_email(email.strip())
    if isinstance(address, Refusal):
        raise PlacementNotAllowed("Enter an email address in the correct format, like name@example.gov.uk", "email")
    if starts_on > today():
        raise PlacementNotAllowed("The date must be today or in the past", "starts_on")
    before = db.session.scalar(
        select(SupervisorAssignment).where(
            SupervisorAssignment.journey_id == placement.journey_id, SupervisorAssignment.ends_on == LAST_DAY
        )
    )
    if before is not None and before.supervisor.email_key == email_key(address):
        raise PlacementNotAllowed("They supervise this placement already", "email")
    if before is not None and starts_on < before.starts_on:
        since = format_day(before.starts_on)
        raise PlacementNotAllowed(
            f"{before.supervisor.shown_name} took over on {since}: choose a later day", "starts_on"
        )
    if before is not None:
        before.ends_on = starts_on
        db.session.flush()
    after = SupervisorAssignment(
        placement=placement,
        supervisor=supervisor_with(address, name),
        starts_on=starts_on,
        ends_on=LAST_DAY,
        reason=reason.strip(),
        recorded_by_id=by.id,
    )
    db.session.add(after)
    placement.journey.version += 1
    db.session.flush()
    was = before.supervisor.email if before is not None else None
    written("placement.supervisor", placement, by, {"supervisor": address, "starts_on": starts_on}, supervisor=was)
    return after


def supervisor_with(email: str, name: str) -> Supervisor:
    """The supervisor with an address; a new one where there is none. A name that was not known is kept."""
    found = db.session.scalar(select(Supervisor).where(Supervisor.email_key == email_key(email)))
    if found is None:
        found = Supervisor(email=email, email_key=email_key(email), name=name.strip())
        db.session.add(found)
    elif name.strip() and not found.name:
        found.name = name.strip()
    db.session.flush()
    return found


def change_hours(placement: Placement, fte: float, starts_on: date, *, by: User) -> HoursChange:
    """Record that a fellow works more of the week, or less, from a day on. Earlier weeks stay as they were.

    :param starts_on: any day of the placement, one that lies ahead too. What was said of that very day is replaced.
    :raises PlacementNotAllowed: if it has ended, the full-time equivalent is none or is that of the day already, the
        day lies outside the placement, or the fellow's time is filled by another placement.
    """
    if stage_of(placement) in (*ENDED, None):
        raise PlacementNotAllowed("The placement has ended, so its hours stay")
    if not 0 < fte <= 1:
        raise PlacementNotAllowed("The full-time equivalent must be over 0 and no more than 1", "fte")
    if not placement.planned_start <= starts_on <= placement.planned_end:
        between = f"{format_day(placement.planned_start)} to {format_day(placement.planned_end)}"
        raise PlacementNotAllowed(f"Choose a day of the placement, which is from {between}", "starts_on")
    before = placement.hours.on(starts_on)
    if fte == before:
        raise PlacementNotAllowed(f"It is {format_number(fte, 2)} on {format_day(starts_on)} already", "fte")
    changed = next((one for one in placement.hours_changes if one.starts_on == starts_on), None)
    if changed is None:
        changed = HoursChange(journey_id=placement.journey_id, starts_on=starts_on, fte=fte, recorded_by_id=by.id)
        db.session.add(changed)
    else:
        changed.fte, changed.recorded_by_id, changed.recorded_at = fte, by.id, now()
    placement.journey.version += 1
    db.session.flush()
    db.session.refresh(placement, ["hours_changes"])
    if stage_of(placement) in BOOKED:
        check_time(placement, placement.planned_end, field="starts_on")
    written("placement.hours", placement, by, {"fte": fte, "starts_on": starts_on}, fte=before)
    return changed


def change_host(placement: Placement, host: Organisation, on: date, reason: str, *, by: User) -> Event:
    """Record that a placement moved to another host on a day. Days from then on count there.

    :raises PlacementNotAllowed: if it is there already, has ended, the host did not exist, the day lies before the
        placement's history begins, or no reason is given.
    :raises MoveNotAllowed: if the day lies ahead. Nothing has been changed.
    """
    if not reason.strip():
        raise PlacementNotAllowed("Say why the host changes", "reason")
    if host.id == placement.host_id:
        raise PlacementNotAllowed("Choose another host: the placement is there already", "host")
    if stage_of(placement) in (*ENDED, None):
        raise PlacementNotAllowed("The placement has ended, so its host stays")
    if not host.existed_on(on):
        raise PlacementNotAllowed(f"{host.name} did not exist on {format_day(on)}", "host")
    began = db.session.scalar(select(func.min(StageSpan.starts_on)).where(StageSpan.journey_id == placement.journey_id))
    if began is not None and on < began:
        raise PlacementNotAllowed(f"The placement began on {format_day(began)}: choose that day or a later one", "on")
    event = ledger.record_transfer(placement.journey, on, Recorder(by.id), note=reason)
    left = placement.host
    db.session.add(EventHost(event_id=event.id, organisation_id=host.id, left_organisation_id=left.id))
    db.session.flush()
    settle(placement)
    written("placement.host", placement, by, {"host": host.slug, "effective_on": on}, host=left.slug)
    return event


def take_back(placement: Placement, event: Event, *, reason: str, by: User) -> None:
    """Void an entry that should not be there.

    :raises MoveNotAllowed: if it is void already, no reason is given, or what is left would be no legal history.
    """
    ledger.void_event(event, PLACEMENT, reason=reason, voided_by_id=by.id)
    settle(placement)
    _check_settled(placement)
    told = {"reason": reason}
    written("placement.entry-voided", placement, by, told, stage=event.stage, effective_on=event.effective_on)


def correct(placement: Placement, event: Event, stage: str, effective_on: date, *, reason: str, by: User) -> Event:
    """Void an entry and record the right one, as one act. What was said with it goes over to the right one.

    :raises PlacementNotAllowed: for a move or an extension, which are only taken back, or a stage that needs a reason.
    :raises MoveNotAllowed: as the ledger's `correct_event`. Nothing has been changed.
    """
    if event.kind is not EventKind.STAGE:
        raise PlacementNotAllowed("A move or an extension is taken back, and recorded anew")
    if stage != event.stage and stage in LEAVING:
        raise PlacementNotAllowed(
            "Take this entry back and record how the placement was left: it needs a reason", "stage"
        )
    kept = ledger.correct_event(
        event,
        PLACEMENT,
        stage=stage,
        effective_on=effective_on,
        promised_on=None,
        reason=reason,
        recorder=Recorder(by.id),
    )
    if stage == event.stage:
        _carry_over(event, kept)
    settle(placement)
    _check_settled(placement)
    after = {"stage": stage, "effective_on": effective_on, "reason": reason}
    written("placement.entry-corrected", placement, by, after, stage=event.stage, effective_on=event.effective_on)
    return kept


def _carry_over(wrong: Event, right: Event) -> None:
    session = db.session()
    leaving, conversion = session.get(PlacementLeaving, wrong.id), session.get(Conversion, wrong.id)
    if leaving is not None:
        session.add(PlacementLeaving(event_id=right.id, reason_code=leaving.reason_code))
    if conversion is not None:
        session.add(Conversion(event_id=right.id, organisation_id=conversion.organisation_id, post=conversion.post))
    session.flush()


def settle(placement: Placement) -> None:
    """Bring what is kept beside the ledger in line with it: the host, the planned end, the place of the project."""
    session = db.session()
    stands = EventVoid.event_id.is_(None)
    moved = (
        select(EventHost.organisation_id)
        .join(Event, Event.id == EventHost.event_id)
        .outerjoin(EventVoid, EventVoid.event_id == Event.id)
        .where(Event.journey_id == placement.journey_id, stands)
        .order_by(Event.effective_on.desc(), Event.id.desc())
    )
    placement.host_id = session.scalar(moved.limit(1)) or placement.first_host_id
    extended = (
        select(Extension.planned_end, Extension.before, stands.label("stands"))
        .join(Event, Event.id == Extension.event_id)
        .outerjoin(EventVoid, EventVoid.event_id == Event.id)
        .where(Extension.journey_id == placement.journey_id)
        .order_by(Extension.id)
    )
    rows = session.execute(extended).all()
    if rows:
        standing = [row.planned_end for row in rows if row.stands]
        placement.planned_end = standing[-1] if standing else rows[0].before
    session.flush()
    session.expire(placement, ["host"])


def _check_settled(placement: Placement) -> None:
    """Refuse a correction that brings a placement back into time or a place that others have taken since."""
    stage = stage_of(placement)
    if stage in BOOKED:
        check_time(placement, placement.planned_end)
    if stage in TAKING_A_PLACE and placement.project is not None:
        take_place(placement.project, placement)
    else:
        give_back(placement)


def named_supervisor(email: str, name: str, field: str) -> Supervisor | None:
    """The supervisor with an address that was typed; None where none was.

    :raises PlacementNotAllowed: at the field, if the address is none.
    """
    if not email:
        return None
    address = read_email(email)
    if isinstance(address, Refusal):
        raise PlacementNotAllowed("Enter an email address in the correct format, like name@example.gov.uk", field)
    return supervisor_with(address, name)
