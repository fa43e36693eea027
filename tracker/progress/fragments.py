"""Finished parts of pages, kept in the memory of a process.

What is kept is named by everything it depends on: the state of the records it was made from, the question, and how far
its reader's authority reaches. So nobody is shown what was made for somebody with another reach, and nothing old.
"""

from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass
from threading import Lock

from markupsafe import Markup

MOST_CHARACTERS = 12_000_000
"""How much one process keeps; what was used longest ago goes first."""


@dataclass(frozen=True)
class Part:
    """The heading of a page and what stands under it."""

    title: str
    body: Markup


def finished(title: str, rendered: str) -> Part:
    """A part made of what a template rendered, which has escaped what needs to be."""
    return Part(title, Markup(rendered))  # noqa: S704 - the output of a template that escapes


class Fragments:
    """Finished parts of pages by name, the most recently used last."""

    def __init__(self, most: int = MOST_CHARACTERS) -> None:
        """Keep no more than so many characters."""
        self._most = most
        self._held = 0
        self._parts: OrderedDict[Hashable, Part] = OrderedDict()
        self._lock = Lock()

    def kept(self, name: Hashable) -> Part | None:
        """The part with a name, if it is kept."""
        with self._lock:
            if name in self._parts:
                self._parts.move_to_end(name)
            return self._parts.get(name)

    def keep(self, name: Hashable, part: Part) -> None:
        """Keep a part, and let go of what was used longest ago where that makes room."""
        with self._lock:
            if name in self._parts or len(part.body) > self._most:
                return
            self._parts[name] = part
            self._held += len(part.body)
            while self._held > self._most:
                self._held -= len(self._parts.popitem(last=False)[1].body)
