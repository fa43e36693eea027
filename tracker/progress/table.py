"""The table by organisation: each organisation's own records once, bodies marked with what they stand under, and the
total."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from tracker.core.metric import Metric
from tracker.core.text import format_day
from tracker.progress.addresses import Links
from tracker.progress.exports import Cell, Sheet
from tracker.progress.facts import Facts, Judged, facts, goal, plain_number, spark_lines, with_unit
from tracker.progress.figures import Figure, Scope
from tracker.progress.rates import Bases
from tracker.progress.status import Case
from tracker.progress.targets import TargetLine


@dataclass(frozen=True)
class Spark:
    """The last months as a small line, with what it shows in words."""

    lines: list[str]
    title: str


@dataclass(frozen=True)
class Row:
    """One organisation's own figure, or the total. `note` says what it stands under, and what became of it.

    `values` are the numbers of the small line. `analysts`, `rate` and `rate_text`: how many analysts it has, the figure
    for each 100 of them, and that as printed; nothing where the figure is not of analysts.
    """

    facts: Facts
    name: str
    href: str | None
    note: str
    target: float | None
    plan: float | None
    spark: Spark
    has_bodies: bool
    values: Sequence[float | None] = ()
    analysts: int | None = None
    rate: float | None = None
    rate_text: str = ""

    @property
    def target_text(self) -> str:
        """The target as it is printed."""
        return "–" if self.target is None else plain_number(self.target)

    @property
    def shortfall(self) -> float:
        """How far the value is short of its plan; nothing where there is no plan."""
        value = self.facts.figure.value
        return 0.0 if self.plan is None or value is None else round(self.plan - value, 1)

    @property
    def number(self) -> float | None:
        """The value as it is sorted by."""
        return self.facts.figure.number


@dataclass(frozen=True)
class Table:
    """The rows in the order asked for, and the total, which is counted and not added up.

    `silent`: how many organisations have neither a target nor anybody counted in the months shown; they are left out.
    `months`: the days of the small lines. `unranked`: why the organisations stand by name and in no order of size;
    empty where they may be ranked.
    """

    metric: Metric
    as_at: date
    rows: Sequence[Row]
    total: Row | None
    silent: int
    months: Sequence[date]
    unranked: str = ""

    @property
    def title(self) -> str:
        """What stands over it."""
        said = self.metric.label
        return said if said.endswith("organisation") else f"{said} by organisation"

    @property
    def has_rates(self) -> bool:
        """Whether the figure is set beside the number of analysts."""
        return any(row.rate_text for row in self.rows)

    @property
    def counts_posts(self) -> bool:
        """Whether it counts posts, and not people."""
        return self.metric.unit == "posts"

    @property
    def has_targets(self) -> bool:
        """Whether anything in the table has a target to be compared with."""
        return any(row.target is not None for row in self.rows)


def total_cells(shown: Table) -> dict[str, Any] | None:
    """The total as the cells of a table's last row."""
    if shown.total is None:
        return None
    told, change = shown.total.facts, shown.total.facts.change
    return {
        "name": {
            "text": shown.total.name,
            "note": "every post counted once" if shown.counts_posts else "everybody counted once",
        },
        "value": {"text": told.value, "href": told.href},
        "rate": shown.total.rate_text,
        "target": shown.total.target_text,
        "share": told.bar.shares if told.bar else None,
        "tag": told.tag,
        "said": told.said.tag if told.said else None,
        "change": {"text": change.short, "href": change.href if change.amount else None} if change else None,
    }


def columns(shown: Table, sort: str, address: Callable[[str], str]) -> list[dict[str, Any]]:
    """The columns as a page shows them, each with the address that sorts by it; empty ones are left out.

    :param address: gives the address of this page in another order.
    """
    by, descending = sort.removeprefix("-"), sort.startswith("-")
    every: list[dict[str, Any]] = [
        {"key": "name", "label": "Organisation"},
        {"key": "value", "label": shown.metric.label, "numeric": True},
        {"key": "rate", "label": "Per 100 analysts", "numeric": True, "secondary": True},
        {"key": "target", "label": "Target", "numeric": True, "secondary": True},
        {"key": "share", "label": "Share of target"},
        {"key": "tag", "label": "Status worked out", "secondary": True},
        {"key": "said", "label": "Status declared", "secondary": True},
        {"key": "change", "label": "Since month end", "numeric": True, "secondary": True},
        {"key": "spark", "label": "12 months", "secondary": True},
    ]
    if not shown.has_rates:
        every = [column for column in every if column["key"] != "rate"]
    if not shown.has_targets:
        every = [column for column in every if column["key"] not in {"target", "share", "tag"}]
    told = [row.facts for row in (*shown.rows, *([shown.total] if shown.total else []))]
    if not any(one.tag for one in told):
        every = [column for column in every if column["key"] != "tag"]
    if not any(one.said for one in told):
        every = [column for column in every if column["key"] != "said"]
    for column in every:
        key = column["key"]
        if key not in SORTS or (shown.unranked and key != BY_NAME):
            continue
        turned = key if (key == by and descending) or (key == "name" and key != by) else f"-{key}"
        column["sort_href"] = address(turned)
        column["sorted"] = ("descending" if descending else "ascending") if key == by else None
    return every


@dataclass(frozen=True)
class Material:
    """What rows are made of: the targets, the months up to the day, what stands under what, and the addresses.

    `families`: the figure with all bodies under it, by organisation. `months`: the days of the small lines, the day of
    the figures last, the end of the month before it next to last. `bases`: how many analysts there are; None where the
    figure is not of analysts. `unranked`: why the rows stand by name alone, if they do.
    """

    metric: Metric
    lines: Mapping[Scope, TargetLine | None]
    case: Callable[[Figure], Case]
    judged: Judged
    series: Mapping[Scope, Sequence[Figure]]
    months: Sequence[date]
    above: Mapping[int, Sequence[str]]
    families: Mapping[int | None, Figure]
    parents: frozenset[int]
    links: Links
    bases: Bases | None = None
    unranked: str = ""

    def line(self, scope: Scope) -> TargetLine | None:
        """The target line of a scope."""
        return self.lines.get(scope)

    def before(self, scope: Scope) -> Figure | None:
        """The figure at the end of the month before, if it is known."""
        return next((figure for figure in self.series.get(scope, ()) if figure.as_at == self.months[-2]), None)

    def values(self, figure: Figure) -> list[float | None]:
        """The numbers of the small line; None for a month that is not known."""
        known = {past.as_at: past.number for past in self.series.get(figure.scope, ())}
        return [known.get(day) for day in self.months[:-1]] + [figure.number]

    def height(self, figure: Figure) -> float:
        """What the upper edge of the small line stands for: the target, where there is one."""
        target = goal(self.line(figure.scope), figure.as_at)
        highest = max((value for value in self.values(figure) if value is not None), default=0.0)
        return max(highest, target[1]) if target else highest


SORTS: dict[str, Callable[[Row], Any]] = {
    "name": lambda row: row.name.casefold(),
    "value": lambda row: -1.0 if row.number is None else row.number,
    "rate": lambda row: -1.0 if row.rate is None else row.rate,
    "target": lambda row: -1.0 if row.target is None else row.target,
    "share": lambda row: -1.0 if row.facts.bar is None else row.facts.bar.actual,
    "change": lambda row: 0.0 if row.facts.change is None else row.facts.change.amount,
}
"""What the table may be sorted by; a minus in front turns the order round."""
USUAL, BY_NAME = "-value", "name"


def chosen_sort(text: str | None) -> str:
    """The order asked for, or the usual one where there is no such order."""
    return text if text and text.removeprefix("-") in SORTS and text.count("-") <= 1 else USUAL


def table(material: Material, figures: Sequence[Figure], total: Figure | None, sort: str) -> Table:
    """Put the table together, sorted; where two are equal, by name. What may not be ranked is sorted by name alone."""
    if material.unranked and sort.removeprefix("-") != BY_NAME:
        sort = BY_NAME
    telling = [figure for figure in figures if _tells(material, figure)]
    highest = max((material.height(figure) for figure in telling if not _has_target(material, figure)), default=0.0)
    rows = sorted((_row(material, figure, highest) for figure in telling), key=SORTS[BY_NAME])
    rows.sort(key=SORTS[sort.removeprefix("-")], reverse=sort.startswith("-"))
    summed = _row(material, total, material.height(total)) if total else None
    silent = len(figures) - len(telling)
    return Table(material.metric, material.months[-1], rows, summed, silent, material.months, material.unranked)


def _has_target(material: Material, figure: Figure) -> bool:
    return goal(material.line(figure.scope), figure.as_at) is not None


def _tells(material: Material, figure: Figure) -> bool:
    """Whether the row says anything: a target, or somebody counted in one of the months."""
    return _has_target(material, figure) or any(material.values(figure))


def _row(material: Material, figure: Figure, highest: float) -> Row:
    """A row. Lines with a target are drawn as shares of it, which is one scale for all; the others share `highest`."""
    scope, line = figure.scope, material.line(figure.scope)
    target = goal(line, figure.as_at)
    values = material.values(figure)
    above = material.above.get(scope.organisation_id or 0, ())
    notes = [f"part of {' and '.join(above)}"] if above else []
    family = material.families.get(scope.organisation_id)
    notes += [f"with its bodies: {with_unit(family)}"] if family and family.value != figure.value else []
    bases = material.bases
    return Row(
        facts=facts(material.case(figure), material.before(scope), material.judged, material.links),
        name=scope.name,
        href=material.links.organisation(scope) if scope.organisation_id else None,
        note="; ".join([*notes, *([scope.note] if scope.note else [])]),
        target=target[1] if target else None,
        plan=line.on(figure.as_at) if line else None,
        spark=Spark(
            spark_lines(values, material.height(figure) if target else highest), _spark_title(material, values, figure)
        ),
        values=values,
        analysts=bases.of(scope) if bases else None,
        rate=bases.rate(figure) if bases else None,
        rate_text=bases.text(figure) if bases else "",
        has_bodies=scope.organisation_id in material.parents,
    )


def _spark_title(material: Material, values: Sequence[float | None], figure: Figure) -> str:
    known = [(day, value) for day, value in zip(material.months, values, strict=True) if value is not None]
    if len(known) < 2:
        return "No earlier month is compiled"
    return f"{plain_number(known[0][1])} on {format_day(known[0][0])}, {with_unit(figure)} now"


COLUMNS = (
    "organisation",
    "slug",
    "note",
    "figure",
    "as_at",
    "numerator",
    "denominator",
    "value",
    "target",
    "plan",
    "change",
    "analysts",
    "per_100_analysts",
    "status",
    "status_declared",
)


def sheet(shown: Table, notes: Sequence[tuple[str, str]]) -> Sheet:
    """The table as it goes into a file: the same rows in the same order, numbers as numbers, the total last."""
    every = [*shown.rows, *([shown.total] if shown.total else [])]
    return Sheet(shown.metric.label, COLUMNS, [_cells(shown, row) for row in every], notes)


def _cells(shown: Table, row: Row) -> list[Cell]:
    figure, change = row.facts.figure, row.facts.change
    counted: list[Cell] = [figure.numerator, figure.denominator, figure.value, row.target, row.plan]
    named: list[Cell] = [row.name, figure.scope.slug, row.note, shown.metric.code, shown.as_at.isoformat()]
    said = row.facts.said.tag.label.lower() if row.facts.said else None
    amount = change.amount if change else None
    return [*named, *counted, amount, row.analysts, row.rate, row.facts.verdict.colour, said]
