"""Records that count their versions: who writes over what somebody else has saved meanwhile is stopped."""

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Column, Engine, Table, create_engine, insert, text
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified
from sqlalchemy.orm.exc import StaleDataError

from tracker.core.db import Model, StrEnumType

OF_TYPE: dict[type, Any] = {str: "x", datetime: datetime(2026, 1, 5, tzinfo=UTC), date: date(2026, 1, 5)}


def something(column: Column[Any]) -> Any:
    if isinstance(column.type, StrEnumType):
        return next(iter(column.type.enumeration))
    kind = column.type.python_type
    return OF_TYPE.get(kind) or kind(1)


def add_a_row(engine: Engine, table: Table) -> None:
    asked = [one for one in table.columns if one.primary_key or not (one.nullable or one.default or one.server_default)]
    with engine.begin() as connection:
        connection.execute(text("PRAGMA ignore_check_constraints=ON"))
        connection.execute(insert(table).values({column.name: something(column) for column in asked}))


def test_every_record_with_a_version_is_held_against_two_changes_at_once() -> None:
    versioned = [mapper for mapper in Model.registry.mappers if "version" in mapper.columns]
    engine = create_engine("sqlite://")
    Model.metadata.create_all(engine)
    written_over = []

    for mapper in versioned:
        add_a_row(engine, mapper.local_table)
        fixed = {"version", *(column.key for column in mapper.primary_key)}
        changed = next(one.key for one in mapper.column_attrs if one.key not in fixed)
        with Session(engine, expire_on_commit=False) as first, Session(engine, expire_on_commit=False) as second:
            opened = [session.query(mapper.class_).one() for session in (first, second)]
            for session, row in zip((first, second), opened, strict=True):
                session.commit()
                flag_modified(row, changed)
            first.commit()
            try:
                second.commit()
            except StaleDataError:
                continue
            written_over.append(mapper.class_.__name__)

    engine.dispose()
    assert len(versioned) > 15
    assert written_over == []
