"""What each room of a slice may use. The order of the rooms is a contract in setup.cfg; this is the rest."""

import ast
import re
import sys
from collections.abc import Callable, Iterator

import pytest

from tests.architecture.source import Source, docstrings, imported, sources

Offences = Iterator[tuple[int, str]]
WRITES = frozenset({"add", "add_all", "bulk_insert_mappings", "bulk_save_objects", "delete", "flush", "merge"})
REQUEST = (
    r"flask(\.(request|session|g|abort|flash|make_response|redirect|render_template\w*|url_for))?|.*\.current_user"
)
ARITHMETIC = (ast.Add, ast.Sub, ast.Mult, ast.Div, ast.FloorDiv, ast.Mod, ast.Pow)

IMPORTS_NEVER = {
    "models": r"(flask|flask_wtf|wtforms|tracker\.outbox)(\..*)?",
    "queries": rf"{REQUEST}|sqlalchemy(\..*)?\.(insert|update|delete)",
    "metrics": rf"{REQUEST}|sqlalchemy(\..*)?\.(insert|update|delete)",
    "services": rf"{REQUEST}|(flask_login|flask_wtf|wtforms)(\..*)?|tracker\..*\bforms(\..*)?",
    "forms": r"sqlalchemy(\..*)?|tracker\.core\.db(\..*)?|tracker\..*\b(queries|services)(\..*)?",
    "views": r"(sqlalchemy|flask_sqlalchemy|markupsafe)(\..*)?|tracker\.core\.db(\.(db|Model))?",
    "jobs": r"flask(\.(?!current_app$).*)?|sqlalchemy(\..*)?|tracker\.core\.db\.db|tracker\..*\bqueries(\..*)?",
}


def forbidden_imports(source: Source) -> Offences:
    for line, name in imported(source.tree):
        if source.room == "models" and source.path.startswith("tracker/outbox/") and name.startswith("tracker.outbox"):
            continue
        if re.fullmatch(IMPORTS_NEVER.get(source.room, "(?!)"), name):
            yield line, f"imports {name}"


def impure_imports(source: Source) -> Offences:
    """A lifecycle stands on the standard library and on other lifecycles: it can be reasoned about on paper."""
    for line, name in imported(source.tree):
        if name.split(".")[0] not in sys.stdlib_module_names and not re.fullmatch(
            r"tracker\.\w+\.lifecycle(\..*)?", name
        ):
            yield line, f"imports {name}"


def writes(source: Source) -> Offences:
    """What is called on a session, however the session is reached."""
    for node in ast.walk(source.tree):
        if not (isinstance(node, ast.Attribute) and node.attr in WRITES):
            continue
        if re.search(r"session(\(\))?$", ast.unparse(node.value)):
            yield node.lineno, f"calls {ast.unparse(node)}"


def sessions(source: Source) -> Offences:
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Attribute) and node.attr == "session" and ast.unparse(node.value).endswith("db"):
            yield node.lineno, "reaches for the database session"


def arithmetic(source: Source) -> Offences:
    for node in ast.walk(source.tree):
        if isinstance(node, ast.BinOp | ast.AugAssign) and isinstance(node.op, ARITHMETIC):
            yield node.lineno, f"calculates {ast.unparse(node)}"


def html(source: Source) -> Offences:
    """A tag in a string; an address such as /people/<ref> starts with its slash and is none."""
    spoken = {id(node) for node in docstrings(source.tree)}
    for node in ast.walk(source.tree):
        if not (isinstance(node, ast.Constant) and isinstance(node.value, str)) or id(node) in spoken:
            continue
        if not node.value.startswith("/") and re.search(r"</?[a-z]", node.value, re.IGNORECASE):
            yield node.lineno, f"holds HTML: {node.value[:40]!r}"


RULES: dict[str, tuple[Callable[[Source], Offences], ...]] = {
    "lifecycle": (impure_imports,),
    "models": (forbidden_imports,),
    "queries": (forbidden_imports, writes),
    "metrics": (forbidden_imports, writes),
    "services": (forbidden_imports,),
    "forms": (forbidden_imports, writes),
    "views": (forbidden_imports, sessions, arithmetic, html),
    "jobs": (forbidden_imports, sessions),
}


def offences(source: Source) -> list[str]:
    return [f"{source.path}:{line} {what}" for rule in RULES.get(source.room, ()) for line, what in rule(source)]


def test_every_room_keeps_to_what_it_may_use():
    found = [offence for source in sources() for offence in offences(source)]

    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    ("room", "text"),
    [
        ("lifecycle", "from sqlalchemy import select"),
        ("lifecycle", "from flask import current_app"),
        ("lifecycle", "from tracker.core.clock import today"),
        ("models", "from flask import url_for"),
        ("models", "from tracker.outbox import services"),
        ("queries", "from flask import request"),
        ("queries", "from flask_login import current_user"),
        ("queries", "from sqlalchemy import update"),
        ("queries", "db.session.add(person)"),
        ("metrics", "db.session.flush()"),
        ("metrics", "from tracker.accounts.session import current_user"),
        ("services", "from flask import session"),
        ("services", "from flask import render_template"),
        ("services", "import flask"),
        ("services", "from flask_login import current_user"),
        ("services", "from tracker.training.forms import StageForm"),
        ("services", "from tracker.training import forms"),
        ("forms", "from tracker.training import queries"),
        ("forms", "from tracker.people.services import add"),
        ("forms", "from sqlalchemy import select"),
        ("forms", "from tracker.core.db import db"),
        ("views", "from sqlalchemy import select"),
        ("views", "from tracker.core.db import db"),
        ("views", "core.db.session.get(Person, 1)"),
        ("views", "page = page + 1"),
        ("views", "page -= 1"),
        ("views", "share = done / people"),
        ("views", "flash('<strong>Saved</strong>')"),
        ("views", "from markupsafe import Markup"),
        ("jobs", "from sqlalchemy import select"),
        ("jobs", "from tracker.progress import queries"),
        ("jobs", "db.session.execute(clean)"),
        ("jobs", "from flask import request"),
    ],
)
def test_what_a_room_may_not_use_is_seen(room: str, text: str):
    assert offences(Source(f"tracker/training/{room}.py", text))
    assert offences(Source(f"tracker/training/{room}/one.py", text))


@pytest.mark.parametrize(
    ("room", "text"),
    [
        ("lifecycle", "from dataclasses import dataclass\nfrom tracker.ledger.lifecycle import Lifecycle"),
        ("queries", "seen = set()\nseen.add(1)\nfrom sqlalchemy import select"),
        ("services", "db.session.add(person)\ndb.session.flush()\nfrom tracker.training import queries"),
        ("services", "from tracker.core.clock import today"),
        ("views", "from tracker.core.db import transaction\nfrom flask import render_template, request"),
        ("views", "@blueprint.route('/people/<ref>/stages/<int:number>')\ndef show():\n    '''A <b>page</b>.'''"),
        ("jobs", "from tracker.progress import services\nfrom tracker.core.job import Job"),
    ],
)
def test_what_a_room_may_use_is_let_be(room: str, text: str):
    assert offences(Source(f"tracker/training/{room}.py", text)) == []
