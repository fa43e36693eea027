"""A fellow logs weeks on a phone, with a signal and without; a supervisor signs from the email."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import date, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit, both_ways, found_browser
from tests.browser.look import faults
from tests.browser.site import Site
from tests.browser.visitor import PASSWORD
from tests.factories import make_person, make_placement, make_supervisor, make_user
from tracker.accounts import queries as accounts
from tracker.accounts.permissions import Role
from tracker.core.calendar import week_ending
from tracker.core.clock import today
from tracker.core.text import format_day
from tracker.fellowships.queries import logs as queries
from tracker.fellowships.services import afterwards, logs, mailing
from tracker.fellowships.services.logs import Entry
from tracker.home.queries import own

PHONE = 375
MOST_TAPS = 12


@pytest.fixture(scope="module")
def bare_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A server of the module's own, which can be taken away."""
    site = Site("sqlite", tmp_path_factory.mktemp("fellows"), "fellows")
    with site.serving():
        yield site
    site.close()


def placed(site: Site, email: str, ref: str, weeks_ago: int, host: str = "") -> list[str]:
    """A placement of the user with an address, in post for so many weeks; the Fridays, the first first."""
    first = week_ending(today()) - timedelta(days=7 * weeks_ago + 4)
    with site.arrange():
        user = accounts.user_by_email(email)
        assert user is not None
        make_placement(
            f"in-post {first}",
            person=own(user.id).record or make_person(user_id=user.id, first_name="Ada", last_name="Byron"),
            ref=ref,
            supervisor=make_supervisor(host or f"{ref}.host@example.gov.uk", "Priya Shah"),
            planned=f"{first} to {today() + timedelta(days=200)}",
        )
    return [(first + timedelta(days=4 + 7 * one)).isoformat() for one in range(weeks_ago + 1)]


def sent(site: Site, ref: str) -> list[tuple[str, str]]:
    """Every version of every log that arrived: its Friday and its words."""
    with site.reading():
        placement = queries.placement(ref)
        assert placement is not None
        known = queries.logs(placement)
        return [
            (ending.isoformat(), version.summary) for ending, log in sorted(known.items()) for version in log.versions
        ]


def count_taps(tab: Page) -> None:
    tab.context.add_init_script(
        "addEventListener('click', () => sessionStorage.taps = 1 + Number(sessionStorage.taps || 0), true)"
    )


@both_ways(quick=True)
def test_a_week_is_logged_on_a_phone_in_under_12_taps(visit: Visit, bare_site: Site, script: bool):
    fellow = visit(Role.FELLOW, site=bare_site, width=PHONE, script=script)
    ref = f"PHONE-{script}"
    weeks = placed(bare_site, "fellow.home-office@example.gov.uk", ref, 2)
    with bare_site.arrange():
        user = accounts.user_by_email("fellow.home-office@example.gov.uk")
        for week in weeks[:-2]:
            entry = Entry("3", "Built the matching step", skills=("applied-maths",))
            logs.send(queries.placement(ref), date.fromisoformat(week), entry, 0, actor=user)
    count_taps(fellow.tab)

    fellow.open("/").look("fellow")
    button = fellow.tab.locator(f"a.govuk-button[href*='{ref}']")
    with fellow.tab.expect_event("load"):
        button.click()
    fellow.look("week")
    with fellow.tab.expect_event("load"):
        fellow.tab.get_by_role("link", name="Begin with last week’s entry").click()
    fellow.tab.get_by_label("4.5", exact=True).check()
    fellow.tab.get_by_label("What you did").click()
    fellow.tab.get_by_label("What you did").fill("Built the matching step, and tests")
    with fellow.tab.expect_event("load"):
        fellow.tab.get_by_role("button", name="Send").click()
    fellow.sees("The log is sent").look("sent")

    if script:
        assert int(fellow.tab.evaluate("sessionStorage.taps")) < MOST_TAPS
    assert (weeks[-2], "Built the matching step, and tests") in sent(bare_site, ref)


def test_a_supervisor_signs_from_the_email_without_an_account(visit: Visit, bare_site: Site):
    email = "fellow.home-office@example.gov.uk"
    visit(Role.FELLOW, site=bare_site)
    weeks = placed(bare_site, email, "SIGN", 2, host="priya@example.gov.uk")
    with bare_site.arrange():
        user = accounts.user_by_email(email)
        for week in weeks[:2]:
            logs.send(queries.placement("SIGN"), date.fromisoformat(week), Entry("4", "Built it"), 0, actor=user)
        supervisor = queries.supervisor_of_user("priya@example.gov.uk")
        link = mailing.answer_links.issue(mailing.SIGN_OFF, mailing.subject_of(supervisor), supervisor.email)
    address = link.removeprefix(bare_site.address)

    somebody = visit(site=bare_site, width=PHONE).open(address).look("opened")
    somebody.type("Your email address", "else@example.gov.uk").press("Approve all 2 weeks")
    somebody.sees("was sent to another email address").look("forwarded")
    somebody.type("Your email address", "priya@example.gov.uk").press("Approve all 2 weeks")
    somebody.sees("What you said of 2 weeks is recorded").look("signed")
    somebody.open(address, status=410).sees("was used on").look("used")


@contextmanager
def phone(chromium: Chromium, folder: Path) -> Iterator[Page]:
    """A browser with a memory of its own, which dies at the end without having been told."""
    context = chromium.browser_type.launch_persistent_context(
        folder,
        executable_path=found_browser(),
        args=["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"],
        viewport={"width": PHONE, "height": 812},
        locale="en-GB",
        timezone_id="Europe/London",
    )
    context.set_default_timeout(20_000)
    try:
        yield context.pages[0]
    finally:
        for process in Path("/proc").glob("[0-9]*"):
            with suppress(OSError):
                words = (process / "cmdline").read_bytes().split(b"\0")
                if f"--user-data-dir={folder}".encode() in words and not any(
                    one.startswith(b"--type=") for one in words
                ):
                    os.kill(int(process.name), signal.SIGKILL)
        with suppress(PlaywrightError):
            context.close()


def write_without_signal(tab: Page, address: str, words: str) -> None:
    tab.goto(address)
    form = tab.locator("form[data-app-log]")
    expect(form).to_be_visible()
    form.get_by_label("3", exact=True).check()
    form.get_by_label("What you did").fill(words)
    form.get_by_role("button", name="Send").click()
    expect(tab.locator("[data-app-phone]")).to_contain_text("Kept on this phone")


@pytest.mark.parametrize("entries", [10, pytest.param(50, marks=pytest.mark.assure)])
def test_entries_made_without_a_signal_arrive_once_though_the_browser_is_killed(
    chromium: Chromium, tmp_path: Path, entries: int
):
    site, memory, email = Site("sqlite", tmp_path, "offline"), tmp_path / "phone", "ada@example.gov.uk"
    with site.arrange():
        make_user(Role.FELLOW, email=email, password=PASSWORD)
    weeks = placed(site, email, "FAR/1", entries)
    address = {week: f"{site.address}/fellowships/placements/FAR%2F1/logs/{week}" for week in weeks}
    first, second, unsent = weeks[: entries // 2], weeks[entries // 2 : entries], weeks[entries]

    with site.serving(), phone(chromium, memory) as tab:
        sign_in(tab, site, email, address[unsent])
    with phone(chromium, memory) as tab:
        tab.goto(f"{site.address}/?from=the-start")
        expect(tab.get_by_role("heading", name="There is no signal")).to_be_visible()
        expect(tab.locator("[data-app-weeks] li")).to_have_count(entries + 1)
        assert faults(tab, PHONE, tab) == []
        tab.get_by_role("link", name=f"Week ending {long_day(unsent)}").click()
        expect(tab.locator("form[data-app-log]")).to_be_visible()
        tab.go_back()
        tab.get_by_role("button", name="Try again").click()
        expect(tab.get_by_role("heading", name="There is no signal")).to_be_visible()
        assert tab.url.endswith("/?from=the-start")
        for week in first:
            write_without_signal(tab, address[week], f"Far out in {week}")
        tab.goto(address[unsent])
        tab.get_by_label("What you did").fill("Half a sentence")
        tab.wait_for_timeout(600)
    with phone(chromium, memory) as tab:
        tab.goto(address[unsent])
        expect(tab.get_by_label("What you did")).to_have_value("Half a sentence")
        for week in second:
            write_without_signal(tab, address[week], f"Far out in {week}")
        tab.goto(f"{site.address}/fellowships/placements/FAR%2F1/logs")
        expect(tab.locator("[data-app-phone]")).to_contain_text(f"{entries} weeks are kept on this phone")
        expect(tab.locator("[data-app-weeks] li")).to_have_count(entries + 1)
        assert faults(tab, PHONE, tab) == []
    assert sent(site, "FAR/1") == []
    with site.serving(), phone(chromium, memory) as tab:
        sign_in(tab, site, email, f"{site.address}/")
        expect(tab.get_by_role("heading", name="There is no signal")).to_have_count(0)
        arrived = sent(site, "FAR/1")
        tab.reload()
        ready(tab)
        expect(tab.locator("[data-app-phone]")).to_be_empty()

    assert arrived == sent(site, "FAR/1") == [(week, f"Far out in {week}") for week in weeks[:entries]]
    site.close()


def long_day(day: str) -> str:
    return format_day(date.fromisoformat(day))


def sign_in(tab: Page, site: Site, email: str, address: str) -> None:
    tab.goto(f"{site.address}/sign-in")
    tab.get_by_label("Email address").fill(email)
    tab.get_by_label("Password", exact=True).fill(PASSWORD)
    with tab.expect_event("load"):
        tab.get_by_role("button", name="Sign in").click()
    tab.goto(address)
    ready(tab)


def ready(tab: Page) -> None:
    """The script has sent what waited, and kept what it needs."""
    tab.wait_for_selector("html[data-app-ready]", state="attached", timeout=60_000)


def test_what_was_written_without_a_signal_is_not_put_over_what_was_changed_meanwhile(visit: Visit, bare_site: Site):
    fellow, email = visit(Role.FELLOW, site=bare_site, width=PHONE), "fellow.home-office@example.gov.uk"
    week = placed(bare_site, email, "BOTH", 1)[0]
    fellow.open(f"/fellowships/placements/BOTH/logs/{week}")
    ready(fellow.tab)
    fellow.context.set_offline(True)
    fellow.type("What you did", "From the train").tab.get_by_role("button", name="Send").click()
    fellow.sees("Kept on this phone")
    with bare_site.arrange():
        user = accounts.user_by_email(email)
        logs.send(queries.placement("BOTH"), date.fromisoformat(week), Entry("2", "From the desk"), 0, actor=user)

    fellow.allowed = {409}
    fellow.context.set_offline(False)
    fellow.sees("not sent. Somebody else has changed the log of this week").look("not sent")
    assert sent(bare_site, "BOTH") == [(week, "From the desk")]
    fellow.open(f"/fellowships/placements/BOTH/logs/{week}").sees("This was not sent", "From the desk").look("both")
    expect(fellow.tab.get_by_label("What you did")).to_have_value("From the train")
    with fellow.tab.expect_event("load"):
        fellow.tab.get_by_role("button", name="Send").click()
    fellow.sees("The log is sent").does_not_see("kept on this phone")
    assert sent(bare_site, "BOTH") == [(week, "From the desk"), (week, "From the train")]


@pytest.mark.assure
def test_the_pages_beside_a_week_are_whole(visit: Visit, bare_site: Site):
    fellow, email = visit(Role.FELLOW, site=bare_site), "fellow.home-office@example.gov.uk"
    weeks = placed(bare_site, email, "REST", 2, host="host-supervisor.home-office@example.gov.uk")
    with bare_site.arrange():
        user, found = accounts.user_by_email(email), queries.placement("REST")
        for week in weeks[:2]:
            entry = Entry("4", "Built it", "No licence yet", ("applied-maths",), "For me alone")
            logs.send(found, date.fromisoformat(week), entry, 0, actor=user)
        asking = (afterwards.AFTERWARDS, "placement:REST#{}", found.person.email)
        links = [
            afterwards.answer_links.issue(asking[0], asking[1].format(one), asking[2]).removeprefix(bare_site.address)
            for one in ("end-fellow", "months-3-fellow")
        ]
    logs_of = "/fellowships/placements/REST/logs"

    fellow.open(f"{logs_of}/away").look("away").press("Note days away").sees("Enter the first day away").look("refused")
    supervisor = visit(Role.HOST_SUPERVISOR, site=bare_site, width=PHONE)
    supervisor.open("/").sees("2 weeks wait for you").look("desk")
    supervisor.open(f"{logs_of}/{weeks[0]}").look("read").follow("Sign off or send back").look("waiting")
    supervisor.tab.get_by_label("Send back").first.check()
    supervisor.press("Send what I chose").sees("Say why the week ending").look("without reason")
    supervisor.press("Approve all 2 weeks").sees("What you said of 2 weeks is recorded", "Nothing waits").look("done")
    fellow.open(f"{logs_of}/{weeks[0]}").sees("Signed off by", "For me alone").look("locked")
    manager = visit(Role.PROGRAMME_MANAGER, site=bare_site)
    manager.open(f"{logs_of}/{weeks[0]}").does_not_see("For me alone").follow("Unlock this week").look("unlock")
    stranger = visit(site=bare_site, width=PHONE)
    for address in links:
        stranger.open(address).look("asked")
    stranger.press("Send my answers").sees("Choose whether the work is in use").look("refused")
    manager.open("/fellowships/placements/REST/afterwards").look("answers")


def test_after_signing_out_a_shared_phone_shows_no_weeks_and_keeps_what_was_not_sent(visit: Visit, bare_site: Site):
    fellow, email = visit(Role.FELLOW, site=bare_site, width=PHONE), "fellow.home-office@example.gov.uk"
    week = placed(bare_site, email, "SHARED", 1)[0]
    address = f"{bare_site.address}/fellowships/placements/SHARED/logs"
    fellow.open(f"/fellowships/placements/SHARED/logs/{week}")
    ready(fellow.tab)
    fellow.tab.evaluate(
        """import('/static/app/kept.js').then(({ keepEntry }) => keepEntry(
            { key: 'k', owner: 'somebody', ref: 'FAR', week: '2026-01-02', said: { skills: [] }, at: 1 }, []))"""
    )
    fellow.context.set_offline(True)
    fellow.tab.goto(address)
    expect(fellow.tab.locator("[data-app-weeks]")).to_contain_text("Week ending")
    fellow.context.set_offline(False)

    with fellow.tab.expect_event("load"):
        fellow.open("/").tab.get_by_role("button", name="Sign out").click()
    fellow.sees("You have signed out")
    fellow.context.set_offline(True)
    fellow.tab.goto(address)
    expect(fellow.tab.get_by_text("There is no signal")).to_be_visible()
    fellow.tab.wait_for_timeout(500)

    expect(fellow.tab.locator("[data-app-weeks] li")).to_have_count(0)
    expect(fellow.tab.locator("form[data-app-log]")).to_be_hidden()
    fellow.tab.goto(f"{bare_site.address}/")
    expect(fellow.tab.get_by_role("heading", name="There is no signal")).to_be_visible()
    fellow.tab.wait_for_timeout(500)
    expect(fellow.tab.locator("[data-app-weeks] li")).to_have_count(0)
    fellow.context.set_offline(False)
    fellow.open("/sign-in")
    kept = fellow.tab.evaluate(
        """new Promise((done) => { indexedDB.open('tracker-logs').onsuccess = ({ target }) => {
            const entries = target.result.transaction('entries').objectStore('entries');
            entries.count().onsuccess = (found) => done(found.target.result);
        }; })"""
    )
    assert kept == 1
