"""One browser and one server of each kind for all journeys, and visitors who are signed in or not."""

import shutil
from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path
from typing import Protocol

import pytest
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import StorageState, expect, sync_playwright

from tests.browser.shown import Shown
from tests.browser.site import Site
from tests.browser.visitor import PASSWORD, Visitor
from tests.demonstration import demonstrate
from tests.factories import make_user
from tests.jobs.done import let_all_be_done
from tracker.accounts import queries as accounts
from tracker.accounts.permissions import Role

HERE = Path(__file__).parent
AT = "home-office"
"""The organisation of the department lead whom `visit` signs in, where the test does not say another."""
expect.set_options(timeout=60_000)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whatever stands in this folder drives the one browser."""
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker("browser")


def both_ways(*, quick: bool) -> pytest.MarkDecorator:
    """A journey made with scripts and without, the pages being the same: `make test` does one, `make assure` both.

    :param quick: whether the one is with scripts.
    """
    ways = [
        pytest.param(
            script, id="script" if script else "no script", marks=[] if script == quick else pytest.mark.assure
        )
        for script in (True, False)
    ]
    return pytest.mark.parametrize("script", ways)


def found_browser() -> str:
    """Where a browser is; the first has no window to draw, and a page costs it a fifth of what it costs the others."""
    names = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
    return next(filter(None, map(shutil.which, names)))


@pytest.fixture(scope="session")
def chromium() -> Iterator[Chromium]:
    with sync_playwright() as playwright:
        switches = "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking"
        browser = playwright.chromium.launch(
            executable_path=found_browser(), args=[*switches.split(), "--disable-component-update", "--disable-sync"]
        )
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def programme(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A server with the demonstration programme. Tests share it: each works on people of its own."""
    site = Site("sqlite", tmp_path_factory.mktemp("programme"), "programme")
    demonstrate(site.database, site.folder)
    # Else its scheduler would print and draw for minutes what nobody here looks at.
    let_all_be_done(site.arrange)
    with site.serving("--with-scheduler"):
        yield site
    site.close()


@pytest.fixture
def bare(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A server on an empty database of the kind that is asked for, for the test alone."""
    kind: str = request.param
    site = Site(kind, tmp_path_factory.mktemp(f"bare-{kind}"), "bare")
    with site.serving():
        yield site
    site.close()


class Visit(Protocol):
    """How a test gets a visitor."""

    def __call__(
        self,
        role: Role | None = None,
        *,
        site: Site | None = None,
        at: str = AT,
        width: int = 1280,
        script: bool = True,
    ) -> Visitor: ...


@pytest.fixture(scope="session")
def _signed_in() -> dict[tuple[str, str], StorageState]:
    """The cookies of those who have signed in, by site and address: nobody signs in by the form again before they have
    to, which is after a quarter of an hour in which they did nothing."""
    return {}


@pytest.fixture(scope="session")
def shown() -> Shown:
    """What the one browser was shown, whoever looked."""
    return Shown()


@pytest.fixture
def visit(
    request: pytest.FixtureRequest, chromium: Chromium, _signed_in: dict[tuple[str, str], StorageState], shown: Shown
) -> Iterator[Visit]:
    """`visit(Role.LEADERSHIP)`: a browser that somebody with the role has signed in with. Its pages must do nothing
    wrong: no word in the console, no bad answer, and nothing that `look` finds."""
    visitors: list[Visitor] = []

    def arrived(
        role: Role | None = None, *, site: Site | None = None, at: str = AT, width: int = 1280, script: bool = True
    ) -> Visitor:
        here = site or request.getfixturevalue("programme")
        email = f"{role.value}.{at}@example.gov.uk" if role else ""
        context = chromium.new_context(
            storage_state=_signed_in.get((here.address, email)),
            java_script_enabled=script,
            viewport={"width": width, "height": 900},
            locale="en-GB",
            timezone_id="Europe/London",
        )
        context.set_default_timeout(60_000)
        if role and context.request.get(f"{here.address}/account", max_redirects=0).status != HTTPStatus.OK:
            _signed_in[here.address, email] = _sign_in(chromium, here, role, at, email, shown)
            context.add_cookies(_signed_in[here.address, email]["cookies"])
        visitors.append(Visitor(here, context, role.value if role else "nobody", shown, script=script))
        return visitors[-1]

    yield arrived
    for visitor in visitors:
        visitor.context.close()
    complaints = [one for visitor in visitors for one in visitor.complaints]
    assert not complaints, "\n".join(complaints)


def _sign_in(chromium: Chromium, site: Site, role: Role, at: str, email: str, shown: Shown) -> StorageState:
    with site.arrange():
        if accounts.user_by_email(email) is None:
            make_user(role, at=at, email=email, name=f"{role.label} Example", password=PASSWORD)
    context = chromium.new_context()
    visitor = Visitor(site, context, role.value, shown).open("/sign-in?next=/account").sign_in(email)
    assert visitor.complaints == []
    assert not visitor.where.startswith("/sign-in"), visitor.words
    state = context.storage_state()
    context.close()
    return state
