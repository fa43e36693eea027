"""The clocks of a vacancy: named parts of the time to fill it, each with the rule by which it starts and stops. Pure.

Every day from the first approval to the day in post belongs to exactly one clock, so that they add up to the whole.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import mean, median

from tracker.leadership.lifecycle import VacancyStage
from tracker.leadership.metrics.survival import Spell
from tracker.leadership.queries.courses import Pause, Stretch

V = VacancyStage


@dataclass(frozen=True)
class Clock:
    """A named part of the time to fill: it runs while the vacancy stands at one of the stages."""

    code: str
    label: str
    stages: frozenset[str]
    starts: str
    stops: str


def _clock(code: str, label: str, starts: str, stops: str, *stages: str) -> Clock:
    return Clock(code, label, frozenset(stages), starts, stops)


CLOCKS: tuple[Clock, ...] = (
    _clock("approval", "Approval", "Recruiting is approved", "The post is advertised", V.APPROVAL),
    _clock("advert", "Advert", "The post is advertised", "The advert closes", V.ADVERT),
    _clock("sift", "Sift", "The advert closes", "The shortlist is agreed", V.CLOSED, V.SIFT),
    _clock(
        "panel",
        "Panel",
        "The shortlist is agreed",
        "An offer is made",
        V.SHORTLIST,
        V.ASSESSMENT,
        V.INTERVIEW,
        V.MERIT_ORDER,
    ),
    _clock("offer", "Offer", "An offer is made", "Checks begin on who accepted it", V.OFFER),
    _clock("vetting", "Vetting", "Checks begin", "The formal offer is made", V.CHECKS),
    _clock("notice", "Notice", "The formal offer is made", "The post is taken up", V.FORMAL_OFFER),
    _clock("between", "Between adverts", "Nobody was appointed", "The post is advertised again", V.NO_APPOINTMENT),
)


@dataclass(frozen=True)
class Reading:
    """What a clock shows: its days, how many of them the vacancy stood still, and whether it runs."""

    clock: Clock
    days: int
    paused_days: int
    is_running: bool


def life(stretches: Sequence[Stretch], day: date) -> list[Stretch]:
    """The stretches that make up the time to fill, up to a day: from the first approval to the day in post.

    Where no approval is known, from the first that is known.
    """
    first = next((place for place, one in enumerate(stretches) if one.stage == V.APPROVAL), 0)
    cut = []
    for one in stretches[first:]:
        if one.stage in {V.IN_POST, V.CANCELLED}:
            break
        cut.append(Stretch(one.stage, one.starts_on, min(one.ends_on, max(day, one.starts_on))))
    return cut


def readings(stretches: Sequence[Stretch], pauses: Iterable[Pause], day: date) -> list[Reading]:
    """What the clocks of a vacancy show on a day: those that ever ran, in order. Their days add up to `total`."""
    lived, held = life(stretches, day), list(pauses)
    standing = stretches[-1].stage if stretches else ""
    found = []
    for clock in CLOCKS:
        mine = [one for one in lived if one.stage in clock.stages]
        if mine:
            days = sum((one.ends_on - one.starts_on).days for one in mine)
            paused = sum(_overlap(one, pause, day) for one in mine for pause in held)
            found.append(Reading(clock, days, paused, standing in clock.stages))
    return found


def _overlap(stretch: Stretch, pause: Pause, day: date) -> int:
    last = min(stretch.ends_on, pause.ends_on or max(day, pause.starts_on))
    return max((last - max(stretch.starts_on, pause.starts_on)).days, 0)


def total(stretches: Sequence[Stretch], day: date) -> int:
    """Calendar days from the first approval to the day in post, or to the day asked for."""
    lived = life(stretches, day)
    return (lived[-1].ends_on - lived[0].starts_on).days if lived else 0


def filled_on(stretches: Sequence[Stretch]) -> date | None:
    """The day the post was taken up."""
    return next((one.starts_on for one in stretches if one.stage == V.IN_POST), None)


def is_whole(stretches: Sequence[Stretch]) -> bool:
    """Whether the time to fill is known: it was approved, and taken up."""
    return filled_on(stretches) is not None and any(one.stage == V.APPROVAL for one in stretches)


def spell(stretches: Sequence[Stretch], day: date) -> Spell | None:
    """How long a post was waited for: until it was filled, given up, or the day; None where no approval is known.

    A post for which nobody was appointed is given up for as long as it is not advertised again.
    """
    approved = next((one.starts_on for one in stretches if one.stage == V.APPROVAL), None)
    if approved is None:
        return None
    taken_up = filled_on(stretches)
    if taken_up is not None:
        return Spell((taken_up - approved).days, is_filled=True)
    last = stretches[-1]
    until = last.starts_on if last.stage in {V.CANCELLED, V.NO_APPOINTMENT} else day
    return Spell(max((until - approved).days, 0), is_filled=False)


@dataclass(frozen=True)
class Summary:
    """What a clock showed over several filled vacancies: calendar days, on average and the median."""

    clock: Clock
    average: float
    middle: float


def summaries(lives: Sequence[Sequence[Stretch]], day: date) -> list[Summary]:
    """Each clock over filled vacancies; one in which it never ran counts as 0 days, so that averages add up."""
    found = []
    for clock in CLOCKS:
        days = [
            sum((one.ends_on - one.starts_on).days for one in life(each, day) if one.stage in clock.stages)
            for each in lives
        ]
        if any(days):
            found.append(Summary(clock, mean(days), median(days)))
    return found
