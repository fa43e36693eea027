"""Programmes: what is said about them, and from which day completing one counts to the target."""

from dataclasses import asdict, dataclass
from datetime import date

from tracker.accounts import audit
from tracker.accounts.models import User
from tracker.core import clock
from tracker.core.calendar import FIRST_DAY
from tracker.core.db import db
from tracker.core.errors import DomainError
from tracker.training import queries
from tracker.training.models import Delivery, Programme, ProgrammeQualification


class ProgrammeNotAllowed(DomainError):
    """Something about a programme that the rules refuse."""


@dataclass(frozen=True)
class Facts:
    """What is said about a programme. `length_days`: calendar days, or None where it is not known."""

    name: str
    length_days: int | None
    delivery: Delivery | None
    provider: str
    kind: str
    level: str
    completion_rule: str


def hold_programme(programme: Programme) -> None:
    """Have nobody else change the programme until the transaction ends, and read it anew."""
    db.session().refresh(programme, with_for_update=True)


def change_programme(programme: Programme, facts: Facts, *, by: User) -> None:
    """Change what is said about a programme.

    :raises ProgrammeNotAllowed: naming the field that cannot stand so.
    """
    if not facts.name:
        raise ProgrammeNotAllowed("Enter the name", "name")
    if facts.length_days is not None and facts.length_days < 1:
        raise ProgrammeNotAllowed("Enter a whole number of days from 1, or leave it empty", "length_days")
    before = {name: getattr(programme, name) for name in asdict(facts)}
    for name, value in asdict(facts).items():
        setattr(programme, name, value)
    db.session.flush()
    changed = [name for name, value in before.items() if value != asdict(facts)[name]]
    audit.record(
        "programme.changed",
        f"programme:{programme.code}",
        actor=by,
        before={name: before[name] for name in changed},
        after={name: asdict(facts)[name] for name in changed},
    )


def qualify(programme: Programme, qualifies: bool, starts_on: date, *, reason: str, by: User) -> None:
    """Have completing a programme count to the target, or not, from a day on.

    What was completed before keeps counting as it did; what was said before can still be answered.

    :param starts_on: the first London day it holds; today or before.
    :raises ProgrammeNotAllowed: if the day lies ahead, no reason is given, or it would say what holds already.
    """
    if starts_on > clock.today():
        raise ProgrammeNotAllowed("The day must be today or in the past", "starts_on")
    if not reason.strip():
        raise ProgrammeNotAllowed("Say why", "reason")
    rows = queries.qualifications(programme)
    if qualifies == _holds_on(programme, rows, starts_on):
        words = "counts" if qualifies else "does not count"
        raise ProgrammeNotAllowed(f"Completing it {words} on that day already", "qualifies")
    if not rows:
        _add(programme, programme.qualifies, FIRST_DAY)
    _add(programme, qualifies, starts_on, reason=reason.strip(), by=by)
    before = programme.qualifies
    programme.qualifies = _holds_on(programme, queries.qualifications(programme), clock.today())
    db.session.flush()
    audit.record(
        "programme.qualifies",
        f"programme:{programme.code}",
        actor=by,
        before={"qualifies": before},
        after={"qualifies": qualifies, "starts_on": starts_on, "reason": reason.strip()},
    )


def _holds_on(programme: Programme, rows: list[ProgrammeQualification], day: date) -> bool:
    held = [row for row in rows if row.starts_on <= day]
    return max(held, key=lambda row: (row.starts_on, row.id)).qualifies if held else programme.qualifies


def _add(programme: Programme, qualifies: bool, starts_on: date, *, reason: str = "", by: User | None = None) -> None:
    db.session.add(
        ProgrammeQualification(
            programme_id=programme.id,
            qualifies=qualifies,
            starts_on=starts_on,
            recorded_at=clock.now() if by else None,
            recorded_by_id=by.id if by else None,
            reason=reason,
        )
    )
    db.session.flush()
