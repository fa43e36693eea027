"""What every operation has in common: what was asked is read by its class, and answered by another."""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from typing import Any, get_origin
from urllib.parse import urlencode

from flask import Response, abort, request
from pydantic import BaseModel, ValidationError
from werkzeug.datastructures import MultiDict

from tracker.api.cursors import cursor
from tracker.api.messages import Message, Nothing
from tracker.core.errors import DomainError
from tracker.core.problems import document

JSON = "application/json"
OPERATION = "operation"
PERSONAL, SHARED = "no-store", "private, no-cache"


@dataclass(frozen=True)
class Operation:
    """What an operation takes and gives; `is_personal`: its answers are about people, and kept nowhere."""

    answer: type[BaseModel]
    query: type[Message] = Nothing
    body: type[BaseModel] | None = None
    is_personal: bool = False

    @property
    def status(self) -> int:
        """What it answers where it does what was asked."""
        return 201 if self.body else 200


def operation(described: Operation) -> Callable[[Callable[[Any], Any]], Callable[..., Response]]:
    """Hand a view what was asked, read and checked, and send what it gives. Stand it under the guard."""

    def decorate(view: Callable[[Any], Any]) -> Callable[..., Response]:
        @wraps(view)
        def run() -> Response:
            try:
                asked = _asked(described)
            except ValidationError as wrong:
                return _unprocessable(wrong)
            return _sent(view(asked), described)

        setattr(run, OPERATION, described)
        return run

    return decorate


def _asked(described: Operation) -> BaseModel:
    query = described.query.model_validate(_plain(described.query, request.args))
    if described.body is None:
        return query
    if request.mimetype != JSON:
        abort(415, "Send JSON, as Content-Type: application/json")
    return described.body.model_validate_json(request.get_data())


def _plain(query: type[Message], sent: MultiDict[str, str]) -> dict[str, Any]:
    """The parameters by the names of their fields; one that is sent twice and wanted once stays a list, and is wrong.

    A hyphen stands for an underscore, as in the addresses of the pages.
    """
    found: dict[str, Any] = {}
    for sent_name, values in sent.lists():
        name = sent_name.replace("-", "_")
        field = query.model_fields.get(name)
        is_list = field is not None and get_origin(field.annotation) is list
        found[name] = values if is_list or len(values) > 1 else values[0]
    return found


def _unprocessable(wrong: ValidationError) -> Response:
    errors = [
        {"field": ".".join(map(str, one["loc"])), "message": one["msg"].removeprefix("Value error, ")}
        for one in wrong.errors(include_url=False, include_input=False, include_context=False)
    ]
    if any(error["type"] == "json_invalid" for error in wrong.errors(include_context=False)):
        return _of(document(400, "The body is not JSON", errors=errors))
    return _of(document(422, "What was sent is not what this address takes", errors=errors))


def _of(problem: Any) -> Response:
    response: Response = problem[0]
    return response


class NotThere(DomainError):
    """Something that was named is not there, or beyond reach: the two are never told apart."""


def not_there(refusal: NotThere) -> Response:
    """Answer that what was named is not there: 404 where the address names it, 422 where the body does."""
    status = 404 if request.method in {"GET", "HEAD"} else 422
    errors = [{"field": refusal.field, "message": refusal.message}] if refusal.field else None
    return _of(document(status, refusal.message, errors=errors))


def _sent(answer: BaseModel | str, described: Operation) -> Response:
    """The answer as JSON; what is not about people can be asked for again by its tag, and costs nothing then."""
    text = answer if isinstance(answer, str) else answer.model_dump_json()
    response = Response(text, described.status, content_type=JSON)
    response.headers["Cache-Control"] = PERSONAL if described.is_personal else SHARED
    following = getattr(answer, "next", None)
    if following:
        response.headers["Link"] = f'<{following}>; rel="next"'
    if not described.is_personal and request.method in {"GET", "HEAD"}:
        response.set_etag(hashlib.sha256(text.encode()).hexdigest()[:32])
        response.make_conditional(request)
    return response


def following(number: int, **pinned: str) -> str:
    """The address that goes on at a number, with everything else as it was asked; `pinned` takes the place of what was
    left open."""
    asked: Mapping[str, list[str]] = dict(request.args.lists())
    kept = {name.replace("-", "_"): values for name, values in asked.items()}
    return f"{request.path}?{urlencode({**kept, **pinned, 'cursor': cursor(number)}, doseq=True)}"


def as_json(answer: BaseModel) -> str:
    """An answer as it is sent, to be kept and sent again."""
    return json.dumps(answer.model_dump(mode="json"))
