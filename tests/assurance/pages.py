"""What a page offers to do next: its links and its forms."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit


@dataclass
class Form:
    """A form as a page shows it: where it goes, and each field with its value and kind."""

    action: str
    method: str
    fields: list[tuple[str, str, str]] = field(default_factory=list)


class Offered(HTMLParser):
    """The addresses on this site that a page links to, and its forms."""

    def __init__(self, address: str, html: str) -> None:
        super().__init__()
        self.address = address
        self.links: list[str] = []
        self.forms: list[Form] = []
        self._select = self._textarea = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        if tag == "a" and "href" in said:
            self._link(said["href"])
        elif tag == "form":
            action = urljoin(self.address, said.get("action") or self.address)
            self.forms.append(Form(action, said.get("method", "get").lower()))
        elif tag == "select":
            self._select = said.get("name", "")
        elif tag == "textarea":
            self._keep(said.get("name", ""), "", tag)
        elif tag == "option" and self._select:
            self._keep(self._select, said.get("value", ""), tag)
        elif tag in {"input", "button"}:
            self._keep(said.get("name", ""), said.get("value", ""), said.get("type", tag))

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self._select = ""

    def _keep(self, name: str, value: str, kind: str) -> None:
        if name and self.forms:
            self.forms[-1].fields.append((name, value, kind))

    def _link(self, href: str) -> None:
        parts = urlsplit(urljoin(self.address, href))
        if not parts.netloc and parts.scheme == "" and not parts.path.startswith("/static/"):
            self.links.append(parts.path + (f"?{parts.query}" if parts.query else ""))
