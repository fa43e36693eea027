"""Reference data that ships with the package and may be edited afterwards.

Loading a file again changes only what the file changed: each row is kept as it was last loaded, and only columns
whose value in the file is now another are written. What an administrator edited stays, unless the file has news for
that very column.
"""

import csv
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files
from io import StringIO
from typing import Any

from sqlalchemy import JSON, String, insert, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from tracker.core.db import Model


class ReferenceRow(Model):
    """One row of a shipped file as it was last loaded."""

    __tablename__ = "reference_row"

    source: Mapped[str] = mapped_column(String(60), primary_key=True)
    key: Mapped[str] = mapped_column(String(200), primary_key=True)
    content: Mapped[dict[str, Any]] = mapped_column(JSON)


@dataclass(frozen=True)
class Loaded:
    """How many rows of a file were new, changed, or as before."""

    source: str
    created: int
    changed: int
    unchanged: int


def read_csv(package: str, file: str) -> Iterator[dict[str, str]]:
    """The rows of a CSV file in the `data` folder of a package."""
    # Read whole: a resource opened as text would turn line ends inside quotes into others.
    text = (files(package) / "data" / file).read_bytes().decode("utf-8")
    yield from csv.DictReader(StringIO(text, newline=""))


def load(
    session: Session,
    source: str,
    model: type[Model],
    rows: Mapping[str, dict[str, Any]],
    key: Callable[[str], dict[str, Any]],
    first: Mapping[str, Any],
) -> Loaded:
    """Bring a table up to date with a file.

    :param rows: values to write, JSON plain, by a key that is for ever.
    :param key: gives the columns and values by which the key's row is found in the table.
    :param first: further columns of a new row, which no file says.
    """
    table = model.__table__
    known = {row.key: row.content for row in session.scalars(select(ReferenceRow).where(ReferenceRow.source == source))}
    created = changed = 0
    for name, values in rows.items():
        plain: dict[str, Any] = json.loads(json.dumps(values, default=str))
        before = known.get(name)
        if before is None:
            session.execute(insert(model).values(**key(name), **first, **values))
            session.execute(insert(ReferenceRow).values(source=source, key=name, content=plain))
            created += 1
        elif news := {column: values[column] for column in values if before.get(column) != plain[column]}:
            where = [table.c[column] == value for column, value in key(name).items()]
            session.execute(update(model).where(*where).values(**news))
            row = (ReferenceRow.source == source, ReferenceRow.key == name)
            session.execute(update(ReferenceRow).where(*row).values(content=plain))
            changed += 1
    return Loaded(source, created, changed, len(rows) - created - changed)
