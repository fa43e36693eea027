"""A programme manager records what happens to somebody: a break and the return, a stage, a correction of the past."""

from tests.browser.conftest import Visit, both_ways
from tests.browser.site import Site
from tests.browser.someone import days_ago, someone
from tracker.accounts.permissions import Role


@both_ways(quick=True)
def test_a_break_is_recorded_with_its_return_and_ends_in_another_cohort(visit: Visit, programme: Site, script: bool):
    who = someone(programme, f"enrolled {days_ago(100)}", f"in-training {days_ago(90)}")
    manager = visit(Role.PROGRAMME_MANAGER, script=script)

    manager.open(f"/people?q={who.person}").sees("People (1)").follow(who.name).sees("In training").look("in training")
    manager.follow("Put on a break").look()
    manager.press("Put on a break").sees("There is a problem", "Enter the date the break began").look("refused")
    manager.day("When did the break begin?", days_ago(30)).day("Planned return, or when to ask again", days_ago(2))
    manager.pick("Yes: the date below is the planned return")
    manager.tab.get_by_label("Cohort they return to").select_option(who.other_cohort)
    manager.press("Put on a break").sees("The break is recorded", "On a break", who.other_cohort).look("on a break")

    manager.follow("Record return").look()
    assert manager.tab.get_by_label("Cohort they returned to").input_value() == who.other_cohort
    manager.day("When did they return?", days_ago(1)).pick("In training")
    manager.press("Record return").sees("The return is recorded", "In training", who.other_cohort).look("returned")

    manager.open(f"/people/{who.person}").sees("In training", who.other_cohort).look("after the return")
    assert manager.tab.locator(".app-timeline__entry").filter(has_text="break").count() == 1


@both_ways(quick=False)
def test_a_wrong_entry_is_corrected_after_its_effect_was_shown(visit: Visit, programme: Site, script: bool):
    who = someone(programme, f"in-training {days_ago(200)}", f"completed {days_ago(40)}")
    manager = (
        visit(Role.PROGRAMME_MANAGER, script=script).open(f"/training/enrolments/{who.enrolment}").look("completed")
    )

    entry = manager.tab.locator(".app-timeline__entry").filter(has_text="Completed")
    with manager.tab.expect_event("load"):
        entry.get_by_role("link", name="Correct").click()
    manager.look("empty").day("When did it happen?", days_ago(60)).type("Why was the entry wrong?", "The wrong month")
    manager.press("Show what would change").sees("What would change", "Analysts trained", "Home Office").look("effect")
    manager.press("Save the correction").sees("The past is corrected", "(taken back)", "The wrong month").look(
        "corrected"
    )


@both_ways(quick=True)
def test_somebody_leaves_and_is_taken_on_again(visit: Visit, programme: Site, script: bool):
    who = someone(programme, f"in-training {days_ago(200)}")
    manager = visit(Role.PROGRAMME_MANAGER, script=script).open(f"/training/enrolments/{who.enrolment}")

    manager.follow("Withdraw").look().day("When did they leave?", days_ago(3))
    for group in ("Who brought it about?", "Why?"):
        manager.tab.get_by_role("group", name=group).get_by_role("radio").first.check()
    manager.press("Withdraw").sees("The withdrawal is recorded", "Withdrawn").look("withdrawn")
    manager.follow("Reinstate").look().day("When did they come back?", days_ago(1))
    manager.press("Reinstate").sees("The enrolment goes on", "In training")


def test_two_managers_at_once_and_the_second_is_told(visit: Visit, programme: Site):
    who = someone(programme, f"enrolled {days_ago(100)}")
    form = f"/training/enrolments/{who.enrolment}/stage"
    first, second = visit(Role.PROGRAMME_MANAGER).open(form), visit(Role.PROGRAMME_MANAGER).open(form)
    for manager in (first, second):
        manager.pick("In training").day("When did it happen?", days_ago(5))
    first.press("Record stage").sees("The stage is recorded")

    second.allowed = {409}
    second.press("Record stage").sees("There is a problem").look("changed meanwhile")

    assert second.tab.get_by_label("Year").input_value() == days_ago(5)[:4]
