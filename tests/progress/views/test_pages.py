"""The progress pages: the figures they show, for whom, as at when, and what they cost."""

import re
from datetime import date

import pytest
from flask import Flask

from tests.browsers import Browser
from tests.conftest import Arrange, SignIn
from tests.counting import counted
from tests.factories import make_enrolment, make_person, make_placement, organisation
from tests.leadership.recruiting import make_vacancy
from tests.progress.story import LATEST, TRAINED, compile_story, foretell
from tracker.accounts.permissions import Role
from tracker.progress.registry import METRICS, STRANDS
from tracker.progress.services.compiling import compile_day
from tracker.progress.services.targets import replace_line

FELLOWS = "fellowships.started_in_year"
PAGES = ("/progress", "/progress/training", "/progress/organisations/home-office", f"/progress/figures/{TRAINED}")


def words(browser: Browser, path: str) -> str:
    """The text of a page without its markup, in single spaces."""
    answer = browser.get(path)
    assert answer.status_code == 200, (path, answer.status_code)
    return " ".join(re.sub(r"<[^>]+>", " ", answer.text).split())


def row_of(browser: Browser, path: str, name: str) -> str:
    """The words of the row of the table that a name heads."""
    found = re.findall(r"<tr.*?</tr>", browser.get(path).text, re.DOTALL)
    rows = [" ".join(re.sub(r"<[^>]+>", " ", row).split()) for row in found]
    return next(row for row in rows if row.startswith(name))


def test_before_anything_is_compiled_the_page_says_what_to_do(sign_in: SignIn):
    leadership = sign_in(Role.LEADERSHIP)

    for page in PAGES:
        assert "No figures are compiled yet" in words(leadership, page)


@pytest.mark.usefixtures("told")
def test_the_headline_says_value_plan_target_and_change_and_the_total_row_equals_it(sign_in: SignIn):
    leadership = sign_in(Role.LEADERSHIP)

    page = words(leadership, "/progress")

    assert "As at 15 April 2026" in page
    assert "4 now plan for 15 April 2026: 2.3 target 10 by 31 March 2027" in page
    assert "Up 1 since 31 March 2026" in page
    assert "Analysts trained: 4, 1.7 ahead of the plan for the day" in page
    assert row_of(leadership, "/progress", "All government").startswith(
        "All government everybody counted once 4 0.0 10"
    )
    assert "Snapshot compiled" in page


def test_a_yearly_count_is_held_against_the_target_of_its_own_year(app: Flask, arrange: Arrange, sign_in: SignIn):
    years = {2025: 8.0, 2026: 10.0, 2027: 20.0}
    with arrange():
        make_placement("in-post 2025-12-01")
        make_placement("in-post 2026-04-02")
        points = {date(year, 4, 1): 0.0 for year in years} | {date(year + 1, 3, 31): years[year] for year in years}
        replace_line(FELLOWS, None, points, reason="The strategy", created_by_id=None)
    compile_story(app)
    leadership = sign_in(Role.LEADERSHIP)

    now, before = words(leadership, "/progress"), words(leadership, "/progress?as-at=2026-02-28")

    assert "1 now plan for 15 April 2026: 0.4 target 10 by 31 March 2027" in now
    assert "1 now plan for 28 February 2026: 7.3 target 8 by 31 March 2026" in before


def test_posts_are_not_called_people_and_open_for_whoever_may_see_them_all(
    app: Flask, arrange: Arrange, sign_in: SignIn
):
    with arrange():
        make_vacancy("in-post 2026-03-02")
    compile_story(app)
    leadership = sign_in(Role.LEADERSHIP)

    page = words(leadership, "/progress/leadership")

    assert row_of(leadership, "/progress/leadership", "All government").startswith(
        "All government every post counted once 1"
    )
    assert "Each organisation shows its own posts" in page
    assert "The total counts every post once" in page
    readers = (leadership, sign_in(Role.RECRUITMENT_LEAD))
    for path in ("/progress/leadership", "/"):
        led = [re.search(r"/progress/figures/leadership\.[^\"]+/vacancies", one.get(path).text) for one in readers]
        assert [bool(one) for one in led] == [False, True], path


@pytest.mark.usefixtures("told")
def test_every_organisation_has_its_row_and_a_body_counts_in_its_own_alone(sign_in: SignIn):
    leadership = sign_in(Role.LEADERSHIP)

    home_office = row_of(leadership, "/progress", "Home Office")
    body = row_of(leadership, "/progress", "Crown Commercial Service")
    silent = row_of(leadership, "/progress", "Ministry of Defence")

    assert "2 0.3 4 50% of target, plan 23%" in home_office
    assert "part of CO" in body
    assert body.endswith("0 on 30 April 2025, 1 now") or " +1 " in body
    assert "0 3" in silent


@pytest.mark.usefixtures("told")
def test_an_organisation_with_a_target_and_no_records_is_missing_by_name_and_not_zero_in_silence(sign_in: SignIn):
    page = words(sign_in(Role.LEADERSHIP), "/progress")

    assert "3 of 4 organisations have reported" in page
    assert "Not reported yet Ministry of Defence" in page
    assert "1 organisation has not reported yet" in page


@pytest.mark.usefixtures("told")
def test_every_figure_of_the_registry_stands_on_the_page_of_its_strand_and_in_the_dictionary(sign_in: SignIn):
    leadership = sign_in(Role.LEADERSHIP)

    dictionary = words(leadership, "/progress/figures")
    strands = {strand: words(leadership, f"/progress/{strand}") for strand in STRANDS}

    for metric in METRICS.values():
        assert metric.label in strands[metric.strand]
        assert metric.definition in dictionary
        assert metric.definition in words(leadership, f"/progress/figures/{metric.code}")


@pytest.mark.usefixtures("told")
def test_a_day_that_was_not_compiled_is_answered_from_the_ledger_and_says_so(sign_in: SignIn):
    leadership = sign_in(Role.LEADERSHIP)

    page = words(leadership, "/progress?as-at=2026-02-20")
    compiled = words(leadership, "/progress?as-at=2026-02-28")

    assert "As at 20 February 2026" in page
    assert "Worked out from the ledger just now" in page
    assert "Analysts trained: 2," in page
    assert "Snapshot compiled" in compiled
    assert "Analysts trained: 2," in compiled


@pytest.mark.usefixtures("told")
def test_what_was_known_earlier_is_another_answer(sign_in: SignIn, arrange: Arrange):
    with arrange():
        late = "completed 2026-02-01 recorded 2026-03-10T09:00:00Z"
        make_enrolment("in-training 2026-01-05 recorded 2026-01-06T09:00:00Z", late)
    leadership = sign_in(Role.LEADERSHIP)

    then = words(leadership, "/progress?as-at=2026-02-28&known-at=2026-03-01")
    now = words(leadership, "/progress?as-at=2026-02-27")

    assert "as known at 1 March 2026, 11:59pm" in then
    assert "Analysts trained: 0," in then
    assert "Analysts trained: 3," in now


@pytest.mark.usefixtures("told")
@pytest.mark.parametrize(
    ("question", "message"),
    [
        ("as-at=2026-02-31", "There is no such day"),
        ("as-at=31/02/2026", "There is no such day"),
        ("as-at=9999-12-31", "The day must be today or in the past"),
        ("as-at=0001-01-01", "There are no figures before 1 January 2000"),
        ("as-at=%F0%9F%98%80", "There is no such day"),
        ("known-at=yesterday", "Write a day as 2026-10-31"),
        ("known-at=9999-12-31T23:59:59-23:59", "Write a day as 2026-10-31"),
        ("known-at=2999-01-01", "What was known can only be asked up to today"),
        ("structure=imaginary", "The structure is either that of the day or that of today"),
    ],
)
def test_a_question_that_cannot_be_is_refused_with_what_is_wrong_and_no_figures(
    sign_in: SignIn, question: str, message: str
):
    leadership = sign_in(Role.LEADERSHIP)

    for page in PAGES:
        answer = leadership.get(f"{page}?{question}")

        assert answer.status_code == 400
        assert message in answer.text
        assert "There is a problem" in answer.text
        assert "target 10" not in answer.text


@pytest.mark.usefixtures("told")
def test_there_is_no_page_of_what_does_not_exist(sign_in: SignIn):
    leadership = sign_in(Role.LEADERSHIP)

    for path in ("/progress/happiness", "/progress/figures/training.happiness", "/progress/organisations/narnia"):
        assert leadership.get(path).status_code == 404


@pytest.mark.usefixtures("told")
def test_a_lead_sees_the_own_organisation_with_its_bodies_and_nothing_else(sign_in: SignIn):
    lead = sign_in(Role.DEPARTMENT_LEAD, at="cabinet-office")

    page = words(lead, "/progress")

    assert "Analysts trained: 1 on 15 April 2026" in page
    assert "Crown Commercial Service" in page
    for stranger in ("Home Office", "HM Treasury", "Ministry of Defence", "All government"):
        assert stranger not in page
    assert lead.get("/progress/organisations/cabinet-office").status_code == 200
    assert lead.get("/progress/organisations/crown-commercial-service").status_code == 200
    assert lead.get("/progress/organisations/home-office").status_code == 404


@pytest.mark.usefixtures("told")
def test_what_was_made_for_one_reader_is_not_shown_to_another_with_less_reach(sign_in: SignIn):
    manager, lead = sign_in(Role.PROGRAMME_MANAGER), sign_in(Role.DEPARTMENT_LEAD, at="hm-treasury")
    leadership = sign_in(Role.LEADERSHIP)

    seen = [browser.get("/progress").text for browser in (manager, lead, leadership, manager)]

    assert "/people?figure=" in seen[0]
    assert "Home Office" not in seen[1]
    assert "/people?figure=" not in seen[2]
    assert "/people?figure=" in seen[3]


@pytest.mark.usefixtures("told")
def test_numbers_lead_to_their_people_with_the_clocks_of_the_page_for_who_may_see_them(sign_in: SignIn):
    page = sign_in(Role.PROGRAMME_MANAGER).get("/progress").text.replace("&amp;", "&")

    links = re.findall(r'href="(/people\?figure=[^"]+)"', page)

    assert links
    assert all("as-at=2026-04-15" in link and "known-at=" in link for link in links)
    assert any("organisation=home-office" in link for link in links)


@pytest.mark.usefixtures("told")
def test_a_compile_a_target_and_an_edit_of_the_structure_each_show_at_once(
    app: Flask, sign_in: SignIn, arrange: Arrange
):
    leadership = sign_in(Role.LEADERSHIP)
    assert "Analysts trained: 4," in words(leadership, "/progress")

    with arrange():
        make_enrolment("completed 2026-04-10")
    with app.app_context():
        compile_day(LATEST)
    after_compile = words(leadership, "/progress")
    with arrange():
        replace_line(TRAINED, None, {date(2026, 1, 1): 20}, reason="More", created_by_id=None)
    after_target = words(leadership, "/progress")
    with arrange():
        organisation("hm-treasury").name = "The Treasury"
    after_edit = words(leadership, "/progress")

    assert "Analysts trained: 5," in after_compile
    assert "target 20 by 1 January 2026" in after_target
    assert "The Treasury" in after_edit


@pytest.mark.usefixtures("told")
def test_the_table_is_sorted_by_links(app: Flask, sign_in: SignIn, arrange: Arrange):
    with arrange():  # the last of those expected to report does, or nobody would be ranked
        make_enrolment("in-training 2026-01-05", person=make_person("ministry-of-defence"))
    with app.app_context():
        compile_day(LATEST)
    leadership = sign_in(Role.LEADERSHIP)

    def names(path: str) -> list[str]:
        return re.findall(
            r'<a class="govuk-link" href="/progress/organisations/[^"]+">([^<]+)</a>', leadership.get(path).text
        )

    by_name, by_value = names("/progress?sort=name"), names("/progress?sort=-value")

    assert [name for name in by_name if name in by_value] == by_name
    assert by_name.index("Crown Commercial Service") < by_name.index("Home Office")
    assert by_value.index("Home Office") < by_value.index("Crown Commercial Service")
    assert 'aria-sort="descending"' in leadership.get("/progress").text
    assert names("/progress?sort=rubbish") == names("/progress")


@pytest.mark.usefixtures("told")
def test_by_the_structure_of_today_a_merged_department_counts_under_its_successor(
    app: Flask, sign_in: SignIn, arrange: Arrange
):
    with arrange():
        make_enrolment("completed 2022-05-01", person=make_person("department-for-international-trade"))
    with app.app_context():
        compile_day(LATEST)
    leadership = sign_in(Role.LEADERSHIP)

    of_the_day = words(leadership, "/progress")
    of_today = words(leadership, "/progress?structure=today")

    assert "Department for International Trade" in of_the_day
    assert "Department for International Trade" not in of_today
    assert "Department for Business and Trade" in of_today
    assert "Analysts trained: 5," in of_the_day
    assert "Analysts trained: 5," in of_today
    gone = leadership.get("/progress/organisations/department-for-international-trade?structure=today")
    assert gone.status_code == 400
    assert "counted under Department for Business and Trade" in gone.text


@pytest.mark.usefixtures("told")
@pytest.mark.parametrize("role", [Role.LEADERSHIP, Role.DEPARTMENT_LEAD])
@pytest.mark.parametrize("page", ["/progress", "/progress/figures/training.trained"])
def test_a_page_asks_the_database_little_and_again_almost_nothing(
    app: Flask, arrange: Arrange, sign_in: SignIn, role: Role, page: str
):
    headlines = [metric.code for metric in METRICS.values() if metric.leading]
    for code in headlines:
        foretell(arrange, {None: 0.6, "home-office": 0.4}, figure=code)
        foretell(arrange, {None: 0.5, "home-office": 0.3}, date(2026, 3, 31), figure=code)
    reader, costs = sign_in(role), []
    for _ in range(2):
        with counted(app)() as asked:
            assert reader.get(page).status_code == 200
        costs.append(len(asked))

    assert len(headlines) >= 3
    assert costs[0] <= 12, asked
    assert costs[1] <= 4, asked


@pytest.mark.usefixtures("told")
@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.TRAINEE, Role.FELLOW, Role.HOST_SUPERVISOR])
def test_who_has_no_business_with_figures_is_kept_out(sign_in: SignIn, role: Role):
    stranger = sign_in(role)

    for page in (*PAGES[:2], PAGES[3], "/progress/figures"):
        assert stranger.get(page).status_code == 403


@pytest.mark.usefixtures("told")
def test_every_number_of_people_opens_a_list_of_just_so_many(sign_in: SignIn):
    manager = sign_in(Role.PROGRAMME_MANAGER)
    page = manager.get("/progress").text

    links = re.findall(r'<a [^>]*href="(/people\?figure=[^"]+)"[^>]*>([\d,]+)<', page)

    assert len(links) >= 6
    for href, number in links:
        heading = re.search(r"<h1[^>]*>[^<]*\(([\d,]+)\)", manager.get(href.replace("&amp;", "&")).text)
        assert heading is not None, href
        assert heading[1] == number, href
