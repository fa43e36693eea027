"""The cohorts of the demonstration: which programmes ran when, counted back from a day."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from tracker.core.calendar import financial_year_start
from tracker.core.reference import read_csv

YEARS = 5
AHEAD = timedelta(days=110)
"""How far ahead cohorts are filled: people are nominated for them already."""
CROWD = 2
"""How many more stand before the door of a cohort than get through."""


@dataclass(frozen=True)
class Run:
    """One cohort that ran or will run; `weight` says how many of the people are on it, beside the others."""

    code: str
    programme: str
    starts_on: date
    ends_on: date
    weight: float


def first_day(today: date) -> date:
    """The day the programme began: the start of a financial year, five before the present one."""
    start = financial_year_start(today)
    return start.replace(year=start.year - YEARS)


def runs(today: date) -> list[Run]:
    """Every cohort, in the order they start. The programme grows over its first three years."""
    return sorted(_runs(today), key=lambda run: (run.starts_on, run.code))


def next_run(run: Run, every: list[Run]) -> Run | None:
    """The cohort of the same programme that starts next."""
    return next((one for one in every if one.programme == run.programme and one.starts_on > run.starts_on), None)


def _runs(today: date) -> Iterator[Run]:
    begun = first_day(today)
    for row in read_csv("tracker.demo", "programmes.csv"):
        months = [int(month) for month in row["months"].split("|")]
        for year in range(begun.year, today.year + 2):
            for number, month in enumerate(months, start=1):
                # Courses start on the first Monday of their month.
                first = date(year, month, 1)
                starts_on = first + timedelta(days=-first.weekday() % 7)
                if begun + timedelta(days=120) <= starts_on <= today + AHEAD:
                    grown = min(1.0, 0.4 + (starts_on - begun).days / 1_800)
                    weight = float(row["weight"]) / len(months) * grown * (CROWD if starts_on > today else 1)
                    code = f"{row['prefix']}-{year}-{number}"
                    yield Run(code, row["programme"], starts_on, starts_on + timedelta(days=int(row["days"])), weight)
