"""The components, as a browser gets them: GOV.UK's class names, ids that errors lead to, words for every drawing."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask, render_template_string

from tests.frame import Question, make_frame
from tests.markup import Seen
from tracker.core.paging import Page

GREEN = SimpleNamespace(label="Completed", colour="green")
Render = Callable[..., Seen]


@pytest.fixture(scope="module")
def frame() -> Flask:
    return make_frame()


@pytest.fixture
def render(frame: Flask) -> Iterator[Render]:
    def draw(text: str, **context: Any) -> Seen:
        return Seen(render_template_string(text, **context))

    with frame.test_request_context():
        yield draw


@pytest.fixture
def ask(frame: Flask) -> Callable[..., Seen]:
    """One field, or the whole form page, before anything is sent or after what is given was sent."""

    def draw(text: str, sent: dict[str, str] | None = None, data: dict[str, Any] | None = None) -> Seen:
        with frame.test_request_context(method="POST" if sent is not None else "GET", data=sent):
            form = Question(data=data)
            form.submitted()
            user = SimpleNamespace(is_authenticated=False)
            return Seen(render_template_string(text, form=form, current_user=user, csp_nonce="n0nce"))

    return draw


FIELD = '{% from "components/field.html" import field %}{{ field(form.NAME) }}'
PAGE = '{% extends "layouts/form_page.html" %}{% block title %}Add a person{% endblock %}'


@pytest.mark.parametrize(
    ("name", "tag", "attributes"),
    [
        ("name", "input", {"type": "text", "class": "govuk-input", "autocomplete": "name"}),
        ("email", "input", {"type": "email", "aria-describedby": "email-hint", "spellcheck": "false"}),
        ("password", "input", {"type": "password", "autocomplete": "current-password"}),
        ("days", "input", {"type": "text", "inputmode": "numeric"}),
        ("body", "select", {"class": "govuk-select", "data-app-narrow": ""}),
        ("note", "textarea", {"class": "govuk-textarea govuk-js-character-count"}),
        ("upload", "input", {"type": "file", "class": "govuk-file-upload"}),
    ],
)
def test_each_kind_of_field_is_its_govuk_counterpart_with_a_label(ask, name, tag, attributes):
    page = ask(FIELD.replace("NAME", name))

    field = page.one(tag, name=name, id=name)
    assert attributes.items() <= field.items()
    assert page.one("label", **{"for": name})["class"].startswith("govuk-label")


@pytest.mark.parametrize(
    ("name", "kind", "ids"), [("stage", "radio", ["stage", "stage-2"]), ("skills", "checkbox", ["skills", "skills-2"])]
)
def test_choices_stand_in_a_fieldset_and_the_first_has_the_id_that_errors_lead_to(ask, name, kind, ids):
    page = ask(FIELD.replace("NAME", name))

    assert [choice["id"] for choice in page.all("input", type=kind, name=name)] == ids
    assert page.one("legend")["class"].startswith("govuk-fieldset__legend")


def test_a_single_tick_has_its_own_words_as_its_label(ask):
    page = ask(FIELD.replace("NAME", "sure"), data={"sure": True})

    assert page.one("input", type="checkbox", id="sure", name="sure", value="y")["checked"] == ""
    assert page.words == "I have checked the list"


def test_a_date_is_three_boxes_that_show_what_was_typed_and_mark_only_what_is_wrong(ask):
    page = ask(FIELD.replace("NAME", "on"), sent={"on-day": "31", "on-month": "", "on-year": "2026"})

    boxes = [page.one("input", id=f"on-{part}", name=f"on-{part}") for part in ("day", "month", "year")]
    assert [box.get("value") for box in boxes] == ["31", "", "2026"]
    assert ["govuk-input--error" in box["class"] for box in boxes] == [False, True, False]
    assert page.one("fieldset", role="group")["aria-describedby"] == "on-hint on-error"


def test_errors_lead_to_a_field_that_is_on_the_page_and_the_title_says_so(ask):
    page = ask(PAGE, sent={"on-day": "31", "on-year": "2026", "body": "1"})

    links = [link["href"] for link in page.all("a") if link.get("href", "").startswith("#") and "class" not in link]
    assert links == ["#name", "#stage", "#on-month"]
    assert [page.one("input", id=link[1:])["id"] for link in links] == ["name", "stage", "on-month"]
    assert page.parts[page.parts.index(("title", {})) + 1] == "Error: Add a person – Data skills tracker"
    assert page.words.count("Enter the name") == 2


def test_a_form_carries_its_token_its_key_and_its_version_once_and_one_green_button(ask):
    page = ask(PAGE, data={"version": 7})

    assert {"csrf_token", "_idem", "version"} == {field["name"] for field in page.all("input", type="hidden")}
    assert page.one("input", name="version")["value"] == "7"
    assert [button["class"] for button in page.all("button", type="submit")] == ["govuk-button"]
    assert page.one("form", method="post")["action"] == "/"


def test_a_password_is_never_sent_back(ask):
    page = ask(FIELD.replace("NAME", "password"), sent={"password": "correct horse"})

    assert "value" not in page.one("input", name="password")


def test_what_was_typed_comes_back_as_text_and_not_as_markup(ask):
    page = ask(PAGE, sent={"name": '"><script>x</script>', "note": "</textarea><b>"})

    assert page.one("input", name="name")["value"] == '"><script>x</script>'
    assert all("src" in script or script.get("nonce") == "n0nce" for script in page.all("script"))
    assert not page.all("b")


def test_every_script_of_a_page_carries_the_nonce_and_nothing_is_styled_inline(ask):
    page = ask(PAGE)

    assert {script.get("nonce") for script in page.all("script")} == {"n0nce"}
    assert not [part for part in page.parts if isinstance(part, tuple) and "style" in part[1]]
    assert page.parts[page.parts.index(("h1", page.one("h1"))) + 1] == "Add a person"


COLUMNS = [
    {"key": "name", "label": "Name", "sort_href": "?sort=name", "sorted": "ascending"},
    {"key": "stage", "label": "Stage"},
    {"key": "days", "label": "Days", "numeric": True},
    {"key": "since", "label": "Since", "secondary": True},
]
ROW = {"name": {"text": "Amina", "href": "/people/P1"}, "stage": GREEN, "days": 1234, "since": date(2026, 10, 31)}
TABLE = '{% from "components/data_table.html" import data_table %}'


def test_a_table_names_its_rows_and_says_its_order_and_keeps_secondary_values_one_tap_away(render):
    table = render(TABLE + '{{ data_table(columns, rows, "People") }}', columns=COLUMNS, rows=[ROW])

    assert table.one("th", scope="row")["class"] == "govuk-table__header"
    assert table.one("th", **{"aria-sort": "ascending"})["scope"] == "col"
    assert table.one("td", class_="govuk-table__cell--numeric")
    assert table.one("td", class_="app-table__secondary")
    assert table.words.count("31 October 2026") == 2
    assert "1,234" in table.words
    assert table.one("strong")["class"] == "govuk-tag app-tag govuk-tag--green"


def test_a_page_may_draw_the_cells_of_a_table_itself(render):
    text = TABLE + '{% call(row, column) data_table(columns, rows, "P") %}<i>{{ column.key }}</i>{% endcall %}'

    table = render(text, columns=COLUMNS, rows=[ROW])

    assert len(table.all("i")) == 5


def test_a_table_without_rows_says_why_and_what_to_do(render):
    text = TABLE + '{{ data_table(columns, [], "People", empty="No people yet.", empty_text="Import a list.") }}'

    empty = render(text, columns=COLUMNS)

    assert not empty.all("table")
    assert empty.words == "People No people yet. Import a list."


@pytest.mark.parametrize(
    ("value", "words"),
    [(None, "–"), ("", "–"), (0, "0"), (True, "True"), (1234, "1,234"), ("<b>", "<b>"), ({"text": None}, "–"),
     ({"text": "Home Office", "note": "since 2026"}, "Home Office since 2026"), (date(2026, 3, 1), "1 March 2026"),
     (datetime(2026, 6, 1, 8, 5, tzinfo=UTC), "1 June 2026, 9:05am"), (SimpleNamespace(text="37 %"), "37 %")],
)  # fmt: skip
def test_a_cell_prints_every_kind_of_value(render, value, words):
    assert render('{% from "components/cell.html" import cell %}{{ cell(value) }}', value=value).words == words


@pytest.mark.parametrize(
    ("number", "shown"),
    [(1, "1 2 ⋯ 13 Next page"), (4, "Previous page 1 2 3 4 5 ⋯ 13 Next page"), (13, "Previous page 1 ⋯ 12 13")],
)
def test_pages_show_the_first_the_last_and_the_neighbours(render, number, shown):
    page = Page(rows=[], number=number, total=1234, url=lambda n: f"?page={n}")

    pages = render('{% from "components/pagination.html" import pagination %}{{ pagination(page) }}', page=page)

    assert pages.words == shown
    assert pages.one("a", **{"aria-current": "page"})["href"] == f"?page={number}"


def test_a_figure_has_its_name_its_date_and_its_meaning(render):
    metric = SimpleNamespace(label="Analysts trained", definition="Each person once.")
    one = SimpleNamespace(text="373", as_at=date(2026, 10, 31), metric=metric)

    figure = render('{% from "components/figure.html" import figure %}{{ figure(one, href="/x") }}', one=one)

    assert figure.words == "Analysts trained 373 As at 31 October 2026 What this counts Each person once."
    assert figure.one("a")["href"] == "/x"


def test_drawings_have_words(render):
    text = (
        '{% from "components/progress_bar.html" import progress_bar %}{{ progress_bar(74.6, 80, ["373", "plan 400"]) }}'
    )
    text += '{% from "components/sparkline.html" import sparkline %}{{ sparkline("0,1 5,2", "Rose to 40") }}'

    drawn = render(text)

    bar, spark = drawn.all("svg")
    assert bar["aria-hidden"] == "true"
    assert spark["role"] == "img"
    assert drawn.words == "373 plan 400 Rose to 40"
    assert drawn.one("rect", class_="app-bar__actual")["width"] == "74.6"


def test_what_was_taken_back_says_so_in_words(render):
    entry = {"title": "Started", "on": date(2026, 3, 1), "later": "12 days later", "void": True, "actor": "Amina"}

    line = render('{% from "components/timeline.html" import timeline %}{{ timeline([entry]) }}', entry=entry)

    assert line.words == "Started (taken back) 1 March 2026 recorded 12 days later Recorded by Amina"


@pytest.mark.parametrize("code", [400, 403, 404, 405, 409, 413, 415, 422, 429, 500, 503])
def test_an_error_page_needs_no_user_and_gives_the_number_of_the_request(render, frame, code):
    text = frame.jinja_env.get_template(f"errors/{code}.html").render(request_id="r-77", sent=[("Reason", "a\nb")])

    page = Seen(text)

    assert len(page.all("h1")) == 1
    assert "give this number: r-77" in page.words
    assert page.one("a", class_="govuk-link", href="/")
    assert "Reason a b" in page.words
