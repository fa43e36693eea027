"""What the address of the people list asks for, and the addresses that ask for a little more or less."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from tracker.core.errors import UnknownValue
from tracker.register.queries import SORTS
from tracker.training.lifecycle import ENROLMENT

OVERDUE = "overdue"
ALIKE = "alike"
LONGEST_WORDS = 200


@dataclass(frozen=True)
class Asked:
    """The list as its address asks for it; what is empty does not narrow it.

    `alike` asks also for names that are spelt like the words; without `sort`, who is found by words comes best first.
    `figure` with `as_at`, `known_at` and `children` ask for the people behind a figure instead of those of today.
    """

    words: str = ""
    stages: tuple[str, ...] = ()
    organisation: str = ""
    programme: str = ""
    cohort: str = ""
    grade: str = ""
    overdue: bool = False
    figure: str = ""
    as_at: str = ""
    known_at: str = ""
    structure: str = ""
    children: str = ""
    alike: bool = False
    sort: str = ""

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """The address's arguments, without those that say nothing."""
        said = [
            ("figure", self.figure),
            ("as-at", self.as_at),
            ("known-at", self.known_at),
            ("structure", self.structure),
            ("with-children", self.children),
            ("q", self.words),
            ("spelling", ALIKE if self.alike else ""),
            *(("stage", stage) for stage in self.stages),
            ("organisation", self.organisation),
            ("programme", self.programme),
            ("cohort", self.cohort),
            ("grade", self.grade),
            ("break", OVERDUE if self.overdue else ""),
            ("sort", self.sort),
        ]
        return [(name, value) for name, value in said if value]

    @property
    def is_narrowed(self) -> bool:
        """Whether anything but the order is asked for."""
        return any(name != "sort" for name, _ in self.pairs)

    @property
    def is_figure_alone(self) -> bool:
        """Whether the people behind a figure are asked for and no filter narrows them."""
        others = {"q", "spelling", "stage", "programme", "cohort", "grade", "break"}
        return bool(self.figure) and not others & {name for name, _ in self.pairs}

    def address(self, path: str, *more: tuple[str, str]) -> str:
        """The address at a path that asks for this, and for more."""
        pairs = [*self.pairs, *more]
        return f"{path}?{urlencode(pairs)}" if pairs else path

    def sorted_by(self, key: str) -> str:
        """The order a click on a heading asks for: up first, then down."""
        return f"-{key}" if self._order == key else key

    def direction(self, key: str) -> str | None:
        """How the column is sorted now, as `aria-sort` says it."""
        return {key: "ascending", f"-{key}": "descending"}.get(self._order)

    @property
    def _order(self) -> str:
        """The order in force: by name, unless another is asked for or the best come first."""
        return self.sort or ("" if self.words else "name")


def read(arguments: Mapping[str, str], stages: Iterable[str]) -> Asked:
    """What the arguments of an address ask for; an order that does not exist is left out.

    :param arguments: the first value of each name.
    :param stages: every value given for `stage`.
    :raises UnknownValue: if a stage is none.
    """
    stages = tuple(dict.fromkeys(stage for stage in stages if stage))
    for stage in stages:
        if stage not in ENROLMENT.stages:
            raise UnknownValue("Stage", stage)
    sort = arguments.get("sort", "")
    return Asked(
        words=" ".join(arguments.get("q", "").replace("\0", "").split())[:LONGEST_WORDS],
        stages=stages,
        organisation=_code(arguments, "organisation"),
        programme=_code(arguments, "programme"),
        cohort=_code(arguments, "cohort"),
        grade=_code(arguments, "grade"),
        overdue=bool(arguments.get("break")),
        figure=_code(arguments, "figure"),
        as_at=_code(arguments, "as-at"),
        known_at=_code(arguments, "known-at"),
        structure=_code(arguments, "structure"),
        children=_code(arguments, "with-children"),
        alike=arguments.get("spelling") == ALIKE,
        sort=sort if sort in SORTS else "",
    )


def _code(arguments: Mapping[str, str], name: str) -> str:
    return arguments.get(name, "").replace("\0", "").strip()[:120]


def chips(asked: Asked, path: str, names: Mapping[str, str], figure: str = "") -> list[dict[str, str]]:
    """The filters in force, each with the address that takes it off.

    :param names: the words for codes, by `field:code`.
    :param figure: the words of the figure asked for.
    """

    def chip(text: str, **without: object) -> dict[str, str]:
        return {"text": text, "href": replace(asked, **without).address(path)}  # type: ignore[arg-type]

    found = []
    if asked.figure:
        nothing = {"figure": "", "as_at": "", "known_at": "", "structure": "", "children": "", "organisation": ""}
        found.append(chip(figure, **nothing))
    if asked.words:
        found.append(chip(f"‘{asked.words}’{' or spelt alike' if asked.alike else ''}", words="", alike=False))
    for stage in asked.stages:
        rest = tuple(other for other in asked.stages if other != stage)
        found.append(chip(ENROLMENT.label(stage), stages=rest))
    for field in ("organisation", "programme", "cohort", "grade"):
        code = getattr(asked, field)
        if code and not (field == "organisation" and asked.figure):
            found.append(chip(names.get(f"{field}:{code}", code), **{field: ""}))
    if asked.overdue:
        found.append(chip("Break overdue", overdue=False))
    return found
