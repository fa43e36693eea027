"""What a status follows from, in words too; and how far what is declared lies from what is worked out.

Pure: the same case and the same thresholds always give the same colour.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from math import floor
from typing import Literal

from tracker.core.text import format_day, format_number
from tracker.progress.coverage import Coverage
from tracker.progress.figures import Figure
from tracker.progress.targets import TargetLine

Status = Literal["green", "amber", "red", "grey", "none"]


@dataclass(frozen=True)
class Thresholds:
    """One version of how a status is worked out: percents of a chance, a percent of coverage, a number of stays."""

    green: int
    amber: int
    coverage: int
    fewest_stays: int


@dataclass(frozen=True)
class Chance:
    """The chance of reaching a target by its day, from 0 to 1, and how many completed stays it rests on; no chance
    where there was too little to go on."""

    probability: float | None
    stays: int


@dataclass(frozen=True)
class Case:
    """Everything a status follows from.

    `chance`: what was last forecast as at the day or in the weeks before it; None where nothing was.
    """

    figure: Figure
    line: TargetLine | None
    chance: Chance | None
    coverage: Coverage


@dataclass(frozen=True)
class Verdict:
    """A status with the reason it is so, in a sentence; no reason where there is no status."""

    colour: Status
    why: str = ""


NONE = Verdict("none")


def verdict(case: Case, thresholds: Thresholds) -> Verdict:
    """The delivery confidence of a figure (domain page, Status; fine print G2).

    None without a target on the day, and, before the target's day, without a forecast. Grey where too few of the
    organisations that are expected to report have. After the target's day it says whether the target was met; before
    it, it follows from the chance of reaching it.
    """
    figure, line = case.figure, case.line
    if line is None or figure.value is None or line.on(figure.as_at) is None:
        return NONE
    is_over = figure.as_at > line.due_on
    if case.chance is None and not is_over:
        return NONE
    if case.coverage.is_under(thresholds.coverage):
        return Verdict("grey", _silence(case.coverage, thresholds.coverage))
    if is_over or case.chance is None:
        return _met(figure.value, line)
    return _likely(case.chance, thresholds)


def _silence(coverage: Coverage, limit: int) -> str:
    if coverage.expected == 1:
        return "It is expected to report and has not. Silence is not zero, so no colour is given."
    return (
        f"Only {coverage.heard} of {coverage.expected} organisations that are expected to report have. "
        f"Below {limit}% no colour is given."
    )


def _met(value: float, line: TargetLine) -> Verdict:
    goal, day = format_number(line.goal, 1).removesuffix(".0"), format_day(line.due_on)
    if value >= line.goal:
        return Verdict("green", f"The target of {goal} by {day} was met.")
    return Verdict("red", f"The target of {goal} by {day} was missed.")


def _likely(chance: Chance, thresholds: Thresholds) -> Verdict:
    if chance.probability is None or chance.stays < thresholds.fewest_stays:
        return Verdict("grey", _too_little(chance, thresholds.fewest_stays))
    said = f"The chance of reaching the target is {percent(chance.probability)}"
    if chance.probability >= thresholds.green / 100:
        return Verdict("green", f"{said}; from {thresholds.green}% on it is green.")
    if chance.probability >= thresholds.amber / 100:
        return Verdict("amber", f"{said}; from {thresholds.amber}% and below {thresholds.green}% it is amber.")
    return Verdict("red", f"{said}; below {thresholds.amber}% it is red.")


def _too_little(chance: Chance, fewest: int) -> str:
    if chance.stays >= fewest:
        return "The target was set after the forecast was made."
    return (
        f"Too little to go on: {format_number(chance.stays)} completed stays at a stage are known, "
        f"and at least {fewest} are needed."
    )


def percent(chance: float) -> str:
    """A chance in whole percents, cut and not rounded, so that it never says a threshold is reached that is not; never
    quite nothing, never quite certain."""
    if chance < 0.01:
        return "less than 1%"
    if chance > 0.99:
        return "more than 99%"
    # What the fraction of a draw adds in binary is taken off first: 0.29 is 29%.
    return f"{floor(round(chance * 100, 6))}%"


STEPS: dict[str, int] = {"red": 0, "amber": 1, "green": 2}
"""The colours that can be compared, and how many steps each is from red."""


@dataclass(frozen=True)
class Pair:
    """Both colours of one headline of one organisation on one day: what was declared and what was worked out."""

    day: date
    declared: str
    worked_out: str

    @property
    def gap(self) -> int | None:
        """How many steps the declared colour is better than the other; None where one of them is no such step."""
        if self.declared not in STEPS or self.worked_out not in STEPS:
            return None
        return STEPS[self.declared] - STEPS[self.worked_out]


GAP = (
    "The gap is how many steps (red, amber, green) the declared colour is better than the colour worked out for the "
    "same headline on the same day, averaged over the days on which there were both."
)
"""The definition of the gap index, in one sentence."""


def gap_index(pairs: Iterable[Pair]) -> float | None:
    """The mean gap; above zero is optimistic, zero when all agree. None where no day has both colours."""
    gaps = [gap for pair in pairs if (gap := pair.gap) is not None]
    return sum(gaps) / len(gaps) if gaps else None
