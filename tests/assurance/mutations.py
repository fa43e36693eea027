"""Takes one protection away at a time: the source as it would be if somebody had forgotten it."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

KINDS = ("guard", "scope", "version", "csrf", "audit")


@dataclass(frozen=True)
class Mutation:
    """One place in one file, and what would stand there instead."""

    kind: str
    path: str
    line: int
    start: int
    end: int
    instead: str

    def applied(self, source: bytes) -> bytes:
        """The source with the protection gone."""
        return source[: self.start] + self.instead.encode() + source[self.end :]

    def __str__(self) -> str:
        return f"{self.path}:{self.line} → {self.instead}"


def mutations(root: Path, kind: str) -> list[Mutation]:
    """Every place in the package where a protection of the kind can be taken away."""
    found: list[Mutation] = []
    for file in sorted((root / "tracker").rglob("*.py")):
        source = file.read_bytes()
        # Positions of the tree are in bytes of a line: count the bytes of the lines before.
        starts = [0]
        for line in source.splitlines(keepends=True):
            starts.append(starts[-1] + len(line))
        tree = ast.parse(source)
        for node, instead in _places(tree, kind):
            assert node.end_lineno is not None
            assert node.end_col_offset is not None
            start = starts[node.lineno - 1] + node.col_offset
            end = starts[node.end_lineno - 1] + node.end_col_offset
            found.append(Mutation(kind, file.relative_to(root).as_posix(), node.lineno, start, end, instead))
    return found


def _places(tree: ast.Module, kind: str) -> Iterator[tuple[ast.expr | ast.stmt, str]]:
    if kind == "guard":
        yield from _guards(tree)
    elif kind == "scope":
        yield from _scopes(tree)
    elif kind == "version":
        yield from _versions(tree)
    elif kind == "csrf":
        yield from _statements(tree, ("csrf.init_app", "app.before_request"))
    else:
        yield from _statements(tree, ("audit.record", "trail.record", "written"))


def _guards(tree: ast.Module) -> Iterator[tuple[ast.expr, str]]:
    """A view that asks for a permission asks for none; one that asks for a signed-in user lets anybody in."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.FunctionDef):
            continue
        for decorator in node.decorator_list:
            if isinstance(decorator, ast.Call) and ast.unparse(decorator.func) == "requires":
                if decorator.args:
                    yield decorator.args[0], "None"
                elif not decorator.keywords:
                    yield decorator, 'requires.__globals__["public"]'


def _scopes(tree: ast.Module) -> Iterator[tuple[ast.expr, str]]:
    """Lists show everybody, and what is asked of one subject is granted for all."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            if node.func.attr == "sees":
                yield node, '__import__("sqlalchemy").true()' if len(node.args) > 1 else "True"
            elif node.func.attr == "reach" and node.args:
                yield node, "None"
            elif node.func.attr == "may" and len(node.args) > 1:
                yield node, "True"


def _versions(tree: ast.Module) -> Iterator[tuple[ast.expr | ast.stmt, str]]:
    """Nobody looks whether a record is still as it was shown, and the mapper does not look either."""
    for node in ast.walk(tree):
        said = ast.unparse(node) if isinstance(node, ast.Compare | ast.Assign) else ""
        if "parsed.version" in said or "version_id ==" in said:
            continue
        if isinstance(node, ast.Assign) and "version_id_col" in said:
            yield node.value, "{}"
        elif isinstance(node, ast.Compare) and len(node.ops) == 1 and "version" in said:
            if isinstance(node.ops[0], ast.NotEq):
                yield node, "False"
            elif isinstance(node.ops[0], ast.Eq):
                yield node, "True"
        elif isinstance(node, ast.Expr) and ".check_version(" in ast.unparse(node):
            yield node, "pass"


def _statements(tree: ast.Module, names: tuple[str, ...]) -> Iterator[tuple[ast.stmt, str]]:
    """A call that stands alone is not made. Of the hooks, only the one that looks where a request comes from."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call) and ast.unparse(node.value.func) in names:
            hooked = [ast.unparse(argument) for argument in node.value.args]
            if ast.unparse(node.value.func) != "app.before_request" or any("origin" in name for name in hooked):
                yield node, "pass"
