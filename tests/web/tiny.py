"""A tiny application around the web kit: no door, no service, no database."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

from flask import Flask, redirect, render_template_string
from flask_wtf import CSRFProtect

from app.web.kit.assets import init_assets
from app.web.kit.errors import init_errors
from app.web.kit.headers import init_headers
from app.web.kit.i18n import init_i18n
from app.web.kit.stale import init_stale
from app.web.kit.templates import init_templates

PAGE = """{% extends "base.html" %}{% import "ui.html" as ui %}{% block title %}Paso{% endblock %}
{% block main %}BODY{% endblock %}"""


class Account:
    """Somebody who may be signed in."""

    def __init__(self) -> None:
        self.name = ""
        self.language: str | None = None
        self.timezone: str | None = None
        self.broken = False
        self.remembered: list[str] = []

    def speaks(self) -> str | None:
        if self.broken:
            raise RuntimeError("the database is gone")
        return self.language

    def remember(self, language: str) -> None:
        self.remembered.append(language)
        self.language = language


def tiny(tmp_path: Path, *, https: bool = False, csrf: bool = False, **views: Any) -> tuple[Flask, Account]:
    """An application with *views* (name → function, at ``/name``), and its account."""
    app = Flask(
        "tiny", static_folder=None, template_folder=str(Path(__file__).resolve().parents[2] / "app" / "templates")
    )
    app.config.update(SECRET_KEY="k" * 32, WTF_CSRF_CHECK_DEFAULT=csrf)
    account = Account()
    init_assets(app, build=tmp_path / "static")
    init_headers(app, https=https, cross_site=("answer",))
    init_i18n(app, account.speaks, lambda: account.timezone, account.remember)
    init_templates(app)
    init_errors(app, lambda error: f"words for {error.code}")
    CSRFProtect(app)
    init_stale(app, lambda: account.name or None, lambda: redirect("/account/sign-in"))

    @app.context_processor
    def who() -> dict[str, Any]:
        if account.broken:
            raise RuntimeError("the database is gone")
        return {"nav": [], "person": SimpleNamespace(name=account.name) if account.name else None}

    app.add_url_rule("/", "home", lambda: page("<p>–</p>"))
    for name, view in views.items():
        app.add_url_rule(f"/{name}", name, view, methods=["GET", "POST"])
    return app, account


def page(body: str, **context: Any) -> str:
    """A page with *body*, which may use ``ui``."""
    return render_template_string(PAGE.replace("BODY", body), **context)
