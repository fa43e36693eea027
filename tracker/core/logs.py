"""What the service writes about itself: one JSON object a line, in UTC, without secrets and without what people
typed."""

import logging
import sys
from collections.abc import MutableMapping
from contextvars import ContextVar
from typing import Any

import structlog

request_id: ContextVar[str] = ContextVar("request_id", default="")
"""The id of the request being answered, or of the job or command; empty outside of both. Audit entries carry it too."""

SECRET_WORDS = frozenset({"password", "passwd", "token", "secret", "cookie", "authorization", "otp"})
HIDDEN = "[hidden]"
LONGEST = 2000


def is_secret(name: str) -> bool:
    """Whether a value under this name is never written down."""
    return not SECRET_WORDS.isdisjoint(name.lower().replace("-", "_").split("_"))


def log_as_json(level: int = logging.INFO) -> None:
    """Have everything that is logged, by us and by libraries, leave as JSON lines on standard error.

    JSON escapes control characters, so that what somebody sent cannot forge a line. Called by the servers; a command
    that a person runs says what it has to say in plain words.
    """
    handler = logging.StreamHandler(sys.stderr)
    handler.set_name("tracker")
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[
                structlog.stdlib.add_logger_name,
                structlog.stdlib.add_log_level,
                structlog.stdlib.ExtraAdder(),
                structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
            ],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                _with_request,
                _redacted,
                structlog.processors.JSONRenderer(ensure_ascii=True),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers = [kept for kept in root.handlers if kept.get_name() != "tracker"] + [handler]
    root.setLevel(level)


def _with_request(logger: Any, method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    if identity := request_id.get():
        event.setdefault("request", identity)
    return event


def _redacted(logger: Any, method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    for name, value in event.items():
        if is_secret(name):
            event[name] = HIDDEN
        elif isinstance(value, str) and name != "exception" and len(value) > LONGEST:
            event[name] = value[:LONGEST] + "…"
    return event
