"""What becomes of somebody on screen: put off, failed and upheld on appeal, rated, asked later; overdue breaks
answered; and the reasons for leaving looked after."""

import re

import pytest

from tests.browser.conftest import Visit, both_ways
from tests.browser.site import Site
from tests.browser.someone import Someone, days_ago, someone
from tracker.accounts.permissions import Role
from tracker.core.calendar import months_after
from tracker.core.clock import today


@both_ways(quick=True)
def test_somebody_is_put_off_fails_and_completes_on_appeal(visit: Visit, programme: Site, script: bool):
    who = someone(programme, f"enrolled {days_ago(100)}")
    manager = visit(Role.PROGRAMME_MANAGER, script=script).open(f"/training/enrolments/{who.enrolment}")

    manager.follow("Move to another cohort").sees("counts once").look()
    manager.tab.get_by_label("Which cohort do they go on with?").select_option(who.other_cohort)
    manager.day("When was this agreed?", days_ago(95)).press("Record the move")
    manager.sees("The move is recorded", f"Enrolled on {who.other_cohort}").look("put off")
    manager.follow("Record start of training").day("When did it happen?", days_ago(90)).press("Record stage")
    manager.follow("Record another stage").pick("Not completed").day("When did it happen?", days_ago(20))
    manager.press("Record stage").sees("Not completed").look("not completed")

    manager.follow("Record an appeal that was upheld").sees("The first decision stays").look()
    manager.day("When was the appeal decided?", days_ago(3)).type("What shows it?", "Minutes of the board")
    manager.type("Web address of the evidence (optional)", "ftp://board").press("Record the appeal")
    manager.sees("There is a problem", "starts with https://").look("refused")
    manager.type("Web address of the evidence (optional)", "https://board.example/7").press("Record the appeal")
    manager.sees("The appeal is recorded", "Shown by: Minutes of the board", "Open the evidence").look("upheld")


@both_ways(quick=False)
def test_a_mistaken_withdrawal_is_taken_back_and_not_reinstated(visit: Visit, programme: Site, script: bool):
    who = someone(programme, f"in-training {days_ago(100)}", f"withdrawn {days_ago(10)}")
    manager = visit(Role.PROGRAMME_MANAGER, script=script).open(f"/training/enrolments/{who.enrolment}")

    manager.follow("Reinstate").sees("the furthest stage they had reached: In training").look()
    manager.follow("take it back instead").type("Why was the entry wrong?", "Somebody else")
    manager.press("Show what would change").sees("What would change").press("Take back the entry")
    manager.sees("The past is corrected", f"In training on {who.cohort}")


@both_ways(quick=False)
def test_overdue_breaks_are_answered_by_one_press_each(visit: Visit, programme: Site, script: bool):
    away = (f"in-training {days_ago(100)}", f"on-break {days_ago(60)} until {days_ago(5)}")
    people = [someone(programme, *away) for _ in range(3)]
    manager = (
        visit(Role.PROGRAMME_MANAGER, script=script)
        .open("/training/cohorts")
        .follow("Breaks past their day")
        .look("queue")
    )

    for who, answer, becomes in zip(
        people,
        ("Returned on", "Extend to", "Withdrew on"),
        ("In training on", "Break extended", "Did not return from a break".lower()),
        strict=True,
    ):
        manager.open("/training/breaks").sees(who.name)
        row = manager.tab.get_by_role("region", name=who.name)
        with manager.tab.expect_event("load"):
            row.get_by_role("button", name=re.compile(answer)).click()
        manager.sees(f"{who.name}", "If it was otherwise, correct it on their page")
        assert manager.tab.get_by_role("region", name=who.name).count() == 0
        manager.open(f"/training/enrolments/{who.enrolment}").sees(becomes)


@both_ways(quick=False)
def test_skills_are_rated_at_the_start_and_the_end_and_the_distance_is_shown(
    visit: Visit, programme: Site, script: bool
):
    who = someone(programme, f"in-training {days_ago(100)}")
    manager = visit(Role.PROGRAMME_MANAGER, script=script).open(f"/training/enrolments/{who.enrolment}")

    manager.follow("Skills at the start and at the end").sees("Nothing is assessed").look("unrated")
    for moment, day, level in (("start", days_ago(99), "Awareness"), ("end", days_ago(3), "Practitioner")):
        manager.follow(f"Assessor’s rating at the {moment}").look()
        manager.day("When was this assessed?", day).choose("Programming and build (data science)", level)
        manager.press("Record the ratings").sees("The ratings are recorded")
    manager.sees("1 rose", "Up 2 levels").look("rated")

    manager.open(f"/training/cohorts/{who.cohort}").follow("How far they came in their skills")
    manager.sees("1 person was assessed", "2.00").look("cohort")


def asked(site: Site) -> tuple[Someone, str]:
    """Somebody who completed three months ago, and the address of the link that was sent to them."""
    who = someone(site, f"completed {months_after(today(), -3)}")
    site.run("jobs", "run", "follow-ups")
    return who, site.link_mailed(f"b{int(who.person[1:])}@example.gov.uk", "/training/follow-up")


@both_ways(quick=False)
def test_three_questions_are_answered_by_a_link_without_an_account(visit: Visit, programme: Site, script: bool):
    who, link = asked(programme)
    guest = visit(script=script).open(link).sees("What came of your training?", who.name).look()

    guest.press("Send my answers").sees("There is a problem").look("refused")
    guest.type("Your email address", f"b{int(who.person[1:])}@example.gov.uk").pick("Yes, most weeks")
    guest.tab.get_by_role("group", name="Are you in a data science role now?").get_by_label("Yes", exact=True).check()
    guest.press("Send my answers").sees("Your answer is kept").open(link, 410).look("again")

    manager = visit(Role.PROGRAMME_MANAGER).open(f"/training/enrolments/{who.enrolment}")
    manager.sees("In a data science role").follow("What came of the training").sees("Yes, most weeks").look()


@pytest.mark.assure
def test_a_reason_for_leaving_is_worded_anew_and_the_old_one_stays(visit: Visit, programme: Site):
    administrator = visit(Role.ADMINISTRATOR).open("/admin/reference").follow("Reasons for leaving").look()

    administrator.follow("The course did not run").look()
    administrator.type("Reason", "The course was called off").press("Save").sees("The reason was worded anew")
    administrator.sees("The course was called off", "Offered once").look("worded anew")
    administrator.follow("The course was called off").follow("Offer this reason no longer").look()
    administrator.press("Retire the reason")
    administrator.sees("The reason is offered no longer")
