"""The OpenAPI document (3.1), written from the classes that check what is sent and from the routes that there are."""

from collections.abc import Callable, Mapping
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema
from werkzeug.routing import Rule

from tracker.api.answers import Problem
from tracker.api.operations import JSON, OPERATION, Operation
from tracker.core.problems import DOCUMENT

REFERENCE = "#/components/schemas/{model}"
READ_REFUSED = (400, 401, 403, 404, 422, 429, 503)
WRITE_REFUSED = (400, 401, 403, 409, 413, 415, 422, 429, 503)
ABOUT = (
    "What the pages say, for other systems, within the same reach. Every request shows a token, made on /account. "
    "Lists go on at `next`. Everything refused is answered by a problem document (RFC 9457)."
)
LONGEST_KEY = 200
KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": True,
    "description": "Made up for each thing that is written. Sent again with the same body within a week, it is "
    "answered the same and nothing more happens; with another body it is refused.",
    "schema": {"type": "string", "minLength": 1, "maxLength": LONGEST_KEY, "pattern": "^[!-~]+$"},
}


def document(rules: list[tuple[Rule, Callable[..., Any]]]) -> dict[str, Any]:
    """The document for some routes, each with its view."""
    described = [(rule, view, getattr(view, OPERATION)) for rule, view in rules if hasattr(view, OPERATION)]
    models: dict[type[BaseModel], None] = {Problem: None}
    for _, _, one in described:
        models |= {one.answer: None, one.query: None} | ({one.body: None} if one.body else {})
    _, schemas = models_json_schema(
        [(model, "serialization" if model.__module__.endswith("answers") else "validation") for model in models],
        ref_template=REFERENCE,
    )
    found = schemas["$defs"]
    return {
        "openapi": "3.1.0",
        "info": {"title": "Data skills tracker", "version": "1", "description": ABOUT},
        "security": [{"token": []}],
        "paths": _paths(described, found),
        "components": {
            "schemas": {name: schema for name, schema in found.items() if not _is_query(name, described)},
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


def _is_query(name: str, described: list[tuple[Rule, Callable[..., Any], Operation]]) -> bool:
    return name in {one.query.__name__ for _, _, one in described}


def _paths(
    described: list[tuple[Rule, Callable[..., Any], Operation]], schemas: Mapping[str, Any]
) -> dict[str, dict[str, Any]]:
    paths: dict[str, dict[str, Any]] = {}
    for rule, view, one in described:
        method = "post" if one.body else "get"
        paths.setdefault(rule.rule, {})[method] = _operation(rule, view, one, schemas)
    return paths


def _operation(rule: Rule, view: Callable[..., Any], one: Operation, schemas: Mapping[str, Any]) -> dict[str, Any]:
    words = (view.__doc__ or "").strip().splitlines()
    refused = WRITE_REFUSED if one.body else READ_REFUSED
    content = {JSON: {"schema": {"$ref": REFERENCE.format(model=one.answer.__name__)}}}
    said: dict[str, Any] = {
        "operationId": rule.endpoint.replace(".", "_"),
        "summary": words[0],
        "description": (one.query.__doc__ or "").strip(),
        "parameters": [*_parameters(schemas[one.query.__name__]), *([KEY] if one.body else [])],
        "responses": {
            str(one.status): {"description": "Done as asked", "content": content},
            **{str(status): PROBLEM for status in refused},
        },
    }
    if one.body is not None:
        said["requestBody"] = {
            "required": True,
            "content": {JSON: {"schema": {"$ref": REFERENCE.format(model=one.body.__name__)}}},
        }
    return said


PROBLEM = {
    "description": "Refused, and why",
    "content": {DOCUMENT: {"schema": {"$ref": REFERENCE.format(model=Problem.__name__)}}},
}


def _parameters(query: Mapping[str, Any]) -> list[dict[str, Any]]:
    required = query.get("required", [])
    return [
        {"name": name, "in": "query", "required": name in required, "schema": _without_null(schema)}
        for name, schema in query.get("properties", {}).items()
    ]


def _without_null(schema: Mapping[str, Any]) -> dict[str, Any]:
    """What an address can hold: a parameter is there or not, and never null."""
    plain = {name: value for name, value in schema.items() if name not in {"title", "anyOf"}}
    options = [one for one in schema.get("anyOf", []) if one.get("type") != "null"]
    if plain.get("default", "") is None:
        del plain["default"]
    return {**(options[0] if options else {}), **plain}
