"""What the service writes about itself: one JSON object a line, in UTC, without secrets and without what people
typed."""

import json
import logging
import sys
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

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
    handler.setFormatter(JsonLines())
    root = logging.getLogger()
    root.handlers = [kept for kept in root.handlers if kept.get_name() != "tracker"] + [handler]
    root.setLevel(level)


class JsonLines(logging.Formatter):
    """What was said, by whom, how loudly and when, with whatever was handed over beside it."""

    def format(self, record: logging.LogRecord) -> str:
        """One JSON object; what cannot be said in JSON as Python would print it."""
        said: dict[str, Any] = {
            "event": record.getMessage(),
            "logger": record.name,
            "level": record.levelname.lower(),
            **{name: value for name, value in vars(record).items() if name not in USUAL},
            "at": datetime.fromtimestamp(record.created, UTC).isoformat().replace("+00:00", "Z"),
        }
        if record.exc_info:
            said["exception"] = self.formatException(record.exc_info)
        if identity := request_id.get():
            said.setdefault("request", identity)
        return json.dumps({name: _redacted(name, value) for name, value in said.items()}, default=repr)


USUAL = frozenset({*vars(logging.makeLogRecord({})), "message", "asctime"})
"""What every record carries; anything else was handed over by whoever logged it."""


def _redacted(name: str, value: Any) -> Any:
    if is_secret(name):
        return HIDDEN
    if isinstance(value, str) and name != "exception" and len(value) > LONGEST:
        return value[:LONGEST] + "…"
    return value
