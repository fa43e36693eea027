"""Writing weekly logs: kept as typed, sent, sent again, and what the calendar sends by itself."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from tracker.accounts import audit
from tracker.accounts.models import User
from tracker.core import clock
from tracker.core.db import db
from tracker.core.errors import ChangedMeanwhile, DomainError
from tracker.core.text import format_day
from tracker.fellowships import skills, weeks
from tracker.fellowships.hours import Hours
from tracker.fellowships.lifecycle import LogState
from tracker.fellowships.models import LogDraft, LogSkill, LogVersion, Placement, WeekLog
from tracker.fellowships.queries import logs as queries
from tracker.ledger.models import Journey

MOST_DAYS = 5.0
LONGEST = 4000
"""Characters of a text (fine print A13)."""
LONGEST_TYPED = 20_000
"""Characters of a text that is kept as typed: more than can be sent, so that nothing typed is lost."""
NOTHING_DUE = "No working days: bank holidays, or days away"


@dataclass(frozen=True)
class Entry:
    """What a fellow typed for a week. `skills` are codes; the private note is for nobody else."""

    days: str = ""
    summary: str = ""
    blockers: str = ""
    skills: tuple[str, ...] = ()
    private_note: str = ""


def keep_draft(placement: Placement, ending: date, entry: Entry, seen: int, *, actor: User) -> WeekLog:
    """Keep what was typed, right or wrong, to go on with later.

    :param seen: the version of the log that the page was drawn from; 0 where there was none.
    :raises ChangedMeanwhile: if it was changed since.
    :raises DomainError: if the week is locked, or is none of the placement's.
    """
    log = _writable(placement, ending, seen)
    log.draft = log.draft or LogDraft()
    log.draft.days, log.draft.summary = entry.days[:20], entry.summary[:LONGEST_TYPED]
    log.draft.blockers, log.draft.skills = entry.blockers[:LONGEST_TYPED], "|".join(entry.skills)
    log.draft.kept_at = clock.now()
    _note(log, entry)
    audit.record("log.kept", _subject(placement), actor=actor, after={"week_ending": ending})
    return log


def send(
    placement: Placement, ending: date, entry: Entry, seen: int, *, actor: User, key: str | None = None
) -> LogVersion:
    """Send the log of a week; what was sent before for it stays, and no longer counts.

    :param seen: as for `keep_draft`.
    :param key: drawn where it was written, so that what arrives twice is kept once.
    :raises ChangedMeanwhile: if the log was changed since, by another page or telephone.
    :raises DomainError: if something is missing or wrong, at its field, or the week is locked or has not begun.
    """
    _hold(placement)
    if key and (already := queries.by_submission(key)) is not None:
        return already
    days = read_days(entry.days)
    _check_words(entry)
    log = _writable(placement, ending, seen)
    version = _added(log, days, entry, actor, key)
    _note(log, entry)
    facts = {"week_ending": ending, "days": days, "number": version.number}
    audit.record("log.sent", _subject(placement), actor=actor, after=facts)
    return version


def read_days(text: str) -> float:
    """The days of a week, as typed.

    :raises DomainError: saying what is wrong with them: nothing chosen, no number, negative, too many, or no halves.
    """
    text = text.strip().replace("½", ".5").replace(",", ".")
    if not text:
        raise DomainError("Choose how many days you worked; 0 if none", "days")
    try:
        days = float(text)
    except ValueError:
        raise DomainError("Days must be a number in halves, such as 4 or 4.5", "days") from None
    if days < 0:
        raise DomainError("Days cannot be fewer than 0", "days")
    if not days <= MOST_DAYS:
        raise DomainError("A week has 5 days at most", "days")
    if not (days * 2).is_integer():
        raise DomainError("Days are counted in halves, such as 4 or 4.5", "days")
    return days


def _check_words(entry: Entry) -> None:
    if not entry.summary.strip():
        raise DomainError("Say what you did, or why there were no days, such as leave", "summary")
    for field, text in (("summary", entry.summary), ("blockers", entry.blockers), ("private_note", entry.private_note)):
        if len(text) > LONGEST:
            raise DomainError(f"Write {LONGEST:,} characters or fewer", field)
    if unknown := [code for code in entry.skills if code not in skills.framework()]:
        raise DomainError(f"There is no skill called {unknown[0]} in the framework", "skills")


def check_week(placement: Placement, ending: date) -> None:
    """Refuse a week that no log is taken for.

    :raises DomainError: if it has not begun, or the fellow is on no day of it in post.
    """
    monday = weeks.days_of(ending)[0]
    if clock.today() < monday:
        raise DomainError(f"That week has not begun. Its log can be sent from Monday {format_day(monday)}", "days")
    if not weeks.in_post(ending, queries.spells_in_post(placement)):
        raise DomainError("You were not in post on any day of that week", "days")


def _writable(placement: Placement, ending: date, seen: int) -> WeekLog:
    """The log of a week, made where there is none.

    The placement is held against others to the end of the transaction.
    """
    _hold(placement)
    check_week(placement, ending)
    log = queries.log(placement, ending)
    if (0 if log is None else log.version) != seen:
        raise ChangedMeanwhile("the log of this week")
    if log is None:
        log = WeekLog(journey_id=placement.journey_id, week_ending=ending, state=LogState.DRAFT)
        db.session.add(log)
        db.session.flush()
    elif log.state is LogState.APPROVED:
        raise DomainError("This week is signed off and locked. The programme team can unlock it, with a reason")
    return log


def _hold(placement: Placement) -> None:
    db.session.scalar(select(Journey.id).where(Journey.id == placement.journey_id).with_for_update())


def _added(log: WeekLog, days: float, entry: Entry, actor: User | None, key: str | None) -> LogVersion:
    """The next version of a log: it now waits to be signed off."""
    version = LogVersion(
        log_id=log.id,
        number=1 + max((one.number for one in log.versions), default=0),
        days=days,
        summary=entry.summary.strip(),
        blockers=entry.blockers.strip(),
        submission_key=key,
        submitted_by_id=actor.id if actor else None,
        skills=[LogSkill(skill_code=code) for code in sorted(set(entry.skills))],
    )
    log.versions.append(version)
    log.state, log.draft = LogState.SUBMITTED, None
    db.session.flush()
    return version


def _note(log: WeekLog, entry: Entry) -> None:
    """Keep the private note, and count the change: a draft alone would leave the version as it was."""
    log.private_note = entry.private_note[:LONGEST_TYPED]
    log.version += 1
    db.session.flush()


def send_empty_weeks(placement: Placement, today: date, holidays: Collection[date]) -> int:
    """Send a log of no days for each week that is over and held no working day: nobody is asked for it.

    Gives how many there were.
    """
    spells, away, known = (
        queries.spells_in_post(placement),
        queries.spells_away(placement),
        queries.logs(placement),
    )
    empty = [
        ending
        for ending in weeks.due_weeks(spells, today)
        if ending < today and ending not in known and not _working_days(ending, spells, holidays, away)
    ]
    for ending in empty:
        log = WeekLog(journey_id=placement.journey_id, week_ending=ending, state=LogState.DRAFT)
        db.session.add(log)
        db.session.flush()
        _added(log, 0.0, Entry(summary=NOTHING_DUE), None, None)
        audit.record("log.sent", _subject(placement), actor=None, after={"week_ending": ending, "days": 0})
    return len(empty)


def _working_days(
    ending: date, spells: list[weeks.Spell], holidays: Collection[date], away: list[weeks.Spell]
) -> float:
    return weeks.expected_days(ending, spells, Hours(1.0), holidays, away)


def _subject(placement: Placement) -> str:
    return f"placement:{placement.ref}"
