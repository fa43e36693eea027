"""What every page must be, whatever it shows: looked at in the browser, at a desk's width and at a telephone's."""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, BrowserContext
from playwright.sync_api import Page as Tab

from tests.browser.shown import ALL_LOOKS

WIDTHS = {1280: 900, 375: 812}
PICTURES = os.environ.get("TRACKER_TEST_PICTURES")
"""A folder that pictures of every page looked at are written to, where it is set."""
AXE = """options => axe.run({resultTypes: ["violations"], ...options}).then(
    found => found.violations.flatMap(one => one.nodes.map(
        node => `${one.id}: ${node.html.slice(0, 200)} ${node.failureSummary}`)))"""
# What a page says and how it is made is the same at every width, and the judging takes longer than the page: it is done
# at a desk's, by `make assure` at both.
JUDGED_AT = set(WIDTHS) if ALL_LOOKS else {max(WIDTHS)}
RULES = {"target-size": {"enabled": True}}
COLOURS = "color-contrast"
"""What takes axe half of its time: whether words can be told from what is behind them."""
FACTS = """() => ({
    title: document.title,
    headings: [...document.querySelectorAll("h1")].map(one => one.innerText.replace(/\\s+/g, " ").trim()),
    wide: document.documentElement.scrollWidth - document.documentElement.clientWidth,
    sticking: [...document.querySelectorAll("body *")].filter(one => one.checkVisibility()
            && one.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
        .map(one => one.outerHTML.slice(0, 120)).slice(0, 3),
    ids: [...document.querySelectorAll("[id]")].map(one => one.id),
})"""


def faults(tab: Tab, width: int, judged_in: Tab | None, *, colours: bool = True) -> list[str]:
    """What is wrong with the page as it stands in the tab, at a width.

    :param judged_in: where axe looks at it: for a tab in which scripts are off another that holds the same page, as axe
        is a script; nowhere for a page that was judged before.
    :param colours: whether axe looks at colours too.
    """
    tab.set_viewport_size({"width": width, "height": WIDTHS[width]})
    facts: dict[str, Any] = tab.evaluate(FACTS)
    found = [
        f"axe {one}" for one in (_axe(judged_in, width, colours=colours) if judged_in and width in JUDGED_AT else [])
    ]
    if facts["wide"] > 0:
        found.append(f"it scrolls sideways by {facts['wide']} pixels: {facts['sticking']}")
    if len(facts["headings"]) != 1:
        found.append(f"its first headings are {facts['headings']}")
    elif facts["headings"][0] not in re.sub(r"\s+", " ", facts["title"]):
        found.append(f"its title {facts['title']!r} is not its heading {facts['headings'][0]!r}")
    if not facts["title"].endswith("Data skills tracker"):
        found.append(f"its title {facts['title']!r} does not name the service")
    twice = sorted({one for one in facts["ids"] if facts["ids"].count(one) > 1})
    found += [f"the id {one} is there twice" for one in twice]
    return [f"{width}: {one}" for one in found]


def _axe(tab: Tab, width: int, *, colours: bool) -> list[str]:
    tab.set_viewport_size({"width": width, "height": WIDTHS[width]})
    if not tab.evaluate("() => 'axe' in window"):
        tab.evaluate(AXE_SCRIPT)
    listed: list[str] = tab.evaluate(AXE, {"rules": {**RULES, COLOURS: {"enabled": colours}}})
    return listed


@contextmanager
def redrawn(tab: Tab) -> Iterator[Tab]:
    """The page of a tab in which scripts are off, drawn in one in which they are on, but without its own script."""
    # A page that asks to be read again in some seconds would be, in the middle of the looking.
    browser, html = tab.context.browser, re.sub(r"<noscript>.*?</noscript>", "", tab.content(), flags=re.DOTALL)
    assert browser is not None
    other = _where_scripts_are_on(browser).new_page()
    other.route(re.compile(r"\.js\b"), lambda route: route.abort())
    other.route(tab.url, lambda route: route.fulfill(body=html, content_type="text/html; charset=utf-8"))
    other.goto(tab.url)
    yield other
    other.close()


@cache
def _where_scripts_are_on(browser: Browser) -> BrowserContext:
    """One for all redrawn pages: to begin another costs as much as a page."""
    return browser.new_context()


def take_picture(tab: Tab, name: str) -> None:
    """Keep a picture of the whole page, where pictures are wanted."""
    if PICTURES:
        Path(PICTURES).mkdir(parents=True, exist_ok=True)
        height = min(tab.evaluate("() => document.documentElement.scrollHeight"), 2600)
        size = tab.viewport_size or {"width": 1280, "height": 900}
        clip = {"x": 0, "y": 0, "width": size["width"], "height": height}
        tab.screenshot(path=Path(PICTURES) / f"{name}.png", full_page=True, clip=clip)
