"""Somebody new is enrolled: searched for, drafted by one manager, finished by another, endorsed by two who have no
account."""

from sqlalchemy import select, update

from tests.browser.conftest import Visit, both_ways
from tests.browser.site import Site
from tests.browser.someone import days_ago, someone
from tests.browser.visitor import PASSWORD, Visitor
from tests.factories import make_user
from tracker.accounts.models import User, UserSession
from tracker.accounts.permissions import Role
from tracker.core.clock import now

NAMES = {True: ("Zoë", "Newcomer"), False: ("Inés", "Latecomer")}
"""Names unlike each other: each is searched for before it is entered."""


def complete(manager: Visitor) -> Visitor:
    return manager.look("section").pick("I have completed this section").press("Save")


def fill_in_person_and_post(manager: Visitor, email: str) -> None:
    manager.follow("Personal details").look("email")
    manager.type("Work email address", "not an address").press("Save and continue")
    manager.sees("There is a problem", "correct format").look("refused")
    manager.type("Work email address", email).press("Save and continue").look("reference").press("Save and continue")
    complete(manager)
    manager.follow("Post").look("organisation").choose("Organisation", "HM Treasury").press("Save and continue")
    manager.pick("Grade 7").press("Save and continue").press("Save and continue").press("Save and continue")
    manager.type("Full-time equivalent (optional)", "0.8").press("Save and continue").sees(
        "HM Treasury", "Grade 7", "0.8"
    )
    complete(manager)


def fill_in_the_rest(manager: Visitor, cohort: str, line: str, head: str) -> None:
    manager.follow("Programme and cohort").pick("Data Science Accelerator").press("Save and continue").look("cohort")
    manager.tab.locator(f"input[value='{cohort}']").check()
    manager.press("Save and continue")
    complete(manager)
    manager.follow("Where they stand").pick("Nominated").press("Save and continue").look("since")
    manager.pick("Another day").day("Which day?", days_ago(3)).press("Save and continue").press("Save and continue")
    complete(manager)
    manager.follow("Endorsement")
    for whose, email in (("line manager", line), ("head of profession", head)):
        manager.pick("Ask them by email").type(f"Email address of the {whose}", email).press("Save and continue")
    complete(manager)


@both_ways(quick=False)
def test_somebody_new_is_enrolled_by_two_managers_and_endorsed_by_link(visit: Visit, programme: Site, script: bool):
    known, (given, family) = someone(programme, f"in-training {days_ago(300)}"), NAMES[script]
    email, line, head = (f"{who}.{family.lower()}@example.gov.uk" for who in ("new", "line", "head"))
    first = visit(Role.PROGRAMME_MANAGER, script=script)
    other = visit(Role.PROGRAMME_MANAGER, at="hm-treasury", script=script)

    first.open("/training/enrol").look("search").type("First name", "Olu").type(
        "Last name", f"Bröwser{known.name[11:]}"
    )
    first.press("Search").sees("People this may be", known.name).look("likely")
    first.open("/training/enrol").type("First name", given).type("Last name", family).press("Search")
    first.press("Enter somebody new").sees(f"Enrol {given} {family}", "Not started").look("draft")
    fill_in_person_and_post(first, email)

    other.open("/training/enrol").follow(other.tab.get_by_role("link", name="Drafts to go on with").inner_text())
    other.look("drafts").follow(f"{given} {family}").sees("Completed")
    other.follow("Check and enrol").press(f"Enrol {given} {family}")
    other.sees("There is a problem", "Complete ‘Programme and cohort’").look("too early")
    other.open(other.where.removesuffix("/check"))
    fill_in_the_rest(other, known.other_cohort, line, head)
    other.follow("Check and enrol").look("check").press(f"Enrol {given} {family}")
    other.sees(f"{given} {family} is on {known.other_cohort}", "has two weeks to endorse it").look("begun")

    for address in (line, head):
        link = programme.link_mailed(address, "/training/endorse")
        endorser = visit(script=script).open(link).sees("Do you endorse this nomination?")
        endorser.look("endorse").type("Your email address", address).pick("Yes, I endorse it")
        endorser.press("Send my answer").sees("Your answer is kept").look("endorsed")
    other.follow("Open the enrolment").sees("Endorsed").look("endorsed")


def test_a_session_that_ended_on_a_question_gives_back_what_was_typed(visit: Visit, programme: Site):
    email = "interrupted.manager@example.gov.uk"
    with programme.arrange():
        make_user(Role.PROGRAMME_MANAGER, email=email, password=PASSWORD)
    manager = visit().open("/sign-in?next=/training/enrol").sign_in(email)
    manager.type("Last name", "Interrupted").press("Search").press("Enter somebody new")
    manager.open(f"{manager.where}/questions/note").type("Note (optional)", "Typed before the session ran out: “Zoë”")
    with programme.arrange() as session:
        user = select(User.id).where(User.email == email).scalar_subquery()
        session.execute(update(UserSession).values(revoked_at=now()).where(UserSession.user_id == user))

    manager.press("Save and continue").sees("Sign in")
    manager.sign_in(email)

    assert manager.heading == "Is there anything to note?"
    assert manager.tab.get_by_label("Note (optional)").input_value() == "Typed before the session ran out: “Zoë”"
    manager.press("Save and continue").sees("Where they stand", "Typed before the session ran out: “Zoë”")
