"""A page of a long list."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from sqlalchemy import Select, func, select

from tracker.core.db import db

Row = TypeVar("Row")
PER_PAGE = 100


def page_number(text: str | None, total: int, per_page: int = PER_PAGE) -> int:
    """The page asked for, kept between 1 and the last; anything that is no number is page 1."""
    pages = max(1, -(-total // per_page))
    if text is None or not (text.isascii() and text.isdigit() and len(text) < 10):
        return 1
    return min(max(1, int(text)), pages)


@dataclass(frozen=True)
class Page(Generic[Row]):
    """One page of `total` rows; `number` counts from 1. `url` gives the address of another page."""

    rows: Sequence[Row]
    number: int
    total: int
    url: Callable[[int], str]
    per_page: int = PER_PAGE

    @property
    def pages(self) -> int:
        """How many pages there are; an empty list has one."""
        return max(1, -(-self.total // self.per_page))

    @property
    def shown(self) -> list[int | None]:
        """The pages that are offered: the first, the last, this one and its neighbours; None where some are left out.

        A single page is not left out.
        """
        near = {1, self.number - 1, self.number, self.number + 1, self.pages}
        near |= {2} if self.number == 4 else set()
        near |= {self.pages - 1} if self.number == self.pages - 3 else set()
        shown: list[int | None] = []
        before = 0
        for number in sorted(one for one in near if 1 <= one <= self.pages):
            shown += [number] if number == before + 1 else [None, number]
            before = number
        return shown

    @property
    def has_next(self) -> bool:
        """Whether a page follows."""
        return self.number < self.pages

    @property
    def first(self) -> int:
        """The place of the first row shown, counting from 1; 0 where there are none."""
        return (self.number - 1) * self.per_page + 1 if self.total else 0

    @property
    def last(self) -> int:
        """The place of the last row shown."""
        return min(self.number * self.per_page, self.total)


def page_of(found: Select[Row], asked: str | None, url: Callable[[int], str], per_page: int = PER_PAGE) -> Page[Row]:
    """One page of what a select of one entity finds, with the total.

    :param asked: the page asked for, as it stands in the address.
    :param url: gives the address of another page.
    """
    total = db.session.scalar(select(func.count()).select_from(found.order_by(None).subquery())) or 0
    number = page_number(asked, total, per_page)
    rows = db.session.scalars(found.limit(per_page).offset((number - 1) * per_page)).unique().all()
    return Page(rows, number, total, url, per_page)
