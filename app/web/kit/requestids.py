"""The number of a request: in its answer, in the log, and read out on the telephone by whoever needs help."""

from __future__ import annotations

import secrets

from flask import Flask, Response, g

SIGNS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""none looks or sounds like another"""


def request_id() -> str:
    """The number of this request, such as K7QF-2M9X."""
    if "request_id" not in g:
        signs = "".join(secrets.choice(SIGNS) for _ in range(8))
        g.request_id = f"{signs[:4]}-{signs[4:]}"
    return str(g.request_id)


def init_requestids(app: Flask) -> None:
    """Give every request of *app* a number, and say it in the answer."""

    @app.before_request
    def number() -> None:
        g.pop("request_id", None)  # an application context can outlive a request (in tests)

    @app.after_request
    def tell(response: Response) -> Response:
        response.headers.setdefault("X-Request-Id", request_id())
        return response
