import pytest

from tests.conftest import Arrange, SignIn
from tests.factories import make_cohort
from tests.markup import Seen
from tracker.accounts.permissions import Role

FACTS = {"name": "Accelerator", "length_days": "90", "delivery": "blended"}


def test_programmes_lead_to_their_cohorts_and_are_changed(sign_in: SignIn, arrange: Arrange):
    with arrange():
        make_cohort("DSA-1")
    manager = sign_in(Role.PROGRAMME_MANAGER)
    version = Seen(manager.get("/training/programmes/accelerator/edit").text).one("input", name="version")["value"]

    changed = manager.send("/training/programmes/accelerator/edit", {**FACTS, "version": version})
    overview = Seen(manager.get("/training/programmes").text)
    page = Seen(manager.get("/training/programmes/accelerator").text)

    assert (changed.status_code, changed.location) == (303, "/training/programmes/accelerator")
    assert "Yes 90" in overview.words
    assert "90 days" in page.words
    assert "Partly in person, partly online" in page.words
    assert page.one("a", href="/training/cohorts/DSA-1")


def test_a_second_change_of_the_same_page_is_told(sign_in: SignIn):
    manager, where = sign_in(Role.PROGRAMME_MANAGER), "/training/programmes/accelerator/edit"
    version = Seen(manager.get(where).text).one("input", name="version")["value"]
    manager.send(where, {**FACTS, "version": version})

    answer = manager.send(where, {**FACTS, "length_days": "91", "version": version})

    assert (answer.status_code, "Somebody else has changed this programme" in answer.text) == (409, True)


@pytest.mark.parametrize(("typed", "message"), [("1.5", "whole number"), ("0", "whole number of days from 1")])
def test_a_length_that_is_no_number_of_days_is_refused(sign_in: SignIn, typed: str, message: str):
    manager, where = sign_in(Role.PROGRAMME_MANAGER), "/training/programmes/accelerator/edit"
    version = Seen(manager.get(where).text).one("input", name="version")["value"]

    answer = manager.send(where, {**FACTS, "length_days": typed, "version": version})

    assert (answer.status_code, message in answer.text) == (200, True)


def test_auditors_look_and_change_nothing(sign_in: SignIn):
    auditor = sign_in(Role.AUDITOR)

    assert auditor.get("/training/programmes/accelerator").status_code == 200
    assert auditor.get("/training/programmes/accelerator/edit").status_code == 403
    assert "Change whether it counts" not in auditor.get("/training/programmes/accelerator").text
