"""A fellow's weeks as pages show them: which are due, where each stands, what is offered, and how far it all is."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from tracker.core import clock
from tracker.core.calendar import parse_day, week_ending
from tracker.core.text import format_day
from tracker.fellowships import skills, weeks
from tracker.fellowships.lifecycle import LogState, ObjectiveState
from tracker.fellowships.models import LogVersion, Placement, WeekLog
from tracker.fellowships.queries import logs as queries
from tracker.fellowships.services.logs import Entry
from tracker.fellowships.services.signing import current, said_of
from tracker.fellowships.weeks import Spell
from tracker.organisations.queries import bank_holidays


@dataclass(frozen=True)
class Standing:
    """Where a week stands, as a tag says it."""

    label: str
    colour: str


STANDINGS = {
    LogState.DRAFT: Standing("Draft", "grey"),
    LogState.SUBMITTED: Standing("Waiting for sign-off", "blue"),
    LogState.RETURNED: Standing("Sent back", "orange"),
    LogState.APPROVED: Standing("Signed off", "green"),
}
LONGEST_PLACEMENT = timedelta(days=5 * 366)
AHEAD = Standing("Not begun", "grey")
OPEN, DUE, OVERDUE = Standing("This week", "grey"), Standing("Due", "yellow"), Standing("Overdue", "red")


@dataclass(frozen=True)
class Week:
    """One week of a placement, with what there is for it."""

    placement: Placement
    ending: date
    log: WeekLog | None

    @property
    def user_id(self) -> int | None:
        """The fellow's own account."""
        return self.placement.user_id

    @property
    def organisation_id(self) -> int:
        """The host."""
        return self.placement.organisation_id

    @property
    def supervisor_user_ids(self) -> frozenset[int]:
        """Who may sign it, of those with an account."""
        return self.placement.supervisor_user_ids

    @property
    def version(self) -> LogVersion | None:
        """What was sent and counts."""
        return None if self.log is None else current(self.log)

    @property
    def seen(self) -> int:
        """The version of the log that a page is drawn from; 0 where there is none."""
        return 0 if self.log is None else self.log.version

    @property
    def standing(self) -> Standing:
        """Where the week stands today."""
        today = clock.today()
        if self.log is not None and (self.log.state is not LogState.DRAFT or self.ending > today):
            return STANDINGS[self.log.state]
        if self.ending >= today:
            return OPEN if self.has_begun else AHEAD
        return OVERDUE if weeks.is_overdue(self.ending, today) else DUE

    @property
    def is_locked(self) -> bool:
        """Whether it is signed off."""
        return self.log is not None and self.log.state is LogState.APPROVED

    @property
    def is_owed(self) -> bool:
        """Whether something is to be done: nothing was sent, or it came back."""
        return self.log is None or self.log.state in (LogState.DRAFT, LogState.RETURNED)

    @property
    def has_begun(self) -> bool:
        """Whether its Monday has come."""
        return weeks.days_of(self.ending)[0] <= clock.today()

    @property
    def reason_returned(self) -> str:
        """Why it came back, if it did."""
        version = self.version
        decision = said_of(version) if version is not None else None
        returned = decision is not None and self.log is not None and self.log.state is LogState.RETURNED
        return decision.reason if decision is not None and returned else ""


def week(ref: str, week: str) -> Week | None:
    """A week of a placement by what an address says; None where there is no such placement, or nobody was in post."""
    placement = queries.placement(ref)
    try:
        ending = parse_day(week)
    except ValueError:
        return None
    if placement is None or ending != week_ending(ending) or ending.isoformat() != week:
        return None
    if not weeks.in_post(ending, queries.spells_in_post(placement)):
        return None
    return Week(placement, ending, queries.log(placement, ending))


def all_weeks(placement: Placement) -> list[Week]:
    """Every week that a log is due for and that has begun, the latest first."""
    known = queries.logs(placement)
    endings = weeks.due_weeks(queries.spells_in_post(placement), clock.today())
    return [Week(placement, ending, known.get(ending)) for ending in endings][::-1]


def expected(placement: Placement, endings: Iterable[date]) -> dict[date, float]:
    """The days of work that weeks hold for the fellow, in halves."""
    spells, away, holidays = queries.spells_in_post(placement), queries.spells_away(placement), bank_holidays()
    return {one: weeks.expected_days(one, spells, placement.hours, holidays, away) for one in endings}


def offered(week: Week, from_last: bool) -> dict[str, Any]:
    """What the form of a week begins with: what was typed or sent for it, else the days that are expected; with
    `from_last`, what was sent for the week before."""
    if kept := written(week):
        return kept
    last = queries.last_sent(week.placement, week.ending) if from_last else None
    if last is not None:
        return {**_said(last), "blockers": ""}
    return {"days": f"{expected(week.placement, [week.ending])[week.ending]:g}"}


def written(week: Week) -> dict[str, Any]:
    """What was typed for a week and not sent, else what was sent; empty where there is neither."""
    log, version = week.log, week.version
    if log is not None and log.draft is not None:
        typed = log.draft
        kept = {"days": typed.days, "summary": typed.summary, "blockers": typed.blockers}
        return {**kept, "skills": _codes(typed.skills), "private_note": log.private_note}
    if version is not None and log is not None:
        return {**_said(version), "private_note": log.private_note}
    return {}


def _said(version: LogVersion) -> dict[str, Any]:
    said = {"days": f"{version.days:g}", "summary": version.summary, "blockers": version.blockers}
    return {**said, "skills": [one.skill_code for one in version.skills]}


def _codes(text: str) -> list[str]:
    return [code for code in text.split("|") if code]


def has_last(week: Week) -> bool:
    """Whether there is an earlier week to begin from, and nothing yet for this one."""
    return week.log is None and queries.last_sent(week.placement, week.ending) is not None


def more_than_agreed(week: Week, days: float) -> str:
    """The warning for more days than the FTE of the week allows; empty where they fit (fine print A13)."""
    most = round(sum(week.placement.hours.on(day) for day in weeks.days_of(week.ending)), 2)
    if days <= most:
        return ""
    return f"{weeks.in_words(days)} is more than the {weeks.in_words(most)} a week agreed for this placement"


def told(week: Week) -> list[dict[str, Any]]:
    """Every version of a week that was sent, the latest first, with what was said of each."""
    versions = [] if week.log is None else week.log.versions[::-1]
    names = skills.framework() if versions else {}
    return [
        {
            "number": version.number,
            "days": weeks.in_words(version.days),
            "summary": version.summary,
            "blockers": version.blockers,
            "skills": ", ".join(skills.named([one.skill_code for one in version.skills], names)),
            "submitted_at": version.submitted_at,
            "decisions": version.decisions,
        }
        for version in versions
    ]


def rows(found: list[Week], address: Mapping[date, str]) -> list[dict[str, Any]]:
    """The list of weeks."""
    return [
        {
            "week": {"text": f"Week ending {format_day(one.ending)}", "href": address[one.ending]},
            "days": weeks.in_words(one.version.days) if one.version is not None else "",
            "standing": one.standing,
        }
        for one in found
    ]


def entry(said: Mapping[str, Any]) -> Entry:
    """What a form says, as it was typed."""
    return Entry(
        days=said.get("days") or "",
        summary=said.get("summary") or "",
        blockers=said.get("blockers") or "",
        skills=tuple(said.get("skills") or ()),
        private_note=said.get("private_note") or "",
    )


def expected_in_words(week: Week) -> str:
    """The days of work that the week holds, as they are printed."""
    return weeks.in_words(expected(week.placement, [week.ending])[week.ending])


def own_note(week: Week, user_id: int) -> str:
    """The private note of a week, for the fellow and nobody else."""
    return week.log.private_note if week.log is not None and week.user_id == user_id else ""


def waits_for(week: Week, user_id: int) -> bool:
    """Whether the week waits for this user to sign it."""
    is_theirs = user_id in week.supervisor_user_ids and user_id != week.user_id
    return is_theirs and week.log is not None and week.log.state is LogState.SUBMITTED


@dataclass(frozen=True)
class Progress:
    """How far a placement is: days logged and signed off of those its calendar holds, and objectives met."""

    logged: float
    signed_off: float
    planned: float
    objectives: int
    met: int

    @property
    def percent(self) -> int:
        """Days logged, of a hundred planned; 100 at most."""
        return min(100, round(100 * self.logged / self.planned)) if self.planned else 0

    @property
    def words(self) -> list[str]:
        """The same in words."""
        told = [f"{weeks.in_words(self.logged)} logged", f"{weeks.in_words(self.signed_off)} signed off"]
        told.append(f"{weeks.in_words(self.planned)} in the whole placement")
        if self.objectives:
            told.append(f"{self.met} of {self.objectives} objectives met")
        return told


def progress(placement: Placement, found: list[Week]) -> Progress:
    """How far a placement is, as known now."""
    versions = [(one, one.version) for one in found]
    logged = sum(version.days for _, version in versions if version is not None)
    signed = sum(version.days for one, version in versions if version is not None and one.is_locked)
    # A planned end that is a slip of the hand makes no thousands of weeks.
    last = min(placement.planned_end, placement.planned_start + LONGEST_PLACEMENT)
    planned = Spell(placement.planned_start, last + timedelta(days=1))
    holidays, away = bank_holidays(), queries.spells_away(placement)
    whole = weeks.due_weeks([planned], last)
    days = sum(weeks.expected_days(one, [planned], placement.hours, holidays, away) for one in whole)
    objectives = queries.objective_states(placement)
    return Progress(logged, signed, days, len(objectives), objectives.count(ObjectiveState.MET))


def messages(week: Week, sent: LogVersion) -> list[tuple[str, str]]:
    """What is said when a log was sent: that it was, and what about it is unusual."""
    warning = more_than_agreed(week, sent.days)
    return [("success", "The log is sent"), *([("warning", warning)] if warning else [])]
