"""Leadership's weekly email: put together by the questions the pages ask, sent by a real server, naming nobody."""

import re
from email import message_from_bytes
from email.message import Message as Mail

import pytest
from flask import Flask

from tests.auditing import told_of
from tests.browsers import browser_of
from tests.conftest import Arrange
from tests.factories import PASSWORD, make_user
from tests.outbox.mail_servers import mail_server
from tests.outbox.test_delivery import send
from tests.progress.story import LATEST
from tracker.accounts import queries as accounts
from tracker.accounts.permissions import Role
from tracker.accounts.services import letters
from tracker.home.jobs import write_weekly_emails

LEADER, MANAGER = "leader@example.gov.uk", "manager@example.gov.uk"


@pytest.fixture
def compiled(told: None, arrange: Arrange) -> None:
    """The small programme, compiled, with a leader and a manager."""
    with arrange():
        make_user(Role.LEADERSHIP, email=LEADER, password=PASSWORD)
        make_user(Role.PROGRAMME_MANAGER, email=MANAGER, password=PASSWORD)


def received(app: Flask) -> dict[str, Mail]:
    """What a mail server took, by who it was for."""
    with app.app_context():
        write_weekly_emails(LATEST)
    with mail_server() as (mailbox, setting):
        send(app, setting)
    return {to: message_from_bytes(content) for _, to, content in mailbox.taken}


def parts(mail: Mail) -> tuple[str, str]:
    """The text and the HTML of a mail."""
    found = {}
    for part in mail.walk():
        content = part.get_payload(decode=True)
        if isinstance(content, bytes):
            found[part.get_content_type()] = content.decode()
    return found["text/plain"], found["text/html"]


@pytest.mark.usefixtures("compiled")
def test_leadership_reads_what_changed_and_what_is_at_risk_and_every_link_leads_there(app: Flask):
    mails = received(app)

    text, html = parts(mails[LEADER])
    lines = text.splitlines()
    url = app.config["TRACKER"].public_url
    assert "As at 15 April 2026." in lines
    assert any(line.startswith("- Analysts trained: 4, 1.7 ahead of the plan for the day: http") for line in lines)
    assert any(line.startswith("- Analysts trained: no change since 8 April 2026: http") for line in lines)
    assert any(line.startswith("- Ministry of Defence is 0.7 short of its plan: http") for line in lines)
    assert "<h2>At risk</h2>" in html
    links = {link.replace("&amp;", "&") for link in re.findall(r"http://[^\s\"<]+", text + html)}
    reader = browser_of(app, LEADER)
    assert f"{url}/progress/briefing" in links
    for link in links:
        assert link.startswith(url)
        assert reader.get(link.removeprefix(url)).status_code == 200, link
    assert not re.search(r"Example\d|/people", text + html)
    assert "As at" not in parts(mails[MANAGER])[0]


@pytest.mark.usefixtures("compiled")
def test_who_switched_it_off_gets_none(app: Flask, arrange: Arrange):
    with arrange():
        leader = accounts.user_by_email(LEADER)
        assert leader is not None
        letters.want_weekly_email(leader, is_wanted=False)
        subject = f"user:{leader.ref}"

    assert LEADER not in received(app)
    with arrange():
        assert "user.weekly-email" in told_of(subject)


def test_before_anything_is_compiled_there_is_nothing_to_tell(app: Flask, arrange: Arrange):
    with arrange():
        make_user(Role.LEADERSHIP, email=LEADER, password=PASSWORD)

    assert received(app) == {}
