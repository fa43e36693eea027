"""Writes workbooks of figures in the layout of the Analysis Function, in a process of its own that ends when it is
done: the library brings pandas along, which no web worker should load.

Run as a program: writes one workbook for each order: a cover, contents, notes, and a sheet for each table.
"""

from pathlib import Path
from typing import Any

from gptables import Cover, GPTable, produce_workbook
from pandas import DataFrame

from tracker.progress.workbench import Order, work

PLAIN = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
"""Text is text: nothing in a cell is run or followed."""
WHOLE, PLACES = "#,##0", {0: "#,##0", 1: "#,##0.0", 2: "#,##0.00"}


def sheet(table: dict[str, Any]) -> GPTable:
    """One table with its title, what it is taken over, its notes and its symbols."""
    columns = table["columns"]
    frame = DataFrame(table["rows"], columns=[column["name"] for column in columns])
    numbers = [
        {"column": {"columns": [place], "format": {"num_format": PLACES.get(column["decimals"], WHOLE)}}}
        for place, column in enumerate(columns)
        if column["decimals"] is not None
    ]
    return GPTable(
        table=frame,
        table_name=table["name"],
        title=table["title"],
        subtitles=table["subtitles"],
        instructions=table["instructions"],
        scope=table["scope"],
        source=table["source"],
        units={place: column["unit"] for place, column in enumerate(columns) if column["unit"]},
        table_notes={place: f"$${column['note']}$$" for place, column in enumerate(columns) if column["note"]},
        legend=table["legend"],
        index_columns={2: 0},
        additional_formatting=numbers,
    )


def write(order: Order, file: Path) -> None:
    """The workbook of an order."""
    cover = order["cover"]
    book = produce_workbook(
        filename=str(file),
        sheets={table["label"]: sheet(table) for table in order["tables"]},
        cover=Cover(title=cover["title"], intro=cover["intro"], about=cover["about"], contact=cover["contact"]),
        notes_table=DataFrame(order["notes"], columns=["Note reference", "Note text"]),
        workbook_options=PLAIN,
    )
    book.set_properties({"title": cover["title"], "author": ""})
    book.close()


if __name__ == "__main__":
    work(write)
