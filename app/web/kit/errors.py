"""What a reader sees when something cannot be done: what happened, and what to do now, in their language.

Doors let the errors of ``rules.errors`` pass; here they become pages, or problem details (RFC 9457) for programs.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from flask import Flask, Response, current_app, jsonify, make_response, render_template, request
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, InternalServerError

from app.rules.errors import Conflict, DomainError, Forbidden, NotFound, Refused, TooMany
from app.web.kit.i18n import language, lazy, settle_language, unsettle_language

log = logging.getLogger(__name__)

TITLES: dict[int, Any] = {
    400: lazy("This request could not be understood"),
    401: lazy("Sign in to go on"),
    403: lazy("You may not see this page"),
    404: lazy("There is no such page"),
    405: lazy("This page cannot be used like that"),
    409: lazy("Somebody changed this before you"),
    410: lazy("This page no longer exists"),
    413: lazy("This file is too large"),
    422: lazy("This cannot be done"),
    429: lazy("Too many tries"),
    500: lazy("Something went wrong on our side"),
    503: lazy("The platform is not available right now"),
}
"""the codes that have a page of their own in templates/errors/; others show the page of 400 or 500"""

ALONE = frozenset((500, 503))
"""pages drawn without asking who is signed in: what failed may be the very thing that knows"""


def wants_json() -> bool:
    """Whether a program is asking: at an address for programs, or by an Accept header that prefers JSON to pages."""
    if request.path.startswith("/api/"):
        return True
    accept = request.accept_mimetypes
    best = accept.best_match(("text/html", "application/json", "application/problem+json"))
    return best in ("application/json", "application/problem+json") and accept[best] > accept["text/html"]


def init_errors(app: Flask, words: Callable[[Refused], str] | None = None) -> None:
    """Answer every error of *app* with a page. *words* says a refusal in the reader's language."""

    def spoken(error: Refused) -> str:
        return str(words(error)) if words is not None else ""

    @app.errorhandler(HTTPException)
    def http(error: HTTPException) -> Response:
        if error.response is not None or error.code is None or error.code < 400:  # abort(response), redirects
            return make_response(error.get_response())
        code = "csrf" if isinstance(error, CSRFError) else ""
        response = answer(error.code, code=code)
        for name, value in error.get_headers():
            if name.lower() in ("allow", "retry-after", "www-authenticate"):
                response.headers[name] = value
        return response

    @app.errorhandler(DomainError)
    def domain(error: DomainError) -> Response:
        if isinstance(error, Conflict):
            return answer(409, spoken(error), error.code, error.values)
        if isinstance(error, Refused):
            return answer(422, spoken(error), error.code, error.values)
        if isinstance(error, TooMany):
            response = answer(429, retry_after=error.retry_after)
            response.headers["Retry-After"] = str(error.retry_after)
            return response
        if isinstance(error, Forbidden):
            return answer(403)
        if isinstance(error, NotFound):
            return answer(404)
        raise error

    @app.errorhandler(InternalServerError)
    def internal(error: InternalServerError) -> Response:
        return answer(500)


def answer(
    status: int, message: str = "", code: str = "", values: dict[str, Any] | None = None, retry_after: int = 0
) -> Response:
    """The answer for *status*: a page, or problem details where the request prefers them."""
    page = status if status in TITLES else 500 if status >= 500 else 400
    if wants_json():
        body: dict[str, Any] = {"type": "about:blank", "status": status, "title": str(TITLES[page])}
        body |= {"detail": message} if message else {}
        body |= {"code": code} if code else {}
        body |= {"values": {name: str(value) for name, value in values.items()}} if values else {}
        response = jsonify(body)
        response.mimetype = "application/problem+json"
    else:
        response = make_response(_draw(page, message=message, code=code, retry_after=retry_after))
    response.status_code = status
    return response


def _draw(page: int, **context: Any) -> str:
    context |= {"title": TITLES[page]}
    template = f"errors/{page}.html"
    if page not in ALONE:
        try:
            unsettle_language()  # an error speaks to the reader, not in the language of the page it happened on
            return render_template(template, **context)
        except Exception:
            log.exception("the page for error %s could not be drawn with its surroundings", page)
    try:
        try:
            code = language()
        except Exception:
            code = settle_language(None)
        plain = current_app.jinja_env.get_template(template)
        return plain.render(language=code, nav=(), person=None, alone=True, **context)
    except Exception:
        log.exception("the page for error %s could not be drawn", page)
        return LAST_RESORT


LAST_RESORT = """<!DOCTYPE html>
<html lang="es"><head><meta charset="utf-8"><title>Paso Seguro</title></head>
<body><h1>Algo falló de nuestro lado</h1><p>Intente de nuevo en unos minutos.</p>
<p lang="en">Something went wrong on our side. Try again in a few minutes.</p></body></html>
"""
