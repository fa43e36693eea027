"""The pages of cohorts put together."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from sqlalchemy import ColumnElement, not_

from tracker.core.clock import today
from tracker.core.paging import PER_PAGE, Page, page_number
from tracker.core.text import format_day
from tracker.ledger.lifecycle import StageInfo
from tracker.training import queries
from tracker.training.lifecycle import BEFORE_A_PLACE, ENROLMENT, HOLDS_A_PLACE, Stage
from tracker.training.models import Cohort
from tracker.training.queries import Member

_YEAR = re.compile(r"(?<!\d)(?P<year>2\d{3})(?:(?P<between>[-/])(?P<next>\d{4}|\d{2}))?(?!\d)")


SOON_DAYS = 14
"""A cohort that begins within so many days begins soon."""


def begin_soon() -> ColumnElement[bool]:
    """Whether a cohort begins soon and has places left."""
    return queries.begins_with_places(today(), today() + timedelta(days=SOON_DAYS))


COHORT_VIEWS = {"open": "Under way or to come", "ended": "Ended or closed", "all": "All"}
"""The views of the list of cohorts, the first where none is chosen."""


def cohorts(number: str | None, url: Callable[[int], str], view: str) -> Page[dict[str, Any]]:
    """One page of cohorts, by code, with how many people each has, how many of them are in training, and what places
    are left.

    :param number: the page asked for, as the address says it.
    :param view: one of `COHORT_VIEWS`, or "soon" for those that begin soon and have places left.
    """
    which = {
        "open": queries.is_open(today()),
        "ended": not_(queries.is_open(today())),
        "all": queries.EVERY_COHORT,
        "soon": begin_soon(),
    }[view]
    total = queries.number_of_cohorts(which)
    at = page_number(number, total)
    rows = [
        {"cohort": cohort, "people": people, "in_training": in_training, "places": places_in_words(cohort, taken)}
        for cohort, people, in_training, taken in queries.cohorts(PER_PAGE, (at - 1) * PER_PAGE, which)
    ]
    return Page(rows, at, total, url)


def places_in_words(cohort: Cohort, taken: int) -> str:
    """How many places are left, in words; a cohort without a capacity has no number of places."""
    if cohort.closed_at is not None:
        return "Closed"
    if cohort.capacity is None:
        return "No limit"
    left = cohort.capacity - taken
    return f"{left} of {cohort.capacity}" if left >= 0 else f"{-left} too many on {cohort.capacity}"


@dataclass(frozen=True)
class Roll:
    """A cohort on a day with everybody on it, by name."""

    cohort: Cohort
    members: list[Member]
    day: date

    @cached_property
    def stages(self) -> list[tuple[StageInfo, int]]:
        """How many people stand at each stage that has any, in the order of the lifecycle."""
        found = [(info, len({one.person_ref for one in self.at(code)})) for code, info in ENROLMENT.stages.items()]
        return [(info, people) for info, people in found if people]

    def at(self, *stages: str) -> list[Member]:
        """Those who stand at one of the stages."""
        return [one for one in self.members if one.stage in stages]

    @cached_property
    def taken(self) -> int:
        """How many places are taken."""
        return len({one.person_ref for one in self.at(*HOLDS_A_PLACE)})

    @property
    def places(self) -> str:
        """How many places are left, in words."""
        return places_in_words(self.cohort, self.taken)

    @property
    def free(self) -> int:
        """How many places are free; none of a cohort that has no number of them."""
        return max(0, self.cohort.capacity - self.taken) if self.cohort.capacity is not None else 0

    @cached_property
    def on_break(self) -> list[Member]:
        """Those on a break, who is back first first; who has no planned return first of all."""
        return sorted(self.at(Stage.ON_BREAK), key=lambda one: one.promised_on or date.min)

    @cached_property
    def waiting(self) -> list[dict[str, Any]]:
        """The waiting list in its order: place in the row, who, and whether a place is free for them."""
        row = sorted((one for one in self.members if one.waits_since is not None and one.is_waiting), key=_joined)
        return [
            {"place": place, "member": one, "is_next": place <= self.free} for place, one in enumerate(row, start=1)
        ]

    @cached_property
    def late(self) -> list[dict[str, Any]]:
        """Those who should be further on by now, with the words for why; the longest overdue first."""
        found = [(due, one) for one in self.members if (due := self._due(one)) is not None and due[0] < self.day]
        return [{"member": one, "why": due[1]} for due, one in sorted(found, key=lambda pair: pair[0][0])]

    def _due(self, one: Member) -> tuple[date, str] | None:
        """By when something should have happened, and the words for it."""
        starts_on, ends_on = self.cohort.starts_on, self._ends_on(one)
        if one.stage == Stage.ON_BREAK:
            due, words = one.promised_on, "Was due back on"
        elif one.stage == Stage.IN_TRAINING:
            due, words = ends_on, "Should have finished by"
        elif one.stage in {Stage.ACCEPTED, Stage.ENROLLED}:
            due, words = starts_on, "Should have started on"
        elif one.stage in BEFORE_A_PLACE:
            due, words = starts_on, "Has no place, and the cohort began on"
        else:
            return None
        return None if due is None else (due, f"{words} {format_day(due)}")

    def _ends_on(self, one: Member) -> date | None:
        """When the cohort is over for somebody in training: by its last day, or by how long the programme lasts."""
        if self.cohort.ends_on is not None:
            return self.cohort.ends_on
        days = self.cohort.programme.length_days
        return None if days is None else one.since + timedelta(days=days)


def _joined(one: Member) -> tuple[Any, str]:
    return one.waits_since, one.ref


def roll(cohort: Cohort, day: date) -> Roll:
    """A cohort on a day with everybody on it."""
    return Roll(cohort, queries.members(cohort), day)


def a_year_on(cohort: Cohort) -> dict[str, Any]:
    """What next year's run of a cohort would be: the same, a year later, under the code of another year.

    Nobody is on it, and it is open, whatever became of this one.
    """
    kept = {name: getattr(cohort, name) for name in ("programme_id", "capacity", "provider", "host_site", "owner_id")}
    days = {name: _year_later(getattr(cohort, name)) for name in ("starts_on", "ends_on")}
    return {**kept, **days, "code": code_a_year_on(cohort.code)}


def _year_later(day: date | None) -> date | None:
    """The same day a year later; the last of February after a 29 February."""
    if day is None:
        return None
    return day.replace(year=day.year + 1, day=28 if (day.month, day.day) == (2, 29) else day.day)


def code_a_year_on(code: str) -> str:
    """The code with the last year in it raised by one: DSA-2026 after DSA-2025, 2026-27 after 2025-26.

    A code without a year gets a number behind it.
    """
    years = list(_YEAR.finditer(code))
    if not years:
        return f"{code}-2"
    last = years[-1]
    year = str(int(last["year"]) + 1)
    if last["next"]:
        following = str(int(last["next"]) + 1).zfill(len(last["next"]))
        year += f"{last['between']}{following[-len(last['next']) :]}"
    return f"{code[: last.start()]}{year}{code[last.end() :]}"
