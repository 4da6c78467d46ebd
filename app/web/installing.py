"""What makes the platform an application on a device: its manifest, its service worker, the page for no connection."""

from __future__ import annotations

import hashlib
import json
from functools import cache
from pathlib import Path

from flask import Response, current_app, make_response, request, url_for

from app.web.kit.assets import Assets, worker_script
from app.web.kit.i18n import LANGUAGES, language

ROOT = Path(__file__).resolve().parents[2]
SHELL = (
    "site.css",
    "site.js",
    "offline/outbox.js",
    "offline/page.js",
    "offline/quiz.js",
    "offline/save.js",
    "offline/sealed.js",
    "mark.svg",
    "paso-serif-600.woff2",
)
"""what pages are made of, kept by every device that has the worker"""
SOURCES = ("app/templates/base.html", "app/templates/ui.html", "app/templates/offline/*.html", "translations/*/*/*.po")
"""what the page for no connection is written in: a change makes devices fetch it anew"""


def worker() -> Response:
    """The service worker of all pages but those of ``/verify``, which have one of their own: the nearer scope wins."""
    assets: Assets = current_app.extensions["paso.assets"]
    root = request.script_root
    kept = {
        "root": root,
        "pages": {code: f"{url_for('public.no_connection')}?lang={code}" for code in LANGUAGES},
        "files": [root + assets.url(name) for name in SHELL],
    }
    scripts = [root + assets.url(name) for name in ("offline/outbox.js", "offline/worker.js")]
    named = json.dumps([kept, scripts, _written()])
    kept["version"] = hashlib.sha256(named.encode()).hexdigest()[:16]
    response = make_response(worker_script(kept, scripts))
    response.mimetype = "text/javascript"
    response.headers["Cache-Control"] = "no-cache"
    response.headers["Content-Language"] = "zxx"
    return response


@cache
def _written() -> str:
    digest = hashlib.sha256()
    for path in sorted(path for pattern in SOURCES for path in ROOT.glob(pattern)):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def manifest(summary: str) -> Response:
    """The manifest: what a device needs to install the platform. It begins where officers learn."""
    assets: Assets = current_app.extensions["paso.assets"]
    root = request.script_root
    icons = [
        {
            "src": root + assets.url(f"icons/mark-{size}.png"),
            "sizes": f"{size}x{size}",
            "type": "image/png",
            "purpose": purpose,
        }
        for size in (192, 512)
        for purpose in ("any", "maskable")
    ]
    told = {
        "id": f"{root}/",
        "name": "Paso Seguro",
        "short_name": "Paso Seguro",
        "description": summary,
        "lang": language(),
        "start_url": url_for("learner.home"),
        "scope": f"{root}/",
        "display": "standalone",
        "background_color": "#f4f6f8",
        "theme_color": "#0b3c5d",
        "icons": icons,
    }
    response = make_response(json.dumps(told, ensure_ascii=False))
    response.mimetype = "application/manifest+json"
    return response
