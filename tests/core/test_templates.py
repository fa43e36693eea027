"""Values in a page stand there just as Jinja would have written them."""

from types import SimpleNamespace

import pytest
from flask import Flask, render_template_string
from markupsafe import Markup, escape

from tracker.core.templates import written

PAGE = (
    "{% macro bold(it) %}<b>{{ it }}</b>{% endmacro %}{% set block %}<i>{{ value }}</i>{% endset %}"
    "{{ value }}{{ bold(value) }}{{ block }}{{ [value] | join(', ') }}{{ value | upper }}"
)


class Shouting(str):
    """A text that prints otherwise than it is kept."""

    def __str__(self) -> str:
        return "<SHOUTING>"


@pytest.mark.parametrize(
    "value",
    [
        *("", "Ann", "<b>", 'a"b', "a'b", "a&b", "a>b", "ß & <é>"),
        *(Markup("<b>"), Shouting("quiet"), 7, 1.5, None, True, ["<"], SimpleNamespace(a="<")),
    ],
)
def test_a_value_is_written_as_it_is_escaped(value: object) -> None:
    assert written(value) == escape(value)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_what_is_typed_is_escaped_wherever_a_template_writes_it(app: Flask) -> None:
    bad = "<script>alert('&\"')</script>"
    safe = str(escape(bad))

    with app.test_request_context():
        page = render_template_string(PAGE, value=bad)

    assert page == f"{safe}<b>{safe}</b><i>{safe}</i>{safe}{escape(bad.upper())}"
    assert "<script" not in page
