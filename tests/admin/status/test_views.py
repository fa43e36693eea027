"""Setting new thresholds: the effect is shown first, days that are over keep their colours."""

import re
from collections.abc import Iterator
from datetime import date

import pytest
import time_machine
from flask import Flask

from tests.conftest import Arrange, SignIn
from tests.progress.story import LATEST, TRAINED, compile_story, foretell, tell
from tests.progress.views.test_pages import words
from tracker.accounts.permissions import Role
from tracker.progress.services.compiling import compile_day

WHERE = "/admin/status"
STRICTER = {"green": "90", "amber": "50", "coverage": "75", "fewest_stays": "20", "reason": "Fewer surprises"}
TODAY = {"starts_on-day": "16", "starts_on-month": "4", "starts_on-year": "2026"}
HOME = "/progress/organisations/home-office"


@pytest.fixture(autouse=True)
def _in_april() -> Iterator[None]:
    with time_machine.travel("2026-04-16T23:00:00+01:00", tick=False):
        yield


def hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}"[^>]*value="([^"]*)"', page)
    assert found is not None
    return found[1]


def test_what_would_change_colour_is_shown_first_and_earlier_days_keep_theirs(
    app: Flask, arrange: Arrange, sign_in: SignIn
):
    tell(arrange)
    compile_story(app)
    foretell(arrange, {"home-office": 0.85})
    administrator, leadership = sign_in(Role.ADMINISTRATOR), sign_in(Role.LEADERSHIP)
    fields = {**STRICTER, **TODAY, "version": hidden(administrator.get(WHERE).text, "version")}

    shown = administrator.send(WHERE, fields)
    seen = " ".join(re.sub(r"<[^>]+>", " ", shown.text).split())
    assert "1 of 3 statuses as at 15 April 2026" in seen
    assert re.search(r"Home Office .{0,60}Analysts trained Green Amber", seen)
    assert "90%" not in words(administrator, "/progress/status")

    checked = {**fields, "checked": hidden(shown.text, "checked")}
    other = administrator.send(WHERE, {**checked, "green": "95"})
    saved = administrator.send(WHERE, checked)

    assert "What would change colour" in other.text
    assert (saved.status_code, saved.location) == (303, "/progress/status")
    published = words(administrator, "/progress/status")
    assert "From 16 April 2026 Holds now" in published
    assert "Fewer surprises" in published
    assert administrator.send(WHERE, {**checked, "green": "91"}).status_code in {200, 409}

    assert "Worked out Green" in words(leadership, HOME)
    with app.app_context():
        compile_day(date(2026, 4, 16))
    foretell(arrange, {"home-office": 0.85}, date(2026, 4, 16))
    assert "Worked out Amber" in words(leadership, HOME)
    assert "Worked out Green" in words(leadership, f"{HOME}?as-at={LATEST}")
    assert TRAINED in leadership.get(HOME).text


def test_a_rule_that_cannot_hold_is_refused_at_its_field(sign_in: SignIn):
    administrator = sign_in(Role.ADMINISTRATOR)
    fields = {**STRICTER, **TODAY, "version": "1", "amber": "95"}

    answer = administrator.send(WHERE, fields)

    assert "Amber must begin above 0% and below where green begins" in answer.text
    assert "Set it?" not in answer.text
