"""The reference lists as data: what each holds, how an entry is named, and what is asked about it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tracker.organisations.models import BankHoliday, Grade, Profession, Region
from tracker.training.models import Programme


@dataclass(frozen=True)
class Column:
    """A column of the list as a page shows it."""

    field: str
    label: str
    numeric: bool = False
    secondary: bool = False


@dataclass(frozen=True)
class ReferenceList:
    """One list. `key` names the fields by which an entry is told from the others; `removable`: nothing refers to it.

    `only_first`: fields that are asked when an entry is added; later they have an act of their own.
    """

    name: str
    title: str
    one: str
    model: Any
    fields: Sequence[str]
    key: Sequence[str]
    order: Sequence[str]
    columns: Sequence[Column]
    hint: str = ""
    removable: bool = False
    only_first: Sequence[str] = ()

    @property
    def table_columns(self) -> list[dict[str, Any]]:
        """The columns as a table takes them."""
        return [{**vars(column), "key": column.field} for column in self.columns]


LISTS = {
    each.name: each
    for each in (
        ReferenceList(
            name="programmes",
            title="Programmes",
            one="programme",
            model=Programme,
            fields=("code", "name", "qualifies", "length_days", "provider", "kind", "level", "completion_rule"),
            key=("code",),
            order=("name",),
            columns=(
                Column("name", "Programme"),
                Column("qualifies", "Qualifies"),
                Column("length_days", "Days", numeric=True),
                Column("provider", "Provider", secondary=True),
                Column("level", "Level", secondary=True),
            ),
            hint="Whether a programme qualifies decides who counts as trained. Programme managers change that, "
            "from a day on, on the programme’s own page.",
            only_first=("qualifies",),
        ),
        ReferenceList(
            name="grades",
            title="Grades",
            one="grade",
            model=Grade,
            fields=("code", "name", "rank"),
            key=("code",),
            order=("rank", "code"),
            columns=(Column("name", "Grade"), Column("code", "Code"), Column("rank", "Rank", numeric=True)),
        ),
        ReferenceList(
            name="professions",
            title="Professions",
            one="profession",
            model=Profession,
            fields=("code", "name", "analysis_function"),
            key=("code",),
            order=("name",),
            columns=(
                Column("name", "Profession"),
                Column("code", "Code", secondary=True),
                Column("analysis_function", "Analysis Function"),
            ),
        ),
        ReferenceList(
            name="regions",
            title="Regions",
            one="region",
            model=Region,
            fields=("name", "ons_code", "statistics_label"),
            key=("name",),
            order=("id",),
            columns=(Column("name", "Region"), Column("ons_code", "Code"), Column("statistics_label", "In statistics")),
        ),
        ReferenceList(
            name="bank-holidays",
            title="Bank holidays",
            one="bank holiday",
            model=BankHoliday,
            fields=("division", "day", "title"),
            key=("division", "day"),
            order=("day", "division"),
            columns=(Column("title", "Bank holiday"), Column("day", "Day"), Column("division", "Where")),
            hint="Working days follow England and Wales.",
            removable=True,
        ),
    )
}
"""Every list by the name that stands in its address."""
