"""A programme manager decides about duplicates, takes a merge back, and records a secondment."""

import pytest

from tests.browser.conftest import Visit, both_ways
from tests.browser.identities import twice
from tests.browser.site import Site
from tests.browser.someone import days_ago, someone
from tracker.accounts.permissions import Role


@both_ways(quick=False)
def test_two_records_are_made_one_from_the_queue_and_two_again(visit: Visit, programme: Site, script: bool):
    who = twice(programme)
    manager = visit(Role.PROGRAMME_MANAGER, script=script)

    manager.open("/duplicates").sees("Perhaps the same person").look("queue")
    manager.open(who.pair).sees("Differs", who.first, who.second).look("side by side")
    manager.press("Show what would change").sees("Say how you know that it is the same person").look("refused")
    manager.type("How do you know that it is the same person?", "The same payroll number")
    manager.press("Show what would change").sees("What would change", "No figure would change").look("effect")
    manager.press("Make the two records one").sees(
        "The two records are one now", who.first, "Records that were made one"
    )
    manager.look("one record").open(f"/people/{who.second}").sees(who.first)
    assert manager.where == f"/people/{who.first}"

    manager.follow(f"Undo the merge with {who.second}").look()
    manager.type("Why are they two people after all?", "A namesake").press("Make two records again")
    manager.sees(f"{who.second} is a record of its own again")
    assert manager.where == f"/people/{who.second}"


@pytest.mark.assure
@both_ways(quick=True)
def test_two_people_are_told_apart_for_good(visit: Visit, programme: Site, script: bool):
    who = twice(programme)
    manager = visit(Role.PROGRAMME_MANAGER, script=script).open(f"/people/{who.first}")

    manager.follow("Another record of the same person").look()
    manager.type("The reference of the other record", who.second).press("Compare the records")
    manager.follow("Not the same person").look().type(
        "How do you know that they are two people?", "Mother and daughter"
    )
    manager.press("They are two people").sees("It is remembered that they are two people").look("told apart")
    manager.follow("Said to be two people").sees("Mother and daughter").look("decided")


@pytest.mark.assure
@both_ways(quick=True)
def test_a_changed_name_and_address_stay_on_the_persons_page(visit: Visit, programme: Site, script: bool):
    who = someone(programme, f"in-training {days_ago(30)}")
    manager = visit(Role.PROGRAMME_MANAGER, script=script).open(f"/people/{who.person}/details")

    manager.type("Last name", f"Married{'x' * 80}").type(
        "Email address", f"{who.person.lower()}.married@example.gov.uk"
    )
    manager.press("Save").sees("Olu Married", "Earlier names and addresses", who.name).look("earlier names")


@pytest.mark.assure
@both_ways(quick=False)
def test_a_secondment_begins_and_ends_with_the_return_home(visit: Visit, programme: Site, script: bool):
    who = someone(programme, f"in-training {days_ago(90)}")
    manager = visit(Role.PROGRAMME_MANAGER, script=script).open(f"/people/{who.person}")

    manager.follow("Put on secondment").look()
    manager.choose("Which organisation did they move to?", "Cabinet Office")
    manager.day("First day there", days_ago(20)).day("When do they return?", days_ago(-20))
    manager.press("Save").sees("The secondment is recorded", "On secondment from Home Office").look("on secondment")
    manager.follow("End of the secondment").look().pick("They have returned, on the date below")
    manager.day("When?", days_ago(1)).press("Save").sees("It is recorded", "Returned from secondment")
    manager.does_not_see("due back on")
