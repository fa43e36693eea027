from datetime import date

import pytest

from tests.browsers import Browser
from tests.conftest import Arrange, SignIn
from tests.factories import make_enrolment, make_user
from tests.markup import Seen
from tests.register.views.test_enrolment import on
from tracker.accounts.permissions import Role
from tracker.training import queries, services
from tracker.training.lifecycle import LeavingTrigger

LIST = "/admin/leaving-reasons"


@pytest.fixture
def administrator(sign_in: SignIn) -> Browser:
    return sign_in(Role.ADMINISTRATOR)


def test_a_reason_worded_anew_is_offered_and_the_old_one_stays_with_its_records(
    administrator: Browser, sign_in: SignIn, arrange: Arrange
):
    with arrange():
        enrolment = make_enrolment("in-training 2026-01-05")
        services.withdraw(enrolment, date(2026, 3, 2), LeavingTrigger.PERSON, "workload", by=make_user())
        other = make_enrolment("in-training 2026-01-05").ref
        address = f"/training/enrolments/{enrolment.ref}"

    answer = administrator.send(f"{LIST}/workload/reword", {"words": "Their post left no time"})

    assert (answer.status_code, answer.location) == (303, LIST)
    page = Seen(administrator.get(LIST).text).words
    assert "Offered now (11)" in page
    assert "Offered once (1)" in page
    manager = sign_in(Role.PROGRAMME_MANAGER)
    assert "too much work in their post" in Seen(manager.get(address).text).words
    form = Seen(manager.get(f"/training/enrolments/{other}/withdraw").text)
    assert "Their post left no time" in form.words
    assert "Too much work in their post" not in form.words
    said = {"trigger": "person", "reason": "their-post-left-no-time", **on("2026-03-02")}
    version = form.one("input", name="version")["value"]
    assert manager.send(f"/training/enrolments/{other}/withdraw", {**said, "version": version}).status_code == 303


def test_reasons_are_added_and_retired(administrator: Browser, arrange: Arrange):
    administrator.send(f"{LIST}/new", {"words": "Moved abroad"})
    administrator.send(f"{LIST}/funding/retire", {})

    with arrange():
        offered = queries.reasons_to_give()
        assert offered["moved-abroad"] == "Moved abroad"
        assert "funding" not in offered


def test_words_that_are_on_the_list_are_refused_and_stay_typed(administrator: Browser):
    answer = administrator.send(f"{LIST}/new", {"words": "another REASON"})

    page = Seen(answer.text)
    assert "This reason is on the list already" in page.words
    assert page.one("input", name="words")["value"] == "another REASON"


def test_a_reason_that_is_retired_already_is_not_changed_again(administrator: Browser):
    administrator.send(f"{LIST}/funding/retire", {})

    answer = administrator.send(f"{LIST}/funding/reword", {"words": "No money"})

    assert answer.status_code == 409
    assert "Somebody else has changed this reason" in answer.text


def test_there_is_a_way_to_the_list_from_the_other_lists(administrator: Browser):
    assert Seen(administrator.get("/admin/reference").text).one("a", href=LIST)
