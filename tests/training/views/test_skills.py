import pytest
from flask import Flask

from tests.browsers import Browser, browser_of
from tests.conftest import Arrange, SignIn
from tests.counting import counted
from tests.factories import make_cohort, make_enrolment, make_person, make_user
from tests.markup import Seen
from tests.register.views.test_enrolment import on
from tracker.accounts.permissions import Role


@pytest.fixture
def manager(sign_in: SignIn) -> Browser:
    return sign_in(Role.PROGRAMME_MANAGER)


@pytest.fixture
def address(arrange: Arrange) -> str:
    """The page of the skills of Ann, a Higher Executive Officer on DSA-1."""
    with arrange():
        person = make_person(first_name="Ann", last_name="Able", grade="HEO")
        enrolment = make_enrolment("in-training 2026-01-05", person=person, cohort=make_cohort("DSA-1"))
        return f"/training/enrolments/{enrolment.ref}/skills"


SKILLS = (
    *("applied-maths", "business-impact", "data-engineering", "data-ethics"),
    *("data-science-innovation", "developing-capability", "product-delivery", "programming"),
)
UNRATED = dict.fromkeys(SKILLS, "")
"""What a browser sends of skills that nobody rated."""


def rate(browser: Browser, address: str, which: str, day: str, **levels: str) -> int:
    version = Seen(browser.get(f"{address}/{which}").text).one("input", name="version")["value"]
    rated = {code.replace("_", "-"): level for code, level in levels.items()}
    said = {**UNRATED, **rated, **on(day, "assessed_on")}
    return browser.send(f"{address}/{which}", {"version": version, **said}).status_code


def test_ratings_at_the_start_and_the_end_show_how_far_somebody_came(manager: Browser, address: str):
    assert rate(manager, address, "assessor/start", "2026-01-06", programming="0", data_ethics="2") == 303
    assert rate(manager, address, "assessor/end", "2026-05-06", programming="2", data_ethics="1") == 303

    page = Seen(manager.get(address).text)

    assert "Of 2 skills assessed at the start and at the end, 1 rose." in page.words
    assert "Below the first level" in page.words
    assert "Up 2 levels" in page.words
    assert "Down 1 level" in page.words
    assert "Usual: Associate data scientist" in page.words
    table = Seen(manager.get("/training/skills?cohort=DSA-1").text).words
    assert "DSA-1: 1 person was assessed at the start and at the end, 1 of them rose" in table
    assert "2.00" in table
    assert "Nobody is assessed" in manager.get("/training/skills?programme=mdatagov").text


def test_a_rating_opens_with_what_counts_and_a_refusal_loses_nothing(manager: Browser, address: str):
    rate(manager, address, "assessor/start", "2026-01-06", programming="1")
    page = Seen(manager.get(f"{address}/assessor/start").text)
    assert page.one("input", name="assessed_on-month")["value"] == "1"

    answer = manager.send(
        f"{address}/assessor/end",
        {
            **UNRATED,
            "version": page.one("input", name="version")["value"],
            "programming": "4",
            **on("2025-12-01", "assessed_on"),
        },
    )

    assert "the start comes before the end" in answer.text
    assert Seen(answer.text).one("option", value="4", selected="")


def test_a_trainee_rates_themselves_and_nobody_else_and_is_no_assessor(app: Flask, arrange: Arrange, address: str):
    with arrange():
        user = make_user(Role.TRAINEE, email="trainee@example.gov.uk")
        mine = make_enrolment("in-training 2026-01-05", person=make_person(user_id=user.id)).ref
    trainee, own = browser_of(app, "trainee@example.gov.uk"), f"/training/enrolments/{mine}/skills"

    assert rate(trainee, own, "self/start", "2026-01-06", programming="1") == 303

    page = Seen(trainee.get(own).text)
    assert "Own rating at the end" in page.words
    assert "Assessor’s rating at the end" not in page.words
    assert trainee.get(f"{own}/assessor/start").status_code == 403
    assert trainee.get(f"{address}/self/start").status_code == 404
    assert trainee.get("/training/skills").status_code == 403


@pytest.mark.parametrize("which", ["nobody/start", "self/middle"])
def test_a_rating_of_no_such_kind_is_not_found(manager: Browser, address: str, which: str):
    assert manager.get(f"{address}/{which}").status_code == 404


def test_two_who_rate_at_once_and_the_second_is_told(manager: Browser, address: str):
    version = Seen(manager.get(f"{address}/self/start").text).one("input", name="version")["value"]
    rate(manager, address, "assessor/start", "2026-01-06", programming="1")

    answer = manager.send(
        f"{address}/self/start", {**UNRATED, "version": version, "programming": "2", **on("2026-01-06", "assessed_on")}
    )

    assert answer.status_code == 409


def test_the_pages_ask_few_questions_whatever_was_rated(app: Flask, manager: Browser, address: str):
    def questions(at: str) -> int:
        with counted(app)() as asked:
            assert manager.get(at).status_code == 200
        return len(asked)

    pages = (address, f"{address}/assessor/end", "/training/skills")
    few = [questions(page) for page in pages]
    rate(manager, address, "assessor/start", "2026-01-06", programming="0", data_ethics="2", applied_maths="1")
    rate(manager, address, "assessor/end", "2026-05-06", programming="2", data_ethics="1", applied_maths="3")

    assert [questions(page) for page in pages] == few
    assert max(few) <= 12, few
