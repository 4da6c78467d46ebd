"""The verifier to take along: one file of HTML that checks certificates from a disk, on a computer that is never connected."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import json
import re

from flask import Flask, render_template

from app.services import verifying
from app.services.office import Office
from app.web import verifier
from app.web.kit.assets import SOURCE, slim
from app.web.kit.i18n import LANGUAGES, _, in_language

PAGE = "verify.html"
SCRIPTS = ("verify/check.js", "verify/page.js", "verify/file.js")
"""in the order in which one needs another; their names do not clash, so they stand in one script"""
FONT = "paso-serif-600.woff2"


def files(app: Flask, office: Office) -> dict[str, bytes]:
    """The files by name: the page with everything in it, the root's certificate, the list of revocations as it stands.

    Raises ``NotFound`` where there are no keys.
    """
    revoked = verifying.revoked(office)
    keys = verifying.public_keys(office)
    return {
        PAGE: _page(app, office, keys, revoked).encode(),
        "root.pem": verifying.root(office),
        "revoked.cbor": revoked,
    }


def _page(app: Flask, office: Office, keys: dict[str, object], revoked: bytes) -> str:
    script, style = _script(), _style()
    kept = json.dumps({"keys": keys, "revoked": revoked.hex()}).replace("<", "\\u003c")
    parts, titles = {}, {}
    for code in LANGUAGES:
        with app.test_request_context(f"/verify?lang={code}"), in_language(code):
            titles[code] = f"{_('Check a certificate')} – Paso Seguro"
            parts[code] = render_template(
                "public/taken_part.html",
                language=code,
                show=verifier.places(),
                checker=verifier.checker,
                taken=True,
                address=f"{office.settings.public_url}/verify",
                made=office.now(),
                since=dt.date.fromisoformat(str(keys["since"])),
                root=keys["root"],
            )
    policy = (
        f"default-src 'none'; script-src '{_digest(script)}'; style-src '{_digest(style)}'; img-src data:; "
        "font-src data:; base-uri 'none'; form-action 'none'"
    )
    with app.test_request_context("/verify"):
        return render_template(
            "public/taken.html", parts=parts, titles=titles, policy=policy, style=style, script=script, kept=kept
        )


def _script() -> str:
    """Our modules as one: what each says it needs and gives is left out, because all of it is there."""
    text = "\n".join((SOURCE / name).read_text(encoding="utf-8") for name in SCRIPTS)
    text = re.sub(r'^import \{[^}]*\} from "\./[\w.]+";$', "", text, flags=re.M)
    text = re.sub(r"^export (?=const |class |function )", "", text, flags=re.M)
    left = re.search(r"^\s*(import|export)\b|</script", text, re.M)
    if left:
        raise ValueError(f"this cannot stand in a page: {text[left.start() : left.start() + 80]!r}")
    return text


def _style() -> str:
    """The style sheet, with the font in it."""
    font = base64.b64encode((SOURCE / FONT).read_bytes()).decode()
    style = (SOURCE / "site.css").read_text(encoding="utf-8").replace(FONT, f"data:font/woff2;base64,{font}")
    return slim(style)


def _digest(text: str) -> str:
    """How a content security policy names a script or style that stands in the page."""
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"
