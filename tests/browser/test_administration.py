"""Administrators: the first set-up, a new user from invitation to role, jobs, targets and organisations."""

import re

from tests.browser.conftest import Visit
from tests.browser.site import Site
from tests.browser.visitor import PASSWORD
from tracker.accounts.permissions import Role
from tracker.accounts.services import links

LINK = re.compile(r"https?://\S+(/(?:invitation|reset)/\S+)")


def test_a_user_is_added_invited_and_given_a_role(visit: Visit, programme: Site):
    administrator = visit(Role.ADMINISTRATOR).open("/admin/users").look()

    administrator.open("/admin/users/add").look().press("Save").sees("Enter their name").look("refused")
    administrator.type("Name", "Ines Newcomer").type("Email address", "ines@example.gov.uk").press("Save").look("added")
    found = LINK.search(administrator.words)
    assert found is not None
    administrator.follow("Give a role").look()
    administrator.pick("Department lead").press("Save").sees("There is a problem").look("no organisation")
    administrator.type("Organisation", "HMRC").press("Save").sees("Department lead given", "HM Revenue").look("given")

    newcomer = visit().open(found[1]).look("invited").type("Password", "short").press("Save").look("too short")
    newcomer.type("Password", PASSWORD).press("Save").sees("Sign in")
    newcomer.open("/sign-in?next=/people").sign_in("ines@example.gov.uk").sees("People (").look("first sight")
    assert newcomer.where == "/people"

    administrator.follow("Take away").look().press("Take the role away").sees("The role is taken away")
    newcomer.open("/people", 403).look("role taken")


def test_the_first_administrator_sets_the_service_up(visit: Visit, programme: Site):
    with programme.arrange():
        address = links.first_set_up()
    assert address is None or address.startswith(programme.address)

    visit().open("/set-up/spent-long-ago").sees("link").look("spent")


def test_a_job_is_run_at_once_and_its_run_is_told(visit: Visit):
    administrator = visit(Role.ADMINISTRATOR).open("/admin/jobs").look()
    row = administrator.tab.locator("tr", has_text="Data quality").first

    with administrator.tab.expect_event("load"):
        row.get_by_role("button", name="Run now").click()
    administrator.look("asked to run")


def test_a_target_is_set_in_a_new_version_and_shared_out(visit: Visit):
    administrator = visit(Role.ADMINISTRATOR).open("/admin/targets").look()

    administrator.open("/admin/targets/training.trained/all").look()
    administrator.open("/admin/targets/training.trained/all/edit").look().press("Set the target").look("refused")
    administrator.open("/admin/targets/training.trained/share-out").look()


def test_an_organisation_is_added_and_changed(visit: Visit):
    administrator = visit(Role.ADMINISTRATOR).open("/admin/organisations").look()

    administrator.open("/admin/organisations/new").look().press("Save").sees("There is a problem").look("refused")
