"""What every template may call, besides Flask's own."""

from __future__ import annotations

from typing import Any, NamedTuple
from urllib.parse import urlencode

from flask import Flask, request

from app.web.kit.i18n import lazy


class Status(NamedTuple):
    """How a state is shown: never by colour alone."""

    kind: str
    """ok, info, warn, bad or none: the tint"""
    icon: str
    word: Any


STATUSES: dict[str, Status] = {
    "ok": Status("ok", "check", ""),
    "info": Status("info", "half", ""),
    "warn": Status("warn", "warning", ""),
    "bad": Status("bad", "cross", ""),
    "none": Status("none", "circle", ""),
    "completed": Status("ok", "check", lazy("Completed")),
    "passed": Status("ok", "check", lazy("Passed")),
    "competent": Status("ok", "check", lazy("Competent")),
    "in_progress": Status("info", "half", lazy("In progress")),
    "not_started": Status("none", "circle", lazy("Not started")),
    "behind": Status("warn", "warning", lazy("Behind schedule")),
    "failed": Status("bad", "cross", lazy("Not passed")),
    "not_yet": Status("warn", "clock", lazy("Not yet competent")),
    "waiting": Status("warn", "clock", lazy("Waiting")),
    "locked": Status("none", "lock", lazy("Locked")),
    "open": Status("info", "half", lazy("Open")),
    "closed": Status("none", "lock", lazy("Closed")),
    "planned": Status("none", "clock", lazy("Planned")),
    "draft": Status("warn", "edit", lazy("Draft")),
    "published": Status("ok", "check", lazy("Published")),
    "changed": Status("info", "edit", lazy("Changed")),
    "archived": Status("none", "lock", lazy("Archived")),
    "invited": Status("info", "clock", lazy("Invited")),
    "active": Status("ok", "check", lazy("Active")),
    "disabled": Status("none", "lock", lazy("Disabled")),
    "withdrawn": Status("none", "cross", lazy("Withdrawn")),
    "valid": Status("ok", "check", lazy("Valid")),
    "expired": Status("warn", "clock", lazy("Expired")),
    "replaced": Status("info", "info", lazy("Replaced")),
    "revoked": Status("bad", "cross", lazy("Revoked")),
    "altered": Status("bad", "warning", lazy("Altered")),
    "not_ours": Status("bad", "cross", lazy("Not ours")),
    "offline": Status("warn", "offline", lazy("Not sent yet")),
}


def with_query(**changes: Any) -> str:
    """This page's address with some of its query changed: ``?page=2&q=ana``; None takes a parameter away.

    It names no path, so it cannot be talked into leading elsewhere, and it holds only what is in the address, never
    what was posted.
    """
    query = [(key, value) for key, value in request.args.items(multi=True) if key not in changes]
    return "?" + urlencode(query + [(key, str(value)) for key, value in changes.items() if value is not None])


def init_templates(app: Flask) -> None:
    """Give the templates of *app* ``with_query`` and ``statuses``."""
    app.jinja_env.globals.update(with_query=with_query, statuses=STATUSES)
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
