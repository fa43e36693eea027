"""A programme manager finds somebody whose name is misspelt, keeps the list, follows people, and mends the records."""

import pytest

from tests.browser.conftest import Visit, both_ways
from tests.browser.site import Site
from tests.browser.someone import days_ago, someone
from tests.factories import make_person
from tracker.accounts.permissions import Role
from tracker.core.clock import today
from tracker.quality import services as quality


@both_ways(quick=False)
def test_a_misspelt_name_is_found_and_the_list_kept_shared_and_deleted(visit: Visit, programme: Site, script: bool):
    surname = "Featherstonehaugh" if script else "Cholmondeley"
    name = f"{surname}{'x' * 60}"
    with programme.arrange():
        make_person("home-office", first_name="Wilhelmina", last_name=surname)
    manager = visit(Role.PROGRAMME_MANAGER, script=script).open("/people")

    manager.type("Search", f"wilhelmina {surname[:4]}{surname[5:]}").press("Apply filters")
    manager.sees("People (1)", f"Wilhelmina {surname}", "Nobody is found by").look("forgiven")
    manager.type("Search", surname).press("Apply filters").does_not_see("Nobody is found by")
    manager.follow("Also find names that are spelt alike").sees("People (1)", "or spelt alike")

    manager.follow("Save this view").look().press("Save").sees("There is a problem", "Enter a name").look("refused")
    manager.type("What do you want to call it?", name)
    manager.pick("Everybody with the role programme manager").press("Save").sees("The view is saved").look("saved")
    manager.open("/").follow(name).sees("People (1)", f"Wilhelmina {surname}")

    manager.open("/views").follow(f"Delete {name}").look("delete").press("Delete")
    manager.sees("The view is deleted").does_not_see(name)


def test_a_link_to_a_view_that_was_deleted_says_so(visit: Visit, programme: Site):
    manager = visit(Role.PROGRAMME_MANAGER).open("/views/new?address=/people%3Fstage%3Don-break")
    manager.type("What do you want to call it?", "Soon gone").pick("Nobody").press("Save")
    manager.follow("Delete Soon gone")
    path = manager.where
    manager.press("Delete")

    manager.open(path.removesuffix("/delete"), status=410).sees("This view was deleted", "Soon gone").look("gone")


@pytest.mark.assure
@both_ways(quick=True)
def test_somebody_and_a_cohort_are_followed_and_the_weekly_email_is_declined(
    visit: Visit, programme: Site, script: bool
):
    who = someone(programme, f"in-training {days_ago(90)}")
    manager = visit(Role.PROGRAMME_MANAGER, script=script).open(f"/people/{who.person}")

    manager.follow("Follow, or stop following").look("follow").press("Follow").sees("You follow").look("followed")
    manager.open(f"/training/cohorts/{who.cohort}").follow("Follow, or stop following").press("Follow")
    manager.open("/following").sees(who.name, who.cohort).look("both")
    manager.follow(f"Stop following {who.name}").press("Stop following").sees("You no longer follow")
    manager.open("/following").follow(f"Stop following {who.cohort}").press("Stop following")

    manager.open("/account").look().open("/account/weekly-email").look().pick("No").press("Save")
    manager.sees("Your choice is saved").open("/account/weekly-email").pick("Yes").press("Save")


@pytest.mark.assure
@both_ways(quick=False)
def test_a_finding_is_given_to_somebody_opened_where_it_is_mended_and_put_off(
    visit: Visit, programme: Site, script: bool
):
    with programme.arrange():
        person = make_person("home-office", first_name="Olu", last_name=f"Gradeless{script}", grade=None)
        quality.keep_findings(today())
        name = person.name
    manager = visit(Role.PROGRAMME_MANAGER, script=script).open("/data-quality").look()

    manager.follow("Grade missing").sees(name, "Over the last weeks", "Programme managers").look("rule")
    manager.follow(f"Give to somebody {name}").look("give")
    manager.tab.get_by_label("Who looks after it?").select_option(index=1)
    manager.press("Save").sees("It is said who looks after it")
    manager.follow(f"Open {name}").sees("Move to another organisation", name)
    manager.open("/data-quality/grade-missing").follow(f"Snooze {name}")
    manager.day("When should it be shown again?", days_ago(-20)).type("Why can it wait?", "The panel meets")
    manager.press("Snooze").sees("It will be shown again on that day").does_not_see(f"Snooze {name}")
    manager.open("/data-quality/mine").look("mine")
