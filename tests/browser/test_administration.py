"""Administrators: the first set-up, a new user from invitation to role, jobs, targets and organisations."""

import re

import pytest

from tests.browser.conftest import Visit
from tracker.accounts.permissions import Role

LINK = re.compile(r"https?://\S+(/(?:invitation|reset)/\S+)")


def test_a_user_is_added_invited_and_given_a_role(visit: Visit):
    administrator = visit(Role.ADMINISTRATOR).open("/admin/users").look()

    administrator.follow("Add a user").look().press("Add user").sees("Enter their name").look("refused")
    administrator.type("Name", "Ines Newcomer").type("Email address", "ines@example.gov.uk").press("Add user").look(
        "added"
    )
    found = LINK.search(administrator.words)
    assert found is not None
    administrator.follow("Give a role").look()
    administrator.pick("Department lead").press("Give role").sees("There is a problem").look("no organisation")
    administrator.type("Organisation", "HMRC").press("Give role").sees("Department lead given", "HM Revenue").look(
        "given"
    )

    newcomer = visit().open(found[1]).look("invited").type("Password", "short").press("Save password").look("too short")
    newcomer.type("Password", "three unrelated words").press("Save password").sees("Sign in").look("chosen")
    newcomer.open("/sign-in?next=/people").sign_in("ines@example.gov.uk", "three unrelated words").sees(
        "People ("
    ).look("first sight")
    assert newcomer.where == "/people"

    administrator.follow("Take away").look().press("Take away").sees("The role is taken away")
    newcomer.open("/people", 403).look("role taken")


@pytest.mark.assure
def test_a_link_that_was_used_up_says_so(visit: Visit):
    for kind in ("set-up", "invitation", "reset"):
        visit().open(f"/{kind}/spent-long-ago", 404).look("spent")


@pytest.mark.assure
def test_a_job_is_run_at_once_and_its_run_is_told(visit: Visit):
    administrator = visit(Role.ADMINISTRATOR).open("/admin/jobs").look()

    row = administrator.tab.locator("tr", has_text="Check the records")
    with administrator.tab.expect_event("load"):
        row.get_by_role("button", name="Run now").click()
    administrator.sees("Check the records runs within a few seconds", "By hand").look("asked to run")


def test_a_target_is_set_in_a_new_version_and_shared_out(visit: Visit):
    administrator = visit(Role.ADMINISTRATOR).open("/admin/targets").look()

    administrator.open("/admin/targets/training.trained/all").look()
    administrator.open("/admin/targets/training.trained/all/edit").look().press("Set the target").look("refused")
    administrator.open("/admin/targets/training.trained/share-out").look()


def test_an_organisation_is_added_and_changed(visit: Visit):
    administrator = visit(Role.ADMINISTRATOR).open("/admin/organisations").look()

    administrator.open("/admin/organisations/new").look().press("Add the organisation").sees("There is a problem").look(
        "refused"
    )
