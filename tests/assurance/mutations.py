"""Takes one protection away at a time: the source as it would be if somebody had forgotten it."""

import ast
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

KINDS = ("guard", "scope", "version", "csrf", "audit")
PROBE = '__import__("tracker.passing").passing'
"""`tests/assurance/passing.py`, where it stands in a probed copy of the project."""


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

    def probe(self, number: int) -> tuple[str, str]:
        """What to put before and behind the place so that it notes under a number which tests it protects in.

        Nothing where the place is read when the module is loaded, which no test passes through.
        """
        if self.instead == "pass" and self.kind == "version":
            return f"{PROBE}.refusing({number}, lambda: ", ")"
        if self.instead == "pass" and not self.is_read_early:
            return f"{PROBE}.through({number}); ", ""
        if self.kind == "guard" or self.is_read_early:
            return "", ""
        return f"{PROBE}.beside({number}, ", f", {self.instead})"

    @property
    def is_read_early(self) -> bool:
        """Whether it is read when its module is loaded or the application is made, and not again afterwards."""
        return self.is_of_the_application or self.is_of_a_mapper

    @property
    def is_of_the_application(self) -> bool:
        """Whether an application has to be made without it, which takes a process of its own."""
        return self.kind == "csrf"

    @property
    def is_of_a_mapper(self) -> bool:
        """Whether it has a mapper look which version of a record it overwrites."""
        return self.instead == "{}"

    def __str__(self) -> str:
        return f"{self.path}:{self.line} → {self.instead}"


@contextmanager
def gone(root: Path, place: Mutation | None) -> Iterator[bytes]:
    """Until the block ends a file stands there without a protection; gives the source with it."""
    if place is None:
        yield b""
        return
    file = root / place.path
    whole = file.read_bytes()
    file.write_bytes(place.applied(whole))
    try:
        yield whole
    finally:
        file.write_bytes(whole)


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


def probed(source: bytes, places: dict[int, Mutation]) -> bytes:
    """The source of a file with a probe at each of its places, which stand under their numbers."""
    put: list[tuple[int, int, str]] = []
    for number, place in places.items():
        before, behind = place.probe(number)
        # Of two that begin or end together the longer is outside.
        put += [(place.start, -place.end, before), (place.end, -place.start, behind)]
    for at, _, text in sorted(put, reverse=True):
        source = source[:at] + text.encode() + source[at:]
    return source


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


OTHER_VERSIONS = re.compile(r"parsed\.version|version_id ==|\bversion\.c\.|TargetVersion\.|self\.version\.days")
"""What is called a version and guards nothing: of targets, of what a log said, in questions to the database."""


def _versions(tree: ast.Module) -> Iterator[tuple[ast.expr | ast.stmt, str]]:
    """Nobody looks whether a record is still as it was shown, and the mapper does not look either."""
    for node in ast.walk(tree):
        said = ast.unparse(node) if isinstance(node, ast.Compare | ast.Assign) else ""
        if OTHER_VERSIONS.search(said):
            continue
        if isinstance(node, ast.Assign) and "version_id_col" in said:
            yield node.value, "{}"
        elif isinstance(node, ast.Compare) and len(node.ops) == 1 and re.search(r"\bversion\b", said):
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
