"""Who may do what, asked of the running application: every route, by every method, by everybody, within and beyond
reach.

`matrix.csv` says what is expected. A new route fails here until somebody decides; `python -m tests.whole.matrix` shows
how the undecided ones behave now, which is a question and not yet an answer.
"""

import csv
from collections.abc import Callable, Iterable, Iterator
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from tests.counting import counted
from tests.databases import Database
from tests.whole.world import CANARY, PRINCIPALS, World, fingerprint, make_world, restorable, scopes
from tracker.core.web import Public

FILE = Path(__file__).with_name("matrix.csv")
Key = tuple[str, str, str]
OPEN = {"allow"}
MOST = 12
"""How many times a page may ask the database."""
MORE = {
    "briefings.pdf": 42,
    "briefings.show": 42,
    "home.show": 13,
    "progress.figure": 16,
    "progress.organisation": 20,
    "progress.show": 20,
    "progress.strand": 15,
    "progress_compare.side_by_side": 15,
    "progress_files.table": 15,
}
"""Those that ask more often. Figures of a day that was not compiled, as it is in this world, are counted live; the rest
are still to be brought to the limit. None may come to ask more than here."""


def decided() -> dict[Key, dict[str, str]]:
    with FILE.open(newline="") as stream:
        return {(row.pop("endpoint"), row.pop("method"), row.pop("scope")): row for row in csv.DictReader(stream)}


def asked(app: Flask) -> list[Key]:
    """Every (endpoint, method, scope) there is."""
    return sorted(
        (rule.endpoint, method, scope)
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        for scope in scopes(app, rule.endpoint)
    )


def is_public(app: Flask, endpoint: str) -> bool:
    return endpoint == "static" or isinstance(getattr(app.view_functions[endpoint], "guard", None), Public)


def is_page(endpoint: str) -> bool:
    """Whether a reader opens it: the feed of another system keeps places while it is asked."""
    return not endpoint.startswith("api.")


def ask(world: World, key: Key, principal: str) -> tuple[str, TestResponse]:
    """What somebody is answered: `allow`, `login`, or the status of the refusal."""
    endpoint, method, scope = key
    client, path = world.browser(principal), world.address(endpoint, scope, principal)
    if endpoint.startswith("api."):
        answer = world.ask_as_system(principal, method, path)
    else:
        answer = client.send(path) if method == "POST" else client.open(path, method=method)
    answer.close()
    if endpoint.startswith("api.") and answer.status_code == 401:
        return "login", answer
    to_sign_in = answer.status_code == 303 and (answer.location or "").startswith("/sign-in")
    if to_sign_in and "Clear-Site-Data" not in answer.headers and not is_public(world.app, endpoint):
        return "login", answer
    # A rule that refuses what is not filled in, or asked in vain, has let the person through to it.
    let_through = answer.status_code < 400 or answer.status_code in ({409, 422} if method == "POST" else {400})
    return "allow" if let_through else str(answer.status_code), answer


class Cell(NamedTuple):
    """One question, and the answer that was decided."""

    key: Key
    principal: str
    decided: str


def everybody(place: int, row: dict[str, str]) -> list[str]:
    return list(PRINCIPALS)


def one_of_each_answer(place: int, row: dict[str, str]) -> list[str]:
    """Of those who are answered alike one, from row to row another."""
    alike = {answer: [one for one in PRINCIPALS if row[one] == answer] for answer in row.values()}
    return [those[place % len(those)] for those in alike.values()]


def wrong(world: World, cells: Iterable[Cell]) -> Iterator[str]:
    """What differs from what was decided, what a refusal tells, and pages that ask the database too often."""
    count = counted(world.app)
    for key, principal, decided in cells:
        with count() as statements:
            found, answer = ask(world, key, principal)
        # Settings and locks of PostgreSQL are statements too, and ask nothing of a table.
        asked = sum(statement.startswith(("SELECT", "WITH")) and "FROM" in statement for statement in statements)
        if found == "allow" and key[1] == "GET" and is_page(key[0]) and asked > MORE.get(key[0], MOST):
            yield f"{key} {principal}: asks {asked} times"
        if found != decided:
            yield f"{key} {principal}: {found}, not {decided}"
        if found != "allow" and CANARY in answer.text:
            yield f"{key} {principal}: a refusal names somebody"


def changed(world: World, refusals: list[Cell]) -> Iterator[str]:
    """Which refusals change something; looked at one by one when all of them together did."""
    for cell in refusals:
        before = fingerprint(world.app)
        ask(world, cell.key, cell.principal)
        if fingerprint(world.app) != before:
            yield f"{cell.key} {cell.principal}: a refusal changed something"


def test_somebody_has_decided_about_every_route(app: Flask):
    assert sorted(decided()) == asked(app)


def test_every_guarded_route_has_somebody_whom_it_refuses_and_somebody_whom_it_serves(app: Flask):
    rows = {key: set(row.values()) for key, row in decided().items() if not is_public(app, key[0])}

    assert [key for key, values in rows.items() if values <= OPEN] == []
    assert [key for key, values in rows.items() if key[2] != "other" and not values & OPEN] == []


def test_nobody_decided_that_a_fault_is_right():
    answers = {answer for row in decided().values() for answer in row.values()}

    assert answers == {"allow", "login", "403", "404"}


def test_every_view_has_a_guard(app: Flask):
    views = {name: view for name, view in app.view_functions.items() if name != "static"}

    assert [name for name, view in views.items() if not hasattr(view, "guard")] == []


@pytest.mark.parametrize(
    ("database", "method", "asked_of"),
    [
        ("sqlite", "GET", everybody),
        ("sqlite", "POST", everybody),
        # Every page is opened on PostgreSQL by the tests of its own.
        ("postgresql", "POST", one_of_each_answer),
        pytest.param("postgresql", "GET", everybody, marks=pytest.mark.assure),
        pytest.param("postgresql", "POST", everybody, marks=pytest.mark.assure),
    ],
    indirect=["database"],
)
def test_everybody_is_answered_as_was_decided(
    app: Flask, database: Database, method: str, asked_of: Callable[[int, dict[str, str]], list[str]]
):
    world = make_world(app)
    rows = {key: row for key, row in decided().items() if key[1] == method}
    cells = [
        Cell(key, principal, row[principal])
        for place, (key, row) in enumerate(rows.items())
        for principal in asked_of(place, row)
    ]
    refusals = [cell for cell in cells if cell.decided not in OPEN]
    before = fingerprint(app)
    found = list(wrong(world, refusals))
    if fingerprint(app) != before:
        found += ["a refusal changed something", *changed(world, refusals)]

    with restorable(app, database) as put_back:
        for _, served in groupby((cell for cell in cells if cell.decided in OPEN), key=lambda cell: cell.key):
            found += wrong(world, served)
            if method == "POST":
                put_back()

    assert not found, "\n".join(found)
