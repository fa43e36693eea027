"""Small files of trainees and histories, in the test's own words."""

import csv
import io
from pathlib import Path
from typing import Any

DATA = Path(__file__).resolve().parents[1] / "data"
TRAINEE = {
    "person_ref": "P1",
    "first_name": "Ann",
    "last_name": "Lee",
    "email": "ann.lee@ho.example",
    "organisation": "Home Office",
    "grade": "SEO",
    "programme": "accelerator",
    "cohort": "DSA-1",
    "stage": "enrolled",
    "effective_on": "2026-03-02",
}


def trainee(ref: str = "P1", **fields: str) -> dict[str, str]:
    """A valid row, with its own address where it has its own reference."""
    own = {} if ref == "P1" else {"person_ref": ref, "email": f"{ref.lower()}@ho.example", "last_name": f"Lee{ref}"}
    return TRAINEE | own | fields


def event(stage: str, day: str, **fields: str) -> dict[str, str]:
    """A row of a history of P1 on DSA-1."""
    return {"person_ref": "P1", "cohort": "DSA-1", "stage": stage, "effective_on": day} | fields


def as_csv(*rows: dict[str, str], **dialect: Any) -> str:
    """The rows as CSV, with every column that one of them has."""
    columns = list(dict.fromkeys(name for row in rows for name in row))
    stream = io.StringIO(newline="")
    writer = csv.DictWriter(stream, columns, restval="", **dialect)
    writer.writeheader()
    writer.writerows(rows)
    return stream.getvalue()


PLACEMENT = {
    "placement_ref": "PL1",
    "person_ref": "P1",
    "first_name": "Ann",
    "last_name": "Lee",
    "email": "ann.lee@ho.example",
    "scheme": "no10-innovation",
    "host_organisation": "Home Office",
    "supervisor_email": "sam@ho.example",
    "project": "Matching records",
    "fte": "1.0",
    "planned_start": "2026-01-05",
    "planned_end": "2026-12-31",
    "stage": "in-post",
    "effective_on": "2026-01-05",
}
LOG = {
    "placement_ref": "PL1",
    "week_ending": "2026-01-09",
    "days": "4.5",
    "summary": "Built the matching step",
    "skills": "Data engineering|programming",
    "blockers": "",
}


def placement(ref: str = "PL1", **fields: str) -> dict[str, str]:
    """A valid row of a placement of P1."""
    return PLACEMENT | {"placement_ref": ref} | fields


def log(week: str = "2026-01-09", **fields: str) -> dict[str, str]:
    """A valid row of a weekly log of PL1."""
    return LOG | {"week_ending": week} | fields
