"""The pages of vacancies put together: what they show, from what is known today."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from statistics import median
from typing import Any

from tracker.accounts.models import User
from tracker.core.calendar import year_before
from tracker.core.clock import LONDON
from tracker.core.text import format_day, format_number
from tracker.leadership import clocks
from tracker.leadership.clocks import Reading
from tracker.leadership.lifecycle import PANEL_ROLES, ROUTES, VACANCY, VACANCY_LINE, VacancyStage
from tracker.leadership.metrics.survival import median_days
from tracker.leadership.models import PanelMember, Vacancy
from tracker.leadership.queries import courses, vacancies
from tracker.leadership.queries.courses import Stretch
from tracker.leadership.queries.vacancies import Entry, EntryOf, Standing
from tracker.ledger.lifecycle import StageInfo

NOTHING = "–"
"""Where there is nothing to work a number out from."""
WITHOUT_DATE = "Without a closing, an advert stays open until you record that it closed"


def days_words(days: int) -> str:
    """A number of days: 1 day, 12 days."""
    return f"{days:,} day{'' if days == 1 else 's'}"


def due_words(standing: Standing) -> str:
    """Until when the stage should be left, or by how much it is late."""
    if standing.is_over:
        return "Nothing is waited for"
    if standing.due_on is None:
        return "No target"
    if standing.overdue_days:
        return f"Overdue by {days_words(standing.overdue_days)}"
    return f"Due by {format_day(standing.due_on)}"


@dataclass(frozen=True)
class Group:
    """The vacancies at one stage, with the target for it in words."""

    stage: StageInfo
    target: str
    standings: Sequence[Standing]


def by_stage(found: Sequence[Standing]) -> list[Group]:
    """Vacancies by the stage they stand at, in the order of the line; stages without any are left out."""
    groups = []
    for code, info in VACANCY.stages.items():
        mine = [one for one in found if one.stage == code]
        if mine:
            target = mine[0].target_days
            groups.append(Group(info, f"Target {days_words(target)}" if target and mine[0].due_on else "", mine))
    return groups


def summary(found: Sequence[Standing]) -> str:
    """How many vacancies there are, and how many of them are late."""
    late = sum(one.overdue_days > 0 for one in found)
    posts = f"{len(found):,} vacanc{'y' if len(found) == 1 else 'ies'}"
    return f"{posts}, {late:,} overdue" if found else "No vacancy"


def facts(vacancy: Vacancy) -> list[dict[str, Any]]:
    """What a vacancy is, line by line."""
    advert = vacancy.advert
    closing = {"value": advert.closes_at} if advert and advert.closes_at else {"value": "Not set", "note": WITHOUT_DATE}
    return [
        {"label": "Role", "value": vacancy.role.name},
        {"label": "Grade", "value": vacancy.grade.name},
        {"label": "Organisation", "value": vacancy.organisation.name},
        {"label": "Location", "value": vacancy.location},
        {"label": "Pay band", "value": vacancy.pay_band},
        {"label": "Filled by", "value": ROUTES[vacancy.route]},
        {"label": "Advert closes", **closing},
        {"label": "Advert", "value": advert.text if advert else ""},
        {"label": "Essential criteria", "value": "; ".join(one.text for one in vacancy.criteria)},
    ]


def panel_note(vacancy: Vacancy) -> str:
    """What the panel still needs; nothing where it is complete."""
    sitting = [one for one in vacancy.panel if one.sits]
    if vacancy.needs_commissioner and not any(one.role == "commissioner" for one in sitting):
        return f"Competitions at {vacancy.grade.code} need a Civil Service Commissioner on the panel before the sift."
    return "" if sitting else "Nobody is named on the panel yet."


def member_state(member: PanelMember) -> str:
    """Whether a panel member takes part."""
    if member.recused_at is not None:
        return "Stood back: conflict of interest"
    return f"Left on {format_day(member.left_on)}" if member.left_on else "Sits on the panel"


def member_rows(vacancy: Vacancy) -> list[dict[str, Any]]:
    """The panel, in the order they were named."""
    return [
        {"member": one, "name": one.user.name, "role": PANEL_ROLES[one.role], "state": member_state(one)}
        for one in vacancy.panel
    ]


@dataclass(frozen=True)
class ClockRow:
    """One line of the table of clocks."""

    clock: str
    starts: str
    stops: str
    days: str
    paused: str


def clock_rows(found: Sequence[Reading]) -> list[ClockRow]:
    """What the clocks of a vacancy show."""
    return [
        ClockRow(
            one.clock.label + (" (running)" if one.is_running else ""),
            one.clock.starts,
            one.clock.stops,
            format_number(one.days),
            format_number(one.paused_days) if one.paused_days else "–",
        )
        for one in found
    ]


@dataclass(frozen=True)
class Course:
    """How long a vacancy has taken: its clocks, which add up to the total, in words and numbers."""

    rows: Sequence[ClockRow]
    total: dict[str, str]
    sentence: str


def course(vacancy: Vacancy, day: date) -> Course:
    """The clocks of a vacancy on a day."""
    stretches = courses.stretches_of(vacancy)
    found = clocks.readings(stretches, courses.pauses_of(vacancy), day)
    days, paused = clocks.total(stretches, day), sum(one.paused_days for one in found)
    return Course(
        clock_rows(found),
        {"clock": "Total", "days": format_number(days), "paused": format_number(paused) if paused else "–"},
        _course_words(stretches, days),
    )


def _course_words(stretches: Sequence[Stretch], days: int) -> str:
    if clocks.is_whole(stretches):
        return f"Time to fill: {days_words(days)}, from approval to in post."
    if clocks.filled_on(stretches) is not None:
        return (
            f"Filled {days_words(days)} after it was first known. No approval is recorded, so it has no time to fill."
        )
    if stretches and stretches[-1].stage in {VacancyStage.CANCELLED, VacancyStage.NO_APPOINTMENT}:
        return f"Ended without an appointment after {days_words(days)}."
    return f"Under way for {days_words(days)}."


def happened(found: Sequence[Entry], links: Any) -> list[dict[str, Any]]:
    """The timeline of a vacancy.

    :param links: gives the acts on a line of the ledger, for who may correct it.
    """
    return [
        {
            "title": VACANCY.label(one.event.stage or ""),
            "on": one.event.effective_on,
            "recorded_at": one.event.recorded_at,
            "actor": one.recorder,
            "lines": _lines(one),
            "links": [] if one.void else links(one),
            "void": one.void is not None,
        }
        for one in found
    ]


def _lines(one: Entry) -> list[str]:
    lines = [one.event.note.text] if one.event.note else []
    if one.void is not None:
        by = f" by {one.voider}" if one.voider else ""
        lines.append(f"Taken back{by}: {one.void.reason}")
    return lines


@dataclass(frozen=True)
class Speed:
    """How long filling posts takes: clocks on average, the plain median, and the estimate with those still open."""

    rows: Sequence[dict[str, str]]
    total: dict[str, str]
    filled: int
    plain: str
    estimate: str
    waited: int
    open: int
    since: date


def speed(user: User, day: date) -> Speed:
    """Over the competitions a user may see: those filled in the 12 months to a day, and those approved in three years.

    The estimate is over every post approved in the last three years, those still open or given up included.
    """
    found = list(courses.courses(vacancies.seen_by(user), courses.by_competition()).values())
    since, approved_since = year_before(day), year_before(year_before(year_before(day)))
    filled = [one for one in found if clocks.is_whole(one) and since < (clocks.filled_on(one) or since) <= day]
    lately = [one for one in found if _approved(one, approved_since)]
    spells = [spell for one in lately if (spell := clocks.spell(one, day)) is not None]
    whole = [clocks.total(one, day) for one in filled]
    summed = clocks.summaries(filled, day)
    rows = [
        {
            "clock": one.clock.label,
            "starts": one.clock.starts,
            "stops": one.clock.stops,
            "average": format_number(one.average, 1),
            "median": _plain(one.middle),
        }
        for one in summed
    ]
    total = {
        "clock": "Time to fill",
        "starts": clocks.CLOCKS[0].starts,
        "stops": clocks.CLOCKS[-2].stops,
        "average": format_number(sum(one.average for one in summed), 1),
        "median": _plain(median(whole)) if whole else NOTHING,
    }
    return Speed(
        rows=rows,
        total=total,
        filled=len(filled),
        plain=total["median"],
        estimate=_estimate_words(median_days(spells)),
        waited=len(spells),
        open=sum(not one.is_filled for one in spells),
        since=since,
    )


def _approved(stretches: Sequence[Stretch], since: date) -> bool:
    return any(one.stage == VacancyStage.APPROVAL and one.starts_on > since for one in stretches)


def _estimate_words(days: float | None) -> str:
    return NOTHING if days is None else _plain(days)


def _plain(days: float) -> str:
    """A median of days: whole, or and a half."""
    return format_number(days, 0 if float(days).is_integer() else 1)


def funnel_rows(found: Sequence[courses.Rung]) -> list[dict[str, Any]]:
    """How far candidates came, with the share of those who applied and how those who left did."""
    applied = found[0].reached
    return [
        {
            "stage": one.stage,
            "reached": one.reached,
            "share": f"{100 * one.reached / applied:.0f}%" if applied else NOTHING,
            "standing": one.standing,
            "left": ", ".join(f"{times:,} {info.label.lower()}" for info, times in one.left) or "–",
        }
        for one in found
    ]


def next_stages(standing: Standing) -> list[str]:
    """The stages that may be recorded now, the usual one first."""
    follows = {info.code for info in VACANCY.next_stages(standing.stage)}
    return sorted(follows, key=[*VACANCY_LINE, *VACANCY.stages].index)


def is_paused(vacancy: Vacancy) -> bool:
    """Whether a vacancy stands still now."""
    return any(one.ends_on is None for one in courses.pauses_of(vacancy))


def entry_words(of: EntryOf) -> str:
    """Which entry of which vacancy."""
    event = of.entry.event
    stage = VACANCY.label(event.stage or "")
    return f"{of.vacancy.ref}, {of.vacancy.name}: ‘{stage}’ on {format_day(event.effective_on)}"


def fixed_words(vacancy: Vacancy) -> str:
    """What of a vacancy cannot be changed, and what to do instead."""
    return (
        f"The post is in {vacancy.organisation.name}, where figures count it. "
        "If it moves to another organisation, cancel the vacancy and copy it there."
    )


def form_values(vacancy: Vacancy) -> dict[str, Any]:
    """What a form about a vacancy is opened with; the closing in London time."""
    advert = vacancy.advert
    closing = advert.closes_at.astimezone(LONDON) if advert and advert.closes_at else None
    return {
        "role": str(vacancy.role_id),
        "grade": str(vacancy.grade_id),
        "location": vacancy.location,
        "pay_band": vacancy.pay_band,
        "advert": advert.text if advert else "",
        "closes_on": closing.date() if closing else None,
        "closes_at": f"{closing:%H:%M}" if closing else None,
    }
