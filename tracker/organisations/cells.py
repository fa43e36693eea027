"""How the cells of a file are read that name an organisation, a grade, a profession or a region."""

import difflib
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from functools import lru_cache

from sqlalchemy import select

from tracker.core.db import db
from tracker.core.intake import Code, Refusal
from tracker.core.text import fold, format_day
from tracker.organisations.models import Grade, Organisation, Profession, Region
from tracker.organisations.queries import Known, OrganisationIndex, matching_key

MANY_NAMES = 60
"""Longest text for which a near miss is looked up: what is longer is no misspelt name."""


def word_reader(words: Mapping[str, int], code: Code, what: str) -> Callable[[str], int | Refusal]:
    """A reader of a word from a list, by any of its names.

    :param words: ids by folded name.
    """

    def read(text: str) -> int | Refusal:
        found = words.get(fold(text))
        if found is not None:
            return found
        return Refusal(code, f"There is no such {what}{_near(fold(text), words)}")

    return read


def _near(text: str, names: Iterable[str]) -> str:
    near = difflib.get_close_matches(text, names, n=1, cutoff=0.75) if len(text) <= MANY_NAMES else []
    return f". Did you mean ‘{near[0]}’?" if near else ""


def grade_words() -> dict[str, int]:
    """Ids of grades by code and name."""
    return {fold(name): grade.id for grade in db.session.scalars(select(Grade)) for name in (grade.name, grade.code)}


def profession_words() -> dict[str, int]:
    """Ids of professions by code and name."""
    every = db.session.scalars(select(Profession))
    return {fold(name): profession.id for profession in every for name in (profession.code, profession.name)}


def region_words() -> dict[str, int]:
    """Ids of regions by code and name."""
    every = db.session.scalars(select(Region))
    return {fold(name): region.id for region in every for name in (region.ons_code, region.name) if name}


class OrganisationCells:
    """Reads the name of an organisation on a day (fine print A9, A10)."""

    def __init__(self) -> None:
        """Index every organisation as it is now."""
        self.index = OrganisationIndex(db.session.scalars(select(Organisation)))
        self.named = lru_cache(maxsize=1_000)(self.index.named)

    def read(self, cell: tuple[str, str | None]) -> int | Refusal:
        """The id of the organisation named; without a day (it was refused itself) only that there is one.

        :param cell: the text, and the day in ISO form.
        """
        text, iso_day = cell[0].strip(), cell[1]
        if not text:
            return Refusal(Code.MISSING_VALUE, "Fill in the cell")
        named = self.named(text)
        if not named:
            near = _near(matching_key(text), self.index.by_key)
            return Refusal(Code.UNKNOWN_ORGANISATION, f"No organisation has this name, abbreviation or slug{near}")
        if iso_day is None:
            return named[0].id
        day = date.fromisoformat(iso_day)
        if len(named) == 1:
            return _closed(named[0], day) if _had_closed(named[0], day) else named[0].id
        open_then = [one for one in named if not _had_closed(one, day)]
        return _one([one for one in open_then if one.existed_on(day)] or open_then) or _closed(named[0], day)


def _had_closed(one: Known, day: date) -> bool:
    """Days of opening refuse nothing: they are not known for most."""
    return one.is_closed and (one.closed_on is None or day >= one.closed_on)


def _one(found: list[Known]) -> int | Refusal | None:
    if len(found) < 2:
        return found[0].id if found else None
    names = " and ".join(f"‘{one.slug}’" for one in found)
    return Refusal(Code.UNKNOWN_ORGANISATION, f"It can mean {names}: write one of these")


def _closed(one: Known, day: date) -> Refusal:
    when = f" on {format_day(one.closed_on)}" if one.closed_on else ""
    return Refusal(
        Code.CLOSED_ORGANISATION, f"{one.name} closed{when}: on {format_day(day)} write the organisation that took over"
    )
