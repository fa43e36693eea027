"""Which column is which: headings matched as people write them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from tracker.core.intake import Column

_BETWEEN = re.compile(r"[\s_\-\u2010-\u2015.:*]+")
SHOWN = 40
"""Most ignored columns that are named one by one."""


def heading_key(text: str) -> str:
    """A heading as it is compared: without case, spaces, hyphens, underscores, and the star of a required column."""
    return _BETWEEN.sub("", text.replace("\ufeff", "")).casefold()


RESULTS = ("import errors", "import advice")
"""The columns that the report of the rows in error adds."""
_RESULT_KEYS = frozenset(map(heading_key, RESULTS))


@dataclass(frozen=True)
class Headings:
    """What a header row says: how many cells it has, the place of each column of the kind, headings as they stand,
    those ignored, those that lack.
    """

    width: int
    places: dict[str, int]
    recognised: list[list[str]]
    ignored: list[str]
    missing: list[str]
    results: list[int]

    @property
    def known(self) -> int:
        """How many columns of the kind were found."""
        return len(self.places)


def match_headings(record: Sequence[str], columns: Sequence[Column]) -> Headings:
    """Match a header row. Of two columns with one meaning the first counts, and the other is named as ignored."""
    wanted = {heading_key(word): column.name for column in columns for word in (*column.synonyms, column.name)}
    places: dict[str, int] = {}
    recognised: list[list[str]] = []
    results: list[int] = []
    ignored: list[str] = []
    for place, heading in enumerate(record):
        name = wanted.get(heading_key(heading))
        if name is not None and name not in places:
            places[name] = place
            recognised.append([heading.strip()[:60], name])
        elif heading_key(heading) in _RESULT_KEYS:
            results.append(place)
        elif len(ignored) < SHOWN:
            again = " (again)" if name is not None else ""
            ignored.append((heading.strip()[:60] or f"column {place + 1}, which has no heading") + again)
    missing = [column.name for column in columns if column.is_required and column.name not in places]
    return Headings(len(record), places, recognised, ignored, missing, results if len(results) == len(RESULTS) else [])
