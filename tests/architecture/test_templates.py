"""What a template may hold. Jinja's own parser reads it; what is left as text is looked at as HTML."""

import re
from collections.abc import Iterator

import pytest
from jinja2 import Environment, nodes

from tests.architecture.source import ROOT

Offences = Iterator[tuple[int, str]]
JINJA = Environment(autoescape=True)
ARITHMETIC = (nodes.Add, nodes.Sub, nodes.Mul, nodes.Div, nodes.FloorDiv, nodes.Mod, nodes.Pow)
BUILDING_BLOCKS = ("layouts/", "components/")
HTML = {
    r"<[^>]*\sstyle\s*=": "an inline style",
    r"<style\b": "a style sheet of its own",
    r"<[^>]*\son[a-z]+\s*=": "an inline handler",
    r"javascript:": "a script as an address",
    r"<script\b(?![^>]*\ssrc=)": "an inline script",
    r"<script\b(?![^>]*\bnonce=)": "a script without the nonce",
}
ATTRIBUTES = re.compile(r"style|on[a-z]+|srcdoc")


def unescaped(template: nodes.Template) -> Offences:
    for node in template.find_all((nodes.Filter, nodes.EvalContextModifier, nodes.MarkSafe, nodes.Keyword)):
        if isinstance(node, nodes.Filter) and node.name == "safe":
            yield node.lineno, "says something is safe"
        if isinstance(node, nodes.EvalContextModifier) or (
            isinstance(node, nodes.Keyword) and node.key == "autoescape"
        ):
            yield node.lineno, "changes how text is escaped"


def imports(template: nodes.Template, name: str) -> Offences:
    """Only layouts and components know GOV.UK's macros, so that an upgrade of them has one place."""
    for node in template.find_all((nodes.FromImport, nodes.Import, nodes.Include)):
        taken = node.template.value if isinstance(node.template, nodes.Const) else "something worked out"
        allowed = ("components/", "govuk_frontend_jinja/") if name.startswith(BUILDING_BLOCKS) else ("components/",)
        if not str(taken).startswith(allowed):
            yield node.lineno, f"takes {taken}"
    for node in template.find_all(nodes.Extends):
        taken = node.template.value if isinstance(node.template, nodes.Const) else "something worked out"
        allowed = ("layouts/", "govuk_frontend_jinja/") if name.startswith("layouts/") else ("layouts/",)
        if not str(taken).startswith(allowed):
            yield node.lineno, f"extends {taken}"


def arithmetic(template: nodes.Template, name: str) -> Offences:
    """A page prints what it was given; a component may lay out, which takes a sum."""
    if not name.startswith(BUILDING_BLOCKS):
        yield from ((node.lineno, "calculates") for node in template.find_all(ARITHMETIC))


def attributes(template: nodes.Template) -> Offences:
    """What is handed to a macro as attributes lands in the page like what is written there."""
    for pair in template.find_all(nodes.Pair):
        if isinstance(pair.key, nodes.Const) and ATTRIBUTES.fullmatch(str(pair.key.value)):
            yield pair.lineno, f"hands on the attribute {pair.key.value}"


def html(text: str) -> Offences:
    text = re.sub(r"\{#.*?#\}", lambda comment: "\n" * comment[0].count("\n"), text, flags=re.DOTALL)
    for pattern, what in HTML.items():
        for match in re.finditer(pattern, text, re.IGNORECASE):
            yield text.count("\n", 0, match.start()) + 1, f"holds {what}"


def offences(name: str, text: str) -> list[str]:
    template = JINJA.parse(text)
    found = [
        *unescaped(template),
        *imports(template, name),
        *arithmetic(template, name),
        *attributes(template),
        *html(text),
    ]
    return [f"templates/{name}:{line} {what}" for line, what in found]


def test_templates_keep_to_what_they_may_hold():
    folder = ROOT / "templates"
    texts = {path.relative_to(folder).as_posix(): path.read_text("utf-8") for path in folder.rglob("*.*")}

    found = [offence for name, text in sorted(texts.items()) for offence in offences(name, text)]

    assert texts, "no template was found, so nothing was checked"
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    "text",
    [
        "{{ note|safe }}",
        "{{ note | upper | safe }}",
        "{% filter safe %}x{% endfilter %}",
        "{% autoescape false %}{{ note }}{% endautoescape %}",
        '{% from "govuk_frontend_jinja/components/button/macro.html" import govukButton %}',
        '{% import "people/rows.html" as rows %}',
        '{% include "people/row.html" %}',
        "{% include chosen %}",
        '{% extends "govuk_frontend_jinja/template.html" %}',
        '{% extends "people/list.html" %}',
        "{{ page + 1 }}",
        "{{ 100 * done / people }}",
        '<p style="color: red">',
        "<p class='a'\n   style='color: red'>",
        "<style>p { color: red }</style>",
        '<a href="#" onclick="go()">',
        '<a href="javascript:go()">',
        "<script>go()</script>",
        '<script src="/static/go.js"></script>',
        '{{ button({"attributes": {"onclick": "go()"}}) }}',
        '{{ button({"attributes": {"style": "color: red"}}) }}',
    ],
)
def test_what_a_page_may_not_hold_is_seen(text: str):
    assert offences("people/list.html", text)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("people/list.html", '{% extends "layouts/list_page.html" %}{% from "components/cell.html" import cell %}'),
        ("people/list.html", "{# |safe and style= are not for us #}{{ person.name ~ ', ' ~ person.grade }}"),
        ("people/list.html", '<script src="/static/go.js" nonce="{{ csp_nonce }}"></script>'),
        ("people/list.html", '<p class="app-figure" data-style="wide">Based on one option = two</p>'),
        (
            "components/cell.html",
            '{% from "govuk_frontend_jinja/components/tag/macro.html" import govukTag %}{{ x + 1 }}',
        ),
        ("layouts/base.html", '{% extends "govuk_frontend_jinja/template.html" %}'),
    ],
)
def test_what_a_template_may_hold_is_let_be(name: str, text: str):
    assert offences(name, text) == []
