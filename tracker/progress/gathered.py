"""What a forecast rests on, as plain columns of whole numbers: gathered where the database is, read where it is drawn.

It is handed over as a file, so that only the process that draws needs the library that does.
"""

import json
import os
from array import array
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, BinaryIO

STAYS = -1
"""In place of a move: the journey is still at this one. Such a stay is no failure, it is not over yet."""
NEVER = -1
"""In place of days: no day is planned. In place of an intake: none."""
STAY = ("programme", "stage", "days", "moved", "journey")
FORM = 1
"""The form in which evidence is written; one of another form is not read."""
UNDERWAY = ("record", "organisation", "programme", "stage", "days", "unseen", "goes_on", "intake")
BEGINNING = ("organisation", "programme", "stage", "in_days")


class Columns:
    """Rows of whole numbers, kept as columns."""

    def __init__(self, names: Sequence[str]) -> None:
        """No rows yet."""
        self.names = tuple(names)
        self.columns = [array("i") for _ in self.names]

    def __len__(self) -> int:
        return len(self.columns[0])

    def add(self, *row: int) -> None:
        """Add a row."""
        for column, value in zip(self.columns, row, strict=True):
            column.append(value)

    def column(self, name: str) -> "array[int]":
        """One column by its name."""
        return self.columns[self.names.index(name)]


@dataclass
class Evidence:
    """What the forecast of a figure rests on, as known at an instant.

    `stages`, `moves`, `arrived`, `starts_at`: the lifecycle by numbers (`forecast.past.Course`). `organisations`: their
    ids, and `programmes`: their names, in the order of their numbers. `stays`, `underway`, `beginnings`: rows as named
    above, meant as in `forecast.past`. `pace`: how many began in the last 365 days, in those before, and so on.

    `intakes`: what is planned to begin: `ref`, `programme`, `in_days`, `starts_on`, `places`, `taken`, `organisation`
    (a number, `NEVER` for whoever comes). `offered`, `filled`: places of those that have begun, and how many were taken
    up. `beginners`: how many began in the last year, by programme and organisation.

    `made`: how often each of the moves was made.

    `counted`: how many count already in each organisation by its id; `everybody`: in all government, where one that
    counts in several counts once.
    """

    stages: Sequence[str]
    moves: Sequence[Sequence[int]]
    arrived: Sequence[int]
    starts_at: int
    organisations: list[int]
    programmes: list[str]
    pace: Mapping[int, int]
    intakes: list[dict[str, Any]]
    offered: int
    filled: int
    beginners: list[tuple[int, int, int]]
    made: list[int]
    counted: Mapping[int, int]
    everybody: int
    stays: Columns
    underway: Columns
    beginnings: Columns

    @property
    def ended(self) -> int:
        """How many stays are over: what there is to learn from."""
        moved = self.stays.column("moved")
        return len(moved) - moved.count(STAYS)

    def write(self, file: Path) -> None:
        """Write it whole or not at all."""
        tables = (self.stays, self.underway, self.beginnings)
        said = {name: value for name, value in vars(self).items() if not isinstance(value, Columns)}
        head = {**said, "rows": [len(table) for table in tables]}
        draft = file.with_name(f".{file.name}.{os.getpid()}")
        with draft.open("wb") as stream:
            stream.write(json.dumps(head).encode() + b"\n")
            for table in tables:
                for column in table.columns:
                    column.tofile(stream)
        draft.replace(file)


def heading(stream: BinaryIO) -> dict[str, Any]:
    """What stands in a written file before its columns."""
    found: dict[str, Any] = json.loads(stream.readline())
    return found


@dataclass(frozen=True)
class Supposed:
    """What a scenario changes. None is as it is.

    `rates`: the share that goes well of those who leave a stage, by the stage's number with the moves that go well and
    badly. `intake`: the number of one that is to have other `places` or another day. `programme`, `in_days`, `more`:
    how many more start, on which programme and when; without `more` it is asked how many must, for a chance of
    `wanted`.
    """

    rates: Sequence[tuple[Sequence[int], Sequence[int], float]] = ()
    intake: int | None = None
    places: int | None = None
    starts_in: int | None = None
    programme: int | None = None
    in_days: int | None = None
    more: int | None = None
    wanted: float = 0.8

    def plain(self) -> dict[str, Any]:
        """It as JSON can hold it."""
        return asdict(self)
