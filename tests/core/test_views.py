"""Probes, the security contact, and reports of a broken content policy."""

import json
import logging

import pytest
from flask import Flask
from sqlalchemy import text

from tests.browsers import Browser
from tests.conftest import Arrange
from tracker.core import health


def test_a_live_process_says_so_and_nothing_else(client: Browser):
    answer = client.get("/health/live")

    assert (answer.status_code, answer.json) == (200, {"status": "live"})


def test_a_process_that_can_work_is_ready_and_says_what_it_looked_at_on_this_machine_only(client: Browser):
    here = client.get("/health/ready")
    elsewhere = client.get("/health/ready", environ_base={"REMOTE_ADDR": "192.0.2.7"})

    assert here.status_code == 200
    assert here.json["checks"]["database"] == here.json["checks"]["schema"] == "good"
    assert elsewhere.json == {"status": here.json["status"]}


def test_a_database_of_another_release_is_not_ready(client: Browser, arrange: Arrange):
    with arrange() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '0001'"))

    answer = client.get("/health/ready")

    assert answer.status_code == 503
    assert answer.json["status"] == "not ready"
    assert "run tracker init" in answer.json["checks"]["schema"]


def test_a_check_that_cannot_be_made_is_a_fault(client: Browser, monkeypatch: pytest.MonkeyPatch):
    def broken() -> str | None:
        raise OSError("no such disk")

    monkeypatch.setitem(health._checks, "disk", broken)

    assert client.get("/health/ready").json["checks"]["disk"] == "OSError: no such disk"


def test_whoever_finds_a_weakness_is_told_whom_to_tell(client: Browser):
    answer = client.get("/.well-known/security.txt")

    assert answer.content_type == "text/plain; charset=utf-8"
    assert answer.text.startswith("Contact: mailto:")
    assert "\nExpires: 20" in answer.text


def test_what_a_browser_held_back_is_logged_and_cannot_forge_a_line(client: Browser, caplog: pytest.LogCaptureFixture):
    report = json.dumps({"csp-report": {"blocked-uri": "inline\r\nforged"}})

    with caplog.at_level(logging.WARNING, "tracker.csp"):
        answer = client.post("/csp-report", data=report, content_type="application/csp-report")

    assert answer.status_code == 204
    assert caplog.records[0].report == report  # type: ignore[attr-defined]


def test_a_report_of_any_size_or_kind_is_taken_or_refused_without_a_fault(client: Browser):
    bodies = (b"", b"\xff\xfe\x00", b"{", b"x" * 2_000_000)

    answers = [client.post("/csp-report", data=body, content_type="application/json").status_code for body in bodies]

    assert answers == [204, 204, 204, 413]


def test_no_file_of_ours_is_served_from_outside_the_static_folder(app: Flask, client: Browser):
    paths = ("/static/../app.py", "/static/%2e%2e/app.py", "/static/..%2fapp.py", "/static//etc/passwd", "/static/app/")

    assert {client.get(path).status_code for path in paths} <= {404, 308}
