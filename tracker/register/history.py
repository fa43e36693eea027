"""What happened to somebody, as a reader is told it: an entry for each thing, the latest first, with both clocks."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlalchemy import Row

from tracker.core.calendar import FIRST_DAY
from tracker.core.clock import london_day
from tracker.core.text import format_day, format_instant
from tracker.fellowships.dossier import happened
from tracker.fellowships.models import Placement
from tracker.fellowships.queries.placements import Entry as PlacementEntry
from tracker.ledger.models import EventKind, Source, VoidCause
from tracker.ledger.services import recorded_late_days
from tracker.people.models import Posting
from tracker.training.lifecycle import ENROLMENT, LEAVING_TRIGGERS, Stage
from tracker.training.models import Enrolment
from tracker.training.queries import Entry

SOURCES = {
    Source.IMPORT: "From a list that was imported",
    Source.API: "Sent by another system",
    Source.JOB: "By the service",
}
ONE_ACT = timedelta(seconds=2)
"""What one person recorded of one enrolment for one day within this time was one act."""

Correcting = Callable[[str, str, int], str]
"""Gives the address to correct or take back a line: of the act, the enrolment's reference and the line's number."""


@dataclass
class Happening:
    """One thing on the timeline, as the timeline component draws it."""

    title: str
    on: date | None
    recorded_at: datetime | None
    actor: str | None
    later: str = ""
    lines: list[str] = field(default_factory=list)
    links: list[dict[str, str]] = field(default_factory=list)
    void: bool = False

    @property
    def order(self) -> tuple[date, bool, datetime | None]:
        """Where it stands: by the day, then by when it was recorded."""
        return self.on or FIRST_DAY, self.recorded_at is not None, self.recorded_at


def latest_first(happenings: Iterable[Happening]) -> list[Happening]:
    """The happenings in the order of the page."""
    return sorted(happenings, key=lambda one: one.order, reverse=True)


def of_enrolment(
    enrolment: Enrolment, entries: Sequence[Entry], correcting: Correcting | None, *, named: bool = True
) -> list[Happening]:
    """What happened to an enrolment, in ledger order.

    :param correcting: where a line is corrected; None for who may not.
    :param named: say on each which cohort it is about.
    """
    told: list[Happening] = []
    before: Entry | None = None
    for entry in entries:
        if before is not None and _is_one_act(before, entry):
            told[-1].lines.append(f"Moved to {entry.cohort} from {entry.left_cohort}")
            told[-1].links += _links(enrolment, entry, correcting, "move")
        else:
            told.append(_happening(enrolment, entry, correcting, named))
        before = entry
    return told


def _is_one_act(before: Entry, entry: Entry) -> bool:
    """Whether a move between cohorts belongs to the return just before it."""
    one, other = before.event, entry.event
    return (
        other.kind is EventKind.TRANSFERRED
        and one.kind is EventKind.STAGE
        and (one.effective_on, one.recorded_by_id) == (other.effective_on, other.recorded_by_id)
        and abs(other.recorded_at - one.recorded_at) < ONE_ACT
        and before.void is None
        and entry.void is None
    )


def _happening(enrolment: Enrolment, entry: Entry, correcting: Correcting | None, named: bool) -> Happening:
    event = entry.event
    lines = [f"{enrolment.cohort.code}, {enrolment.cohort.programme.name}"] if named else []
    lines += _said(entry)
    return Happening(
        title=_title(entry),
        on=event.effective_on,
        recorded_at=event.recorded_at,
        actor=entry.recorder,
        later=_later(recorded_late_days(event)),
        lines=lines,
        links=_links(enrolment, entry, correcting, "entry"),
        void=entry.void is not None,
    )


def _title(entry: Entry) -> str:
    if entry.event.kind is EventKind.TRANSFERRED:
        return f"Moved to {entry.cohort}"
    if entry.event.kind is EventKind.EXTENDED:
        return "Break extended"
    return ENROLMENT.label(str(entry.event.stage))


def _said(entry: Entry) -> list[str]:
    """What was said beside a line: the promise, the reason, the note, where it came from, why it was taken back."""
    event, lines = entry.event, []
    if event.promised_on is not None and event.stage == Stage.ON_BREAK:
        day = format_day(event.promised_on)
        into = f", to {entry.cohort}" if entry.cohort else ""
        known = entry.is_known is not False
        lines.append(f"Return planned for {day}{into}" if known else f"Return not known: ask again on {day}")
    if entry.trigger and entry.reason:
        lines.append(f"{LEAVING_TRIGGERS[entry.trigger]}: {entry.reason[0].lower()}{entry.reason[1:]}")
    if entry.evidence:
        lines.append(f"Shown by: {entry.evidence}")
    if entry.left_cohort and event.kind is EventKind.TRANSFERRED:
        lines.append(f"From {entry.left_cohort}")
    if event.note is not None:
        lines.append(event.note.text)
    if event.source in SOURCES:
        lines.append(SOURCES[event.source])
    if entry.void is not None:
        lines.append(_void_words(entry))
    return lines


def _void_words(entry: Entry) -> str:
    assert entry.void is not None  # only asked for what was taken back
    by = f" by {entry.voider}" if entry.voider else ""
    why = entry.void.reason or VOID_WORDS[entry.void.cause]
    return f"Taken back on {format_instant(entry.void.voided_at)}{by}: {why}"


VOID_WORDS = {
    VoidCause.CORRECTION: "it was wrong",
    VoidCause.UNDO: "the import that brought it was undone",
    VoidCause.SUPERSEDED: "the older system’s own record took its place",
}


def _links(enrolment: Enrolment, entry: Entry, correcting: Correcting | None, what: str) -> list[dict[str, str]]:
    shown = [{"text": "Open the evidence", "href": entry.evidence_url}] if entry.evidence_url else []
    if correcting is None or entry.void is not None:
        return shown
    back = {"text": f"Take back this {what}", "href": correcting("take_back", enrolment.ref, entry.number)}
    if entry.event.kind is EventKind.TRANSFERRED:
        return [back]
    return [*shown, {"text": "Correct", "href": correcting("correct", enrolment.ref, entry.number)}, back]


def _later(days: int) -> str:
    """How much later than it happened something was recorded; nothing where it was the same day."""
    return "" if days <= 0 else "1 day later" if days == 1 else f"{days} days later"


def of_placement(placement: Placement, entries: Sequence[PlacementEntry]) -> list[Happening]:
    """What happened in a placement, each with which placement it is about."""
    about = f"Placement {placement.ref}, {placement.host.name}"
    return [
        Happening(
            title=one.title,
            on=one.on,
            recorded_at=one.recorded_at,
            actor=one.actor,
            later=one.later,
            lines=[about, *one.lines],
            void=one.void,
        )
        for one in happened(entries)
    ]


def of_postings(postings: Sequence[Row[Posting, str, str]]) -> list[Happening]:
    """Where somebody was posted, as happenings. The first posting reaches back without limit and so has no day."""
    standing = [row.Posting for row in postings if row.Posting.voided_at is None]
    first = standing[-1] if standing else None
    return [_posted(row.Posting, row.recorder, row.voider, row.Posting is first) for row in postings]


def _posted(posting: Posting, recorder: str | None, voider: str | None, is_first: bool) -> Happening:
    words = [posting.grade.name if posting.grade else "Grade not known"]
    words += [one.name for one in (posting.profession, posting.region) if one is not None]
    lines = [", ".join(words)]
    if posting.voided_at is not None:
        by = f" by {voider}" if voider else ""
        lines.append(f"Taken back on {format_instant(posting.voided_at)}{by}: {posting.reason}")
    elif posting.reason:
        lines.append(posting.reason)
    late = (london_day(posting.recorded_at) - posting.starts_on).days if posting.recorded_at else 0
    return Happening(
        title=f"{'In' if is_first else 'Moved to'} {posting.organisation.name}",
        on=posting.starts_on,
        recorded_at=posting.recorded_at,
        actor=recorder,
        later=_later(late),
        lines=lines,
        void=posting.voided_at is not None,
    )
