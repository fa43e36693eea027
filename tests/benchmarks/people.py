"""Invented people with histories, as many as are asked for: always the same ones for the same number.

A history is drawn from a few thousand patterns, laid out from a day on and cut off at the last day, so that a million
of them take seconds. About six events a person, one person in six on a second programme, some breaks, resits and late
recordings.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from itertools import accumulate
from random import Random

from tracker.core.calendar import month_ends
from tracker.core.reference import read_csv

FIRST_DAY, LAST_DAY = date(2019, 8, 1), date(2026, 10, 31)
"""Nothing happens before the first day or after the last."""
MONTH_ENDS = tuple(month_ends(FIRST_DAY, LAST_DAY))
"""The 87 month ends of those years."""
DAYS = tuple((FIRST_DAY + timedelta(days=n)).isoformat() for n in range((LAST_DAY - FIRST_DAY).days + 60))
"""Every day as it is written, by its number from the first."""
LAST = (LAST_DAY - FIRST_DAY).days
PATTERNS = 4_000

STAYS = {
    "accelerator": 90,
    "dataviz-accelerator": 90,
    "art-of-the-possible": 2,
    "data-masterclass": 30,
    "evidence-house": 20,
}
"""Days from the start to the end of a programme; the longer ones take two years."""


@dataclass(frozen=True, slots=True)
class Move:
    """A stage entered on a day, recorded so many days later; a break has the day of its promised return."""

    stage: str
    day: int
    late: int
    promised: int | None = None


@dataclass(frozen=True, slots=True)
class Walk:
    """One journey: its programme and cohort, and its moves with their days counted from the first day of all."""

    programme: str
    cohort: str
    began: int
    moves: tuple[Move, ...]


@dataclass(frozen=True, slots=True)
class Somebody:
    """A person with their journeys; places are pairs of a number into `organisations()` and the first day there."""

    number: int
    first_name: str
    last_name: str
    grade: str
    profession: str
    region: str
    fte: str
    places: tuple[tuple[int, int], ...]
    walks: tuple[Walk, ...]

    @property
    def ref(self) -> str:
        """The reference."""
        return f"B{self.number:07}"

    @property
    def email(self) -> str:
        """The address: nobody's, and nobody else's."""
        return f"{self.ref.lower()}@benchmark.example"


@cache
def words(package: str, file: str, column: str) -> tuple[str, ...]:
    """One column of a shipped list."""
    return tuple(row[column] for row in read_csv(f"tracker.{package}", file))


@cache
def organisations() -> tuple[str, ...]:
    """The slugs of the organisations that exist today."""
    return tuple(
        row["slug"] for row in read_csv("tracker.organisations", "organisations.csv") if row["status"] == "current"
    )


def _pattern(chance: Random, programme: str) -> tuple[Move, ...]:
    moves: list[Move] = []
    day = 0

    def enter(stage: str, after: tuple[int, int], promised: int | None = None) -> None:
        nonlocal day
        day += chance.randint(*after) if moves else 0
        late = chance.choices((0, chance.randint(1, 6), chance.randint(7, 55)), (70, 22, 8))[0]
        moves.append(Move(stage, day, late, None if promised is None else day + promised))

    if chance.random() < 0.5:
        enter("nominated", (0, 0))
        if chance.random() < 0.4:
            enter("endorsed", (2, 25))
        if chance.random() < 0.04:
            enter("withdrawn", (1, 30))
            return tuple(moves)
    enter("applied", (1, 25))
    outcome = chance.choices(("accepted", "not-accepted", "withdrawn"), (88, 9, 3))[0]
    enter(outcome, (7, 40))
    if outcome == "accepted":
        enter("enrolled", (0, 45))
        _training(chance, STAYS.get(programme, 700), enter)
    return tuple(moves)


def _training(chance: Random, stay: int, enter: Callable[..., None]) -> None:
    enter("in-training", (0, 30))
    if chance.random() < 0.2:
        away = chance.randint(14, 120)
        enter("on-break", (1, max(2, stay // 2)), away)
        if chance.random() < 0.12:
            enter("withdrawn", (5, 150))
            return
        enter("in-training", (away, away + 20))
    outcome = chance.choices(("completed", "not-completed", "withdrawn"), (82, 8, 10))[0]
    enter(outcome, (stay // 2, stay) if outcome != "withdrawn" else (1, stay))
    if outcome == "not-completed" and chance.random() < 0.5:
        enter("in-training", (10, 60))
        enter("completed", (5, 60))
        outcome = "completed"
    if outcome == "completed" and chance.random() < 0.35:
        enter("in-role", (0, 200))


@cache
def _patterns() -> tuple[tuple[str, tuple[Move, ...]], ...]:
    chance = Random(500)
    programmes = words("training", "programmes.csv", "code")
    drawn = (chance.choice(programmes) for _ in range(PATTERNS))
    return tuple((programme, _pattern(chance, programme)) for programme in drawn)


@cache
def cohort(programme: str, began: int) -> str:
    """The code of the cohort of a programme that somebody joins who begins on a day."""
    day = FIRST_DAY + timedelta(days=began)
    return f"{programme.upper()}-{day.year}-{(day.month + 2) // 3}"


def _walk(programme: str, pattern: tuple[Move, ...], began: int) -> Walk:
    moves = tuple(
        Move(move.stage, began + move.day, move.late, None if move.promised is None else began + move.promised)
        for move in pattern
        if began + move.day <= LAST
    )
    return Walk(programme, cohort(programme, began), began, moves)


def everybody(people: int) -> Iterator[Somebody]:
    """So many people, one after the other."""
    chance = Random(1_000_003)
    patterns = _patterns()
    places = organisations()
    weights = list(accumulate(1 / (rank + 3) for rank in range(len(places))))
    first_names, last_names = (words("demo", f"{part}_names.csv", "name") for part in ("first", "last"))
    grades, professions, regions = (
        words("organisations", "grades.csv", "code"),
        words("organisations", "professions.csv", "name"),
        words("organisations", "regions.csv", "name"),
    )
    numbers = range(len(places))
    for number in range(1, people + 1):
        programme, pattern = patterns[int(chance.random() * PATTERNS)]
        # Later years are busier than the first, and leave many on their way.
        walks = [_walk(programme, pattern, int(LAST * chance.random() ** 0.75))]
        if number % 6 == 0:
            other, again = patterns[int(chance.random() * PATTERNS)]
            if other != programme:
                walks.append(_walk(other, again, int(LAST * chance.random())))
        where = [(chance.choices(numbers, cum_weights=weights)[0], 0)]
        if number % 12 == 0:
            where.append(((where[0][0] + 7) % len(places), 200 + int(chance.random() * (LAST - 200))))
        last_name = last_names[int(chance.random() * len(last_names))]
        if number % 3 == 0:
            last_name = f"{last_name}-{last_names[int(chance.random() * len(last_names))]}"
        yield Somebody(
            number,
            first_names[int(chance.random() * len(first_names))],
            last_name,
            grades[1 + number % 6],
            professions[number * 7 % len(professions)],
            regions[number * 5 % len(regions)],
            "1.0" if number % 5 else "0.8",
            tuple(where),
            tuple(walks),
        )
