"""Links by which somebody without an account answers once, through a page that a strand makes in a few lines."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
import time_machine
from flask import Blueprint, Flask, redirect
from sqlalchemy import select

from tests.browsers import Browser, browser
from tracker.accounts import answering, audit
from tracker.accounts.forms import AnswerForm
from tracker.accounts.models import AnswerLink, AuditEntry, Installation
from tracker.accounts.services import answer_links
from tracker.accounts.services.answer_links import LinkKind
from tracker.app import create_app
from tracker.core.db import db, transaction
from tracker.core.errors import DomainError
from tracker.core.web import public, without_form_key

MONDAY = "2026-11-23 09:00:00+00:00"
TO = "Priya.Shah@example.gov.uk"
QUESTION = LinkKind("question", "/question", timedelta(days=14), "Ask the programme for a new one.")
OPEN_QUESTION = LinkKind("open-question", "/open-question", timedelta(days=14), "Ask again.", asks_address=False)


def strand() -> Blueprint:
    """A strand with two questions; an answer is one row, so that a second answer would be seen."""
    blueprint = Blueprint("strand", __name__)

    def ask(kind: LinkKind, token: str) -> object:
        answering.opened(kind, token)
        form = AnswerForm(data={"address": ""})
        if not kind.asks_address:
            del form.address
        if form.submitted():
            try:
                with answering.answer(kind, token, form.address.data if kind.asks_address else "") as link:
                    db.session.add(Installation(key=link.ref, value="answered"))
                    db.session.flush()
                    if not kind.asks_address and "refuse" in link.subject:
                        raise DomainError("That week is not over")
                return redirect("/", code=303)
            except DomainError as refusal:
                form.refuse(refusal)
        return "; ".join([*(form.form_errors), *(error for field in form for error in field.errors)]) or "asked"

    for kind in (QUESTION, OPEN_QUESTION):
        view = public(lambda token, kind=kind: ask(kind, token))
        without_form_key("the link works once")(view)
        blueprint.add_url_rule(f"{kind.path}/<token>", kind.name, view, methods=["GET", "POST"])
    return blueprint


@pytest.fixture
def asking(app: Flask) -> Iterator[Flask]:
    """The application with a strand that asks by link."""
    made = create_app(app.config["TRACKER"])
    made.register_blueprint(strand())
    yield made
    with made.app_context():
        db.session.remove()
        db.engine.dispose()


def sent(app: Flask, kind: LinkKind = QUESTION, subject: str = "placement:P1") -> str:
    """The address in a mail, as the browser opens it."""
    with app.app_context(), transaction():
        address = answer_links.issue(kind, subject, TO)
    assert address.startswith("http://127.0.0.1:5000/")
    return address.removeprefix("http://127.0.0.1:5000")


def trail(app: Flask) -> list[tuple[str, str, str]]:
    """What the audit trail says of links: verb, subject, and why where it was refused."""
    with app.app_context():
        assert audit.verify().fault is None
        entries = db.session.scalars(select(AuditEntry).order_by(AuditEntry.number)).all()
        facts = [{change["field"]: change["after"] for change in entry.changes} for entry in entries]
        return [
            (entry.verb, f"{entry.subject_type}:{entry.subject_ref}", fact.get("why", ""))
            for entry, fact in zip(entries, facts, strict=True)
        ]


def answers(app: Flask) -> int:
    with app.app_context():
        return len(db.session.scalars(select(Installation).where(Installation.value == "answered")).all())


def test_opening_decides_nothing_and_the_button_answers_once(asking: Flask):
    address, somebody = sent(asking), browser(asking)

    opened = [somebody.get(address).status_code, somebody.head(address).status_code]
    before = answers(asking)
    answered = somebody.send(address, {"address": TO.upper()})
    again = somebody.send(address, {"address": TO})
    reopened = somebody.get(address)

    assert (opened, before, answered.status_code) == ([200, 200], 0, 303)
    assert (again.status_code, reopened.status_code, answers(asking)) == (410, 410, 1)
    assert "was used on" in reopened.text
    assert "Ask the programme for a new one" in reopened.text
    assert "Priya" not in reopened.text
    assert [entry[0] for entry in trail(asking)] == [
        "link.sent",
        *["link.opened"] * 2,
        "link.used",
        *["link.refused"] * 2,
    ]
    assert {entry[1] for entry in trail(asking)} == {"placement:P1"}


def test_of_two_answers_in_the_same_moment_one_counts(asking: Flask):
    address, start = sent(asking), Barrier(4)
    browsers = [browser(asking) for _ in range(4)]
    tokens = [one.form_token() for one in browsers]

    def send(one: Browser, token: str) -> int:
        start.wait()
        return one.send(address, {"address": TO, "csrf_token": token}).status_code

    with ThreadPoolExecutor(4) as pool:
        said = sorted(pool.map(send, browsers, tokens))

    assert said == [303, 410, 410, 410]
    assert answers(asking) == 1


def test_a_forwarded_link_answers_nothing_and_that_is_recorded(asking: Flask):
    address = sent(asking)

    forwarded = browser(asking).send(address, {"address": "somebody.else@example.gov.uk"})
    still_good = browser(asking).send(address, {"address": TO})

    assert "was sent to another email address" in forwarded.text
    assert TO not in forwarded.text
    assert still_good.status_code == 303
    assert ("link.refused", "placement:P1", "another address") in trail(asking)


def test_nobody_tries_addresses_out(asking: Flask):
    address = sent(asking)

    said = [browser(asking).send(address, {"address": f"guess{n}@example.gov.uk"}).text for n in range(11)]

    assert "another email address" in said[9]
    assert "Too many attempts" in said[10]


def test_edge_36_a_link_that_ran_out_says_so_and_shows_what_was_typed(asking: Flask):
    with time_machine.travel(MONDAY, tick=False) as traveller:
        address, somebody = sent(asking), browser(asking)
        traveller.move_to("2026-12-07 23:59:59+00:00")
        in_time = somebody.get(address).status_code
        traveller.shift(1)
        late = somebody.send(address, {"address": TO, "reason": "Wednesday was <leave>"})

    assert (in_time, late.status_code, answers(asking)) == (200, 410, 0)
    assert "ran out on 7 December 2026" in late.text
    assert "Wednesday was &lt;leave&gt;" in late.text
    assert trail(asking)[-1] == ("link.refused", "placement:P1", "expired")


def test_a_newer_link_ends_the_one_before(asking: Flask):
    first, other = sent(asking), sent(asking, subject="placement:P2")
    second = sent(asking)

    said = [browser(asking).get(address) for address in (first, second, other)]

    assert [answer.status_code for answer in said] == [410, 200, 200]
    assert "no longer holds" in said[0].text


@pytest.mark.parametrize("change", [lambda link: link[:-1], lambda link: link + "A", lambda link: link[:-4] + "0000"])
def test_a_link_that_was_tampered_with_says_nothing_about_anybody(asking: Flask, change):
    address = change(sent(asking))

    tampered = browser(asking).get(address)
    posted = browser(asking).send(address, {"address": TO})
    guessed = browser(asking).get("/question/guess")

    assert [tampered.status_code, posted.status_code, guessed.status_code] == [404] * 3
    assert "is not complete, or was changed on its way" in tampered.text
    assert trail(asking)[1:] == [("link.refused", "link:unknown", "unknown")] * 3
    assert answers(asking) == 0


def test_a_link_answers_no_other_question_than_its_own(asking: Flask):
    token = sent(asking).rpartition("/")[2]

    assert browser(asking).send(f"/open-question/{token}").status_code == 404
    assert answers(asking) == 0


def test_a_refused_answer_leaves_the_link_good(asking: Flask):
    address = sent(asking, OPEN_QUESTION, "refuse:this")

    said = [browser(asking).send(address) for _ in range(2)]

    assert [answer.text for answer in said] == ["That week is not over"] * 2
    assert answers(asking) == 0


def test_guessing_is_slowed_down(asking: Flask):
    with time_machine.travel(MONDAY, tick=False):
        said = [browser(asking).get(f"/question/guess-{n}").status_code for n in range(31)]

    assert said == [404] * 30 + [429]


def test_only_a_hash_of_256_bits_is_kept_and_the_address_leaks_nowhere(asking: Flask):
    address = sent(asking)
    token = address.rpartition("/")[2]

    headers = browser(asking).get(address).headers

    assert len(token) == 43
    with asking.app_context():
        link = db.session.scalars(select(AnswerLink)).one()
        assert token not in {str(value) for value in vars(link).values()}
        assert len(link.token_hash) == 64
        said = [
            text for entry in db.session.scalars(select(AuditEntry)) for text in (entry.before, entry.after) if text
        ]
        assert not any(token in text for text in said)
    # No other site is ever told where its reader came from, and no search engine keeps the page.
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["X-Robots-Tag"] == "noindex"
    assert headers["Cache-Control"] == "no-store"
