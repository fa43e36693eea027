"""A leader asks what it would take, and sends the address to somebody else."""

from datetime import timedelta

from tests.browser.conftest import Visit, both_ways
from tracker.accounts.permissions import Role
from tracker.core.clock import today


@both_ways(quick=False)
def test_a_leader_asks_what_it_would_take_and_shares_the_address(visit: Visit, *, script: bool):
    leader = visit(Role.LEADERSHIP, script=script).open("/progress/figures/training.trained")

    leader.tab.get_by_role("link", name="What would it take?").first.click()
    leader.sees("How many more must start?").look("ask")
    leader.allowed = {400}
    leader.choose("Programme", "Data Science Accelerator").type("Day they start by", "next month").press("Work it out")
    assert leader.tab.get_by_label("Day they start by", exact=True).input_value() == "next month"
    leader.sees("There is no such day").look("wrong")

    leader.type("Day they start by", str(today() + timedelta(days=60))).type("Chance wanted, in percent", "99")
    leader.press("Work it out").sees("A scenario, not a forecast").look("answer")

    colleague = visit(Role.AUDITOR).open(leader.where)
    answer = leader.tab.locator("#answer ~ p strong").inner_text()
    colleague.sees(answer)
