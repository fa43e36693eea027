"""Sends requests that no browser would: known addresses and forms, spoilt at random, by every role and by nobody."""

import io
import time
import uuid
from collections import Counter
from contextlib import closing, suppress
from random import Random
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from flask import Flask
from werkzeug.exceptions import HTTPException
from werkzeug.routing import BuildError, Rule
from werkzeug.test import TestResponse

from tests.assurance.pages import Form, Offered
from tests.browsers import Browser, browser, browser_of
from tracker.accounts.permissions import Role

NASTY = (
    *("", " ", "0", "-1", "1", "2147483647", "2147483648", "9" * 40, "1e309", "nan", "-0", "1.5", "٣", "½", "0x10"),
    *("\0", "\r\nX-Extra: yes", "\t", "\x1b[31m", "../../etc/passwd", "..%2f..", "//evil.example", "/\\evil.example"),
    *("<script>alert(1)</script>", '"><img src=x>', "' OR 1=1 --", "%", "%00", "%ff", "{{7*7}}", "${7}", "=1+1", "@x"),
    *("2026-02-30", "0000-00-00", "0001-01-01", "9999-12-31", "10000-01-01", "31/04/2026", "2026-11-25T00:00:00Z"),
    *("2026-11-25T99:00", "2026-11-25T00:00:00+99:99", "today", "null", "[]", "{}", "true", "None", "__class__"),
    *("𝒳" * 60, "a" * 6_000, "\u202eabc", "é" * 300, "ﬁ", "\ufeff", "ＡＢ", "💾", "home-office", "training.trained"),
)
NAMES = ("as-at", "known-at", "structure", "page", "sort", "q", "stage", "organisation", "figure", "next", "from", "to")
METHODS = ("HEAD", "OPTIONS", "PUT", "PATCH", "DELETE", "TRACE", "POST")
FILES = (
    b"",
    b"person_ref,first_name\n",
    b"PK\x03\x04" + bytes(200),
    bytes(range(256)) * 20,
    (
        b"person_ref,first_name,last_name,email,organisation,grade,programme,cohort,stage,effective_on\n"
        b"Z1,Ann,Bell,ann.bell@x.example,Home Office,SEO,accelerator,Z-2025-1,enrolled,2025-02-03\n"
    ),
    "person_ref;cohort;stage;effective_on\nD0001;DSA-2024-1;completed;31/04/2024\n".encode("utf-16"),
)
SLOW_S = 5.0
MOST_ADDRESSES, MOST_FORMS = 4_000, 800
CHANGED_HANDS = 200
"""After so many requests everybody signs in again: some of them have signed out, or were signed out."""


class Fuzzer:
    """Sends one request after another and keeps count; `faults` are those that were not answered as they should be."""

    def __init__(self, app: Flask, seed: int) -> None:
        self.app, self.chance = app, Random(seed)
        self.answers: Counter[int] = Counter()
        self.reached: set[str] = set()
        self.slowest = 0.0
        self.faults: list[str] = []
        self.rules = [rule for rule in app.url_map.iter_rules() if rule.endpoint != "static"]
        self.addresses = [rule.rule for rule in self.rules if not rule.arguments]
        self.forms: list[tuple[str, Form]] = []
        self.browsers: dict[str, Browser] = {}
        self.matcher = app.url_map.bind("127.0.0.1:5000")
        self.sent = 0

    def run(self, requests: int, seconds: float) -> None:
        """Send so many requests, or as many as fit into the time."""
        until = time.monotonic() + seconds
        while self.sent < requests and time.monotonic() < until and len(self.faults) < 20:
            if self.sent % CHANGED_HANDS == 0:
                self._sign_in()
            self._step()
            self.sent += 1

    def _sign_in(self) -> None:
        self.browsers = {"nobody": browser(self.app)}
        for role in Role:
            self.browsers[role] = browser_of(self.app, f"{role}@demo.example")

    def _step(self) -> None:
        who = self.chance.choice(list(self.browsers))
        way = self.chance.choices(("known", "built", "form", "method", "raw"), (42, 12, 36, 5, 5))[0]
        if way == "form" and self.forms:
            who, form = self.chance.choice(self.forms)
            self._send(who, form)
        elif way == "built":
            self._open(who, "GET", self._built())
        elif way == "method":
            self._open(who, self.chance.choice(METHODS), self._spoilt(self._known()))
        elif way == "raw":
            body = self.chance.choice((*FILES, b'{"a": [1', b"a=%ff&b", b"--x\r\n\r\n", b"x" * 1_200_000))
            kind = self.chance.choice(("application/json", "multipart/form-data; boundary=x", "text/xml", "", "a/b;;="))
            self._open(who, "POST", self._known(), data=body, content_type=kind)
        else:
            self._open(who, "GET", self._spoilt(self._known()))

    def _known(self) -> str:
        return self.chance.choice(self.addresses)

    def _nasty(self) -> str:
        return self.chance.choice(NASTY)

    def _built(self) -> str:
        """An address made from a rule, with what nobody would put into it."""
        rule: Rule = self.chance.choice([rule for rule in self.rules if rule.arguments] or self.rules)
        values = {name: self._nasty() or "x" for name in rule.arguments}
        try:
            built = self.matcher.build(rule.endpoint, values)
        except (BuildError, ValueError):
            return "/" + quote(self._nasty())
        return urlsplit(built).path or "/"

    def _spoilt(self, address: str) -> str:
        """An address with some of its query taken away, changed or added to."""
        if self.chance.random() < 0.35:
            return address
        path, _, query = address.partition("?")
        pairs = [tuple(pair.partition("=")[::2]) for pair in query.split("&") if pair]
        kept = [(name, self._nasty() if self.chance.random() < 0.4 else value) for name, value in pairs]
        kept += [(self.chance.choice(NAMES), self._nasty()) for _ in range(self.chance.randint(0, 3))]
        tail = "&%ED%A0%80=%C3%28" if self.chance.random() < 0.05 else ""
        return f"{path}?{urlencode(kept)}{tail}"

    def _send(self, who: str, form: Form) -> None:
        """Send a form with some of its fields spoilt, left out, doubled or invented."""
        fields: list[tuple[str, Any]] = []
        for name, value, kind in form.fields:
            fate = self.chance.choices(("as it is", "spoilt", "left out", "twice"), (62, 26, 9, 3))[0]
            if kind == "file":
                named = self.chance.choice(("a.csv", "a.xlsx", "", "../b"))
                fields.append((name, (io.BytesIO(self.chance.choice(FILES)), named)))
            elif kind in {"radio", "checkbox", "option"} and self.chance.random() < 0.5:
                continue
            elif fate != "left out":
                fields += [(name, self._nasty() if fate == "spoilt" else value)] * (2 if fate == "twice" else 1)
        if self.chance.random() < 0.1:
            invented = self.chance.choice(("role", "version", "id", "is_admin", "organisation_id", "x"))
            fields.append((invented, self._nasty()))
        if form.method == "get":
            plain = urlencode([(name, value) for name, value in fields if isinstance(value, str)])
            self._open(who, "GET", f"{form.action.partition('?')[0]}?{plain}")
            return
        data: dict[str, list[Any]] = {}
        for name, value in fields:
            data.setdefault(name, []).append(value)
        if self.chance.random() < 0.96 and who in self.browsers:
            data["csrf_token"] = [self.browsers[who].form_token()]
        if self.chance.random() < 0.85:
            data["_idem"] = [str(uuid.uuid4())]
        self._open(who, "POST", form.action, data=data)

    def _open(self, who: str, method: str, address: str, **more: Any) -> None:
        began = time.monotonic()
        try:
            answer = self.browsers[who].open(address, method=method, **more)
            with closing(answer):
                text = answer.get_data(as_text=True) if answer.mimetype == "text/html" else str(len(answer.get_data()))
        except Exception as error:  # noqa: BLE001 - whatever comes through is a fault of the service
            self.faults.append(f"{who} {method} {address[:200]!r} {str(more)[:300]}: {type(error).__name__}: {error}")
            return
        took = time.monotonic() - began
        self.slowest = max(self.slowest, took)
        self.answers[answer.status_code] += 1
        with suppress(HTTPException):
            self.reached.add(self.matcher.match(urlsplit(address).path, method=method)[0])
        self._judge(who, method, address, more, answer, took)
        if answer.status_code == 200 and answer.mimetype == "text/html":
            self._learn(who, address, text)

    def _judge(self, who: str, method: str, address: str, more: Any, answer: TestResponse, took: float) -> None:
        wrong = ""
        if answer.status_code >= 500:
            wrong = f"answered {answer.status_code}"
        elif took > SLOW_S:
            wrong = f"took {took:.1f} s"
        elif answer.location and (
            urlsplit(answer.location).netloc not in {"", "localhost"} or answer.location.startswith(("//", "/\\"))
        ):
            wrong = f"sent to {answer.location!r}"
        if answer.location and answer.location.startswith("/sign-in") and who != "nobody":
            self.browsers[who] = browser_of(self.app, f"{who}@demo.example")
        if wrong:
            self.faults.append(f"{who} {method} {address[:300]!r} {str(more)[:600]}: {wrong}")

    def _learn(self, who: str, address: str, html: str) -> None:
        """Remember what the page offers, for later."""
        page = Offered(address, html)
        for link in page.links:
            if len(self.addresses) < MOST_ADDRESSES and link not in self.addresses:
                self.addresses.append(link)
        for form in page.forms:
            if len(self.forms) >= MOST_FORMS:
                self.forms[self.chance.randrange(MOST_FORMS)] = (who, form)
            else:
                self.forms.append((who, form))
