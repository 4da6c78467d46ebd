"""The log: a line a request and a line an event, as JSON or to be read, and nobody's data in it.

A request is told by its route (``/verify/<code>``), never by its address, which may hold a code or a token; by status and
time; and by its number, which every other line of the same request carries too.
"""

from __future__ import annotations

import datetime as dt
import json
import logging
import time
from typing import Any

from flask import Flask, Response, g, has_request_context, request

from app.web.kit.requestids import request_id

access = logging.getLogger("paso.access")
QUIET = ("/healthz", "/readyz", "/metrics")
"""asked every few seconds by machines: told only when something is wrong"""


class JsonLines(logging.Formatter):
    """One JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        said: dict[str, Any] = {
            "time": dt.datetime.fromtimestamp(record.created, dt.UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if has_request_context():
            said["request"] = request_id()
        said |= getattr(record, "told", {})
        if record.exc_info:
            said["error"] = self.formatException(record.exc_info)
        return json.dumps(said, ensure_ascii=False, default=str)


class ToRead(logging.Formatter):
    """A line for people."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        told = " ".join(f"{key}={value}" for key, value in getattr(record, "told", {}).items())
        number = f" [{request_id()}]" if has_request_context() else ""
        return f"{super().format(record)}{' ' + told if told else ''}{number}"


def begin(shape: str, requests: bool) -> None:
    """Write the log of this process to standard error, as "json" or "text"; with a line for each request if *requests*."""
    handler = logging.StreamHandler()
    handler.setFormatter(JsonLines() if shape == "json" else ToRead())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    for name in ("app", "paso"):
        logging.getLogger(name).setLevel(logging.INFO)
    access.setLevel(logging.INFO if requests else logging.WARNING)


def init_logs(app: Flask) -> None:
    """Time every request of *app* and tell it to the log."""

    @app.before_request
    def start() -> None:
        g.request_began = time.perf_counter()

    @app.after_request
    def tell(response: Response) -> Response:
        route = route_of()
        if response.status_code >= 500 or route not in QUIET:
            told = {
                "method": request.method,
                "route": route,
                "status": response.status_code,
                "milliseconds": round(1000 * elapsed(), 1),
            }
            access.log(logging.ERROR if response.status_code >= 500 else logging.INFO, "request", extra={"told": told})
        return response


def route_of() -> str:
    """The pattern of the address that was asked for; "none" where there is no such address."""
    return str(request.url_rule.rule) if request.url_rule is not None else "none"


def elapsed() -> float:
    """Seconds since this request was begun."""
    return time.perf_counter() - float(g.get("request_began", time.perf_counter()))
