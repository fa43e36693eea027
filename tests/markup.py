"""HTML as a reader understands it, for tests that look at what was drawn and not at how it was written."""

from html.parser import HTMLParser
from typing import Any


class Seen(HTMLParser):
    """HTML as it is understood: elements with their attributes, and the words, without regard to spaces."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.parts: list[Any] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.parts.append((tag, {name: " ".join((value or "").split()) for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        self.parts.append(f"/{tag}")

    def handle_data(self, data: str) -> None:
        if data.strip():
            self.parts.append(" ".join(data.split()))

    @property
    def elements(self) -> list[tuple[str, dict[str, str]]]:
        """Every element, with its attributes."""
        return [part for part in self.parts if isinstance(part, tuple)]

    def all(self, tag: str, **wanted: str) -> list[dict[str, str]]:
        """The attributes of every such element; `class_` asks for one of its classes."""
        class_ = wanted.pop("class_", None)
        found = [attributes for name, attributes in self.elements if name == tag]
        return [
            one
            for one in found
            if wanted.items() <= one.items() and (class_ is None or class_ in one.get("class", "").split())
        ]

    def one(self, tag: str, **wanted: str) -> dict[str, str]:
        found = self.all(tag, **wanted)
        assert len(found) == 1, f"{len(found)} of {tag} {wanted}"
        return found[0]

    @property
    def words(self) -> str:
        return " ".join(part for part in self.parts if isinstance(part, str) and not part.startswith("/"))
