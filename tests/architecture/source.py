"""The product's own source, read for the border tests."""

import ast
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePosixPath

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("views", "jobs", "imports", "forms", "services", "metrics", "queries", "models", "lifecycle")


@dataclass(frozen=True)
class Source:
    """One Python file: `path` is relative to the project, such as tracker/training/views.py."""

    path: str
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text, self.path)

    @property
    def room(self) -> str:
        """The room it is or lies in: `views` for training/views.py, training/views/*.py and admin/users/views.py."""
        inside = PurePosixPath(self.path).with_suffix("").parts[2:]
        return next((part for part in inside if part in ROOMS), "")


def sources() -> list[Source]:
    """Every Python file of the package."""
    found = [
        Source(str(path.relative_to(ROOT)), path.read_text("utf-8")) for path in sorted(ROOT.glob("tracker/**/*.py"))
    ]
    assert found, "the package was not found, so nothing was checked"
    return found


def project_files() -> list[str]:
    """Every file that is, or is about to be, in the repository."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=True, text=True).stdout
    found = [name for name in listed.split("\0") if name and (ROOT / name).is_file()]
    assert found, "the repository lists no file, so nothing was checked"
    return found


def imported(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Line and full dotted name of everything imported: `from flask import request` is flask.request."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from ((node.lineno, f"{'.' * node.level}{node.module or ''}.{alias.name}") for alias in node.names)


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Every function and method."""
    return (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def docstrings(tree: ast.AST) -> Iterator[ast.Constant]:
    """Every string that stands alone, which says something to the reader and nothing to the program."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            yield node.value
