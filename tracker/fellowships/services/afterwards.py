"""Asking fellow and host about a placement that is over: at its end, and after 3, 6 and 12 months."""

from dataclasses import dataclass
from datetime import date, timedelta

from tracker.accounts import audit
from tracker.accounts.models import User
from tracker.accounts.services import answer_links
from tracker.accounts.services.answer_links import LinkKind
from tracker.core import clock
from tracker.core.calendar import is_working_day, months_after
from tracker.core.db import db
from tracker.core.errors import DomainError
from tracker.core.subject import leads_nowhere
from tracker.core.text import email_key
from tracker.fellowships import letters
from tracker.fellowships.afterlife import Asked, Side, Use, Whereabouts
from tracker.fellowships.models import Placement, PlacementAnswer
from tracker.fellowships.queries import afterwards as queries
from tracker.fellowships.queries import logs as log_queries
from tracker.fellowships.services.mailing import note_once
from tracker.fellowships.weeks import working_days_since
from tracker.organisations.queries import bank_holidays
from tracker.outbox import services as outbox

AFTERWARDS = LinkKind(
    name="afterwards",
    path="/fellowships/afterwards",
    lasts=timedelta(days=30),
    instead="Two reminders bring a new link; or ask the programme team for one.",
)
REMINDED_AFTER = (10, 20)
"""Working days after the first letter on which somebody who has not answered is reminded."""
LONGEST_WAIT_DAYS = 60
"""After this many days nobody is asked any more: the moment has passed."""


@dataclass(frozen=True)
class Said:
    """What somebody answered; at the end `rating` and `again`, later `in_use` and `whereabouts`."""

    words: str = ""
    rating: int | None = None
    again: bool | None = None
    in_use: Use | None = None
    whereabouts: Whereabouts | None = None


def subject_of(placement: Placement, asked: Asked, side: Side) -> str:
    """What the audit trail calls a question."""
    return f"placement:{placement.ref}#{asked.value}-{side.value}"


def read_subject(subject: str) -> tuple[Placement, Asked, Side] | None:
    """The placement, the moment and the side that a question is about; None where there is no such placement."""
    ref, _, rest = subject.removeprefix("placement:").rpartition("#")
    asked, _, side = rest.rpartition("-")
    placement = log_queries.placement(ref)
    return None if placement is None else (placement, Asked(asked), Side(side))


def due(day: date) -> list[tuple[int, date]]:
    """The placements that are over and may have a question due, by journey, with the day each ended."""
    oldest = months_after(day, -Asked.MONTHS_12.months) - timedelta(days=LONGEST_WAIT_DAYS)
    return [(placement.journey_id, ended_on) for placement, ended_on in queries.over_between(oldest, day)]


def ask(journey_id: int, ended_on: date, day: date) -> int:
    """Write to whoever is due to be asked about a placement, or reminded; how many letters.

    On working days only; each letter once, however often it is run.
    """
    placement = db.session.get(Placement, journey_id)
    if placement is None or not is_working_day(day, bank_holidays()):
        return 0
    return sum(_ask_side(placement, ended_on, asked, side, day) for asked in Asked for side in Side)


def _ask_side(placement: Placement, ended_on: date, asked: Asked, side: Side, day: date) -> int:
    since = months_after(ended_on, asked.months)
    to = address(placement, side)
    too_late = since + timedelta(days=LONGEST_WAIT_DAYS)
    if (
        leads_nowhere(to)
        or not since <= day < too_late
        or queries.answer(placement.journey_id, asked, side) is not None
    ):
        return 0
    if not note_once(placement, f"{asked.value}-{side.value}-{_turn(placement, asked, side, to, day)}", since, to):
        return 0
    link = answer_links.issue(AFTERWARDS, subject_of(placement, asked, side), to)
    about, name = (placement, asked, side), name_of(placement, side)
    letter = letters.about_a_placement(*about, name=name, ended_on=ended_on, link=link, runs_out=AFTERWARDS.last_day())
    outbox.enqueue(to, *letter)
    return 1


def _turn(placement: Placement, asked: Asked, side: Side, to: str, day: date) -> int:
    """Which letter it would be: 0 the first, then the reminders."""
    first = queries.first_notice(placement.journey_id, f"{asked.value}-{side.value}-0", email_key(to))
    if first is None:
        return 0
    passed = working_days_since(clock.london_day(first), day, bank_holidays())
    return sum(passed >= after for after in REMINDED_AFTER)


def address(placement: Placement, side: Side) -> str:
    """Where a side is written to; empty where it is not known."""
    if side is Side.FELLOW:
        return placement.person.email or ""
    last = placement.assignments[-1].supervisor if placement.assignments else None
    return last.email if last is not None else ""


def answer(
    placement: Placement, asked: Asked, side: Side, said: Said, *, name: str, user: User | None = None
) -> PlacementAnswer:
    """Keep what one side said.

    :param name: who answered, as they are called now.
    :raises DomainError: if the side has answered already.
    """
    if queries.answer(placement.journey_id, asked, side) is not None:
        raise DomainError("This has been answered already")
    found = PlacementAnswer(
        journey_id=placement.journey_id,
        asked=asked,
        side=side,
        name=name,
        rating=said.rating,
        again=said.again,
        in_use=said.in_use,
        whereabouts=said.whereabouts,
        words=said.words.strip(),
        answered_by_id=user.id if user else None,
    )
    db.session.add(found)
    db.session.flush()
    facts = {"asked": asked.value, "side": side.value}
    audit.record("placement.answered", f"placement:{placement.ref}", actor=user, after=facts)
    return found


def name_of(placement: Placement, side: Side) -> str:
    """What a side is called now."""
    if side is Side.FELLOW:
        return placement.person.name
    return placement.assignments[-1].supervisor.shown_name if placement.assignments else placement.host.name
