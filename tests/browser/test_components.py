"""The components in a real browser under the service's own policy: axe finds nothing, no page scrolls sideways, and the
script adds what it should and nothing that is in the way."""

import threading
from collections.abc import Iterator
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask, Response, render_template_string, request
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page as Tab
from werkzeug.serving import make_server

from tests.frame import Question, make_frame
from tracker.core.paging import Page

POLICY = (
    "default-src 'none'; script-src 'nonce-n0nce'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; require-trusted-types-for 'script'"
)
FORM = '{% extends "layouts/form_page.html" %}{% set back = {"href": "/"} %}{% block title %}Add{% endblock %}'
LIST = """{% extends "layouts/list_page.html" %}{% from "components/data_table.html" import data_table %}
{% block title %}People{% endblock %}{% block table %}{{ data_table(columns, page.rows, "People") }}{% endblock %}"""
WORK = """{% extends "layouts/base.html" %}{% from "components/waiting.html" import waiting, refresh_head %}
{% block extra_head %}{{ refresh_head() }}{% endblock %}{% block title %}Checking{% endblock %}
{% block body %}{% if percent < 100 %}{{ waiting("Reading", percent, seconds=0.1) }}{% else %}<p>Loaded</p>{% endif %}
{% endblock %}"""
SHOW = """{% extends "layouts/detail_page.html" %}{% from "components/figure.html" import figure %}
{% from "components/progress_bar.html" import progress_bar %}{% from "components/sparkline.html" import sparkline %}
{% from "components/timeline.html" import timeline %}{% from "components/summary_list.html" import summary_list %}
{% from "components/notice.html" import inset, warning, finished %}
{% from "components/button.html" import action, link %}
{% from "components/empty_state.html" import empty_state %}{% from "components/stage_tag.html" import stage_tag %}
{% set breadcrumbs = [{"text": "People", "href": "/"}] %}
{% set tabs = [{"text": "Summary", "href": "#", "current": true}, {"text": "Timeline", "href": "#"}] %}
{% block title %}Amina Khan{% endblock %}{% block status %}{{ stage_tag(stage) }}{% endblock %}
{% block actions %}{{ action("Record a stage", "/x") }}{{ link("Withdraw", "/x") }}{% endblock %}
{% block sections %}<div class="app-cards">{% call figure(one, href="/x", level=2) %}
{{ progress_bar(70, 80, ["70 trained", "plan 80"]) }}{{ sparkline("0,1 9,2", "Rose to 70") }}{% endcall %}</div>
{{ summary_list([{"label": "Stage", "value": stage, "actions": [{"text": "Change", "href": "#"}]}], title="About") }}
<h2 class="govuk-heading-m">Timeline</h2>{{ timeline([{"title": "Started", "on": one.as_at, "void": true}]) }}
{{ inset("Note") }}{{ warning("It cannot be undone") }}{{ finished("Loaded", "IMP-12") }}{{ empty_state("None.") }}
{% endblock %}"""
COLUMNS: list[dict[str, Any]] = [
    {"key": "name", "label": "Name", "sort_href": "?sort=name", "sorted": "ascending"},
    {"key": "stage", "label": "Stage"},
    {"key": "organisation", "label": "Organisation", "secondary": True},
    {"key": "days", "label": "Days", "numeric": True},
]


def _pages(app: Flask) -> None:
    stage = SimpleNamespace(label="On a break", colour="yellow")
    metric = SimpleNamespace(label="Analysts trained", definition="Each person once.")
    figure = SimpleNamespace(text="70 of 100", as_at=date(2026, 10, 31), metric=metric)
    body = "Department for Environment, Food and Rural Affairs"
    rows = [{"name": {"text": f"Amina Khan {n}", "href": "#"}, "stage": stage, "organisation": body, "days": 1234}
            for n in range(40)]  # fmt: skip
    frame = {
        "csp_nonce": "n0nce",
        "current_user": SimpleNamespace(is_authenticated=True, name="Amina Khan"),
        "navigation": [{"text": "Home", "href": "/"}, {"text": "People", "href": "/list", "current": True}],
        "banner_demo": True,
        "banner_local": True,
    }
    app.context_processor(lambda: frame)
    app.extensions |= {"sent": [], "percent": 40, "again": threading.Event()}

    @app.after_request
    def policy(response: Response) -> Response:
        response.headers["Content-Security-Policy"] = POLICY
        return response

    @app.route("/form", methods=["GET", "POST"])
    def form() -> str:
        if request.method == "POST":
            app.extensions["sent"].append(request.form["_idem"])
            # The first answer is held back for as long as an impatient person takes, or until a second sending arrives.
            if len(app.extensions["sent"]) > 1:
                app.extensions["again"].set()
            app.extensions["again"].wait(timeout=1)
        asked = Question()
        asked.submitted()
        return render_template_string(FORM, form=asked)

    @app.get("/list")
    def many() -> str:
        page = Page(rows=rows, number=2, total=1234, url=lambda number: f"?page={number}")
        chosen = [{"text": "Home Office", "href": "?"}]
        return render_template_string(
            LIST, page=page, columns=COLUMNS, filter_form=Question(), chosen=chosen, clear_href="?"
        )

    app.add_url_rule("/show", "show", lambda: render_template_string(SHOW, one=figure, stage=stage))
    app.add_url_rule("/work", "work", lambda: render_template_string(WORK, percent=app.extensions["percent"]))


@pytest.fixture
def app() -> Flask:
    app = make_frame()
    _pages(app)
    return app


@pytest.fixture
def address(app: Flask) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, app, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def tab(chromium: Chromium, address: str) -> Iterator[Tab]:
    """A tab that fails the test when the page's console holds anything: a refused script, a missing file. It closes
    before the server does."""
    complaints: list[str] = []
    tab = chromium.new_page()
    tab.on("console", lambda message: message.type in ("error", "warning") and complaints.append(message.text))
    tab.on("pageerror", lambda error: complaints.append(str(error)))
    yield tab
    tab.close()
    assert complaints == []


@pytest.mark.parametrize(
    "width", [375, pytest.param(800, marks=pytest.mark.assure), pytest.param(1280, marks=pytest.mark.assure)]
)
def test_every_component_fits_the_width_and_axe_finds_nothing(tab: Tab, address: str, width: int):
    tab.set_viewport_size({"width": width, "height": 800})
    for path in ("/show", "/list", "/form"):
        tab.goto(address + path)
        if path == "/form":
            tab.click("main button[type=submit]")
            tab.wait_for_selector(".govuk-error-summary")

        violations = Axe().run(tab).response["violations"]

        assert violations == [], path
        assert tab.evaluate("document.documentElement.scrollWidth") == width, path


def test_a_long_list_is_shortened_by_typing_and_keeps_what_was_chosen(tab: Tab, address: str):
    options = "list => [...list.options].map(option => option.text)"
    tab.goto(address + "/form")

    tab.select_option("#body", label="Body 7")
    tab.fill("#body-narrow", "BÖDY 15")

    assert tab.eval_on_selector("#body", options) == ["Body 7", "Body 15"]
    assert tab.input_value("#body") == "7"
    assert tab.inner_text("[role=status]") == "1 of 16 in the list"
    tab.fill("#body-narrow", "")
    assert len(tab.eval_on_selector("#body", options)) == 16
    assert tab.input_value("#body") == "7"


def test_an_impatient_second_press_sends_nothing(tab: Tab, address: str, app: Flask):
    tab.goto(address + "/form")

    tab.eval_on_selector(
        "main form", "form => { form.requestSubmit(); window.setTimeout(() => form.requestSubmit(), 100); }"
    )

    tab.wait_for_selector(".govuk-error-summary")
    assert len(app.extensions["sent"]) == 1


def test_long_work_is_followed_to_its_end_without_a_press(tab: Tab, address: str, app: Flask):
    tab.goto(address + "/work")

    tab.wait_for_selector("text=40% done")
    app.extensions["percent"] = 70
    tab.wait_for_selector("text=70% done")
    app.extensions["percent"] = 100
    tab.wait_for_selector("text=Loaded")


def test_what_leaves_a_small_screen_is_one_tap_away_and_the_heads_stay_in_sight(tab: Tab, address: str):
    tab.set_viewport_size({"width": 375, "height": 800})
    tab.goto(address + "/list")
    body = tab.locator("tbody tr").first.get_by_text("Department for Environment")

    assert [one.is_visible() for one in body.all()] == [False, False]
    tab.locator("tbody summary").first.click()
    assert [one.is_visible() for one in body.all()] == [True, False]
    tab.locator("tbody tr").nth(30).scroll_into_view_if_needed()
    assert tab.evaluate("document.querySelector('thead th').getBoundingClientRect().top") == 0
