"""A programme manager runs a cohort: made, filled, with a waiting list that moves up, copied and closed; and says from
which day a programme counts."""

import pytest
from sqlalchemy import select

from tests.browser.conftest import Visit, both_ways
from tests.browser.site import Site
from tests.browser.someone import days_ago
from tests.factories import make_enrolment, make_person
from tracker.accounts.permissions import Role
from tracker.training.models import Cohort


def put_on(site: Site, code: str, *people: tuple[str, str]) -> None:
    """People on the cohort, each a last name and a history of one stage."""
    with site.arrange() as session:
        cohort = session.scalars(select(Cohort).where(Cohort.code == code)).one()
        for last_name, history in people:
            make_enrolment(history, person=make_person(first_name="Olu", last_name=last_name), cohort=cohort)


@both_ways(quick=False)
def test_a_cohort_from_its_first_place_to_its_end(visit: Visit, programme: Site, script: bool):
    code = "TERM-2031-A" if script else "TERM-2031-B"
    manager = visit(Role.PROGRAMME_MANAGER, script=script)

    manager.open("/training/cohorts").follow("Add a cohort").look("new")
    manager.type("Code", code).choose("Programme", "Data Science Accelerator").type(
        "How many places? (optional)", "1.5"
    )
    manager.day("First day (optional)", days_ago(100)).day("Last day (optional)", days_ago(5))
    manager.press("Add the cohort").sees("There is a problem", "whole number").look("refused")
    manager.type("How many places? (optional)", "2").type("Host site (optional)", "Newport").press("Add the cohort")
    manager.sees("The cohort is added", "Places left: 2 of 2", "Newport").look("empty")

    tag = code[-1]
    put_on(
        programme,
        code,
        (f"Late{tag}", f"in-training {days_ago(90)}"),
        (f"Away{tag}", f"on-break {days_ago(50)} until {days_ago(-20)}"),
        (f"First{tag}", f"applied {days_ago(40)}"),
        (f"Second{tag}", f"applied {days_ago(30)}"),
    )
    for name in (f"First{tag}", f"Second{tag}"):
        manager.open(f"/training/cohorts/{code}").follow(f"Olu {name}").follow("Put on the waiting list")
        manager.look("join").press("Put on the waiting list").sees("Waiting list (")
    manager.sees("Places left: 0 of 2", "Late (3)", "On a break (1)", "Waiting list (2)").look("full")

    manager.follow("Close it").sees("cannot be closed yet", "Not finished (4)").look("left hanging")
    manager.follow("Back to the cohort").follow(f"Olu Late{tag}").follow("Withdraw")
    manager.day("When did they leave?", days_ago(1))
    for group in ("Who brought it about?", "Why?"):
        manager.tab.get_by_role("group", name=group).get_by_role("radio").first.check()
    manager.press("Withdraw").open(f"/training/cohorts/{code}").sees("Places left: 1 of 2")
    row = manager.tab.locator("tr").filter(has_text=f"First{tag}").filter(has_text="Yes")
    assert row.count() == 1

    manager.follow("Copy it for next year").sees("People are not copied").look("copy")
    assert manager.tab.get_by_label("Code", exact=True).input_value() == code.replace("2031", "2032")
    manager.press("Add the copy").sees("The copy is added", "Nobody is on this cohort yet").look("copied")
    manager.follow("Close it").look("close").press("Close the cohort").sees("is closed", "Places left: Closed").look(
        "closed"
    )
    manager.press("Open it again").sees("is open again")


@pytest.mark.assure
@both_ways(quick=True)
def test_what_a_programme_counts_for_is_shown_before_it_is_changed(visit: Visit, programme: Site, script: bool):
    manager = visit(Role.PROGRAMME_MANAGER, script=script)

    manager.open("/training/programmes").look().follow("Evidence House").look("programme")
    manager.follow("Change the programme").look("edit").pick("Online").press("Save").sees(
        "The programme is saved", "Online"
    )
    manager.follow("Change whether it counts").look("qualifies").press("Show what would change")
    manager.sees("There is a problem", "Enter the first day it holds").look("refused")
    manager.pick("Yes, it counts to the target").day("From which day?", days_ago(0)).type("Why?", "The board agreed")
    manager.press("Show what would change").sees("What would change", "all government, today").look("effect")
    manager.press("Save it").sees("Completing it counts to the target.", "The board agreed").look("saved")
    manager.follow("Change whether it counts").pick("No, it does not count").day("From which day?", days_ago(0))
    manager.type("Why?", "Put back").press("Show what would change").press("Save it").sees(
        "does not count to the target."
    )
