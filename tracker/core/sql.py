"""Words of SQL that the two databases say differently: days, months, the least and the greatest, and lists of ids."""

import json
from collections.abc import Iterable
from datetime import date
from typing import Any

from sqlalchemy import JSON, BindParameter, Date, Integer, Select, bindparam, cast, literal, select
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.expression import FunctionElement


class days_between(FunctionElement[int]):  # noqa: N801 - reads as the SQL function that it is
    """Calendar days from the first date to the second, in SQL."""

    type = Integer()
    inherit_cache = True


@compiles(days_between, "sqlite")
def _days_between_sqlite(element: days_between, compiler: Any, **kw: Any) -> str:
    start, end = (compiler.process(clause, **kw) for clause in element.clauses)
    return f"CAST(julianday({end}) - julianday({start}) AS INTEGER)"


@compiles(days_between, "postgresql")
def _days_between_postgresql(element: days_between, compiler: Any, **kw: Any) -> str:
    start, end = (compiler.process(clause, **kw) for clause in element.clauses)
    return f"(CAST({end} AS DATE) - CAST({start} AS DATE))"


class day_after(FunctionElement[date]):  # noqa: N801 - reads as the SQL function that it is
    """The day after a date, in SQL."""

    type = Date()
    inherit_cache = True


@compiles(day_after, "sqlite")
def _day_after_sqlite(element: day_after, compiler: Any, **kw: Any) -> str:
    return f"date({compiler.process(element.clauses, **kw)}, '+1 day')"


@compiles(day_after, "postgresql")
def _day_after_postgresql(element: day_after, compiler: Any, **kw: Any) -> str:
    return f"(CAST({compiler.process(element.clauses, **kw)} AS DATE) + 1)"


class days_after(FunctionElement[date]):  # noqa: N801 - reads as the SQL function that it is
    """The day so many days after a date, in SQL; the number is written into the statement."""

    type = Date()
    inherit_cache = True


@compiles(days_after, "sqlite")
def _days_after_sqlite(element: days_after, compiler: Any, **kw: Any) -> str:
    day, days = (compiler.process(clause, **kw) for clause in element.clauses)
    return f"date({day}, {days} || ' days')"


@compiles(days_after, "postgresql")
def _days_after_postgresql(element: days_after, compiler: Any, **kw: Any) -> str:
    day, days = (compiler.process(clause, **kw) for clause in element.clauses)
    return f"(CAST({day} AS DATE) + ({days}))"


class april_after(FunctionElement[date]):  # noqa: N801 - reads as the SQL function that it is
    """The first day of the financial year after that of a date, in SQL: a 1 April."""

    type = Date()
    inherit_cache = True


@compiles(april_after, "sqlite")
def _april_after_sqlite(element: april_after, compiler: Any, **kw: Any) -> str:
    day = compiler.process(element.clauses, **kw)
    year, has_begun = f"CAST(substr({day}, 1, 4) AS INTEGER)", f"(substr({day}, 6, 2) >= '04')"
    return f"printf('%04d-04-01', {year} + {has_begun})"


@compiles(april_after, "postgresql")
def _april_after_postgresql(element: april_after, compiler: Any, **kw: Any) -> str:
    day = compiler.process(element.clauses, **kw)
    has_begun = f"CAST(extract(month FROM {day}) >= 4 AS INTEGER)"
    return f"make_date(CAST(extract(year FROM {day}) AS INTEGER) + {has_begun}, 4, 1)"


class year_after(FunctionElement[date]):  # noqa: N801 - reads as the SQL function that it is
    """The same day a year later, in SQL: the first day of whose last 12 months a day is no longer one.

    29 February is followed by 1 March: the 12 months to 28 February begin the day after 28 February (fine print E4).
    """

    type = Date()
    inherit_cache = True


@compiles(year_after, "sqlite")
def _year_after_sqlite(element: year_after, compiler: Any, **kw: Any) -> str:
    return f"date({compiler.process(element.clauses, **kw)}, '+1 year')"


@compiles(year_after, "postgresql")
def _year_after_postgresql(element: year_after, compiler: Any, **kw: Any) -> str:
    day = f"CAST({compiler.process(element.clauses, **kw)} AS DATE)"
    part = "CAST(extract({} FROM {}) AS INTEGER)".format
    return f"(make_date({part('year', day)} + 1, {part('month', day)}, 1) + {part('day', day)} - 1)"


class month_number(FunctionElement[int]):  # noqa: N801 - reads as the SQL function that it is
    """Twelve times the year plus the month of a date, in SQL: months in order."""

    type = Integer()
    inherit_cache = True


@compiles(month_number, "sqlite")
def _month_number_sqlite(element: month_number, compiler: Any, **kw: Any) -> str:
    day = compiler.process(element.clauses, **kw)
    return f"(12 * CAST(substr({day}, 1, 4) AS INTEGER) + CAST(substr({day}, 6, 2) AS INTEGER))"


@compiles(month_number, "postgresql")
def _month_number_postgresql(element: month_number, compiler: Any, **kw: Any) -> str:
    day = compiler.process(element.clauses, **kw)
    return f"CAST(12 * extract(year FROM {day}) + extract(month FROM {day}) AS INTEGER)"


class least_of(FunctionElement[Any]):  # noqa: N801 - reads as the SQL function that it is
    """The least of its arguments, none of which may be null, in SQL."""

    inherit_cache = True

    def __init__(self, *arguments: Any) -> None:
        """Of the type of the first."""
        super().__init__(*arguments)
        self.type = next(iter(self.clauses)).type


class greatest_of(FunctionElement[Any]):  # noqa: N801 - reads as the SQL function that it is
    """The greatest of its arguments, none of which may be null, in SQL."""

    inherit_cache = True

    def __init__(self, *arguments: Any) -> None:
        """Of the type of the first."""
        super().__init__(*arguments)
        self.type = next(iter(self.clauses)).type


def _named(sqlite_name: str, postgresql_name: str, element: type[FunctionElement[Any]]) -> None:
    """Compile an element to the function each database calls by its own name."""

    def compile_as(name: str) -> Any:
        return lambda element, compiler, **kw: f"{name}({compiler.process(element.clauses, **kw)})"

    compiles(element, "sqlite")(compile_as(sqlite_name))
    compiles(element, "postgresql")(compile_as(postgresql_name))


_named("min", "least", least_of)
_named("max", "greatest", greatest_of)


class _elements(FunctionElement[str]):  # noqa: N801 - reads as the SQL function that it is
    """The rows of a text that is a list, in SQL."""

    inherit_cache = True
    name = "elements"


@compiles(_elements, "sqlite")
def _elements_sqlite(element: _elements, compiler: Any, **kw: Any) -> str:
    return f"json_each({compiler.process(element.clauses, **kw)})"


@compiles(_elements, "postgresql")
def _elements_postgresql(element: _elements, compiler: Any, **kw: Any) -> str:
    # An array, because the planner knows how long one is.
    text = compiler.process(element.clauses, **kw)
    array = f"CAST(translate({text}, '[]', '{{}}') AS INTEGER[])"
    return f"(SELECT value FROM unnest({array}) AS each (value))"  # noqa: S608 - the text is a parameter


def listed(ids: Iterable[int] | BindParameter[str]) -> Select[int]:
    """A list of ids as a select, however many they are: sent as one text.

    Both databases limit how many values a statement may be sent.

    :param ids: or, in a statement that serves many lists, the parameter by which the text of each comes (`list_text`).
    """
    text = ids if isinstance(ids, BindParameter) else literal(list_text(ids))
    return select(cast(_elements(text).table_valued("value").c.value, Integer))


def list_text(ids: Iterable[int]) -> str:
    """The text by which a list of ids is sent."""
    return json.dumps(sorted(ids))


IDS = "ids"


class is_among(FunctionElement[Any]):  # noqa: N801 - reads as the SQL function that it is
    """Whether a number is among the ids that are given when the statement is sent, under the name `ids`.

    For a statement that is put together once. PostgreSQL is sent them as one array: the statement stays the same
    however many there are, and a hundred values take longer to send than to look up. SQLite is sent a list, as its
    plans are for so many as it sees. `listed` is for ids that are known when a statement is put together.
    """

    # Without a type: a Boolean is compared with 1 in SQLite, which then uses no index.
    inherit_cache = True


@compiles(is_among, "sqlite")
def _is_among_sqlite(element: is_among, compiler: Any, **kw: Any) -> str:
    (number,) = element.clauses
    return str(compiler.process(number.in_(bindparam(IDS, expanding=True)), **kw))


@compiles(is_among, "postgresql")
def _is_among_postgresql(element: is_among, compiler: Any, **kw: Any) -> str:
    (number,) = element.clauses
    ids = bindparam(IDS, type_=postgresql.ARRAY(Integer()))
    return f"{compiler.process(number, **kw)} = ANY({compiler.process(ids, **kw)})"


class all_of(FunctionElement[list[int]]):  # noqa: N801 - reads as the SQL function that it is
    """The numbers in the rows of a group, as one list: to read a row for each of a hundred thousand takes longer than
    to find them."""

    type = JSON()
    inherit_cache = True


_named("json_group_array", "json_agg", all_of)
