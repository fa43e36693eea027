"""The history of statuses as a page tells it: both colours by day, and the versions of how one is worked out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from tracker.core.clock import london_day
from tracker.core.text import format_day, format_instant
from tracker.progress.facts import TAGS, Tag
from tracker.progress.models import Declared, StatusDeclared, StatusKept, StatusRule
from tracker.progress.status import Pair


@dataclass(frozen=True)
class Line:
    """A stretch of days on which both colours and the reason stayed the same."""

    first: date
    last: date
    worked_out: Tag
    why: str
    declared: Tag | None
    gap: int | None

    @property
    def days(self) -> str:
        """The days, in words."""
        return (
            format_day(self.first)
            if self.first == self.last
            else f"{format_day(self.first)} to {format_day(self.last)}"
        )

    @property
    def gap_text(self) -> str:
        """How many steps the declared colour is better, with its sign; a dash where there is nothing to compare."""
        return "–" if self.gap is None else f"{self.gap:+d}".replace("-", "−") if self.gap else "0"


def lines_of(kept: Sequence[StatusKept], declared: Sequence[StatusDeclared]) -> list[Line]:
    """Both colours by stretches of days, the latest first. Both are given the latest first."""
    found: list[Line] = []
    for one in kept:
        said = next((each for each in declared if london_day(each.declared_at) <= one.as_at), None)
        colour = said.colour if said and said.colour is not Declared.WITHDRAWN else None
        gap = Pair(one.as_at, colour or "", one.colour).gap
        line = Line(one.as_at, one.as_at, TAGS[one.colour], one.why, TAGS[colour] if colour else None, gap)
        before = found[-1] if found else None
        if before and (before.worked_out, before.declared, before.gap) == (line.worked_out, line.declared, line.gap):
            found[-1] = Line(line.first, before.last, line.worked_out, before.why, line.declared, line.gap)
        else:
            found.append(line)
    return found


@dataclass(frozen=True)
class ToldRule:
    """A version of how a status is worked out: from when to when it holds, who set it and why."""

    rule: StatusRule
    when: str
    holds: bool
    set_by: str


def told_rules(rules: Sequence[StatusRule], today: date) -> list[ToldRule]:
    """Every version, the one that holds last first, as they are given."""
    holding = next(rule for rule in rules if rule.starts_on <= today)
    return [ToldRule(rule, _when(rule), rule is holding, _set_by(rule)) for rule in rules]


def _when(rule: StatusRule) -> str:
    if rule.set_by is None:
        return "From the beginning"
    return f"From {format_day(rule.starts_on)}"


def _set_by(rule: StatusRule) -> str:
    if rule.set_by is None:
        return "Comes with the service"
    return f"{rule.set_by.name}, {format_instant(rule.set_at)}"
