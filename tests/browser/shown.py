"""Which parts of which page somebody has looked at: a page without a new one is one they know, with other words."""

import os

from playwright.sync_api import Page as Tab

ALL_LOOKS = os.environ.get("TRACKER_TEST_LOOKS") == "all"
"""Whether everything is new always, as `make assure` wants it."""
ANYWHERE = "anywhere"
"""In place of a view: for what a part is wherever it stands."""
PARTS = """() => [...new Set([...document.querySelectorAll("body, body *")].flatMap(
    one => [...one.classList, one.getAttribute("type") || ""].map(name => `${one.localName}.${name}`)))]"""


def parts_in(tab: Tab) -> set[str]:
    """What the page in the tab is made of by now, such as `p.govuk-body` and `input.radio`."""
    return set(tab.evaluate(PARTS))


class Shown:
    """The parts by view."""

    def __init__(self) -> None:
        self._parts: dict[str, set[str]] = {}

    def lacks(self, view: str, parts: set[str]) -> bool:
        """Whether there is a part that the view was not seen with."""
        return ALL_LOOKS or not parts <= self._parts.get(view, set())

    def add(self, view: str, parts: set[str]) -> None:
        """From now on the view was seen with them."""
        self._parts.setdefault(view, set()).update(parts)
