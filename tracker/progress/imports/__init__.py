"""The kind of file that holds targets: dated points of the line a figure should follow."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import groupby
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, aliased

from tracker.core.cells import read_day, read_note
from tracker.core.intake import (
    CellReader,
    Code,
    Column,
    Counts,
    Intake,
    Kind,
    Problem,
    Refusal,
    required,
)
from tracker.core.text import format_day, format_number
from tracker.organisations.cells import OrganisationCells
from tracker.organisations.models import Organisation
from tracker.people.models import Person
from tracker.progress.imports.tables import TARGET_ROW as ROW
from tracker.progress.models import TargetVersion
from tracker.progress.queries.targets import target_lines
from tracker.progress.registry import TARGETED
from tracker.progress.services.targets import merge_points, undo_versions

FIELDS = ("figure", "organisation_id", "day", "value", "reason")
_NUMBER = re.compile(r"\d{1,9}(\.\d{1,6})?", re.ASCII)
ALL = "all government"


def read_figure(text: str) -> str | Refusal:
    """The code of a figure that can have a target."""
    code = text.casefold()
    if code in TARGETED:
        return code
    return Refusal(Code.UNKNOWN_REFERENCE, f"Write one of {', '.join(sorted(TARGETED))}")


def read_value(text: str) -> float | Refusal:
    """A number from 0 up."""
    plain = text.replace(",", "")
    if _NUMBER.fullmatch(plain) is None:
        return Refusal(Code.BAD_NUMBER, "Write a number from 0 up, such as 42 or 42.5")
    return float(plain)


def read_target_day(text: str) -> str | Refusal:
    """A day, past or to come, as ISO text."""
    day = read_day(text)
    return day if isinstance(day, Refusal) else day.isoformat()


class TargetReader:
    """Reads rows of a file of targets."""

    def __init__(self, is_historical: bool) -> None:
        """Take the organisations as they are now; targets are the same with and without `is_historical`."""
        self.figure = CellReader("figure", required(read_figure))
        self.day = CellReader("date", required(read_target_day))
        self.value = CellReader("value", required(read_value))
        self.reason = CellReader("reason", required(read_note))
        organisations = OrganisationCells()
        self.organisation = CellReader(
            "organisation", lambda cell: organisations.read(cell) if cell[0].strip() else None
        )

    def read(
        self, rows: Sequence[int], cells: Mapping[str, Sequence[str]]
    ) -> tuple[list[Sequence[Any]], list[Problem]]:
        """As `RowReader.read`, in the order of `FIELDS`. An organisation is found on the day of its point (G1)."""
        problems: list[Problem] = []
        figures = self.figure.values(rows, cells["figure"], problems)
        days = self.day.values(rows, cells["date"], problems)
        texts = cells["organisation"]
        places = self.organisation.values(rows, zip(texts, days, strict=True), problems, shown=texts)
        values = self.value.values(rows, cells["value"], problems)
        return [figures, places, days, values, self.reason.values(rows, cells["reason"], problems)], problems


def _valid(intake: Intake) -> Any:
    return (ROW.c.import_id == intake.import_id) & ROW.c.is_valid


def check(session: Session, intake: Intake, consequences: bool) -> Iterator[Problem]:
    """One point twice in the file: both rows are in error (fine print A11)."""
    if consequences:
        return
    key = (ROW.c.figure, ROW.c.organisation_id, ROW.c.day)
    rows = session.execute(select(*key, ROW.c.row).where(_valid(intake)).order_by(*key, ROW.c.row))
    for (figure, *_), group in groupby(rows, key=lambda row: (row.figure, row.organisation_id, row.day)):
        same = [row.row for row in group]
        for row in same if len(same) > 1 else ():
            others = ", ".join(str(other) for other in same if other != row)
            yield Problem(row, "figure", Code.DUPLICATE_ROW, figure, f"Row {others} is for the same date: keep one")


def load(session: Session, intake: Intake) -> Counts:
    """Lay the points over the current lines: each figure and organisation that changes gets a new version."""
    rows = session.execute(
        select(ROW.c.figure, ROW.c.organisation_id, ROW.c.day, ROW.c.value, ROW.c.reason, ROW.c.row)
        .where(_valid(intake))
        .order_by(ROW.c.figure, ROW.c.organisation_id, ROW.c.row)
    ).all()
    before = {place: dict(line.points) for place, line in target_lines().items()}
    created = updated = 0
    for place, group in groupby(rows, key=lambda row: (row.figure, row.organisation_id)):
        same = list(group)
        known = before.get(place, {})
        created += sum(row.day not in known for row in same)
        updated += sum(known.get(row.day, row.value) != row.value for row in same)
        reasons = "; ".join(dict.fromkeys(row.reason for row in same))
        points = {row.day: row.value for row in same}
        merge_points(*place, points, reason=reasons, created_by_id=intake.by_id, import_id=intake.import_id)
    return Counts(created, updated, len(rows) - created - updated, 0)


def refusals(session: Session, intake: Intake) -> list[str]:
    """Later versions of the same targets, which were laid over those of this import."""
    later = aliased(TargetVersion)
    rows = session.execute(
        select(later.figure, func.coalesce(Organisation.name, ALL))
        .join(TargetVersion, TargetVersion.figure == later.figure)
        .outerjoin(Organisation, Organisation.id == later.organisation_id)
        .where(
            TargetVersion.import_id == intake.import_id,
            TargetVersion.organisation_id.is_not_distinct_from(later.organisation_id),
            TargetVersion.undone_at.is_(None),
            later.undone_at.is_(None),
            later.id > TargetVersion.id,
            later.import_id.is_distinct_from(intake.import_id),
        )
        .distinct()
        .order_by(later.figure)
    )
    return [f"a later target of {figure} for {place}" for figure, place in rows]


def undo(session: Session, intake: Intake) -> None:
    """Take back the versions of the import; what held before holds again."""
    undo_versions(intake.import_id)


def touched(intake: Intake) -> Select[Any]:
    """Nobody: targets count no people."""
    return select(Person.id).where(Person.id < 0)


def changes(session: Session, intake: Intake) -> Iterator[dict[str, str]]:
    """What a load changed of the lines there were, point by point, as long as its transaction lasts."""
    versions = session.scalars(
        select(TargetVersion).where(TargetVersion.import_id == intake.import_id).order_by(TargetVersion.id)
    ).all()
    for version in versions:
        earlier = session.scalar(
            select(TargetVersion)
            .where(
                TargetVersion.figure == version.figure,
                TargetVersion.organisation_id.is_not_distinct_from(version.organisation_id),
                TargetVersion.undone_at.is_(None),
                TargetVersion.id < version.id,
            )
            .order_by(TargetVersion.id.desc())
            .limit(1)
        )
        known: dict[date, float] = {point.day: point.value for point in earlier.points} if earlier else {}
        for point in version.points:
            if known.get(point.day, point.value) != point.value:
                yield {
                    "ref": version.organisation.name if version.organisation else ALL,
                    "field": f"{version.figure} on {format_day(point.day)}",
                    "before": format_number(known[point.day]),
                    "after": format_number(point.value),
                }


TARGETS = Kind(
    name="targets",
    title="Targets",
    columns=(
        Column("figure", "The code of the figure, such as training.trained", True, ("figure code", "metric")),
        Column("organisation", "Official name, abbreviation or slug; empty for all government", False, ("department",)),
        Column("date", "The day of the point, such as 2027-03-31", True, ("day", "by", "target date")),
        Column("value", "What the figure should be on that day", True, ("target", "number")),
        Column("reason", "Why the target is set or changed", True, ("why", "note")),
    ),
    table=ROW,
    fields=FIELDS,
    open_reader=TargetReader,
    check=check,
    load=load,
    refusals=refusals,
    undo=undo,
    touched=touched,
    changes=changes,
)
KINDS = (TARGETS,)
