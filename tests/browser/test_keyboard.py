"""By keyboard alone: the order of the focus, the way past the navigation, the errors, and a stage recorded."""

import re

from playwright.sync_api import expect

from tests.browser.conftest import Visit
from tests.browser.site import Site
from tests.browser.someone import days_ago, someone
from tests.browser.visitor import PASSWORD, Visitor
from tests.factories import make_user
from tracker.accounts.permissions import Role

FOCUSED = (
    "() => { const one = document.activeElement; return one.labels?.[0]?.innerText || one.innerText || one.tagName }"
)
SEEN = """() => {
    const one = document.activeElement;
    const drawn = [one, ...[...one.labels || []].map(label => [label, "::before"])];
    return drawn.map(where => getComputedStyle(...[where].flat())).some(style =>
        style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 3 || style.boxShadow !== "none") }"""


def focused(visitor: Visitor) -> str:
    said: str = visitor.tab.evaluate(FOCUSED)
    return " ".join(said.split())


def tab_to(visitor: Visitor, name: str) -> None:
    """Press the tabulator until something with the name has the focus; it must be seen wherever it is on the way."""
    for _ in range(60):
        visitor.tab.keyboard.press("Tab")
        if not visitor.tab.evaluate(SEEN):
            visitor.complaints.append(f"at {visitor.where} nobody sees that {focused(visitor)!r} has the focus")
        if focused(visitor) == name:
            return
    raise AssertionError(f"the focus never comes to {name!r}")


def enter(visitor: Visitor) -> None:
    with visitor.tab.expect_event("load"):
        visitor.tab.keyboard.press("Enter")


def write(visitor: Visitor, name: str, text: str) -> None:
    tab_to(visitor, name)
    visitor.tab.keyboard.type(text)


def test_somebody_signs_in_and_records_a_stage_without_a_mouse(visit: Visit, programme: Site):
    who, email = someone(programme, f"enrolled {days_ago(100)}"), "by.keyboard@example.gov.uk"
    with programme.arrange():
        make_user(Role.PROGRAMME_MANAGER, email=email, password=PASSWORD)
    manager = visit().open(f"/sign-in?next=/training/enrolments/{who.enrolment}")

    write(manager, "Email address", email)
    write(manager, "Password", "not this one")
    enter(manager)
    manager.is_at(".govuk-error-summary")
    write(manager, "Email address", "")
    manager.tab.keyboard.press("ControlOrMeta+a")
    manager.tab.keyboard.type(email)
    write(manager, "Password", PASSWORD)
    enter(manager)

    assert manager.heading == f"{who.name} on {who.cohort}"
    tab_to(manager, "Record start of training")
    enter(manager)
    year, month, day = days_ago(5).split("-")
    write(manager, "Day", day)
    write(manager, "Month", month)
    write(manager, "Year", year)
    tab_to(manager, "Record stage")
    enter(manager)
    manager.sees("The stage is recorded", "In training")


def test_the_first_stop_leads_past_the_navigation_and_the_errors_lead_to_their_fields(visit: Visit, programme: Site):
    who = someone(programme, f"enrolled {days_ago(100)}")
    manager = visit(Role.PROGRAMME_MANAGER).open(f"/training/enrolments/{who.enrolment}/stage")

    manager.tab.keyboard.press("Tab")
    assert focused(manager) == "Skip to main content"
    assert manager.tab.locator(".govuk-skip-link").bounding_box()["height"] > 20
    manager.tab.keyboard.press("Enter")
    manager.tab.keyboard.press("Tab")
    manager.is_at("main *")
    manager.press("Record stage")

    manager.is_at(".govuk-error-summary")
    expect(manager.tab).to_have_title(re.compile("^Error: "))
    tab_to(manager, "Enter the date it happened")
    manager.tab.keyboard.press("Enter")
    assert focused(manager) == "Day"
