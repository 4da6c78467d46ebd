"""Verifying without the server: what the page at ``/verify`` needs for it, and how facts are shown beside the paper."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask, Response, current_app, make_response, request
from markupsafe import Markup

from app.web.kit.assets import Assets, worker_script
from app.web.kit.i18n import LANGUAGES, LOCALES, _, language, show_date, show_hours, show_number

ROOT = Path(__file__).resolve().parents[2]
FILES = ("site.css", "site.js", "verify/page.js", "verify/check.js", "mark.svg", "paso-serif-600.woff2")
"""what the page is made of, kept on the reader's device"""
SOURCES = ("app/templates/base.html", "app/templates/ui.html", "app/templates/public/*.html", "translations/*/*/*.po")
"""what the page is written in: a change makes devices fetch it anew"""

SHARED_SECONDS = 300
"""how long keys and list may be kept by caches in between"""


def shared(content: bytes, media_type: str) -> Response:
    """*content* that is the same for everyone: any cache may keep it a while, and then asks whether it changed."""
    response = make_response(content)
    response.mimetype = media_type
    response.headers["Cache-Control"] = f"public, max-age={SHARED_SECONDS}"
    response.headers["Content-Language"] = "zxx"  # in no language: it is not another for another reader
    response.headers["Referrer-Policy"] = "no-referrer"
    response.add_etag()
    response.make_conditional(request)
    return response


def worker(scope: str, addresses: tuple[str, ...]) -> Response:
    """The service worker that keeps the page at *scope*, its files, and *addresses*, which are the same for everyone."""
    assets: Assets = current_app.extensions["paso.assets"]
    prefix = request.script_root
    kept = {
        "version": _version(current_app),
        "scope": scope,
        "pages": {code: f"{scope}?lang={code}" for code in LANGUAGES},
        "files": [prefix + assets.url(name) for name in FILES],
        "shared": list(addresses),
    }
    script = prefix + assets.url("verify/worker.js")
    response = make_response(worker_script(kept, [script]))
    response.mimetype = "text/javascript"
    response.headers["Cache-Control"] = "no-cache"
    response.headers["Service-Worker-Allowed"] = scope
    response.headers["Content-Language"] = "zxx"
    return response


def _version(app: Flask) -> str:
    assets: Assets = app.extensions["paso.assets"]
    names = " ".join(assets.names[name] for name in (*FILES, "verify/worker.js"))
    return hashlib.sha256(f"{names} {_written()}".encode()).hexdigest()[:16]


@cache
def _written() -> str:
    digest = hashlib.sha256()
    for path in sorted(path for pattern in SOURCES for path in ROOT.glob(pattern)):
        digest.update(path.read_bytes())
    return digest.hexdigest()


# Facts beside the paper -------------------------------------------------------------------------------------------------


def told(facts: Any) -> dict[str, Any]:
    """The facts of a certificate in the reader's language, as ``public/parts.html`` shows them. What is "" has no row."""
    completion = facts.kind == "completion"
    split = bool(facts.hours_online and facts.hours_in_person)
    return {
        "name": facts.name,
        "rank": facts.rank,
        "institution": facts.institution,
        "country": facts.country[language()],
        "kind": _("Certificate of completion") if completion else _("Certificate of participation"),
        "course": facts.course[language()],
        "course_code": facts.course_code,
        "edition": show_number(facts.edition.number),
        "hours": show_hours(facts.hours_total),
        "online": show_hours(facts.hours_online) if split else "",
        "in_person": show_hours(facts.hours_in_person) if split else "",
        "modules": show_number(facts.modules) if completion and facts.modules else "",
        "exam": _("Passed") if completion and facts.final_exam else "",
        "practices": show_number(facts.practices) if completion and facts.practices else "",
        "done": _("Completed on") if completion else _("Attended until"),
        "completed": show_date(facts.completed),
        "issued": show_date(facts.issued),
        "place": facts.place,
        "refreshed": show_date(facts.refreshed) if facts.refreshed else "",
        "expires": show_date(facts.expires) if facts.expires else "",
        "issuer": facts.issuer[language()],
        "signers": ", ".join(signer.name for signer in facts.signers),
        "serial": facts.serial,
    }


def places() -> dict[str, Any]:
    """The same with empty places, which the script in the page fills (``static/verify/page.js``)."""

    def either(completion: str, participation: str) -> Markup:
        return Markup('<span data-when="completion">{}</span><span data-when="participation">{}</span>').format(
            completion, participation
        )

    names = (
        "name rank institution country course course_code edition hours online in_person modules practices completed "
        "issued place refreshed expires issuer signers serial since listed age day"
    )
    return {
        "slots": True,
        **{name: Markup('<span data-fact="{}"></span>').format(name) for name in names.split()},
        "kind": either(_("Certificate of completion"), _("Certificate of participation")),
        "exam": _("Passed"),
        "done": either(_("Completed on"), _("Attended until")),
    }


def checker(answers: str = "", keys: str = "", revoked: str = "", worker: str = "") -> Markup:
    """The attributes of the element that the script works in: how the reader's language says dates and numbers, and the
    addresses of what it asks for (none, in the file for a stick).
    """
    months = LOCALES[language()].months["format"]["abbreviated"]
    attributes = {
        "data-checker": "",
        "data-months": " ".join(months[number] for number in range(1, 13)),
        "data-fresh": _("less than an hour old"),
        "data-hour": _("1 hour old"),
        "data-hours": _("{n} hours old"),
        "data-day": _("1 day old"),
        "data-days": _("{n} days old"),
        "data-one-hour": _("{n} hour"),
        "data-many-hours": _("{n} hours"),
    }
    if answers:
        attributes |= {"data-answers": answers, "data-scope": answers, "data-keys": keys, "data-list": revoked}
        attributes |= {"data-worker": worker}
    return Markup("").join(Markup(' {}="{}"').format(name, value) for name, value in attributes.items())
