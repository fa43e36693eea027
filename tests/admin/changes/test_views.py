"""Changes in the machinery of government, through the pages."""

from datetime import date

import pytest
from flask import Flask

from tests.browsers import Browser
from tests.conftest import Arrange, SignIn
from tests.counting import counted
from tests.factories import make_enrolment, make_person, make_user, organisation
from tests.markup import Seen
from tracker.accounts.models import User
from tracker.accounts.permissions import Role
from tracker.accounts.services import give_role
from tracker.admin.changes import queries

NEW = "/organisations/changes/new"


def said(kind: str, organisations: str, day: date = date(2026, 4, 1), **more: str) -> dict[str, str]:
    when = {f"effective_on-{part}": str(getattr(day, part)) for part in ("day", "month", "year")}
    return {"kind": kind, "organisations": organisations, **when, **more}


def recorded(browser: Browser, fields: dict[str, str]) -> str:
    """Show what would change, then record it; the address of the change."""
    shown = Seen(browser.send(NEW, fields).text)
    done = browser.send(NEW, {**fields, "checked": shown.one("input", name="checked")["value"]})
    assert done.status_code == 303, shown.words
    return str(done.location)


@pytest.fixture
def manager(sign_in: SignIn) -> Browser:
    return sign_in(Role.PROGRAMME_MANAGER)


def test_a_merger_is_recorded_after_its_effect_was_shown(app: Flask, manager: Browser, arrange: Arrange) -> None:
    with arrange():
        make_enrolment("in-training 2026-01-05", person=make_person("hm-treasury"))
    fields = said("merged", "hm-treasury", successors="Home Office")

    shown = Seen(manager.send(NEW, fields).text)
    assert "In training HM Treasury 1 0" in shown.words
    assert "In training All government 1 1" in shown.words
    with app.app_context():
        assert organisation("hm-treasury").closed_on is None

    page = Seen(manager.get(recorded(manager, fields)).text)

    assert "HM Treasury merged into Home Office" in page.words
    assert "Done." in page.words
    with app.app_context():
        assert organisation("hm-treasury").present == organisation("home-office")


def test_a_merger_names_whose_roles_were_not_handed_over_until_they_are(manager: Browser, arrange: Arrange) -> None:
    with arrange():
        lead = make_user(Role.DEPARTMENT_LEAD, at="hm-treasury", name="Ada Keeper").id
        both = make_user(Role.DEPARTMENT_LEAD, at="hm-treasury", name="Bea Already")
        give_role(both, Role.DEPARTMENT_LEAD, organisation=organisation("home-office"))
    where = recorded(manager, said("merged", "hm-treasury", successors="Home Office"))

    page = Seen(manager.get(where).text).words
    assert "Ada Keeper: Department lead, HM Treasury" in page
    assert "Bea Already" not in page

    with arrange() as session:
        give_role(session.get_one(User, lead), Role.DEPARTMENT_LEAD, organisation=organisation("home-office"))
    assert "Roles that were not handed over" not in Seen(manager.get(where).text).words


def test_a_renamed_body_has_its_roles_handed_over(manager: Browser, arrange: Arrange) -> None:
    with arrange():
        make_user(Role.DEPARTMENT_LEAD, at="hm-treasury", name="Ada Keeper")
    where = recorded(manager, said("renamed", "hm-treasury", new_names="Ministry of Money"))

    assert "Ada Keeper" not in Seen(manager.get(where).text).words


def test_edge_71_people_of_a_split_wait_in_its_queue_until_they_are_placed_and_an_undo_takes_them_back(
    app: Flask, manager: Browser, arrange: Arrange
) -> None:
    with arrange():
        for ref in ("A-1", "B-1"):
            make_person("hm-treasury", ref=ref)
    where = recorded(manager, said("split", "hm-treasury", new_names="Ministry of Taxes\nMinistry of Spending"))

    assert "2 people to be placed" in manager.get("/organisations/changes").text
    assert "Select who went there" in manager.send(f"{where}/place", {"organisation": "ministry-of-taxes"}).text
    placed = manager.send(f"{where}/place", {"people": "A-1", "organisation": "ministry-of-taxes"})
    assert placed.location == f"{where}/place"
    assert "A-1" not in Seen(manager.get(placed.location).text).words
    manager.send(f"{where}/place", {"people": "B-1", "organisation": "ministry-of-spending"})
    assert "Ministry of Spending" in manager.get("/people/B-1").text

    assert "Say why the change is undone" in manager.send(f"{where}/undo", {"reason": ""}).text
    assert manager.send(f"{where}/undo", {"reason": "Another day"}).location == "/organisations/changes"
    assert "Undone: Another day" in manager.get("/organisations/changes").text
    assert "HM Treasury" in Seen(manager.get("/people/B-1").text).words
    assert manager.get(f"{where}/place").status_code == 404
    with app.app_context():
        assert organisation("ministry-of-taxes").existed_on(date(2026, 6, 1)) is False


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        (said("renamed", "home-office"), "Enter the one organisation that takes over"),
        (said("closed", "nowhere"), "On that day there was no organisation called nowhere"),
        (said("vanished", "home-office"), "is not offered any more"),
        ({"kind": "closed", "organisations": "home-office"}, "Enter the day of the change"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_typed_is_lost(
    app: Flask, manager: Browser, fields: dict[str, str], message: str
) -> None:
    page = manager.send(NEW, fields)

    assert message in page.text
    assert fields["organisations"] in page.text
    with app.app_context():
        assert queries.changes() == []


def test_an_administrator_records_changes_and_sees_nobody_by_name(sign_in: SignIn, arrange: Arrange) -> None:
    with arrange():
        make_person("hm-treasury", first_name="Zoë")
    administrator = sign_in(Role.ADMINISTRATOR)
    assert f"{NEW}?organisation=hm-treasury" in administrator.get("/admin/organisations/hm-treasury").text
    assert "hm-treasury" in administrator.get(f"{NEW}?organisation=hm-treasury").text

    where = recorded(administrator, said("split", "hm-treasury", new_names="One Office\nOther Office"))

    assert "1 person to be placed" in administrator.get(where).text
    assert administrator.get(f"{where}/place").status_code == 403


@pytest.mark.parametrize("role", [Role.DEPARTMENT_LEAD, Role.AUDITOR, Role.LEADERSHIP])
def test_nobody_else_gets_in(sign_in: SignIn, role: Role) -> None:
    stranger = sign_in(role)

    assert stranger.get("/organisations/changes").status_code == 403
    assert stranger.send(NEW, said("closed", "home-office")).status_code == 403


def test_the_list_of_changes_asks_the_same_however_many_there_are(
    app: Flask, manager: Browser, arrange: Arrange
) -> None:
    asked = []
    for slug in ("hm-treasury", "home-office", "cabinet-office"):
        with arrange():
            make_person(slug)
        where = recorded(manager, said("split", slug, new_names=f"North of {slug}\nSouth of {slug}"))
        for page in ("/organisations/changes", where, f"{where}/place", f"{where}/undo"):
            with counted(app)() as statements:
                assert manager.get(page).status_code == 200
            asked.append(len(statements))

    assert asked[:4] == asked[4:8] == asked[8:]
    assert max(asked) <= 12
