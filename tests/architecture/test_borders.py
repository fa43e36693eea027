"""Borders that hold in the whole package, whatever the room."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator

import pytest

from tests.architecture.source import Source, docstrings, functions, imported, sources

Offences = Iterator[tuple[int, str]]
NAMES_THAT_SAY_NOTHING = frozenset({"utils", "util", "helpers", "common", "constants", "types", "misc"})
CLOCKS = frozenset({"now", "today", "utcnow"})
MOST_LINES_OF_A_FILE = 350
MOST_LINES_OF_A_FUNCTION = 40
MOST_LINES_OF_A_VIEW = 20


def commits(source: Source) -> Offences:
    """Only `core.db.transaction()` ends a piece of work, so that half of one is never kept."""
    if source.path == "tracker/core/db.py":
        return
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Attribute) and node.attr == "commit":
            yield node.lineno, f"commits: {ast.unparse(node)}"


def clocks(source: Source) -> Offences:
    """Only `core.clock` reads the time: one London day for everybody, and tests that can stand on any day."""
    if source.path == "tracker/core/clock.py":
        return
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Attribute):
            owner = ast.unparse(node.value).rpartition(".")[2]
            if (node.attr in CLOCKS and owner != "clock") or (owner, node.attr) in {
                ("time", "time"),
                ("time", "localtime"),
            }:
                yield node.lineno, f"reads a clock of its own: {ast.unparse(node)}"
    for line, name in imported(source.tree):
        if name == "time.time":
            yield line, "imports a clock of its own"


def hidden_imports(source: Source) -> Offences:
    """An import inside a function hides a knot: something is on the wrong floor."""
    for inner in ast.walk(source.tree):
        if isinstance(inner, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Try | ast.If):
            yield from ((line, f"imports {name} where it is not seen") for line, name in imported(inner))


def late_imports(source: Source) -> Offences:
    """The imports come first; only the module's own words may stand above them."""
    body = [
        node for node in source.tree.body if not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))
    ]
    begun = False
    for node in body:
        is_import = isinstance(node, ast.Import | ast.ImportFrom)
        if is_import and begun:
            yield node.lineno, "imports below the top"
        begun = begun or not is_import


def names(source: Source) -> Offences:
    for part in source.path.removesuffix(".py").split("/"):
        if part in NAMES_THAT_SAY_NOTHING:
            yield 1, f"‘{part}’ says nothing about what is inside"


def sizes(source: Source) -> Offences:
    if (length := source.text.count("\n")) > MOST_LINES_OF_A_FILE:
        yield 1, f"has {length} lines: it wants to be two"
    words = {node.lineno: (node.end_lineno or 0) - node.lineno + 1 for node in docstrings(source.tree)}
    for function in functions(source.tree):
        length = (function.end_lineno or 0) - function.lineno + 1 - words.get(function.body[0].lineno, 0)
        is_view = any(
            re.search(r"\.(route|get|post)\(", ast.unparse(decorator)) for decorator in function.decorator_list
        )
        if length > (MOST_LINES_OF_A_VIEW if is_view else MOST_LINES_OF_A_FUNCTION):
            yield function.lineno, f"{function.name} has {length} lines"


RULES = (commits, clocks, hidden_imports, late_imports, names, sizes)


def offences(source: Source) -> list[str]:
    return [f"{source.path}:{line} {what}" for rule in RULES for line, what in rule(source)]


def test_no_border_is_crossed():
    found = [offence for source in sources() for offence in offences(source)]

    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("training/services.py", "db.session.commit()"),
        ("training/services.py", "with connection() as c:\n    finish = c.commit"),
        ("training/services.py", "datetime.now(UTC)"),
        ("training/services.py", "dt.datetime.utcnow()"),
        ("training/services.py", "date.today()"),
        ("training/queries.py", "select(func.now())"),
        ("training/services.py", "time.time()"),
        ("training/services.py", "from time import time"),
        ("training/services.py", "def f():\n    from tracker.people import queries"),
        ("training/services.py", "try:\n    import fast\nexcept ImportError:\n    fast = None"),
        (
            "training/services.py",
            "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from tracker.people import models",
        ),
        ("training/services.py", "blueprint = 1\nfrom tracker.training import views"),
        ("training/utils.py", ""),
        ("core/helpers/text.py", ""),
        ("common.py", ""),
        ("training/constants.py", ""),
        ("training/types.py", ""),
        ("training/services.py", "x = 1\n" * 351),
        ("training/services.py", "def f():\n" + "    x = 1\n" * 40),
        ("training/views.py", "@blueprint.route('/')\ndef f():\n" + "    x = 1\n" * 20),
        ("training/views.py", "@blueprint.get('/')\ndef f():\n" + "    x = 1\n" * 20),
    ],
)
def test_a_crossing_is_seen(path: str, text: str):
    assert offences(Source(f"tracker/{path}", text))


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("core/db.py", "session.commit()"),
        ("core/clock.py", "datetime.now(UTC)"),
        ("training/services.py", "from tracker.core import clock\nclock.today()\nclock.now()"),
        ("training/services.py", '"""What it does."""\nimport time\n\ntime.monotonic()'),
        ("training/services.py", 'def f():\n    """' + "words\n" * 30 + '    """\n' + "    x = 1\n" * 39),
    ],
)
def test_what_is_allowed_is_let_be(path: str, text: str):
    assert offences(Source(f"tracker/{path}", text)) == []


def test_only_the_process_that_draws_loads_what_drawing_needs():
    """A web worker, a scheduler and every command go without: it takes memory that each of them would keep."""
    look = "import sys, tracker.app, tracker.cli, tracker.jobs.registry; print('numpy' in sys.modules)"

    ran = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, check=True)

    assert ran.stdout.strip() == "False"


def test_a_server_does_not_load_what_only_another_command_needs():
    """What migrations and the demonstration take would stay in every worker's memory; so would the driver of a database
    that is not used."""
    look = "import sys, tracker.app, tracker.cli, tracker.jobs.serving; print(*sys.modules, sep='\\n')"

    ran = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, check=True)

    loaded = set(ran.stdout.split())
    assert "tracker.jobs.server" in loaded
    assert not loaded & {"alembic", "psycopg", "numpy", "pandas", "tracker.demo", "rich"}
