"""A lead says what they take a status to be; leadership sees both colours, at a desk and on a telephone."""

from tests.browser.conftest import Visit
from tests.browser.someone import days_ago
from tracker.accounts.permissions import Role

AT = "hm-treasury"
PAGE = f"/progress/organisations/{AT}"


def test_a_lead_declares_amber_with_a_route_to_green_and_leadership_sees_both_colours(visit: Visit):
    lead = (
        visit(Role.DEPARTMENT_LEAD, at=AT)
        .open(PAGE)
        .follow("Status and its history of Analysts trained, HM Treasury")
        .look()
    )
    lead.follow("Declare a status").look()
    lead.pick("Amber: it can be delivered, and needs attention").type("Why?", "Two courses were late")
    lead.press("Declare it").sees("Say how it becomes green again").look("without a route")
    lead.type("How does it become green again?", "A third cohort").day("By when is it green again?", days_ago(-90))
    lead.press("Declare it").sees("Declared amber", "A third cohort").look("declared")

    for width in (1280, 375):
        leader = visit(Role.LEADERSHIP, width=width).open(PAGE).sees("Two courses were late", "A third cohort")
        both = leader.tab.locator(".app-statuses").first
        assert both.is_visible()
        assert both.inner_text().split() == ["Worked", "out", *both.inner_text().split()[2:3], "Declared", "Amber"]
        assert leader.tab.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    leader.look("both colours").follow("Status and its history of Analysts trained, HM Treasury")
    leader.sees("Declared amber").look("history")
    leader.open("/progress/status/gap").look()
    leader.open("/progress/status").look()
    visit(Role.ADMINISTRATOR).open("/admin/status").look()
