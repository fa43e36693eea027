"""A placement put together for its page: what is true now, what may be done, what happened."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from tracker.accounts import audit
from tracker.accounts.models import User
from tracker.accounts.permissions import Permission
from tracker.core.db import transaction
from tracker.core.text import format_day, format_instant, format_number
from tracker.fellowships.acts import EXTEND, OBJECTIVE, REVIEW, Act, next_act, other_acts
from tracker.fellowships.lifecycle import LEAVING_REASONS, PLACEMENT, ObjectiveState, Stage
from tracker.fellowships.models import Extension, Objective, Placement
from tracker.fellowships.queries import placements as queries
from tracker.fellowships.queries.placements import Entry
from tracker.ledger.models import Event, EventKind, VoidCause
from tracker.ledger.queries import standing_events
from tracker.ledger.services import recorded_late_days
from tracker.organisations.models import Organisation

Correcting = Callable[[str, int], str]
"""Gives the address to correct or take back a line: of the act and the line's number."""

SENTENCES = {
    Stage.PROPOSED: "Proposed for {host} on {since}.",
    Stage.MATCHED: "Matched with {host} on {since}.",
    Stage.OFFERED: "Offered at {host} on {since}; not answered yet.",
    Stage.ACCEPTED: "Accepted on {since}; to begin at {host} on {start}.",
    Stage.IN_POST: "In post at {host} since {since}, planned to {end}.",
    Stage.COMPLETED: "Completed at {host} on {since}.",
    Stage.DECLINED: "The offer of {host} was declined on {since}.",
    Stage.WITHDRAWN: "Withdrawn on {since}, before it began.",
    Stage.ENDED_EARLY: "Ended early at {host} on {since}; it was planned to {end}.",
}
MOVED_IN_POST = "In post since {since}, at {host} since {moved}, planned to {end}."
VOID_WORDS = {
    VoidCause.CORRECTION: "it was wrong",
    VoidCause.UNDO: "the import that brought it was undone",
    VoidCause.SUPERSEDED: "the older system’s own record took its place",
}
OBJECTIVE_TAGS = {
    ObjectiveState.OPEN: ("Open", "grey"),
    ObjectiveState.MET: ("Met", "green"),
    ObjectiveState.PARTLY_MET: ("Partly met", "yellow"),
    ObjectiveState.DROPPED: ("Dropped", "red"),
}


@dataclass(frozen=True)
class Tag:
    """Words on a colour."""

    label: str
    colour: str


@dataclass
class Happening:
    """One thing on the timeline, as the timeline component draws it."""

    title: str
    on: date
    recorded_at: datetime
    actor: str | None
    later: str = ""
    lines: list[str] = field(default_factory=list)
    links: list[dict[str, str]] = field(default_factory=list)
    void: bool = False


def note_look(placement: Placement, user: User) -> None:
    """Say in the audit trail that somebody's placement was looked at, unless they looked themselves."""
    if placement.user_id != user.id:
        with transaction():
            audit.looked_at(f"placement:{placement.ref}", actor=user)


def stage_of(placement: Placement) -> str | None:
    """Where the placement stands; None where nothing that is recorded counts."""
    return None if placement.standing is None else placement.standing.stage


def tag_of(placement: Placement) -> Tag:
    """The stage as a tag."""
    stage = stage_of(placement)
    if stage is None:
        return Tag("No history", "red")
    info = PLACEMENT.stages[stage]
    return Tag(info.label, info.colour)


def sentence(placement: Placement) -> str:
    """What is true of a placement, in one sentence."""
    standing = placement.standing
    if standing is None:
        return "Nothing that is recorded of this placement still counts."
    events = standing_events(placement.journey_id)
    since = _entered_on(events, standing.stage) or standing.starts_on
    moved = max((one.effective_on for one in events if one.kind is EventKind.TRANSFERRED), default=since)
    words = {
        "host": placement.host.name,
        "since": format_day(since),
        "moved": format_day(moved),
        "start": format_day(placement.planned_start),
        "end": format_day(placement.planned_end),
    }
    sentence = MOVED_IN_POST if standing.stage == Stage.IN_POST and moved > since else SENTENCES[Stage(standing.stage)]
    return sentence.format(**words)


def _entered_on(events: Sequence[Event], stage: str) -> date | None:
    """The day the stage was entered: an extension begins another stay at it, and the fellow was there all along."""
    entered = (one for one in events if one.kind is EventKind.STAGE)
    return max((one.effective_on for one in entered if one.stage == stage), default=None)


def lead(placement: Placement) -> str:
    """Who and what a form is about, in one line."""
    return f"{placement.person.name}, {placement.ref}. {sentence(placement)}"


def of_placement(placement: Placement, user: User, correcting: Correcting) -> dict[str, Any]:
    """What the page of a placement shows."""
    entries = queries.entries(placement.journey_id)
    extensions = queries.extensions(placement)
    stage = stage_of(placement)
    may_record = user.may(Permission.PLACEMENTS_RECORD, placement)
    asked = (one for one in extensions if one.decided_at is None)
    waiting = next(asked, None) if stage == Stage.IN_POST else None
    links = correcting if user.may(Permission.PLACEMENTS_CORRECT, placement) else None
    return {
        "placement": placement,
        "person": placement.person,
        "tag": tag_of(placement),
        "sentence": sentence(placement),
        "next_act": next_act(stage) if may_record else None,
        "other_acts": _other_acts(stage, placement, user, waiting),
        "facts": _facts(placement, entries),
        "supervisors": [_supervised(one) for one in reversed(placement.assignments)],
        "objectives": [_objective(one) for one in queries.objectives(placement)],
        "review": queries.review(placement),
        "extensions": [_extension(one, is_open=stage == Stage.IN_POST) for one in extensions],
        "waiting": waiting,
        "may_decide": waiting is not None and may_record and waiting.asked_by_id != user.id,
        "may_review": user.may(Permission.PLACEMENTS_REVIEW) and user.may(Permission.PLACEMENTS_REVIEW, placement),
        "may_see_person": user.may(Permission.PEOPLE_VIEW) and user.may(Permission.PEOPLE_VIEW, placement.person),
        "has_ended": stage in (Stage.COMPLETED, Stage.ENDED_EARLY),
        "may_see_logs": user.may(Permission.LOGS_VIEW, placement),
        "happened": [_happening(entry, links) for entry in reversed(entries)],
    }


def _other_acts(stage: str | None, placement: Placement, user: User, waiting: Extension | None) -> list[Act]:
    """What else the user can do: everything for who records; else what fellow and supervisor say themselves."""
    acts = other_acts(stage)
    if waiting is not None:
        acts = [act for act in acts if act.code != "placements.ask_extension"]
    if user.may(Permission.PLACEMENTS_RECORD, placement):
        return acts
    own = {Permission.EXTENSION_ASK: {EXTEND}, Permission.PLACEMENTS_REVIEW: {OBJECTIVE, REVIEW}}
    allowed = [each for one, each in own.items() if user.may(one) and user.may(one, placement)]
    return [act for act in acts if any(act in each for each in allowed)]


def _facts(placement: Placement, entries: Sequence[Entry]) -> list[dict[str, Any]]:
    supervisor = placement.supervisor
    posts = [f"{one.post}, {one.post_at}" for one in entries if one.post and one.void is None]
    return [
        {"label": "Scheme", "value": placement.scheme.name},
        {"label": "Host", "value": placement.host.name, "note": _host_of_today(placement.host)},
        {"label": "Project", "value": placement.project_title or None},
        {"label": "Planned start", "value": placement.planned_start},
        {"label": "Planned end", "value": placement.planned_end},
        {"label": "Full-time equivalent", "value": hours_words(placement)},
        {"label": "Supervisor", "value": supervisor.shown_name if supervisor else "Nobody: a placement needs one"},
        *({"label": "Permanent post", "value": post} for post in posts),
    ]


def _host_of_today(host: Organisation) -> str | None:
    """What became of a host that is no more: placements stay with the host of their day until a move is recorded."""
    if not host.is_closed:
        return None
    heir = host.present if host.present is not None and host.present_id != host.id else None
    ended = f"It ended on {format_day(host.closed_on)}" if host.closed_on else "It has ended"
    if heir is None:
        return f"{ended}. If the fellow went along with a part of it, record the move to another host."
    return (
        f"{ended}, and counts under {heir.name} by the structure of today. If the fellow went there, record the move "
        "to another host."
    )


def hours_words(placement: Placement) -> str:
    """How much of a week the fellow works, and since when where that changed."""
    changed = [f"{format_number(one.fte, 2)} from {format_day(one.starts_on)}" for one in placement.hours_changes]
    return ", ".join([format_number(placement.fte, 2), *changed])


def _supervised(one: Any) -> dict[str, Any]:
    ends = None if one.ends_on.year == date.max.year else one.ends_on
    return {"name": one.supervisor.shown_name, "starts_on": one.starts_on, "ends_on": ends, "reason": one.reason}


def _objective(one: Objective) -> dict[str, Any]:
    return {
        "number": one.number,
        "text": one.text,
        "state": Tag(*OBJECTIVE_TAGS[one.state]),
        "agreed_on": one.agreed_on,
    }


def _extension(one: Extension, *, is_open: bool) -> dict[str, Any]:
    words, colour = ("Approved", "green") if one.is_approved else ("Refused", "red")
    if one.is_approved is None:
        words, colour = ("Waiting", "yellow") if is_open else ("Not decided before it ended", "grey")
    decided = f" by {one.decided_by.name}" if one.decided_by is not None else ""
    return {
        "planned_end": one.planned_end,
        "state": Tag(words, colour),
        "reason": one.reason,
        "asked": f"{one.asked_by.name}, {format_instant(one.asked_at)}",
        "decided": f"{format_instant(one.decided_at)}{decided}" if one.decided_at else None,
        "note": one.decision_note,
    }


def happened(entries: Sequence[Entry]) -> list[Happening]:
    """What happened in a placement, in ledger order, to be told elsewhere than on its own page."""
    return [_happening(entry, None) for entry in entries]


def _happening(entry: Entry, correcting: Correcting | None) -> Happening:
    event = entry.event
    late = recorded_late_days(event)
    return Happening(
        title=_title(entry),
        on=event.effective_on,
        recorded_at=event.recorded_at,
        actor=entry.recorder,
        later="" if late <= 0 else "1 day later" if late == 1 else f"{late} days later",
        lines=_said(entry),
        links=_links(entry, correcting),
        void=entry.void is not None,
    )


def _title(entry: Entry) -> str:
    if entry.event.kind is EventKind.TRANSFERRED:
        return f"Moved to {entry.host}"
    if entry.event.kind is EventKind.EXTENDED:
        return "Extended"
    return PLACEMENT.label(str(entry.event.stage))


def _said(entry: Entry) -> list[str]:
    event, lines = entry.event, []
    if event.promised_on is not None:
        lines.append(f"Planned to {format_day(event.promised_on)}")
    if entry.left_host:
        lines.append(f"From {entry.left_host}")
    if entry.reason_code:
        lines.append(LEAVING_REASONS.get(entry.reason_code, entry.reason_code))
    if entry.post:
        lines.append(f"Turned into a permanent post: {entry.post}, {entry.post_at}")
    if event.note is not None:
        lines.append(event.note.text)
    if event.import_id is not None:
        lines.append("From a list that was imported")
    if entry.void is not None:
        by = f" by {entry.voider}" if entry.voider else ""
        why = entry.void.reason or VOID_WORDS[entry.void.cause]
        lines.append(f"Taken back on {format_instant(entry.void.voided_at)}{by}: {why}")
    return lines


def _links(entry: Entry, correcting: Correcting | None) -> list[dict[str, str]]:
    if correcting is None or entry.void is not None:
        return []
    back = {"text": "Take back this entry", "href": correcting("take_back", entry.number)}
    if entry.event.kind is not EventKind.STAGE:
        return [back]
    return [{"text": "Correct", "href": correcting("correct", entry.number)}, back]


def stages_it_may_have_been(event: Event) -> Sequence[str]:
    """What a wrong entry may be corrected to: its own stage, or any that needs no reason."""
    needs_reason = {Stage.DECLINED, Stage.WITHDRAWN, Stage.ENDED_EARLY} - {event.stage}
    return [code for code in PLACEMENT.stages if code not in needs_reason]


def entry_words(placement: Placement, event: Event) -> str:
    """Whose entry a correction is about, and what it says."""
    said = PLACEMENT.label(event.stage) if event.stage else "Moved to another host"
    if event.kind is EventKind.EXTENDED:
        said = "Extended"
    return f"{placement.person.name}, {placement.ref}: ‘{said}’ on {format_day(event.effective_on)}."


def asked_words(asked: Extension) -> str:
    """What is asked for, by whom and why."""
    ends, until = format_day(asked.planned_end), format_day(asked.before)
    return f"{asked.asked_by.name} asks for {ends} in place of {until}: {asked.reason}"


def longest_words(placement: Placement, began: date) -> str:
    """How long the placement may last, counted from the day it began."""
    months, latest = placement.scheme.longest_months, format_day(placement.scheme.latest_end(began))
    return (
        f"A fellowship of this scheme lasts {months} months at most. This one began on {format_day(began)}, so "
        f"its last day can be up to {latest}."
    )


def reviewed(placement: Placement) -> dict[str, object]:
    """What was said at the mid-point, to be said again."""
    said = queries.review(placement)
    if said is None:
        return {}
    return {"held_on": said.held_on, "going_well": said.going_well, "to_change": said.to_change}
