"""What a reader sees when something cannot be done: what happened, and what to do now, in their language.

Doors let the errors of ``rules.errors`` pass; here they become pages, or problem details (RFC 9457) for programs.
"""

from __future__ import annotations

import datetime as dt
import logging
import secrets
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, Response, current_app, g, jsonify, make_response, render_template, request
from werkzeug.exceptions import HTTPException, InternalServerError
from werkzeug.exceptions import MethodNotAllowed as WrongMethod
from werkzeug.exceptions import NotFound as NoRoute
from werkzeug.routing import RequestRedirect

from app.rules.errors import Conflict, DomainError, Forbidden, NotFound, Refused, TooMany
from app.rules.permissions import PERMISSIONS, Role
from app.web.kit import typed
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
    413: lazy("This is too large"),
    419: lazy("This page was open for too long"),
    422: lazy("This cannot be done"),
    429: lazy("Too many tries"),
    500: lazy("Something went wrong on our side"),
    503: lazy("The platform is not available right now"),
}
"""the codes that have a page of their own in templates/errors/; others show the page of 400 or 500"""

ALONE = frozenset((500, 503))
"""pages drawn without asking who is signed in: what failed may be the very thing that knows"""

AGAIN = frozenset((429, 500, 503))
"""what may go well the next time: what was typed can be sent again by a press"""

KEEPS = AGAIN | {409, 422}
"""pages that give back what was typed, for copying at least"""

PEOPLE: dict[Role, Any] = {
    Role.LEARNER: lazy("officers who take a course"),
    Role.TRAINER: lazy("trainers of a course"),
    Role.COORDINATOR: lazy("coordinators of an institution"),
    Role.OBSERVER: lazy("regional observers"),
    Role.ADMINISTRATOR: lazy("administrators of the platform"),
}
"""who a page is for, as it is said to whoever may not see it"""

SIGNS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""none looks or sounds like another: the number of a request is read out on the telephone"""


def request_id() -> str:
    """The number of this request, such as K7QF-2M9X: in its answer (X-Request-Id), on the page of 500, and in the log."""
    if "request_id" not in g:
        signs = "".join(secrets.choice(SIGNS) for _ in range(8))
        g.request_id = f"{signs[:4]}-{signs[4:]}"
    return str(g.request_id)


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
        headers = {name.lower(): value for name, value in error.get_headers()}
        wait = headers.get("retry-after", "")
        response = answer(error.code, retry_after=int(wait) if wait.isdecimal() else 0)
        for name in ("allow", "retry-after", "www-authenticate"):
            if name in headers:
                response.headers[name] = headers[name]
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
            return answer(403, needed=_needed(error))
        if isinstance(error, NotFound):
            return answer(404)
        raise error

    @app.errorhandler(InternalServerError)
    def internal(error: InternalServerError) -> Response:
        # the address may hold a secret; what went wrong has been logged with it already, just before
        log.error("request %s (%s %s) failed", request_id(), request.method, request.endpoint)
        return answer(500)

    @app.before_request
    def number() -> None:
        g.pop("request_id", None)  # an application context can outlive a request (in tests)

    @app.after_request
    def tell(response: Response) -> Response:
        response.headers.setdefault("X-Request-Id", request_id())
        return response


def _needed(error: Forbidden) -> frozenset[Role]:
    """The roles that may do what *error* says."""
    view = current_app.view_functions.get(request.endpoint or "")
    for name in (*error.args, getattr(view, "may", "")):
        if name in PERMISSIONS:
            return PERMISSIONS[name].roles
    return frozenset()


def answer(
    status: int,
    message: str = "",
    code: str = "",
    values: dict[str, Any] | None = None,
    retry_after: int = 0,
    **more: Any,
) -> Response:
    """The answer for *status*: a page, or problem details where the request prefers them. *more* is for the page alone."""
    page = status if status in TITLES else 500 if status >= 500 else 400
    if wants_json():
        body: dict[str, Any] = {"type": "about:blank", "status": status, "title": str(TITLES[page])}
        body |= {"detail": message} if message else {}
        body |= {"code": code} if code else {}
        body |= {"values": {name: str(value) for name, value in values.items()}} if values else {}
        body |= {"request": request_id()} if page in ALONE else {}
        response = jsonify(body)
        response.mimetype = "application/problem+json"
    else:
        if page in KEEPS:
            # where the form's token was looked at, a page of ours had sent it
            more |= {"typed": typed.sent(), "again": page in AGAIN and bool(g.get("csrf_valid"))}
        response = make_response(_draw(page, message=message, code=code, retry_after=retry_after, **more))
        if more.get("typed"):
            response.headers["Cache-Control"] = "private, no-store"
    response.status = f"{status} Page Expired" if status == 419 else str(status)
    return response


def _draw(page: int, **context: Any) -> str:
    now = dt.datetime.now(dt.UTC)
    context |= {"title": TITLES[page], "request_id": request_id(), "now": now, "back": page_before()}
    context |= {"people": PEOPLE, "until": now + dt.timedelta(seconds=context["retry_after"])}
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


def page_before() -> str:
    """The page that a form was on, as far as can be told: the one that the browser names, or the address itself; or "".

    It is a page of ours that can be looked at; the secret in the address of a link is not repeated.
    """
    said = urlsplit(request.headers.get("Referer", ""))
    adapter = current_app.create_url_adapter(request)
    here = said.path.removeprefix(request.script_root) if said.netloc == request.host else ""
    for path, query in ((here, said.query), (request.path if request.method != "GET" else "", "")):
        if not path or adapter is None:
            continue
        try:
            adapter.match(path, method="GET")
        except (NoRoute, WrongMethod, RequestRedirect):
            continue
        return request.script_root + path + (f"?{query}" if query else "")
    return ""


LAST_RESORT = """<!DOCTYPE html>
<html lang="es"><head><meta charset="utf-8"><title>Paso Seguro</title></head>
<body><h1>Algo falló de nuestro lado</h1><p>Intente de nuevo en unos minutos.</p>
<p lang="en">Something went wrong on our side. Try again in a few minutes.</p></body></html>
"""
