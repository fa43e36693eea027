"""A programme manager records one thing for a whole cohort: chosen, looked at, done, and what was changed meanwhile."""

from pathlib import Path

from tests.browser.conftest import Visit, both_ways
from tests.browser.site import Site
from tests.browser.someone import days_ago, someone
from tests.browser.test_imports import load, send
from tests.factories import make_enrolment, make_person
from tracker.accounts.permissions import Role
from tracker.training.queries import cohort as cohort_called


def a_cohort(site: Site) -> tuple[str, list[str]]:
    """The code of a cohort with one who has only applied and two in training, and their names, in that order."""
    who = someone(site, f"applied {days_ago(100)}")
    names = [who.name]
    with site.arrange():
        for first in ("Pat", "Quin"):
            person = make_person(first_name=first, last_name=who.name.split()[1])
            make_enrolment(f"in-training {days_ago(90)}", person=person, cohort=cohort_called(who.cohort))
            names.append(f"{first} {who.name.split()[1]}")
    return who.cohort, names


@both_ways(quick=False)
def test_a_stage_is_recorded_for_a_cohort_after_a_look_at_whom_it_changes(visit: Visit, programme: Site, script: bool):
    cohort, (applied, *training) = a_cohort(programme)
    manager = visit(Role.PROGRAMME_MANAGER, script=script)

    manager.open(f"/people?cohort={cohort}").follow("Record something for all of them").sees("3 people match").look()
    manager.follow("Record a stage").sees("People listed (3)").look("choosing")
    manager.press("Show what would change").sees("There is a problem", "Enter the date it happened").look("refused")
    manager.choose("What is the new stage?", "Completed").day("When did it happen?", days_ago(5))
    manager.type("What shows it?", "The list of the provider").press("Show what would change")
    manager.sees("Would change (2)", *training, "Would stay as they are (1)", applied, "It cannot go from").look(
        "shown"
    )
    manager.press("Record the stage for 2 people").sees("done for 2 people", "1 person left as they were")
    manager.open(f"/people?cohort={cohort}&stage=completed").sees("People (2)", *training)


@both_ways(quick=False)
def test_only_those_who_are_ticked_go_to_another_organisation(visit: Visit, programme: Site, script: bool):
    cohort, (_, pat, quin) = a_cohort(programme)
    manager = visit(Role.PROGRAMME_MANAGER, script=script).open(f"/training/together?cohort={cohort}")

    manager.follow("Move to another organisation").choose("Which organisation did they move to?", "HM Treasury")
    manager.day("First day there", days_ago(2)).pick("Only those ticked below")
    manager.tab.get_by_role("checkbox", name=pat).check()
    manager.press("Show what would change").sees("Would change (1)", pat, "In HM Treasury").does_not_see(quin)
    manager.look("shown").press("Record the move for 1 person").sees("done for 1 person")


@both_ways(quick=True)
def test_a_list_is_downloaded_changed_and_loaded_again(visit: Visit, programme: Site, tmp_path: Path, script: bool):
    cohort, (_, pat, _) = a_cohort(programme)
    manager = visit(Role.PROGRAMME_MANAGER, script=script).open(f"/training/together?cohort={cohort}")

    with manager.tab.expect_download() as waiting:
        manager.tab.get_by_role("link", name="Download the list, filled in (CSV)").click()
    file = tmp_path / "changed.csv"
    waiting.value.save_as(file)
    text = file.read_text(encoding="utf-8-sig")
    assert len(text.splitlines()) == 4
    file.write_text(text.replace(f"{pat.split()[0]},", "Patricia,"))

    load(send(manager, "Trainees", file).sees("What it will do")).sees("Created").look("loaded")
    manager.open(f"/people?cohort={cohort}").sees(f"Patricia {pat.split()[1]}").does_not_see(pat)
