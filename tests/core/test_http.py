"""What every answer carries and what every request is held to, over every route there is."""

import json
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.routing import AnyConverter, BaseConverter, IntegerConverter, Rule

from tests.browsers import Browser
from tests.conftest import SignIn
from tests.databases import settings_for
from tests.whole.world import fingerprint
from tracker.accounts.permissions import Role
from tracker.core.config import flask_config
from tracker.core.logs import log_as_json

EXACTLY = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()",
    "X-Frame-Options": "DENY",
    "X-Permitted-Cross-Domain-Policies": "none",
    "Origin-Agent-Cluster": "?1",
    "X-Robots-Tag": "noindex",
}
UNSAFE = {"POST", "PUT", "PATCH", "DELETE"}
FORGEABLE = {"service.csp_report", "api.record"}
"""Browsers send reports by themselves, without a token; what they say is only logged. The API answers nobody by their
session, so that a page of another site has nothing to send: it says 401."""


def address(app: Flask, rule: Rule) -> str:
    """Some address of the route, whether or not there is anything at it."""
    values = {name: _some(rule._converters[name]) for name in rule.arguments}
    with app.test_request_context():
        return app.url_map.bind("localhost").build(rule.endpoint, values)


def _some(converter: BaseConverter) -> object:
    if isinstance(converter, AnyConverter):
        return min(converter.items)
    return 1 if isinstance(converter, IntegerConverter) else "2026-11-23"


def routes(app: Flask) -> Iterator[tuple[Rule, str]]:
    return ((rule, address(app, rule)) for rule in app.url_map.iter_rules())


def faults(answer) -> list[str]:
    """What is wrong with an answer's headers."""
    headers = answer.headers
    wrong = [name for name, value in EXACTLY.items() if headers.get_all(name) != [value]]
    policy = headers.get("Content-Security-Policy", "")
    is_download = headers.get("Content-Disposition", "").startswith("attachment")
    if is_download:
        wrong += [] if policy == "default-src 'none'; sandbox" else ["policy of a download"]
    elif not policy.startswith("default-src 'none'; script-src 'nonce-") or "unsafe" in policy or "*" in policy:
        wrong.append("policy")
    if answer.request.path.startswith("/static/") and answer.status_code == 200:
        wrong += [] if "Set-Cookie" not in headers and "Cookie" not in headers.get("Vary", "") else ["static by cookie"]
    else:
        wrong += [] if headers.get_all("Cache-Control") == ["no-store"] else ["cache"]
        wrong += [] if "Cookie" in headers.get("Vary", "") else ["vary"]
    wrong += [name for name in ("X-Powered-By", "Strict-Transport-Security") if name in headers]
    return wrong


@pytest.mark.parametrize("roles", [None, (), tuple(Role)], ids=["nobody", "no role", "every role"])
def test_every_answer_carries_the_security_headers(
    app: Flask, client: Browser, sign_in: SignIn, roles: tuple[Role, ...] | None
):
    asker = client if roles is None else sign_in(*roles)

    wrong = {path: faults(asker.get(path)) for _, path in routes(app)}

    assert {path: found for path, found in wrong.items() if found} == {}


def test_refusals_of_every_kind_carry_them_too(app: Flask, client: Browser, sign_in: SignIn):
    signed_in = sign_in()
    answers = {
        "404": client.get("/nowhere"),
        "405": client.put("/account"),
        "403": signed_in.get("/audit"),
        "400": signed_in.post("/account/password"),
        "413": client.post("/sign-in", data={"email": "x" * 2_000_000}),
        "redirect": client.get("/account"),
        "host": client.get("/sign-in", headers={"Host": "evil.example"}),
        "head": client.head("/sign-in"),
        "options": client.options("/sign-in"),
    }

    assert {name: found for name, answer in answers.items() if (found := faults(answer))} == {}
    assert [answers[name].status_code for name in ("404", "405", "403", "400", "413")] == [404, 405, 403, 400, 413]


def test_each_page_has_a_nonce_of_its_own_and_every_script_carries_it(client: Browser):
    first, second = client.get("/sign-in"), client.get("/sign-in")
    nonce = first.headers["Content-Security-Policy"].split("'nonce-")[1].split("'")[0]

    assert nonce not in second.headers["Content-Security-Policy"]
    assert len(nonce) >= 22
    assert first.text.count("<script") == first.text.count(f'nonce="{nonce}"') > 0


def test_a_static_file_named_with_its_content_may_be_kept_for_ever(client: Browser):
    page = client.get("/sign-in").text
    style = page.split('rel="stylesheet" href="')[1].split('"')[0]

    with client.get(style) as named, client.get("/static/app/app.css") as unnamed:
        assert named.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert unnamed.headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize(
    "host",
    ["evil.example", "localhost.evil.example", "evil.example:5000", "localhost@evil.example", "", "127.0.0.1.evil"],
)
def test_a_host_that_is_not_ours_is_refused(client: Browser, host: str):
    answer = client.get("/sign-in", headers={"Host": host})

    assert answer.status_code == 400
    assert "evil" not in answer.text


def test_over_https_cookies_are_secure_and_transport_is_strict(
    app: Flask, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    url = app.config["TRACKER"].database_url
    settings = settings_for(url, tmp_path, TRACKER_PUBLIC_URL="https://tracker.example.gov.uk")
    for name, value in flask_config(settings).items():
        monkeypatch.setitem(app.config, name, value)

    answer = app.test_client().get("/sign-in", base_url="https://tracker.example.gov.uk")
    cookie = answer.headers["Set-Cookie"]

    assert answer.headers["Strict-Transport-Security"] == "max-age=63072000; includeSubDomains"
    assert "upgrade-insecure-requests" in answer.headers["Content-Security-Policy"]
    assert cookie.startswith("__Host-sid=")
    assert all(part in cookie for part in ("Secure", "HttpOnly", "Path=/", "SameSite=Lax"))
    assert app.test_client().get("/sign-in", base_url="https://localhost").status_code == 400


def forgeries(token: str, others: str) -> dict[str, dict]:
    """Ways to send a form that is not a page of ours sending it."""
    good = {"csrf_token": token}
    return {
        "no token": {"data": {}},
        "empty": {"data": {"csrf_token": ""}},
        "garbage": {"data": {"csrf_token": "garbage"}},
        "of another session": {"data": {"csrf_token": others}},
        "in the address": {"query_string": good},
        "evil origin": {"data": good, "headers": {"Origin": "https://evil.example"}},
        "null origin": {"data": good, "headers": {"Origin": "null"}},
        "cross-site": {"data": good, "headers": {"Sec-Fetch-Site": "cross-site"}},
        "same-site": {"data": good, "headers": {"Sec-Fetch-Site": "same-site"}},
        "plain text": {"data": f"csrf_token={token}", "content_type": "text/plain"},
        "json": {"json": good},
    }


def test_no_form_is_taken_that_a_page_of_ours_did_not_send(app: Flask, sign_in: SignIn):
    user, other = sign_in(*Role), sign_in(*Role)
    before = fingerprint(app)
    taken = []
    for rule, path in routes(app):
        for method in (rule.methods or set()) & UNSAFE:
            for way, sent in forgeries(user.form_token(), other.form_token()).items():
                if user.open(path, method=method, **sent).status_code != 400:
                    taken.append((rule.endpoint, method, way))

    assert {endpoint for endpoint, _, _ in taken} <= FORGEABLE
    assert fingerprint(app) == before


def test_what_our_own_pages_send_is_taken(sign_in: SignIn):
    ours = ({"Origin": "http://localhost"}, {"Origin": "http://127.0.0.1:5000"}, {"Sec-Fetch-Site": "same-origin"}, {})

    answers = [sign_in().send("/account/sessions/end-others", headers=headers).status_code for headers in ours]

    assert answers == [303] * 4


def test_a_method_cannot_be_smuggled_into_another(sign_in: SignIn):
    user = sign_in(Role.ADMINISTRATOR)

    answers = [
        user.get("/sign-out", headers={"X-HTTP-Method-Override": "POST"}).status_code,
        user.get("/sign-out?_method=POST").status_code,
        user.open("/account", method="TRACE").status_code,
    ]

    assert answers == [405, 405, 405]
    assert user.get("/account").status_code == 200


def test_each_answer_is_one_line_of_json_that_names_the_route_and_not_the_address(
    app: Flask, sign_in: SignIn, capsys: pytest.CaptureFixture[str]
):
    user = sign_in(Role.ADMINISTRATOR)
    root = logging.getLogger()
    before, level = list(root.handlers), root.level
    log_as_json()
    try:
        user.get("/admin/users/secret-ref\r\n?q=secret-words")
        logging.getLogger("x").warning("line\r\nbreak \x1b[31m", extra={"password": "hush", "reset_token": "hush"})
    finally:
        root.handlers, root.level = before, level

    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    answered = next(line for line in lines if line["event"] == "answered")
    assert answered["route"] == "/admin/users/<ref>"
    assert (answered["method"], answered["status"]) == ("GET", 404)
    assert len(answered["request"]) == 16
    assert "secret" not in json.dumps(lines)
    assert "hush" not in json.dumps(lines)
    assert user.email not in json.dumps(lines)


JUNK = ("%00", "%ff%fe", "%e2%80%ae", "a" * 3000, "-1", "9" * 30, "nan", "1e309", "' OR 1=1 --", "<b>", "../../etc")


def test_junk_in_addresses_is_never_a_fault_of_ours(app: Flask, sign_in: SignIn):
    """Each address is asked with two of the values in turn: every value comes to many. `make assure` asks for more."""
    user = sign_in(*Role)
    answers = {}
    for place, (rule, path) in enumerate(routes(app)):
        if "GET" in (rule.methods or set()):
            for junk in (JUNK[place % len(JUNK)], JUNK[(place + 1) % len(JUNK)]):
                query = "&".join(f"{name}={junk}" for name in ("page", "q", "sort", "as-at", "known-at", "role", "x"))
                answers[path, junk] = user.get(f"{path}?{query}").status_code

    assert {where: status for where, status in answers.items() if status >= 500} == {}


@pytest.mark.parametrize("ref", ["0", "-1", str(2**31), str(2**63), "9" * 40, "%00", "x"])
def test_a_number_in_an_address_that_nothing_has_is_not_found(sign_in: SignIn, ref: str):
    answer = sign_in(Role.ADMINISTRATOR).get(f"/admin/users/x/roles/{ref}/take")

    assert answer.status_code in {400, 404}


def test_an_address_that_is_too_long_is_refused_in_words(sign_in: SignIn):
    manager = sign_in(Role.PROGRAMME_MANAGER)

    page, document = manager.get(f"/people?q={'a' * 4000}"), manager.get(f"/api/v1/people?person={'a' * 4000}")

    assert (page.status_code, document.status_code) == (414, 414)
    assert "The address is too long" in page.text
    assert document.json["title"] == "Request-URI Too Long"
