"""What a benchmark says, and the table made of it."""

import json
import sys
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Literal, TextIO


@dataclass(frozen=True)
class Figure:
    """Something measured, beside the limit it was to reach."""

    work: str
    figure: float
    unit: str
    limit: float | None = None
    better: Literal["less", "more"] = "less"
    people: int | None = None
    note: str = ""

    @property
    def reached(self) -> bool | None:
        """Whether the limit was reached; None where there is none."""
        if self.limit is None:
            return None
        return self.figure <= self.limit if self.better == "less" else self.figure >= self.limit


def say(
    work: str,
    figure: float,
    unit: str,
    *,
    limit: float | None = None,
    better: Literal["less", "more"] = "less",
    people: int | None = None,
    note: str = "",
) -> None:
    """Print one figure as a line for the runner."""
    line = asdict(Figure(work, figure, unit, limit, better, people, note))
    sys.stdout.write(json.dumps(line, ensure_ascii=False) + "\n")
    sys.stdout.flush()


def heard(lines: Iterable[str]) -> list[Figure]:
    """The figures among the lines a benchmark printed; anything else it printed is passed over."""
    return [Figure(**json.loads(line)) for line in lines if line.startswith("{")]


def number(value: float | None) -> str:
    """A figure as it is printed: three digits that count."""
    if value is None:
        return "–"
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def table(measured: Iterable[tuple[str, Figure]], out: TextIO) -> None:
    """Print the figures as a Markdown table: work, database, people, figure, limit, whether it was reached."""
    out.write("| work | database | people | figure | limit | reached |\n| --- | --- | --- | --- | --- | --- |\n")
    for kind, one in measured:
        sign = "at most" if one.better == "less" else "at least"
        limit = "–" if one.limit is None else f"{sign} {number(one.limit)} {one.unit}"
        reached = {None: "–", True: "yes", False: "**no**"}[one.reached]
        people = "–" if one.people is None else f"{one.people:,}"
        work = f"{one.work} ({one.note})" if one.note else one.work
        out.write(f"| {work} | {kind} | {people} | {number(one.figure)} {one.unit} | {limit} | {reached} |\n")
