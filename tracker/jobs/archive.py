"""The archive a backup is: every record as text, in one form for both databases, with a hash of each table.

A zip file: `manifest.json`, and for each table `tables/NAME.jsonl`, a line for each row in the order of its key, a
list of texts and nulls. Days are 2026-11-25, instants 2026-11-25T02:15:00.000000Z, bytes hexadecimal, truth true or
false; so a table has the same lines, and the same hash, whichever database it was read from, and either can take it
in.
"""

import hashlib
import json
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, BinaryIO

import sqlalchemy as sa
from sqlalchemy import Connection, inspect
from sqlalchemy.sql.compiler import IdentifierPreparer
from sqlalchemy.types import TypeEngine

from tracker.core.errors import DomainError

FORMAT = 1
NOT_RECORDS = frozenset({"alembic_version", "scheduler_beat"})
"""Tables that are no records: which revision stands in the manifest, and who is alive is true only of the moment."""
ROWS_AT_ONCE = 5000

Row = list[str | None]
Converter = Callable[[Any], str]


@dataclass(frozen=True)
class RecordTable:
    """A table as the database has it: the type of each column, and the columns of its key."""

    name: str
    columns: Mapping[str, TypeEngine[Any]]
    key: Sequence[str]


@dataclass(frozen=True)
class TableState:
    """What an archive holds of a table."""

    name: str
    columns: list[str]
    rows: int
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """What an archive holds: the revision of the schema, the database it is of, and its tables in an order they can
    be loaded in."""

    format: int
    revision: str
    identity: str
    made_at: str
    tables: list[TableState]

    @property
    def rows(self) -> int:
        """How many records there are."""
        return sum(table.rows for table in self.tables)


def write(connection: Connection, file: BinaryIO, *, revision: str, identity: str, made_at: datetime) -> Manifest:
    """Write everything a connection sees, which must be one consistent state, into a new archive."""
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as archive:
        states = []
        for table in record_tables(connection):
            with archive.open(f"tables/{table.name}.jsonl", "w", force_zip64=True) as member:
                states.append(_state(connection, table, member.write))
        manifest = Manifest(FORMAT, revision, identity, made_at.isoformat(), states)
        archive.writestr("manifest.json", json.dumps(asdict(manifest), indent=1))
    return manifest


def read_manifest(file: Path) -> Manifest:
    """What an archive says it holds.

    :raises DomainError: if it is no archive of ours.
    """
    try:
        with zipfile.ZipFile(file) as archive:
            words = json.loads(archive.read("manifest.json"))
        if words["format"] != FORMAT:
            raise DomainError(f"{file} is a backup of a newer release: install that release")
        return Manifest(**{**words, "tables": [TableState(**table) for table in words["tables"]]})
    except (zipfile.BadZipFile, OSError, KeyError, TypeError, ValueError) as error:
        raise DomainError(f"{file} is not a backup, or is damaged") from error


def read_rows(file: Path, table: TableState) -> Iterator[list[Row]]:
    """The rows of a table, some thousand at a time."""
    with zipfile.ZipFile(file) as archive, archive.open(f"tables/{table.name}.jsonl") as member:
        batch: list[Row] = []
        for line in member:
            batch.append(json.loads(line))
            if len(batch) == ROWS_AT_ONCE:
                yield batch
                batch = []
        if batch:
            yield batch


def record_tables(connection: Connection) -> list[RecordTable]:
    """Every table that holds records, each after those it refers to."""
    # Asked of the database, as an older backup has the tables of its own revision; and no more of it than is needed.
    schema = inspect(connection)
    columns, keys = schema.get_multi_columns(), schema.get_multi_pk_constraint()
    return [
        RecordTable(
            name,
            {column["name"]: column["type"] for column in columns[None, name]},
            keys[None, name]["constrained_columns"],
        )
        for name, _ in schema.get_sorted_table_and_fkc_names()
        if name is not None and name not in NOT_RECORDS
    ]


def table_states(connection: Connection) -> list[TableState]:
    """Name, columns, number of rows and hash of every table, as an archive made now would state them."""
    return [_state(connection, table, lambda _: None) for table in record_tables(connection)]


def _state(connection: Connection, table: RecordTable, write_line: Callable[[bytes], Any]) -> TableState:
    digest, count = hashlib.sha256(), 0
    for row in _rows(connection, table):
        line = (json.dumps(row, ensure_ascii=False, separators=(",", ":")) + "\n").encode()
        digest.update(line)
        write_line(line)
        count += 1
    return TableState(table.name, list(table.columns), count, digest.hexdigest())


def _rows(connection: Connection, table: RecordTable) -> Iterator[Row]:
    converters = [_converter(kind) for kind in table.columns.values()]
    statement = _in_order(connection, table)
    raw = _rows_of_sqlite if connection.dialect.name == "sqlite" else _rows_of_postgresql
    for row in raw(connection, statement):
        yield [None if value is None else convert(value) for value, convert in zip(row, converters, strict=True)]


def _rows_of_sqlite(connection: Connection, statement: str) -> Iterator[Sequence[Any]]:
    cursor = connection.connection.driver_connection.cursor()  # type: ignore[union-attr]
    cursor.execute(statement)
    while batch := cursor.fetchmany(ROWS_AT_ONCE):
        yield from batch
    cursor.close()


def _rows_of_postgresql(connection: Connection, statement: str) -> Iterator[Sequence[Any]]:
    driver: Any = connection.connection.driver_connection
    with driver.cursor() as cursor, cursor.copy(f"COPY ({statement}) TO STDOUT") as copy:
        yield from copy.rows()


def _in_order(connection: Connection, table: RecordTable) -> str:
    """The select of a table in the order of its key, text by its bytes, so that the order is the same everywhere."""
    quote: IdentifierPreparer = connection.dialect.identifier_preparer
    exact = ' COLLATE "C"' if connection.dialect.name == "postgresql" else ""
    is_text = {name: isinstance(kind, sa.String) for name, kind in table.columns.items()}
    order = ", ".join(quote.quote(name) + (exact if is_text[name] else "") for name in table.key or table.columns)
    columns = ", ".join(map(quote.quote, table.columns))
    return f"SELECT {columns} FROM {quote.quote(table.name)} ORDER BY {order}"  # noqa: S608 - names from the schema


def _converter(kind: TypeEngine[Any]) -> Converter:
    return next((convert for known, convert in CONVERTERS if isinstance(kind, known)), str)


def _truth(value: Any) -> str:
    return "true" if value in (1, "t", True) else "false"


def _instant(value: Any) -> str:
    day, _, rest = str(value).replace("T", " ").partition(" ")
    clock, _, fraction = rest.removesuffix("Z").removesuffix("+00").partition(".")
    return f"{day}T{clock}.{fraction:0<6}Z"


def _number(value: Any) -> str:
    return format(Decimal(str(value)).normalize(), "f")


def _real(value: Any) -> str:
    return repr(float(value))


def _bytes(value: Any) -> str:
    return value.hex() if isinstance(value, bytes) else str(value).removeprefix("\\x")


def _json(value: Any) -> str:
    return json.dumps(json.loads(value), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


CONVERTERS: tuple[tuple[Any, Converter], ...] = (
    (sa.Boolean, _truth),
    (sa.DateTime, _instant),
    (sa.Float, _real),
    (sa.Numeric, _number),
    (sa.LargeBinary, _bytes),
    (sa.JSON, _json),
)


def for_sqlite(kind: TypeEngine[Any]) -> Callable[[str], Any]:
    """How SQLite keeps what the archive says of a column of a type. PostgreSQL reads the text by itself."""
    kinds: tuple[tuple[Any, Callable[[str], Any]], ...] = (
        (sa.Boolean, lambda text: int(text == "true")),
        (sa.DateTime, lambda text: text.replace("T", " ").removesuffix("Z")),
        (sa.Float, float),
        (sa.Numeric, float),
        (sa.Integer, int),
        (sa.LargeBinary, bytes.fromhex),
    )
    return next((convert for known, convert in kinds if isinstance(kind, known)), str)
