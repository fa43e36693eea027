"""Nothing typed is lost, and nothing is done twice: a session that ran out, an impatient press, the way back."""

from sqlalchemy import func, select, update

from tests.browser.conftest import Visit
from tests.browser.site import Site
from tests.browser.someone import Someone, days_ago, someone
from tests.browser.visitor import Visitor
from tests.factories import make_user
from tracker.accounts.models import User, UserSession
from tracker.accounts.permissions import Role
from tracker.core.clock import now
from tracker.ledger.models import Event, Journey


def events(site: Site, who: Someone) -> int:
    with site.reading() as session:
        return (
            session.scalar(select(func.count()).select_from(Event).join(Journey).where(Journey.ref == who.enrolment))
            or 0
        )


def filled(visitor: Visitor, who: Someone) -> Visitor:
    visitor.open(f"/training/enrolments/{who.enrolment}/stage").pick("In training")
    return visitor.day("When did it happen?", days_ago(5)).type("Note (optional)", "Began after all: “Zoë”")


def test_who_was_signed_out_while_typing_signs_in_and_finds_it_again(visit: Visit, programme: Site):
    who, email = someone(programme, f"enrolled {days_ago(100)}"), "absent.minded@example.gov.uk"
    with programme.arrange():
        make_user(Role.PROGRAMME_MANAGER, email=email, password="correct horse battery staple")
    manager = visit().open("/sign-in?next=/account").sign_in(email)
    filled(manager, who)
    with programme.arrange() as session:
        user = select(User.id).where(User.email == email).scalar_subquery()
        session.execute(update(UserSession).values(revoked_at=now()).where(UserSession.user_id == user))

    manager.press("Record stage").sees("Sign in").look("signed out")
    manager.sign_in(email).sees("Record a stage").look("what was typed is back")

    assert manager.tab.get_by_label("In training").is_checked()
    assert manager.tab.get_by_label("Note (optional)").input_value() == "Began after all: “Zoë”"
    assert events(programme, who) == 1
    manager.press("Record stage").sees("The stage is recorded")
    assert events(programme, who) == 2


def test_an_impatient_second_press_records_once_and_so_does_the_way_back(visit: Visit, programme: Site):
    who = someone(programme, f"enrolled {days_ago(100)}")
    manager = filled(visit(Role.PROGRAMME_MANAGER), who)

    with manager.tab.expect_event("load"):
        manager.tab.eval_on_selector("main form", "form => { form.requestSubmit(); form.requestSubmit(); }")
    manager.sees("The stage is recorded")
    assert events(programme, who) == 2

    manager.tab.go_back()
    assert manager.heading == "Record a stage"
    assert manager.tab.locator("main input:checked").count() == 0
    manager.press("Record stage").sees("Select the new stage")
    assert events(programme, who) == 2


def test_without_scripts_a_form_sent_twice_is_done_once(visit: Visit, programme: Site):
    who = someone(programme, f"enrolled {days_ago(100)}")
    manager = filled(visit(Role.PROGRAMME_MANAGER, script=False), who)

    manager.press("Record stage").sees("The stage is recorded")
    manager.tab.go_back()
    manager.press("Record stage").sees("Select the new stage")

    assert events(programme, who) == 2
