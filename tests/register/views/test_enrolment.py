import pytest
from flask import Flask

from tests.browsers import Browser, browser_of
from tests.conftest import Arrange, SignIn
from tests.factories import make_cohort, make_enrolment, make_person
from tests.markup import Seen
from tracker.accounts.permissions import Role
from tracker.ledger.queries import journey, standing_events

BREAK = ("in-training 2026-01-05", "on-break 2026-02-01 until 2026-03-01")


@pytest.fixture
def manager(sign_in: SignIn) -> Browser:
    return sign_in(Role.PROGRAMME_MANAGER)


def on(day: str, name: str = "effective_on") -> dict[str, str]:
    """The three boxes of a date."""
    year, month, day = day.split("-")
    return {f"{name}-day": day, f"{name}-month": month, f"{name}-year": year}


def begun(arrange: Arrange, *history: str, at: str = "home-office") -> str:
    """The address of an enrolment on DSA-1; DSA-2 stands open beside it."""
    with arrange():
        make_cohort("DSA-2")
        enrolment = make_enrolment(*history, person=make_person(at, ref="HO-1"), cohort=make_cohort("DSA-1"))
        return f"/training/enrolments/{enrolment.ref}"


def version(browser: Browser, address: str) -> str:
    return Seen(browser.get(address).text).one("input", name="version")["value"]


def history(arrange: Arrange, address: str) -> list[tuple[str, str]]:
    with arrange():
        found = journey(address.rpartition("/")[2])
        assert found is not None
        return [(event.stage or "moved", event.effective_on.isoformat()) for event in standing_events(found.id)]


ACTS = [
    (["applied 2026-01-05"], "stage", {"stage": "accepted", **on("2026-02-02")}, [("accepted", "2026-02-02")]),
    (
        ["in-training 2026-01-05"],
        "break",
        {"plan": "known", "cohort": "DSA-2", **on("2026-02-02"), **on("2026-05-01", "return_on")},
        [("on-break", "2026-02-02")],
    ),
    (
        BREAK,
        "break/extend",
        {"plan": "ask", "cohort": "DSA-1", **on("2026-02-20"), **on("2026-05-01", "return_on")},
        [("on-break", "2026-02-20")],
    ),
    (
        BREAK,
        "return",
        {"stage": "in-training", "cohort": "DSA-2", **on("2026-03-02")},
        [("in-training", "2026-03-02"), ("moved", "2026-03-02")],
    ),
    (
        ["in-training 2026-01-05"],
        "withdraw",
        {"trigger": "person", "reason": "workload", **on("2026-03-02")},
        [("withdrawn", "2026-03-02")],
    ),
    (
        ["in-training 2026-01-05", "withdrawn 2026-02-01"],
        "reinstate",
        on("2026-03-02"),
        [("in-training", "2026-03-02")],
    ),
    (
        ["in-training 2026-01-05"],
        "complete",
        {"evidence": "Certificate 7", "url": "https://certificates.example/7", **on("2026-03-02")},
        [("completed", "2026-03-02")],
    ),
    (
        ["in-training 2026-01-05", "not-completed 2026-02-01"],
        "appeal",
        {"evidence": "Minutes of the board", **on("2026-03-02")},
        [("completed", "2026-03-02")],
    ),
    (
        ["in-training 2026-01-05", "not-completed 2026-02-01"],
        "resit",
        on("2026-03-02"),
        [("in-training", "2026-03-02")],
    ),
    (["enrolled 2026-01-05"], "defer", {"cohort": "DSA-2", **on("2026-02-02")}, [("moved", "2026-02-02")]),
]


@pytest.mark.parametrize(("past", "act", "said", "added"), ACTS)
def test_each_act_is_done_from_its_own_page(
    manager: Browser, arrange: Arrange, past: list[str], act: str, said: dict[str, str], added: list[tuple[str, str]]
):
    address = begun(arrange, *past)
    before = history(arrange, address)

    response = manager.send(f"{address}/{act}", {"version": version(manager, f"{address}/{act}"), **said})

    assert (response.status_code, response.location) == (303, address)
    assert history(arrange, address) == [*before, *added]


@pytest.mark.parametrize(("past", "act", "said", "added"), ACTS)
def test_who_reads_or_looks_after_others_cannot_act_and_nothing_changes(
    sign_in: SignIn,
    arrange: Arrange,
    past: list[str],
    act: str,
    said: dict[str, str],
    added: list[tuple[str, str]],
):
    address = begun(arrange, *past)
    before = history(arrange, address)
    strangers = {
        sign_in(Role.AUDITOR): 403,
        sign_in(Role.TRAINEE): 403,
        sign_in(Role.LEADERSHIP): 403,
        sign_in(Role.DEPARTMENT_LEAD, at="hm-treasury"): 404,
    }

    for stranger, status in strangers.items():
        assert stranger.get(f"{address}/{act}").status_code == status
        assert stranger.send(f"{address}/{act}", {"version": "1", **said}).status_code == status

    assert history(arrange, address) == before


@pytest.mark.parametrize(("past", "act", "said", "added"), ACTS)
def test_of_two_who_act_on_one_enrolment_the_second_is_told_and_keeps_what_they_typed(
    app: Flask,
    manager: Browser,
    arrange: Arrange,
    past: list[str],
    act: str,
    said: dict[str, str],
    added: list[tuple[str, str]],
):
    address = begun(arrange, *past)
    opened = version(manager, f"{address}/{act}")
    other = browser_of(app, manager.email)
    other.send(f"{address}/{act}", {"version": opened, **said})
    after = history(arrange, address)

    second = manager.send(f"{address}/{act}", {"version": opened, **said, "note": "Mine"})

    assert second.status_code in {200, 409}
    assert "Somebody else has changed this record" in second.text or "Error:" in second.text
    assert "Mine" in second.text
    assert history(arrange, address) == after


@pytest.mark.parametrize(
    ("past", "act", "said", "message"),
    [
        (["applied 2026-01-05"], "stage", {"stage": "in-role", **on("2026-02-02")}, "cannot go from"),
        (["in-training 2026-01-05"], "stage", {"stage": "completed", **on("2026-02-02")}, "needs what shows it"),
        (["in-training 2026-01-05"], "resit", on("2026-02-02"), "Only after ‘not completed’"),
        (
            ["in-training 2026-01-05", "not-completed 2026-02-01"],
            "resit",
            {"url": "https://provider.example/7", **on("2026-02-02")},
            "Say what shows that the resit was agreed",
        ),
        (["applied 2026-01-05"], "stage", {"stage": "graduated", **on("2026-02-02")}, "Select the new stage"),
        (["applied 2026-01-05"], "stage", {"stage": "accepted", **on("2026-02-30")}, "no such date"),
        (["applied 2026-01-05"], "stage", {"stage": "accepted", **on("2999-02-01")}, "today or in the past"),
        (["applied 2026-01-05"], "stage", {"stage": "accepted"}, "Enter the date it happened"),
        (["enrolled 2026-01-05"], "defer", on("2026-02-02"), "Select the cohort"),
        (["in-training 2026-01-05"], "break", {**on("2026-02-02"), "cohort": "DSA-1"}, "Enter the planned return"),
        (["in-training 2026-01-05"], "break", {**on("2026-02-02"), "cohort": "DSA-1"}, "Select whether the return"),
        (
            ["in-training 2026-01-05"],
            "break",
            {"plan": "known", "cohort": "DSA-1", **on("2026-02-02"), **on("2026-02-02", "return_on")},
            "must be after the day",
        ),
        (BREAK, "return", {"stage": "in-training", "cohort": "DSA-1", **on("2026-01-31")}, "cannot go from"),
        (["in-training 2026-01-05"], "withdraw", on("2026-03-02"), "Select why they left"),
        (
            ["in-training 2026-01-05"],
            "withdraw",
            {"trigger": "person", "reason": "bored", **on("2026-03-02")},
            "is not offered any more",
        ),
        (["in-training 2026-01-05"], "reinstate", on("2026-03-02"), "stands withdrawn"),
        (
            ["completed 2026-01-05"],
            "withdraw",
            {"trigger": "person", "reason": "other", **on("2026-03-02")},
            "cannot go",
        ),
        (
            ["completed 2026-01-05"],
            "return",
            {"stage": "in-training", "cohort": "DSA-1", **on("2026-03-02")},
            "not on a",
        ),
    ],
)
def test_an_act_that_cannot_be_is_refused_with_the_reason_and_changes_nothing(
    manager: Browser, arrange: Arrange, past: list[str], act: str, said: dict[str, str], message: str
):
    address = begun(arrange, *past)
    before = history(arrange, address)

    response = manager.send(f"{address}/{act}", {"version": version(manager, f"{address}/{act}"), **said})

    assert response.status_code == 200
    assert message in Seen(response.text).words
    assert history(arrange, address) == before


@pytest.mark.parametrize(
    ("past", "act", "message"),
    [
        ("in-training 2026-01-05", "complete", "Enter the date they completed"),
        ("not-completed 2026-01-05", "appeal", "Enter the date the appeal was decided"),
    ],
)
def test_edge_61_nobody_completes_without_a_day(manager: Browser, arrange: Arrange, past: str, act: str, message: str):
    address = begun(arrange, past)
    before, said = history(arrange, address), {"evidence": "Certificate 7"}

    answer = manager.send(f"{address}/{act}", {"version": version(manager, f"{address}/{act}"), **said})

    assert message in Seen(answer.text).words
    assert "Certificate 7" in answer.text
    assert history(arrange, address) == before


def test_edge_64_the_planned_return_and_the_day_they_came_back_stand_beside_each_other(
    manager: Browser, arrange: Arrange
):
    address = begun(arrange, *BREAK)
    said = {"stage": "in-training", "cohort": "DSA-1", **on("2026-02-20")}

    manager.send(f"{address}/return", {"version": version(manager, f"{address}/return"), **said})

    page = Seen(manager.get(address).text).words
    assert "In training on DSA-1 since 20 February 2026" in page
    assert "1 March 2026" in page


def test_a_lead_acts_on_the_own_people(sign_in: SignIn, arrange: Arrange):
    address = begun(arrange, "applied 2026-01-05", at="hm-treasury")
    lead = sign_in(Role.DEPARTMENT_LEAD, at="hm-treasury")

    said = {"version": version(lead, f"{address}/stage"), "stage": "accepted", **on("2026-02-02")}

    assert lead.send(f"{address}/stage", said).status_code == 303


def test_the_page_says_how_a_break_stands(manager: Browser, arrange: Arrange):
    address = begun(arrange, *BREAK)

    page = Seen(manager.get(address).text)

    assert "On a break from DSA-1 since 1 February 2026; was due back on 1 March 2026 in DSA-1." in page.words
    assert page.one("a", class_="govuk-button")["href"] == f"{address}/return"
    assert page.all("a", href=f"{address}/break/extend")


def test_one_form_sent_twice_is_one_event(manager: Browser, arrange: Arrange):
    address = begun(arrange, "applied 2026-01-05")
    key = "0f8fad5b-d9cb-469f-a165-70867728950e"
    said = {"version": version(manager, f"{address}/stage"), "stage": "accepted", "_idem": key, **on("2026-02-02")}

    answers = [manager.send(f"{address}/stage", said) for _ in range(2)]

    assert [(answer.status_code, answer.location) for answer in answers] == [(303, address), (303, address)]
    assert history(arrange, address) == [("applied", "2026-01-05"), ("accepted", "2026-02-02")]


def test_a_completion_is_shown_with_its_evidence_and_a_link_to_it(manager: Browser, arrange: Arrange):
    address = begun(arrange, "in-training 2026-01-05")
    said = {"evidence": "Certificate 7", "url": "https://certificates.example/7", **on("2026-03-02")}

    manager.send(f"{address}/complete", {"version": version(manager, f"{address}/complete"), **said})

    page = Seen(manager.get(address).text)
    assert "Shown by: Certificate 7" in page.words
    assert page.one("a", href="https://certificates.example/7")


def test_a_resit_is_what_usually_follows_not_completed_and_shows_what_it_was_agreed_on(
    manager: Browser, arrange: Arrange
):
    address = begun(arrange, "in-training 2026-01-05", "not-completed 2026-02-01")
    assert "Record resit" in Seen(manager.get(address).text).words
    said = {"evidence": "Decision 12 of the provider", "url": "https://provider.example/12", **on("2026-03-02")}

    manager.send(f"{address}/resit", {"version": version(manager, f"{address}/resit"), **said})

    page = Seen(manager.get(address).text)
    assert "Shown by: Decision 12 of the provider" in page.words
    assert page.one("a", href="https://provider.example/12")
    assert page.one("a", href=f"{address}/complete")


def test_evidence_that_is_no_page_is_refused_and_nothing_typed_is_lost(manager: Browser, arrange: Arrange):
    address = begun(arrange, "in-training 2026-01-05")
    said = {"evidence": "Certificate 7", "url": "javascript:alert(1)", **on("2026-03-02")}

    answer = manager.send(f"{address}/complete", {"version": version(manager, f"{address}/complete"), **said})

    page = Seen(answer.text)
    assert "Enter a web address that starts with https:// or http://" in page.words
    assert page.one("input", name="url")["value"] == "javascript:alert(1)"
    assert "Certificate 7" in page.words
    assert history(arrange, address) == [("in-training", "2026-01-05")]


def test_edge_59_a_mistaken_withdrawal_is_taken_back_and_never_becomes_another_stage(
    manager: Browser, arrange: Arrange
):
    address = begun(arrange, "applied 2026-01-05", "accepted 2026-02-01", "withdrawn 2026-03-01")

    page = Seen(manager.get(f"{address}/reinstate").text)
    assert "They had not been enrolled, so they begin again: Nominated." in page.words
    back = page.one("a", href=f"{address}/entries/3/take-back")["href"]
    said = {"reason": "Recorded for the wrong person", "version": version(manager, back)}
    shown = Seen(manager.send(back, said).text)
    answer = manager.send(back, {**said, "checked": shown.one("input", name="checked")["value"]})

    assert answer.status_code == 303
    assert history(arrange, address) == [("applied", "2026-01-05"), ("accepted", "2026-02-01")]


def test_whoever_may_not_correct_is_not_sent_to_take_back(sign_in: SignIn, arrange: Arrange):
    address = begun(arrange, "in-training 2026-01-05", "withdrawn 2026-03-01")

    page = sign_in(Role.DEPARTMENT_LEAD).get(f"{address}/reinstate").text

    assert "furthest stage" in page
    assert "take-back" not in page
