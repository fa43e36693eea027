"""How templates write values into a page: escaped, as Jinja does it, at a fraction of the time.

Jinja wraps every value it writes in an object of its own, and copies what a macro drew once for each layer it goes
through. A list of a hundred people writes some two thousand values.
"""

import re
from typing import Any

from flask.templating import Environment as FlaskEnvironment
from jinja2 import nodes
from jinja2.compiler import CodeGenerator, Frame
from markupsafe import Markup, escape

_SPECIAL = re.compile("[&<>\"']").search


def written(value: Any) -> str:
    """What stands in the page for a value: what `escape` gives, without an object around what needs no escaping."""
    kind = type(value)
    if kind is Markup or (kind is str and not _SPECIAL(value)):
        text: str = value
        return text
    return escape(value)


class _Writer(CodeGenerator):
    """Compiles templates to call `written` where Jinja would call `escape`."""

    def _output_child_pre(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:
        if frame.eval_ctx.autoescape and not frame.eval_ctx.volatile and finalize.src is None:
            self.write("environment.written(")
        else:
            super()._output_child_pre(node, frame, finalize)


class Environment(FlaskEnvironment):
    """The templates of the application."""

    code_generator_class = _Writer
    written = staticmethod(written)
