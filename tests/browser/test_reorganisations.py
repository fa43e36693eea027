"""A programme manager records changes in the machinery of government, places people, and takes a change back."""

import pytest

from tests.browser.conftest import Visit, both_ways
from tests.browser.identities import body
from tests.browser.site import Site
from tests.browser.someone import days_ago
from tracker.accounts.permissions import Role


@both_ways(quick=False)
def test_a_split_is_recorded_its_people_placed_and_all_taken_back(visit: Visit, programme: Site, script: bool):
    whole = body(programme, "Office of Everything", people=2)
    manager = visit(Role.PROGRAMME_MANAGER, script=script).open("/organisations/changes").look("changes")

    manager.follow("Record a change").look().pick("An organisation was split")
    manager.tab.get_by_label("Which organisation does it end?").fill(whole)
    manager.day("When?", days_ago(30)).press("Show what would change").sees("two or more").look("refused")
    manager.tab.get_by_label("New organisations that take over").fill(f"{whole} North\n{whole} South")
    manager.press("Show what would change").sees("What would change", "Postings left to be placed").look("effect")
    manager.press("Record the change").sees("The change is recorded", "2 people to be placed").look("recorded")

    manager.follow("Place people").look()
    manager.tab.get_by_role("checkbox").first.check()
    manager.pick(f"{whole} North").press("Place them").sees("They are placed", "1 to be placed").look("placed")
    manager.tab.get_by_role("checkbox").first.check()
    manager.pick(f"{whole} South").press("Place them").sees("Done.")

    manager.follow("Undo the change").look().type("Why is the change undone?", "It was put off")
    manager.press("Undo the change").sees("The change is undone", "Undone: It was put off").look("undone")


@pytest.mark.assure
def test_a_rename_takes_everybody_along_and_is_said_beforehand(visit: Visit, programme: Site):
    old = body(programme, "Office of Names")
    manager = visit(Role.PROGRAMME_MANAGER).open("/organisations/changes/new").pick("An organisation was renamed")

    manager.tab.get_by_label("Which organisation does it end?").fill(old)
    manager.tab.get_by_label("New organisations that take over").fill(f"{old} and Numbers")
    manager.day("When?", days_ago(30)).press("Show what would change").sees("Postings that move along")
    manager.press("Record the change").sees(f"{old} became {old} and Numbers", "Done.")
