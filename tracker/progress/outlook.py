"""What is expected of a headline, as a page says it: the chance, the spread, and how such forecasts turned out."""

from dataclasses import dataclass
from datetime import date, timedelta

from tracker.core.text import format_day, format_number
from tracker.progress.models import Forecast, ForecastPoint
from tracker.progress.status import Chance, percent

METHOD = "plans-1"
"""The way forecasts are made now. Another way gets another name, so that each is scored for itself."""
GOOD_FOR = timedelta(days=35)
"""How long after its day a forecast is still shown as what is expected."""
TELLING = 12
"""Bands that have come true, below which a track record says nothing."""


@dataclass(frozen=True)
class Score:
    """How forecasts of a figure turned out. `held`: how many of the 80% bands held what came; Brier scores are mean
    squared differences between the chance of being on plan and what came: 0 is perfect, and lower is better."""

    bands: int
    held: int
    brier: float | None
    straight_brier: float | None


@dataclass(frozen=True)
class Outlook:
    """A forecast of one scope with how those before it turned out. Without points where there was too little."""

    forecast: Forecast
    points: tuple[ForecastPoint, ...]
    score: Score

    @property
    def chance(self) -> Chance:
        """The chance of reaching the target by its day."""
        probability = self.points[-1].chance if self.points and self.forecast.is_enough else None
        return Chance(probability, self.forecast.completed_stays)

    def by_day(self) -> dict[date, ForecastPoint]:
        """What is expected by each day."""
        return {point.day: point for point in self.points}

    @property
    def is_current(self) -> bool:
        """Whether it was made as forecasts are now, and says something: what a scenario can stand beside."""
        return self.forecast.method == METHOD and self.forecast.is_enough and bool(self.points)

    @property
    def sentences(self) -> list[str]:
        """The forecast in words: what is likely, how sure that is, and what it is worth."""
        if not self.points:
            return [self._nothing()]
        return [*self._expected(), self._basis(), *self._record()]

    @property
    def in_short(self) -> str:
        """The forecast in a sentence or two, without what it is worth."""
        return " ".join(self._expected()) if self.points else self._nothing()

    def _nothing(self) -> str:
        if self.forecast.is_enough:
            return "Nothing is on the way here, so nothing is forecast."
        known = format_number(self.forecast.completed_stays)
        return f"Too little to go on: {known} completed stays at a stage are known, and at least 20 are needed."

    def _expected(self) -> list[str]:
        last = self.points[-1]
        day, low, high = format_day(last.day), format_number(last.low), format_number(last.high)
        said = f"By {day}, {format_number(last.middle)} are expected: in eight cases of ten between {low} and {high}."
        if last.plan is None or last.chance is None:
            return [said]
        return [said, f"The chance of reaching {_plain(last.plan)} by then is {percent(last.chance)}."]

    def _basis(self) -> str:
        day, stays = format_day(self.forecast.as_at), format_number(self.forecast.completed_stays)
        return (
            f"Forecast as at {day} from {stays} completed stays at a stage, everyone under way and "
            f"{self._beginning()}, drawn 10,000 times."
        )

    def _beginning(self) -> str:
        """Who is expected to begin: those there are places for, and beyond what is planned those of a year before."""
        planned = self.forecast.inputs.get("planned", [])
        if not planned:
            return "as many beginnings as a year before"
        free = sum(max(0, intake["places"] - intake["taken"]) for intake in planned)
        places = "1 place" if free == 1 else f"{format_number(free)} places"
        said = f"{places} still free in what is planned to begin by {format_day(self.planned_to)}"
        if self.forecast.inputs["expected_to_begin"]:
            said += ", beyond that as many beginnings as a year before"
        return said

    @property
    def planned_to(self) -> date:
        """The last day on which something is planned to begin."""
        return max(date.fromisoformat(intake["starts_on"]) for intake in self.forecast.inputs["planned"])

    def _record(self) -> list[str]:
        score = self.score
        if score.bands < TELLING:
            return ["Too few forecasts have come true yet to say how good they are."]
        said = f"Track record: {format_number(score.held)} of {format_number(score.bands)} such ranges held what came."
        if score.brier is not None and score.straight_brier is not None:
            said += (
                f" The chances missed by {score.brier:.2f} (Brier score, 0 is perfect), those of a straight line "
                f"through the last 12 months by {score.straight_brier:.2f}."
            )
        return [said]


def _plain(number: float) -> str:
    return format_number(number, 1).removesuffix(".0")
