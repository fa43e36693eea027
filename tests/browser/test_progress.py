"""Leadership looks at the figures: as at any day, by the structure of today, what changed and why, on paper."""

import re

from tests.browser.conftest import Visit
from tests.browser.someone import days_ago
from tracker.accounts.permissions import Role

PERSON = re.compile(r"/people|/training/enrolments|/change/")


def test_leadership_asks_for_another_day_and_keeps_it_from_page_to_page(visit: Visit):
    leader = visit(Role.LEADERSHIP).open("/progress").look()
    now = leader.tab.locator(".app-figure__value").first.inner_text()

    leader.tab.get_by_text("Change the day").click()
    leader.type("As at", days_ago(200)).type("As known at", days_ago(190)).pick("Of today").look("asked")
    leader.press("Show").look("in the past")
    then = leader.tab.locator(".app-figure__value").first.inner_text()
    assert int(then.split()[0]) < int(now.split()[0])
    leader.follow("HM Treasury")
    assert f"as-at={days_ago(200)}" in leader.where
    assert "structure=today" in leader.where
    leader.look("in the past")


def test_a_day_that_cannot_be_is_refused_and_what_was_asked_stays(visit: Visit):
    leader = visit(Role.LEADERSHIP).open("/progress?as-at=31/04/2026&known-at=yesterday", 400)

    leader.sees("There is a problem").look("wrong")
    assert leader.tab.get_by_label("As at", exact=True).input_value() == "31/04/2026"


def test_a_change_is_explained_without_a_remainder(visit: Visit):
    leader = visit(Role.LEADERSHIP).open("/progress")

    leader.follow("why?").look()
    assert "/change" in leader.where


def test_leadership_is_led_to_no_person(visit: Visit):
    leader = visit(Role.LEADERSHIP)

    for path in ("/", "/progress", "/progress/training", "/progress/organisations/home-office"):
        assert [link for link in leader.open(path).links() if PERSON.search(link)] == []
    for path in ("/people", "/people/D0001", "/imports", "/admin/users", "/data-quality"):
        leader.open(path, 403).look("closed")


def test_a_manager_finds_as_many_people_as_the_number_says(visit: Visit):
    manager = visit(Role.PROGRAMME_MANAGER).open("/progress")
    number = manager.tab.locator(".app-figure__value a").first
    count = number.inner_text().split()[0]

    with manager.tab.expect_event("load"):
        number.click()

    manager.sees(f"People ({count})").look("who")


def test_an_organisation_fits_one_printed_side(visit: Visit):
    leader = visit(Role.LEADERSHIP).open("/progress/organisations/home-office")
    leader.tab.emulate_media(media="print")

    assert not leader.tab.locator(".app-navigation").is_visible()
    assert not leader.tab.get_by_text("Change the day").is_visible()
    assert leader.tab.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    assert len(re.findall(rb"/Type\s*/Page\b", leader.tab.pdf(format="A4"))) == 1
