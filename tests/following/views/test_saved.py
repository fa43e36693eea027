from urllib.parse import urlencode

import pytest
from sqlalchemy import select

from tests.browsers import Browser
from tests.conftest import Arrange, SignIn
from tests.factories import make_person
from tests.markup import Seen
from tracker.accounts.permissions import Role
from tracker.following.models import SavedView

ADDRESS = "/people?q=o%27brien&stage=on-break"


def save(browser: Browser, name: str, share: str = "nobody", address: str = ADDRESS) -> str:
    """Save a view by its form; the path it is opened at."""
    fields = {"name": name, "share": share}
    assert browser.send(f"/views/new?{urlencode({'address': address})}", fields).status_code == 303
    (href,) = [one["href"] for one in Seen(browser.get("/views").text).all("a") if one["href"].endswith("/edit")][-1:]
    return href.removesuffix("/edit")


def test_a_list_is_saved_under_a_name_opened_shared_and_seen_within_the_own_reach(sign_in: SignIn, arrange: Arrange):
    with arrange():
        make_person("home-office", last_name="Ours")
        make_person("hm-treasury", last_name="Theirs")
    lead, other = sign_in(Role.DEPARTMENT_LEAD), sign_in(Role.DEPARTMENT_LEAD, at="hm-treasury")
    link = Seen(lead.get("/people?q=ann").text).one("a", href="/views/new?address=/people?q%3Dann")
    assert "Save this view" in lead.get("/people?q=ann").text
    assert lead.get(link["href"]).status_code == 200

    path = save(lead, "Everybody called Ann", "role:department-lead", "/people?q=ann")

    assert "Everybody called Ann" in Seen(other.get("/").text).words
    opened = other.get(path)
    assert (opened.status_code, opened.location) == (302, "/people?q=ann")
    assert "Theirs" in other.get(opened.location).text
    assert "Ours" not in other.get(opened.location).text


def test_a_view_that_was_deleted_says_so(sign_in: SignIn):
    manager, colleague = sign_in(Role.PROGRAMME_MANAGER), sign_in(Role.PROGRAMME_MANAGER)
    path = save(manager, "Breaks to chase", "role:programme-manager")

    manager.send(f"{path}/delete")

    gone = colleague.get(path)
    assert gone.status_code == 410
    assert "deleted the view ‘Breaks to chase’ on" in Seen(gone.text).words
    assert "Breaks to chase" not in colleague.get("/views").text


def test_a_view_that_is_not_shared_is_nobody_else_s(sign_in: SignIn):
    manager, colleague = sign_in(Role.PROGRAMME_MANAGER), sign_in(Role.PROGRAMME_MANAGER)
    path = save(manager, "Mine")

    assert [colleague.get(f"{path}{more}").status_code for more in ("", "/edit", "/delete")] == [404, 404, 404]
    save(manager, "Ours", "role:programme-manager")
    shared = [one["href"] for one in Seen(colleague.get("/views").text).all("a") if one["href"].startswith("/views/")]
    assert [colleague.get(f"{href}/edit").status_code for href in shared] == [404]


def test_of_two_who_change_a_view_from_the_same_page_the_second_is_told(sign_in: SignIn):
    manager = sign_in(Role.PROGRAMME_MANAGER)
    path = save(manager, "Breaks to chase")
    seen = {"version": Seen(manager.get(f"{path}/edit").text).one("input", name="version")["value"], "share": "nobody"}

    first, second = (manager.send(f"{path}/edit", {**seen, "name": name}) for name in ("Breaks", "Late"))

    assert (first.status_code, second.status_code) == (303, 409)
    assert "Somebody else has changed this view" in second.text
    assert "Late" not in manager.get("/views").text


@pytest.mark.parametrize(
    "address", ["", "https://elsewhere.example/", "//elsewhere.example", "/no-such-page", "people"]
)
def test_only_a_page_of_the_service_is_saved(sign_in: SignIn, address: str):
    manager = sign_in(Role.PROGRAMME_MANAGER)

    path = f"/views/new?{urlencode({'address': address})}"

    assert manager.get(path).status_code == 404
    assert manager.send(path, {"name": "A view", "share": "nobody"}).status_code == 404


def test_a_name_that_is_taken_is_refused_and_nothing_typed_is_lost(sign_in: SignIn, arrange: Arrange):
    manager = sign_in(Role.PROGRAMME_MANAGER)
    path = save(manager, "Breaks")

    path_of_new = f"/views/new?{urlencode({'address': ADDRESS})}"
    refused = manager.send(path_of_new, {"name": "Breaks", "share": "nobody"})

    assert "You have a view of this name already: choose another name" in Seen(refused.text).words
    assert refused.text.count('value="Breaks"') == 1
    with arrange() as session:
        version = str(session.scalars(select(SavedView.version)).one())
    answer = manager.send(f"{path}/edit", {"name": "Breaks", "share": "role:programme-manager", "version": version})
    assert answer.status_code == 303
