"""The people list put together: what was asked for, found, and shown."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from sqlalchemy import ColumnElement, Select

from tracker.core.clock import today
from tracker.core.db import db
from tracker.core.paging import PER_PAGE, Page, page_number
from tracker.core.text import format_number
from tracker.organisations.queries import organisation, with_children
from tracker.people.search import Search, forgiving
from tracker.register import asked as address
from tracker.register import queries
from tracker.register.asked import Asked
from tracker.register.counted import Counted
from tracker.register.forms import PeopleFilterForm
from tracker.register.queries import PersonRow, Wanted


@dataclass(frozen=True)
class Listing:
    """The people who were asked for, as a select of ids, by what was typed, and in which order.

    `is_forgiving`: nobody is found by just what was typed, so these have a name that is spelt alike.
    """

    asked: Asked
    found: Select[int]
    search: Search
    is_forgiving: bool = False

    def total(self) -> int:
        """How many people that is; counted once."""
        return self._total

    @cached_property
    def _total(self) -> int:
        return self._first[1] if "_first" in self.__dict__ else queries.count(self.found)

    @cached_property
    def _first(self) -> tuple[list[int], int]:
        """The ids of the first page, and how many people there are; asked at once, and once."""
        return queries.first_and_count(self._in_order(), PER_PAGE)

    def has_anybody(self) -> bool:
        """Whether anybody is found."""
        return bool(self._first[1])

    def _in_order(self) -> Select[int]:
        best_first = self.search if self.search.tokens and not self.asked.sort else None
        return queries.in_order(self.found, self.asked.sort, best_first)

    def ids(self) -> Sequence[int]:
        """All ids in order: what an export holds."""
        return db.session.scalars(self._in_order()).all()

    def page(self, number: str | None, url: Callable[[int], str]) -> Page[PersonRow]:
        """One page of rows.

        :param number: the page asked for, as the address says it.
        """
        if number is None and self.asked.is_narrowed and "_total" not in self.__dict__:
            ids, total = self._first
            return Page(queries.rows(ids), 1, total, url)
        total = self.total()
        at = page_number(number, total)
        wanted = self._in_order().limit(PER_PAGE).offset((at - 1) * PER_PAGE)
        return Page(queries.rows(db.session.scalars(wanted).all()), at, total, url)


def listing(asked: Asked, scope: ColumnElement[bool], counted: Counted | None = None) -> Listing:
    """The people the address asks for, of those who may be seen.

    Where nobody is found by what was typed, spelling is forgiven. An organisation that does not exist has nobody.

    :param counted: the people behind the figure that is asked for.
    """
    search = Search(asked.words)
    if asked.alike:
        search = forgiving(search)
    wanted = _wanted(asked, counted)
    exact = Listing(asked, queries.people(replace(wanted, search=search), scope), search)
    if asked.alike or not search.words or exact.has_anybody():
        return exact
    near = forgiving(search)
    return Listing(asked, queries.people(replace(wanted, search=near), scope), near, is_forgiving=True)


def _wanted(asked: Asked, counted: Counted | None) -> Wanted:
    organisations: frozenset[int] | None = None
    if asked.organisation and not asked.figure:
        named = organisation(asked.organisation)
        organisations = with_children(named.id) if named is not None else frozenset()
    return Wanted(
        stages=asked.stages,
        organisations=organisations,
        programme=asked.programme,
        cohort=asked.cohort,
        grade=asked.grade,
        overdue_on=today() if asked.overdue else None,
        counted=counted.people if counted else None,
    )


def filters(asked: Asked, path: str, figure: str = "") -> dict[str, Any]:
    """What the page needs to show and change the filters: the form, the chips and the address without any.

    :param figure: the words of the figure whose people are asked for.
    """
    organisations, programmes, grades = queries.filter_choices()
    data = {
        "q": asked.words,
        "stage": list(asked.stages),
        "organisation": asked.organisation,
        "programme": asked.programme,
        "cohort": asked.cohort,
        "grade": asked.grade,
        "overdue": asked.overdue,
        "sort": asked.sort,
        "figure": asked.figure,
        "as_at": asked.as_at,
        "known_at": asked.known_at,
        "structure": asked.structure,
        "children": asked.children,
    }
    names = {f"organisation:{code}": words for code, words in organisations}
    names |= {f"programme:{code}": words for code, words in programmes}
    return {
        "filter_form": PeopleFilterForm(data, organisations, programmes, grades),
        "chosen": address.chips(asked, path, names, figure),
        "clear_href": path,
    }


COLUMNS = (
    ("name", "Name"),
    ("organisation", "Organisation"),
    ("grade", "Grade"),
    ("stage", "Stage"),
    ("since", "Since"),
)
SORTABLE = frozenset({"name", "organisation", "since"})
SECONDARY = frozenset({"organisation", "grade", "since"})
"""Columns that leave on a small screen, where the row keeps them one tap away."""


def columns(asked: Asked, path: str) -> list[dict[str, Any]]:
    """The headings of the table; those that can be sorted by are links that do it."""

    def sort_href(key: str) -> str | None:
        if key not in SORTABLE:
            return None
        pairs = [(name, value) for name, value in asked.pairs if name != "sort"]
        return Asked().address(path, *pairs, ("sort", asked.sorted_by(key)))

    return [
        {
            "key": key,
            "label": label,
            "sort_href": sort_href(key),
            "sorted": asked.direction(key),
            "secondary": key in SECONDARY,
        }
        for key, label in COLUMNS
    ]


def download_words(total: int, kind: str) -> str:
    """What a download says it holds: ‘Download 1,234 people (CSV)’."""
    people = "1 person" if total == 1 else f"{format_number(total)} people"
    return f"Download {people} ({kind})"


def spelling_words(found: Listing, total: int) -> str:
    """What must be said of the spelling: that nobody is found by just what was typed, if that is so.

    :param total: how many are found then.
    """
    if not found.is_forgiving:
        return ""
    alike = "These people have a name that is spelt alike." if total else "Nor by a name that is spelt alike."
    return f"Nobody is found by ‘{found.asked.words}’. {alike}"


def alike_address(found: Listing, path: str) -> str:
    """The address that also asks for names spelt like what was typed; nothing where that is done, or could not help."""
    asked = found.asked
    return (
        "" if asked.alike or found.is_forgiving or not found.search.words else replace(asked, alike=True).address(path)
    )
