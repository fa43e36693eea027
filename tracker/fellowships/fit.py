"""How well a fellow and a project fit, with the reasons: skills, location, dates, full-time equivalent. Pure."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from tracker.core.text import format_day, format_number


@dataclass(frozen=True)
class Side:
    """What one side says: of a fellow what they look for, of a project what it needs. None of where and when means any.

    `skills` are codes; `fte` how much of a week.
    """

    skills: Collection[str]
    region: str | None
    starts_on: date | None
    ends_on: date | None
    fte: float


@dataclass(frozen=True)
class Reason:
    """One thing that speaks for a match, or against it."""

    name: str
    is_good: bool
    words: str


@dataclass(frozen=True)
class Fit:
    """Every reason, in the order they are read."""

    reasons: tuple[Reason, ...]

    @property
    def good(self) -> int:
        """How many reasons speak for it."""
        return sum(reason.is_good for reason in self.reasons)


def fit(fellow: Side, project: Side, names: Mapping[str, str]) -> Fit:
    """How a fellow and a project fit.

    :param names: skills in words, by code.
    """
    return Fit(
        (_skills(fellow, project, names), _location(fellow, project), _dates(fellow, project), _time(fellow, project))
    )


def _skills(fellow: Side, project: Side, names: Mapping[str, str]) -> Reason:
    wanted = sorted(project.skills, key=lambda code: names.get(code, code))
    if not wanted:
        return Reason("Skills", True, "The project names no skills")
    brought = [names.get(code, code) for code in wanted if code in fellow.skills]
    missing = [names.get(code, code) for code in wanted if code not in fellow.skills]
    if not fellow.skills:
        return Reason("Skills", False, f"the fellow named none; wanted: {', '.join(missing)}")
    words = f"{len(brought)} of {len(wanted)} skills"
    return Reason("Skills", not missing, words + (f"; not: {', '.join(missing)}" if missing else ""))


def _location(fellow: Side, project: Side) -> Reason:
    if fellow.region is None or project.region is None:
        return Reason("Location", True, f"{project.region or 'Anywhere'}: any will do")
    same = fellow.region == project.region
    return Reason("Location", same, project.region if same else f"{project.region}, but {fellow.region} is looked for")


def _dates(fellow: Side, project: Side) -> Reason:
    assert project.starts_on is not None  # a project always says
    assert project.ends_on is not None
    span = f"{format_day(project.starts_on)} to {format_day(project.ends_on)}"
    if fellow.starts_on is not None and project.starts_on < fellow.starts_on:
        return Reason("Dates", False, f"{span}, but free only from {format_day(fellow.starts_on)}")
    if fellow.ends_on is not None and project.ends_on > fellow.ends_on:
        return Reason("Dates", False, f"{span}, but free only until {format_day(fellow.ends_on)}")
    return Reason("Dates", True, span)


def _time(fellow: Side, project: Side) -> Reason:
    fits = project.fte <= fellow.fte
    words = f"{format_number(project.fte, 2)} full-time equivalents"
    return Reason("Working time", fits, words if fits else f"{words}, but {format_number(fellow.fte, 2)} at most")
