"""The account of a change: it adds up, every term opens a list of its length, and nobody beyond reach is in it."""

import re
from datetime import date

import pytest
from flask import Flask

from tests.browsers import Browser
from tests.conftest import Arrange, SignIn
from tests.factories import make_enrolment, make_person, make_placement
from tests.progress.story import LATEST, TRAINED
from tracker.accounts.permissions import Role
from tracker.progress.services.compiling import compile_day

CHANGE = "/progress/figures/training.in_training/change"
Q1 = "from=2025-12-31&to=2026-03-31"


pytestmark = pytest.mark.usefixtures("told")


def lines(browser: Browser, path: str) -> list[tuple[str, int, str]]:
    """The account: reason, number, and the address of its people, empty where there is none."""
    answer = browser.get(path)
    assert answer.status_code == 200, answer.text
    body = re.search(r"<tbody.*?</tbody>", answer.text, re.DOTALL)[0]
    found = []
    for row in re.findall(r"<tr.*?</tr>", body, re.DOTALL):
        link = re.search(r'href="([^"]+)"', row)
        cells = re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL)
        shown = re.sub(r'<span class="govuk-visually-hidden">.*?</span>', "", cells[1])
        label, number = (re.sub(r"<[^>]+>", "", cell).strip() for cell in (cells[0], shown))
        found.append((label, int(number.replace("−", "-")), link[1].replace("&amp;", "&") if link else ""))
    return found


def listed(browser: Browser, path: str) -> int:
    return int(re.search(r"<h1[^>]*>[^<]*\((\d+)\)", browser.get(path).text)[1])


def test_opening_and_terms_come_to_the_closing_and_each_term_opens_a_list_of_its_length(sign_in: SignIn):
    manager = sign_in(Role.PROGRAMME_MANAGER)

    told = lines(manager, f"{CHANGE}?{Q1}")

    opening, *terms, closing = told
    assert (opening[0], closing[0]) == ("31 December 2025", "31 March 2026")
    assert (opening[1], closing[1]) == (1, 2)
    assert opening[1] + sum(number for _, number, _ in terms) == closing[1]
    assert [label for label, _, _ in terms] == ["Joined", "Moved on: Completed"]
    for _, number, href in terms:
        assert listed(manager, href) == abs(number)


def test_without_days_it_runs_from_the_month_end_before_to_the_latest_compiled_day(sign_in: SignIn):
    told = lines(sign_in(Role.PROGRAMME_MANAGER), f"/progress/figures/{TRAINED}/change")

    assert told[0][0].startswith("31 March 2026 as known at")
    assert told[-1][0].startswith("15 April 2026 as known at")
    assert [number for _, number, _ in told] == [3, 1, 4]


def test_the_why_of_a_page_leads_to_the_account_of_just_its_numbers(app: Flask, sign_in: SignIn, arrange: Arrange):
    with arrange():
        make_enrolment("completed 2026-03-20", person=make_person("hm-treasury"))
    with app.app_context():
        compile_day(LATEST)
    manager = sign_in(Role.PROGRAMME_MANAGER)

    page = manager.get("/progress").text
    href = re.search(r'since 31 March 2026<span[^>]*>: <a class="govuk-link" href="([^"]+)">why', page)[1]
    told = lines(manager, href.replace("&amp;", "&"))

    assert "Up 2 since 31 March 2026" in page
    assert told[0][1] == 3
    assert ("Corrected up", 1) in {(label, number) for label, number, _ in told}
    assert told[-1][1] == 5


def test_a_closed_month_says_what_was_said_then_and_what_is_known_now_and_why(
    app: Flask, sign_in: SignIn, arrange: Arrange
):
    with app.app_context():
        compile_day(date(2026, 2, 28), is_final=True)
    with arrange():
        make_enrolment("completed 2026-02-20", person=make_person("hm-treasury"))
    with app.app_context():
        compile_day(date(2026, 2, 28))
        compile_day(LATEST)
    leadership = sign_in(Role.LEADERSHIP)

    for path in (f"/progress/figures/{TRAINED}", f"/progress/figures/{TRAINED}/change"):
        page = leadership.get(path).text.partition("What we said then")[2]
        row = re.search(r"<tr[^>]*>\s*<th[^>]*>\s*28 February 2026.*?</tr>", page, re.DOTALL)[0]
        cells = [re.sub(r"<[^>]+>", "", cell).split() for cell in re.findall(r"<td[^>]*>(.*?)</td>", row, re.DOTALL)]
        why = re.search(r'href="([^"]*/change[^"]*)"', row)[1].replace("&amp;", "&")

        assert [cell[0] for cell in cells[:3]] == ["2", "3", "+1"]
        assert [(label, number) for label, number, _ in lines(leadership, why)][1:-1] == [("Corrected up", 1)]
        assert "Up 1 for 28 February 2026: 1 corrected up" in leadership.get(why).text


def test_a_month_that_nothing_changed_is_not_revised(app: Flask, sign_in: SignIn):
    with app.app_context():
        compile_day(date(2026, 2, 28), is_final=True)

    page = sign_in(Role.LEADERSHIP).get(f"/progress/figures/{TRAINED}").text

    assert "Not revised" in page
    assert "31 January 2026" not in re.search(r"What we said then.*?</table>", page, re.DOTALL)[0]


def test_leadership_reads_the_account_and_no_names(sign_in: SignIn):
    leadership = sign_in(Role.LEADERSHIP)

    told = lines(leadership, f"{CHANGE}?{Q1}")

    assert not [href for _, _, href in told if href]
    assert leadership.get(f"{CHANGE}/joined?{Q1}").status_code == 403


def test_a_lead_reads_the_account_of_the_own_organisation_alone(sign_in: SignIn):
    lead = sign_in(Role.DEPARTMENT_LEAD, at="home-office")

    told = lines(lead, f"{CHANGE}?{Q1}&organisation=home-office")

    assert (told[0][1], told[-1][1]) == (0, 1)
    assert lead.get(f"{CHANGE}?{Q1}").status_code == 404
    assert lead.get(f"{CHANGE}?{Q1}&organisation=hm-treasury").status_code == 404
    assert lead.get(f"{CHANGE}/joined?{Q1}&organisation=hm-treasury").status_code == 404


def test_its_drawing_starts_and_ends_with_the_totals(sign_in: SignIn):
    leadership = sign_in(Role.LEADERSHIP)
    page = leadership.get(f"{CHANGE}?{Q1}").text

    addresses = [
        found.replace("&amp;", "&") for found in re.findall(r'(?:src|srcset)="(/progress/[^"]+svg[^"]*)"', page)
    ]
    drawn = leadership.get(addresses[-1])

    assert (drawn.status_code, drawn.mimetype) == (200, "image/svg+xml")
    assert "31 December 2025" in drawn.text
    assert "31 March 2026" in drawn.text
    assert leadership.get(re.sub(r"charts/\w+", "charts/0", addresses[-1])).location == addresses[-1]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/progress/figures/training.completion_rate/change", 404),
        ("/progress/figures/training.happiness/change", 404),
        (f"{CHANGE}?from=2026-03-31&to=2026-01-31", 400),
        (f"{CHANGE}?from=2026-02-31", 400),
        (f"{CHANGE}?from=yesterday", 400),
        (f"{CHANGE}?to=9999-01-01", 400),
        (f"{CHANGE}?to-known-at=junk", 400),
        (f"{CHANGE}?organisation=narnia", 400),
        (f"{CHANGE}/vanished?{Q1}", 404),
        (f"{CHANGE}/joined?from=yesterday", 400),
        (f"{CHANGE}/charts/x.svg?from=yesterday", 400),
    ],
)
def test_a_question_that_cannot_be_is_refused_in_words(sign_in: SignIn, path: str, status: int):
    answer = sign_in(Role.PROGRAMME_MANAGER).get(path)

    assert answer.status_code == status
    assert "not saved" not in answer.text


def test_who_counted_in_the_year_before_is_said_to_have_and_not_to_have_moved_on(arrange: Arrange, sign_in: SignIn):
    with arrange():
        make_placement("in-post 2026-02-02")
    change = "/progress/figures/fellowships.started_in_year/change?from=2026-03-31&to=2026-04-15"

    told = lines(sign_in(Role.PROGRAMME_MANAGER), change)

    assert [(label, number) for label, number, _ in told[1:-1]] == [("Of an earlier year", -1)]


def test_a_day_before_anything_was_recorded_opens_at_nothing(sign_in: SignIn):
    told = lines(sign_in(Role.PROGRAMME_MANAGER), f"{CHANGE}?from=2001-01-01&to={date(2026, 3, 31)}")

    assert (told[0][1], told[-1][1]) == (0, 2)
