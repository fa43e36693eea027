"""Several act on one record in the same moment: one is done, the others are told, nothing is lost or doubled."""

import re
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.browsers import Browser, browser_of
from tests.conftest import Arrange, SignIn
from tests.factories import make_cohort, make_enrolment, make_person, make_user
from tests.markup import Seen
from tests.training.drafting import make_cohort_for_it, make_draft
from tracker.accounts import audit
from tracker.accounts.permissions import Role
from tracker.ledger.queries import journey, standing_events
from tracker.people.models import Person
from tracker.training.services import begin_draft

AT_ONCE = 4
READY = {"programme": "accelerator", "cohort": "DSA-1", "stage": "applied", "effective_on": "2026-03-01"}
DAY = {"effective_on-day": "1", "effective_on-month": "3", "effective_on-year": "2026"}


def sent_at_once(browsers: list[Browser], address: str | list[str], said: dict[str, str]) -> list[int]:
    """What each is answered when all send at the same moment, to one address or each to their own."""
    addresses = [address] * len(browsers) if isinstance(address, str) else address
    start = Barrier(len(browsers))
    # The tokens are made before: what is raced for is the act.
    tokens = [browser.form_token() for browser in browsers]

    def send(browser: Browser, token: str, where: str) -> int:
        start.wait()
        return browser.send(where, {**said, "csrf_token": token}).status_code

    with ThreadPoolExecutor(len(browsers)) as pool:
        return sorted(pool.map(send, browsers, tokens, addresses))


def test_of_several_who_withdraw_somebody_at_once_one_is_done(sign_in: SignIn, arrange: Arrange):
    with arrange():
        ref = make_enrolment("in-training 2026-01-05").ref
    browsers = [sign_in(Role.PROGRAMME_MANAGER) for _ in range(AT_ONCE)]
    address = f"/training/enrolments/{ref}/withdraw"
    version = Seen(browsers[0].get(address).text).one("input", name="version")["value"]

    answers = sent_at_once(browsers, address, {"version": version, "trigger": "person", "reason": "other", **DAY})

    assert answers == [303, *[409] * (AT_ONCE - 1)]
    with arrange():
        found = journey(ref)
        assert found is not None
        assert [event.stage for event in standing_events(found.id)] == ["in-training", "withdrawn"]
        assert audit.verify().fault is None


def test_somebody_is_enrolled_on_a_cohort_once_however_many_enrol_them(sign_in: SignIn, arrange: Arrange):
    with arrange():
        person, user = make_person(ref="HO-1"), make_user()
        make_cohort("DSA-1")
        drafts = [begin_draft(person, READY, by=user) for _ in range(AT_ONCE)]
        for draft in drafts:
            draft.done = ["course", "start"]
        addresses = [f"/training/enrol/drafts/{draft.ref}/check" for draft in drafts]
    browsers = [sign_in(Role.PROGRAMME_MANAGER) for _ in range(AT_ONCE)]
    version = Seen(browsers[0].get(addresses[0]).text).all("input", name="version")[-1]["value"]

    answers = sent_at_once(browsers, addresses, {"version": version})

    assert answers.count(303) == 1
    assert set(answers) <= {200, 303, 409}
    assert "Enrolments" in browsers[0].get("/people/HO-1").text
    page = Seen(browsers[0].get("/training/cohorts/DSA-1").text)
    assert "Applied 1" in page.words


def test_edge_24_of_several_who_enter_the_same_new_person_at_once_one_does(sign_in: SignIn, arrange: Arrange):
    with arrange() as session:
        make_cohort_for_it()
        addresses = [f"/training/enrol/drafts/{make_draft().ref}/check" for _ in range(AT_ONCE)]
        before = session.scalar(select(func.count()).select_from(Person))
    browsers = [sign_in(Role.PROGRAMME_MANAGER) for _ in range(AT_ONCE)]
    version = Seen(browsers[0].get(addresses[0]).text).all("input", name="version")[-1]["value"]

    answers = sent_at_once(browsers, addresses, {"version": version})

    assert answers == [200] * (AT_ONCE - 1) + [303]
    with arrange() as session:
        assert session.scalar(select(func.count()).select_from(Person)) == before + 1
        assert audit.verify().fault is None


def test_one_form_sent_by_an_impatient_hand_is_done_once(app: Flask, sign_in: SignIn, arrange: Arrange):
    with arrange():
        ref = make_enrolment("applied 2026-01-05").ref
    manager = sign_in(Role.PROGRAMME_MANAGER)
    browsers = [browser_of(app, manager.email) for _ in range(AT_ONCE)]
    address = f"/training/enrolments/{ref}/stage"
    version = Seen(manager.get(address).text).one("input", name="version")["value"]

    key = {"_idem": "0f8fad5b-d9cb-469f-a165-70867728950e"}
    answers = sent_at_once(browsers, address, {"version": version, "stage": "accepted", **key, **DAY})

    assert answers == [303] * AT_ONCE
    with arrange():
        found = journey(ref)
        assert found is not None
        assert [event.stage for event in standing_events(found.id)] == ["applied", "accepted"]


@pytest.mark.parametrize(
    ("page", "link", "said"),
    [
        (
            "/admin/targets/training.trained/all",
            'href="([^"]*/edit)"',
            {"points": "2027-03-31 500", "reason": "As promised"},
        ),
        (
            "/admin/reference/grades",
            'href="([^"]*/edit)">Grade 7<',
            {"code": "G7", "name": "Grade Seven", "rank": "7"},
        ),
    ],
)
def test_of_several_who_change_what_has_no_version_of_its_own_at_once_one_is_done(
    sign_in: SignIn, page: str, link: str, said: dict[str, str]
):
    browsers = [sign_in(Role.ADMINISTRATOR) for _ in range(AT_ONCE)]
    found = re.search(link, browsers[0].get(page).text)
    assert found is not None
    version = Seen(browsers[0].get(found[1]).text).one("input", name="version")["value"]

    answers = sent_at_once(browsers, found[1], {**said, "version": version})

    assert answers == [303, *[409] * (AT_ONCE - 1)]


def test_what_several_remove_at_once_is_removed_by_one(sign_in: SignIn):
    browsers = [sign_in(Role.ADMINISTRATOR) for _ in range(AT_ONCE)]
    address = "/admin/reference/bank-holidays/england-and-wales_2026-12-25/remove"

    answers = sent_at_once(browsers, address, {})

    assert answers.count(303) == 1
    assert set(answers) <= {303, 404, 409}
