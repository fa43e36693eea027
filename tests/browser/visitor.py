"""Somebody at a browser: what they open, press and type, and what a page does wrong while they do."""

from collections.abc import Callable
from contextlib import nullcontext
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, Response, expect
from playwright.sync_api import Page as Tab

from tests.browser.look import WIDTHS, faults, redrawn, take_picture
from tests.browser.shown import ANYWHERE, Shown, parts_in
from tests.browser.site import Site

PASSWORD = "correct horse battery staple"


class Visitor:
    """One browser with one tab. `complaints` must be empty at the end."""

    def __init__(self, site: Site, context: BrowserContext, name: str, shown: Shown, *, script: bool = True) -> None:
        self.site, self.context, self.name, self.shown, self.script = site, context, name, shown, script
        self.complaints: list[str] = []
        self.allowed: set[int] = set()
        self.tab: Tab = context.new_page()
        self.tab.on("console", self._heard)
        self.tab.on("pageerror", lambda error: self._complain(f"script: {error}"))
        self.tab.on("response", self._answered)

    def _complain(self, said: str) -> None:
        self.complaints.append(f"{self.name} at {self.where}: {said}")

    def _heard(self, message: ConsoleMessage) -> None:
        # What answered badly is told by its status, below.
        if message.type in ("error", "warning") and "Failed to load resource" not in message.text:
            self._complain(f"console: {message.text}")

    def _answered(self, response: Response) -> None:
        if response.status >= 400 and response.status not in self.allowed:
            self._complain(f"{response.status} from {response.url}")

    @property
    def where(self) -> str:
        """The address of the page, without the server's own."""
        return self.tab.url.removeprefix(self.site.address)

    def open(self, path: str, status: int = 200) -> "Visitor":
        """Go to an address; it must answer with the status."""
        self.allowed = {status}
        answer = self.tab.goto(self.site.address + path)
        assert answer is not None
        if answer.status != status:
            self._complain(f"{path} answered {answer.status}")
        return self

    def sign_in(self, email: str, password: str = PASSWORD) -> "Visitor":
        """Fill in the sign-in page that is open, and send it."""
        self.type("Email address", email).type("Password", password).press("Sign in")
        return self

    def type(self, label: str, text: str) -> "Visitor":
        """Write into the field with the label."""
        self.tab.get_by_label(label, exact=True).fill(text)
        return self

    def day(self, question: str, day: str) -> "Visitor":
        """Answer a question for a day, given as 2026-10-31."""
        year, month, date = day.split("-")
        group = self.tab.get_by_role("group", name=question)
        for label, part in (("Day", date), ("Month", month), ("Year", year)):
            group.get_by_label(label, exact=True).fill(part.lstrip("0"))
        return self

    def choose(self, label: str, option: str) -> "Visitor":
        """Choose from the list with the label."""
        self.tab.get_by_label(label, exact=True).select_option(label=option)
        return self

    def pick(self, label: str) -> "Visitor":
        """Pick a radio or tick a box."""
        self.tab.get_by_label(label, exact=True).check()
        return self

    def press(self, name: str) -> "Visitor":
        """Press the button with the name, and wait for the page that comes."""
        return self._leave(lambda: self.tab.get_by_role("button", name=name, exact=True).first.click())

    def follow(self, name: str) -> "Visitor":
        """Follow the link with the name, which may look like a button, and wait for the page that comes."""
        within = self.tab.locator("main, nav")
        found = within.get_by_role("link", name=name, exact=True).or_(
            within.get_by_role("button", name=name, exact=True)
        )
        return self._leave(lambda: found.first.click())

    def _leave(self, act: Callable[[], None]) -> "Visitor":
        with self.tab.expect_event("load"):
            act()
        return self

    def sees(self, *texts: str) -> "Visitor":
        """The page says so, now or in a moment."""
        for text in texts:
            expect(self.tab.locator("body")).to_contain_text(text)
        return self

    def does_not_see(self, *texts: str) -> "Visitor":
        """The page says no such thing."""
        for text in texts:
            expect(self.tab.locator("body")).not_to_contain_text(text)
        return self

    def is_at(self, selector: str) -> "Visitor":
        """The focus is there, now or in a moment."""
        self.tab.wait_for_function("where => document.activeElement.matches(where)", arg=selector)
        return self

    @property
    def heading(self) -> str:
        """The page's heading."""
        return " ".join(self.tab.locator("h1").inner_text().split())

    @property
    def words(self) -> str:
        """Everything the page says."""
        return " ".join(self.tab.locator("body").inner_text().split())

    def look(self, state: str = "") -> "Visitor":
        """Look at the page as it is now: what is wrong with it is kept, and a picture where pictures are wanted.

        A machine judges what is new on it, which takes long; colours, which are those of a part wherever it stands,
        where the part is new to all pages. Whether it fits is asked every time.
        """
        before = self.tab.viewport_size
        view, parts = self.site.view(urlsplit(self.where).path), parts_in(self.tab)
        judged, colours = self.shown.lacks(view, parts), self.shown.lacks(ANYWHERE, parts)
        for place in (view, ANYWHERE):
            self.shown.add(place, parts)
        with redrawn(self.tab) if judged and not self.script else nullcontext(self.tab) as drawn_in:
            found = [
                one
                for width in WIDTHS
                for one in self._faults(width, state, drawn_in if judged else None, colours=colours)
            ]
        self.complaints += [f"{self.name} at {self.where} {state}: {one}" for one in found]
        if before:
            self.tab.set_viewport_size(before)
        return self

    def _faults(self, width: int, state: str, judged_in: Tab | None, *, colours: bool) -> list[str]:
        found = faults(self.tab, width, judged_in, colours=colours)
        path = urlsplit(self.where).path.strip("/").replace("/", "-") or "home"
        take_picture(self.tab, f"{path[:60]}{'-' + state if state else ''}-{self.name}-{width}".replace(" ", "-"))
        return found

    def links(self) -> list[str]:
        """The addresses on this site that the page links to, in order, without the part after #."""
        found: list[str] = self.tab.eval_on_selector_all("a[href]", "all => all.map(one => one.href.split('#')[0])")
        return list(
            dict.fromkeys(one.removeprefix(self.site.address) for one in found if one.startswith(self.site.address))
        )

    def status_of(self, path: str) -> int:
        """How an address answers to whoever is signed in here, without opening it."""
        answer = self.context.request.get(self.site.address + path, timeout=120_000)
        status = answer.status
        answer.dispose()
        return status
