"""What the service writes about itself: one JSON object a line, in UTC, without secrets and without what people typed."""

import logging
import sys
from collections.abc import MutableMapping
from contextvars import ContextVar
from typing import Any

import structlog

request_id: ContextVar[str] = ContextVar("request_id", default="")
"""The id of the request being answered, or of the job or command; empty outside of both. Audit entries carry it too."""

SECRET_WORDS = frozenset({"password", "passwd", "token", "secret", "cookie", "authorization", "csrf_token", "otp", "key_bytes"})
HIDDEN = "[hidden]"
LONGEST = 2000


def is_secret(name: str) -> bool:
    """Whether a value under this name is never written down."""
    words = name.lower().replace("-", "_")
    return words in SECRET_WORDS or any(words.endswith(f"_{word}") or words.startswith(f"{word}_") for word in SECRET_WORDS)


def _redact(logger: Any, method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    for name, value in event.items():
        if is_secret(name):
            event[name] = HIDDEN
        elif isinstance(value, str) and len(value) > LONGEST:
            event[name] = value[:LONGEST] + "…"
    return event


def _with_request(logger: Any, method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    if identity := request_id.get():
        event.setdefault("request", identity)
    return event


def configure_logs(level: int = logging.INFO) -> None:
    """Have everything that is logged, by us and by libraries, leave as JSON lines on standard error.

    JSON escapes control characters, so that what somebody sent cannot forge a line.
    """
    shared: list[Any] = [
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
        _with_request,
        _redact,
    ]
    structlog.configure(
        processors=[
            *shared[:2],
            structlog.stdlib.PositionalArgumentsFormatter(),
            *shared[2:],
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                structlog.processors.JSONRenderer(ensure_ascii=True),
            ],
        )
    )
    handler.set_name("tracker")
    root = logging.getLogger()
    root.handlers = [kept for kept in root.handlers if kept.get_name() != "tracker"] + [handler]
    root.setLevel(level)
