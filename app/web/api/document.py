"""The description of this door for programs: OpenAPI 3.1, made from the routes themselves, so that it cannot differ."""

from __future__ import annotations

import re
from typing import Any

from flask import Response, current_app, jsonify, request

from app.web.api.entry import door
from app.web.kit.guards import permission_of

PARAMETERS = {
    "institution": "the id of an institution: it and all below it",
    "course": "the id of a course",
    "cohort": "the id of a cohort",
    "status": "not-started, active, completed, withdrawn, or enrolled: all but withdrawn",
    "from": "the first day of completion (ISO 8601, in the time zone of whoever issued the key)",
    "to": "the last day of completion",
    "name": "words of a name, or a service number",
    "country": "ISO 3166 code",
    "pace": "behind, or lately: any activity in the last 14 days",
    "enrolled_from": "the first day of enrolment",
    "enrolled_to": "the last day of enrolment",
    "issued_from": "the first day on which a certificate of completion was issued",
    "issued_to": "the last such day",
    "own": "1: the institution itself, and nothing below it",
    "certificate": "valid, expiring, expired, revoked or none",
    "sort": "a column; a minus before it turns the order round",
}
"""the filters of the roster"""
FILTERED = ("roster", "sums")


@door.get("/openapi.json", may="visit")
def openapi() -> Response:
    """What can be asked, in the words of OpenAPI 3.1."""
    paths: dict[str, Any] = {}
    for rule in sorted(current_app.url_map.iter_rules(), key=str):
        if rule.endpoint.startswith(f"{door.name}."):
            address = re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", str(rule).removeprefix(door.url_prefix or ""))
            paths[address] = {"get": _operation(rule.endpoint, sorted(rule.arguments))}
    return jsonify(
        {
            "openapi": "3.1.0",
            "info": {
                "title": "Paso Seguro",
                "version": "1",
                "description": "What an institution reads of its own officers, with a key that one of its coordinators "
                "issues. Everything reads and nothing writes.",
            },
            "servers": [{"url": request.url_root.rstrip("/") + (door.url_prefix or "")}],
            "security": [{"key": []}],
            "paths": paths,
            "components": {"securitySchemes": {"key": {"type": "http", "scheme": "bearer"}}},
        }
    )


def _operation(endpoint: str, arguments: list[str]) -> dict[str, Any]:
    name = endpoint.rpartition(".")[2]
    words = (current_app.view_functions[endpoint].__doc__ or "").strip()
    public = permission_of(current_app, endpoint) == "visit"
    parameters = [{"name": one, "in": "path", "required": True, "schema": {"type": "string"}} for one in arguments]
    if name in FILTERED:
        parameters += [
            {"name": one, "in": "query", "description": said, "schema": {"type": "string"}}
            for one, said in PARAMETERS.items()
        ]
    refused = (
        {} if public else {"401": "no key, or one that has ended", "429": "too many readings; Retry-After says when"}
    )
    answers = {"200": "what was asked", **refused, **({"404": "nothing of this institution"} if arguments else {})}
    return {
        "operationId": name,
        "summary": " ".join(words.split()),
        "parameters": parameters,
        "responses": {code: {"description": text} for code, text in answers.items()},
        **({"security": []} if public else {}),
    }
