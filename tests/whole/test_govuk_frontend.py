"""The GOV.UK macros that are installed give the markup that the carried style sheet and script were made for."""

import json

import pytest
from jinja2 import Environment, PackageLoader, PrefixLoader

from tests.architecture.source import ROOT
from tests.markup import Seen

# A few of the examples that come with GOV.UK Frontend 6.3.0, for the components that pages use most.
EXAMPLES = json.loads((ROOT / "tests/data/govuk_frontend_6_3_0_fixtures.json").read_text("utf-8"))
MACROS = Environment(
    loader=PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")}),
    autoescape=True,
    trim_blocks=True,
    lstrip_blocks=True,
)


@pytest.mark.parametrize(
    ("component", "example"),
    [
        pytest.param(component, example, id=f"{component}: {example['name']}")
        for component, examples in EXAMPLES.items()
        for example in examples
    ],
)
def test_a_macro_gives_what_the_carried_style_sheet_expects(component, example):
    module = MACROS.get_template(f"govuk_frontend_jinja/components/{component}/macro.html").module
    macro = getattr(module, "govuk" + component.title().replace("-", ""))

    assert Seen(macro(example["options"])).parts == Seen(example["html"]).parts


def test_the_carried_files_are_of_the_version_the_examples_are_of():
    names = {path.name for path in (ROOT / "tracker/static/govuk").glob("*.min.*")}

    assert names == {"govuk-frontend-6.3.0.min.css", "govuk-frontend-6.3.0.min.js"}
