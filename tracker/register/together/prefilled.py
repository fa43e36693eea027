"""The list as a file of trainees that is filled in already: whoever changes it and loads it changes just that."""

import csv
import io
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import islice

from tracker.core.text import spreadsheet_safe
from tracker.register import queries
from tracker.register.asked import Asked
from tracker.register.exports import BOM, CONTROLS
from tracker.register.queries import PersonRow, Standing
from tracker.register.together import queries as together
from tracker.register.together.queries import Place
from tracker.training.imports import TRAINEES
from tracker.training.lifecycle import Stage

BATCH = 1_000
COLUMNS = tuple(column.name for column in TRAINEES.columns if column.name != "note")
"""The columns of a file of trainees. A note is about what happens next, so nothing is filled in."""


def as_csv(ids: Sequence[int], asked: Asked, today: date) -> Iterator[str]:
    """A heading, and a row for each of the people with an enrolment that the filters are about, in pieces."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    buffer.write(BOM)
    writer.writerow(COLUMNS)
    waiting = iter(ids)
    while batch := list(islice(waiting, BATCH)):
        places = together.places(batch)
        for row in queries.rows(batch):
            standing = _meant(row, asked, today)
            if standing is not None:
                writer.writerow(_cells(row, standing, places[row.ref]))
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()
    yield buffer.getvalue()


def _meant(row: PersonRow, asked: Asked, today: date) -> Standing | None:
    """The enrolment that is meant, as for an act that is done on the page."""
    for one in row.enrolments:
        overdue = one.stage == Stage.ON_BREAK and one.return_on is not None and one.return_on < today
        fits = (
            (not asked.stages or one.stage in asked.stages)
            and asked.cohort in ("", one.cohort)
            and asked.programme in ("", one.programme_code)
            and (overdue or not asked.overdue)
        )
        if fits:
            return one
    return None


def _cells(row: PersonRow, standing: Standing, places: list[Place]) -> list[str | float]:
    """A row: it says where they were posted on the day of the stage, for a file says both of one day."""
    there = next((place for place in places if place.starts_on <= standing.since < place.ends_on), None)
    values: dict[str, object] = {
        "person_ref": row.ref,
        "first_name": row.first_name,
        "last_name": row.last_name,
        "email": row.email,
        "programme": standing.programme_code,
        "cohort": standing.cohort,
        "stage": standing.stage,
        "effective_on": standing.since.isoformat(),
        "fte": float(row.fte),
    }
    if there is not None:
        values |= {name: getattr(there, name) for name in ("organisation", "grade", "profession", "region")}
    return [_cell(values.get(name)) for name in COLUMNS]


def _cell(value: object) -> str | float:
    return value if isinstance(value, float) else spreadsheet_safe(str(value or "").translate(CONTROLS))
