"""The project as a folder: what lies at its top, what no file may name, how the migrations are numbered."""

import ast
import re
from collections.abc import Collection, Mapping

import pytest

from tests.architecture.source import ROOT, imported, project_files

TOP = frozenset(
    {
        *(".ci", ".gitignore", "LICENSE", "Makefile", "README.md", "pyproject.toml", "setup.cfg", "wsgi.py"),
        *("requirements.in", "requirements.txt", "requirements-dev.in", "requirements-dev.txt"),
        *("migrations", "templates", "tests", "tracker"),
    }
)
REGISTRIES = tuple(
    ".".join(parts) for parts in [("pypi", "org"), ("pythonhosted", "org"), ("npmjs", "org"), ("npmjs", "com")]
)
MACHINE_PATH = re.compile(r"(?<![\w.})-])/(work|tmp|root|home|Users|opt)/(?=[\w.])")
INDEX_LINE = re.compile(r"^\s*(-i|-f|--(extra-)?index-url|--find-links|--trusted-host)\b", re.MULTILINE)
REVISION = re.compile(r"(\d{4})_[a-z0-9]+(_[a-z0-9]+)*\.py")


def strays(files: Collection[str]) -> list[str]:
    return sorted({file.split("/")[0] for file in files} - TOP)


def betrayals(name: str, text: str) -> list[str]:
    """Where a file names the place it was made at, which nobody else has."""
    found = [f"{name} names {host}" for host in REGISTRIES if host in text]
    found += [f"{name} names {match[0]}" for match in MACHINE_PATH.finditer(text)]
    if name.startswith("requirements"):
        found += [f"{name} says where from: {match[0]}" for match in INDEX_LINE.finditer(text)]
    return found


def misnumbered(migrations: Mapping[str, str]) -> list[str]:
    """One line, 0001, 0002, …, each upon the one before; none imports the package, so each stays what it was."""
    found, before = [], None
    for place, (name, text) in enumerate(sorted(migrations.items()), start=1):
        values = {
            target.id: ast.literal_eval(node.value)
            for node in ast.parse(text).body
            if isinstance(node, ast.Assign | ast.AnnAssign) and isinstance(node.value, ast.Constant)
            for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
            if isinstance(target, ast.Name)
        }
        number = f"{place:04}"
        if not REVISION.fullmatch(name) or not name.startswith(number):
            found.append(f"{name} is not named {number}_what_changed.py")
        if (values.get("revision"), values.get("down_revision", "missing")) != (number, before):
            found.append(f"{name} is not revision {number} upon {before}")
        if any(taken.split(".")[0] == "tracker" for _, taken in imported(ast.parse(text))):
            found.append(f"{name} imports the package")
        before = number
    return found


def test_only_what_belongs_there_lies_at_the_top():
    assert strays(project_files()) == []


def test_no_file_names_a_registry_or_a_machine():
    texts = {name: (ROOT / name).read_text("utf-8", errors="ignore") for name in project_files()}

    found = [betrayal for name, text in texts.items() for betrayal in betrayals(name, text)]

    assert not found, "\n".join(found)


def test_migrations_are_numbered_in_one_line():
    migrations = {path.name: path.read_text("utf-8") for path in ROOT.glob("migrations/versions/*.py")}

    found = misnumbered(migrations)

    assert migrations, "no migration was found, so nothing was checked"
    assert not found, "\n".join(found)


@pytest.mark.parametrize("file", ["notes.txt", "utils.py", "docs/index.md", ".env", "requirements.lock"])
def test_a_stray_at_the_top_is_seen(file: str):
    assert strays(["README.md", file])


@pytest.mark.parametrize(
    ("name", "text"),
    [
        *(("README.md", f"see https://{host}/simple") for host in REGISTRIES),
        *(
            ("tests/conftest.py", f"open('/{place}/x.csv')")
            for place in ("work", "tmp", "root", "home", "Users", "opt")
        ),
        ("requirements.txt", "flask==3.1.3\n--extra-index-url https://example.org"),
        ("requirements.txt", "-i https://example.org"),
    ],
)
def test_a_file_that_names_where_it_was_made_is_seen(name: str, text: str):
    assert betrayals(name, text)


@pytest.mark.parametrize(
    "text", ["templates/home/index.html", "../home/x", "url('/people/')", "{root}/work/x", "/homepage"]
)
def test_a_path_of_the_product_is_let_be(text: str):
    assert betrayals("tracker/app.py", text) == []


FIRST = {"0001_first.py": 'revision = "0001"\ndown_revision = None'}


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("0002_second.py", 'revision = "0002"\ndown_revision = None'),
        ("0002_second.py", 'revision = "2"\ndown_revision = "0001"'),
        ("0002_second.py", 'revision = "0002"'),
        ("0003_third.py", 'revision = "0003"\ndown_revision = "0001"'),
        ("0001_also.py", 'revision = "0001b"\ndown_revision = "0001"'),
        ("ae103f_second.py", 'revision = "0002"\ndown_revision = "0001"'),
        ("0002_Second.py", 'revision = "0002"\ndown_revision = "0001"'),
        ("0002_second.py", 'from tracker.core import db\nrevision = "0002"\ndown_revision = "0001"'),
    ],
)
def test_a_migration_out_of_line_is_seen(name: str, text: str):
    assert misnumbered({**FIRST, name: text})


def test_migrations_in_line_are_let_be():
    second = {"0002_second_thing.py": 'revision: str = "0002"\ndown_revision: str | None = "0001"'}

    assert misnumbered({**FIRST, **second}) == []
