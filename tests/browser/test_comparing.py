"""A leader puts four organisations beside each other and asks why; a manager opens the records of a reason."""

import re

import pytest

from tests.browser.conftest import Visit
from tracker.accounts.permissions import Role

FOUR = ("Home Office", "HM Treasury", "Cabinet Office", "Ministry of Defence")


@pytest.mark.assure
@pytest.mark.parametrize(("width", "script"), [(1280, True), (375, False)])
def test_four_organisations_are_compared_a_fifth_is_refused_and_a_change_is_explained(
    visit: Visit, width: int, script: bool
):
    leader = visit(Role.LEADERSHIP, width=width, script=script).open("/progress/figures/training.trained")
    leader.follow("Compare up to four organisations").sees("No organisation is chosen yet")
    for name in FOUR:
        leader.choose("Add an organisation", name).press("Show")
    leader.sees("Analysts trained: HO").look("four")

    leader.allowed = {400}
    leader.choose("Add an organisation", "Department for Education").press("Show")
    leader.sees("Take one away before you add another").look("five")
    leader.allowed = {200}
    leader.tab.get_by_role("link", name="Take away Department for Education").press("Enter")
    leader.sees("Analysts trained: HO").pick("For each 100 analysts").press("Show")
    leader.sees("for each 100 analysts: HO")
    leader.follow("All organisations in small charts on one scale").look()

    leader.open("/progress/figures/training.trained").press("Explain").sees("What we said then").look()


@pytest.mark.assure
def test_a_manager_opens_the_records_of_a_reason(visit: Visit):
    manager = visit(Role.PROGRAMME_MANAGER).open("/progress/figures/training.trained").press("Explain")
    reason = manager.tab.locator("td a[href*='/change/joined']").first
    count = re.sub(r"\D", "", reason.inner_text().split()[0])

    with manager.tab.expect_event("load"):
        reason.press("Enter")

    manager.sees(f"({count})").look("records")
