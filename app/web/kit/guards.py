"""The lock of every door: a route without a declared permission stops the application, and every request meets the lock.

``Door`` is a blueprint whose routes must say ``may="…"``, a name from ``rules.permissions``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from flask import Blueprint, Flask, Response, request

from app.rules.errors import Forbidden
from app.rules.permissions import PERMISSIONS, Grant, may_enter
from app.web.kit.errors import answer, wants_json

View = Callable[..., Any]


class Undeclared(RuntimeError):
    """A route does not say who may use it. The application does not start."""


class Door(Blueprint):
    """A blueprint for one kind of person. Every route names the permission that opens it."""

    def route(self, rule: str, *, may: str = "", **options: Any) -> Callable[[View], View]:  # type: ignore[override]
        """As Flask's, with *may*: the permission of everyone who may come in. Raises ``Undeclared`` for none or an unknown."""
        if may not in PERMISSIONS:
            raise Undeclared(f"{self.name}: {rule!r} declares {may!r}, which rules/permissions.py does not know")

        def declare(view: View) -> View:
            known = getattr(view, "may", may)
            if known != may:
                raise Undeclared(f"{self.name}.{view.__name__} declares both {known!r} and {may!r}")
            view.may = may  # type: ignore[attr-defined]
            super(Door, self).route(rule, **options)(view)
            return view

        return declare


def permission_of(app: Flask, endpoint: str) -> str | None:
    """The permission that *endpoint* declares, or ``None``."""
    return getattr(app.view_functions.get(endpoint), "may", None)


def lock(
    app: Flask, grants: Callable[[], Iterable[Grant] | None], sign_in_first: Callable[[], Response] | None = None
) -> None:
    """Check every route of *app* now, and every request from now on.

    *grants* tells those of whoever is signed in, or ``None``. Visitors are sent to sign in by *sign_in_first*; programs
    get 401.
    Raises ``Undeclared`` naming each route without a permission.
    """
    open_routes = sorted(
        {str(r) for r in app.url_map.iter_rules() if permission_of(app, r.endpoint) not in PERMISSIONS}
    )
    if open_routes:
        raise Undeclared("routes that do not say who may use them: " + ", ".join(open_routes))

    @app.before_request
    def ask() -> Response | None:
        if request.endpoint is None:  # no such address: the error page says so
            return None
        permission = permission_of(app, request.endpoint)
        if permission is None:
            raise Forbidden(request.endpoint)
        if may_enter(
            permission, None
        ):  # open to everyone: who it is need not be known, and no cookie varies the answer
            return None
        held = grants()
        if may_enter(permission, held):
            return None
        if held is not None:
            raise Forbidden(permission)
        if wants_json() or sign_in_first is None:
            return answer(401)
        return sign_in_first()
