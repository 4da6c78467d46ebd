"""Figures for Prometheus: requests by route, how long they took, refused sign-ins, events of devices. Nobody's data.

Where several processes serve, each writes its own into files in the folder that ``PROMETHEUS_MULTIPROC_DIR`` names, and
whichever is asked adds them up; ``paso serve`` makes the folder.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from flask import Flask, Response, current_app, request
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest, multiprocess, values
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4

from app.web.kit.logs import elapsed, route_of

FOLDER = "PROMETHEUS_MULTIPROC_DIR"
BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)


class Metrics:
    """The counters of one application in one process."""

    def __init__(self) -> None:
        self.shared = FOLDER in os.environ
        if self.shared:
            # chosen when a value is made: the library was imported before the folder was there
            values.ValueClass = values.MultiProcessValue()  # type: ignore[no-untyped-call]
        self.registry = CollectorRegistry()
        more: dict[str, Any] = {"registry": self.registry}
        self.requests = Counter("paso_requests_total", "Requests answered", ("method", "route", "status"), **more)
        self.seconds = Histogram(
            "paso_request_seconds", "Seconds until the answer began", ("route",), buckets=BUCKETS, **more
        )
        self.refused = Counter("paso_sign_ins_refused_total", "Sign-ins refused: wrong, or too many tries", **more)
        self.synced = Counter(
            "paso_sync_events_total", "Events that devices sent after being away", ("outcome",), **more
        )

    def text(self, now: Mapping[str, tuple[str, float]]) -> bytes:
        """Everything in Prometheus' format; *now* are figures of this moment: name → (meaning, value)."""
        registry = self.registry
        if self.shared:
            registry = CollectorRegistry()
            multiprocess.MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
        moment = CollectorRegistry()
        lines = [generate_latest(registry)]
        if now:
            kept, values.ValueClass = values.ValueClass, values.MutexValue
            try:  # what the database says is the same whoever asks it: it goes into no file
                for name, (meaning, value) in now.items():
                    Gauge(f"paso_{name}", meaning, registry=moment).set(value)
            finally:
                values.ValueClass = kept
            lines.append(generate_latest(moment))
        return b"".join(lines)


def init_metrics(app: Flask, sign_in: str) -> None:
    """Count the requests of *app*; *sign_in* is the endpoint whose refusals are counted."""
    metrics = Metrics()
    app.extensions["paso.metrics"] = metrics

    @app.after_request
    def count(response: Response) -> Response:
        route = route_of()
        metrics.requests.labels(request.method if route != "none" else "any", route, str(response.status_code)).inc()
        metrics.seconds.labels(route).observe(elapsed())
        if request.endpoint == sign_in and response.status_code in (422, 429):
            metrics.refused.inc()
        return response


def synced(outcome: str) -> None:
    """An event of a device became *outcome*: "applied", "duplicate" or "rejected"."""
    current_app.extensions["paso.metrics"].synced.labels(outcome).inc()


def answer(now: Mapping[str, tuple[str, float]]) -> Response:
    """The figures, for Prometheus."""
    response = Response(current_app.extensions["paso.metrics"].text(now), content_type=CONTENT_TYPE_PLAIN_0_0_4)
    response.headers["Cache-Control"] = "no-store"
    return response
