"""What somebody typed into a form that could not be taken: kept on the page that says so, and given to nobody else.

Nothing of it is stored. A page of errors shows it and offers to send it again; while somebody has to sign in first, it
travels in the form of signing in, sealed (Fernet) for a key made of the platform's secret, and for two hours.

Whose it is, the form's own token tells: what a sign-in signs its forms with is made for its person (:func:`mark_for`), and
whoever signs in afterwards can be asked whether it was theirs (:func:`made_for`), though the session is long gone.
"""

from __future__ import annotations

import base64
import hmac
import secrets
import zlib
from collections.abc import Iterator
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

import msgspec
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from flask import current_app, request
from itsdangerous import BadData, URLSafeTimedSerializer
from werkzeug.exceptions import RequestEntityTooLarge

from app.web.kit.forms import Spoken, password_names, spoken
from app.web.kit.headers import SAFE_METHODS

MOST = 600_000
"""characters of all fields together: two whole pages of a course (courseware.limits)"""
LASTS = 2 * 3600
"""seconds that somebody has to sign in; a link for a new password lives as long"""
LONG = 80
"""characters of a line; what is longer is shown as a text"""
NEVER = frozenset(("csrf_token", "kept"))
CUES = ("password", "passwd", "secret", "otp")
"""in the name of a field whose value is never shown and never kept"""


class Typed(msgspec.Struct, frozen=True):
    """A form that was sent and not taken."""

    address: str
    """where it went, below the prefix that the application is mounted under"""
    fields: tuple[tuple[str, str], ...]
    files: tuple[tuple[str, str], ...] = ()
    """the field and the name of each file: the files themselves are gone"""
    secret: bool = False
    """there was a password, which is never kept, so that it cannot be sent again by a press"""
    mark: str = ""
    """of whom: see :func:`made_for`"""

    def spoken(self) -> Spoken:
        """The fields as a reader knows them."""
        return spoken(self.fields, LONG)


def sent() -> Typed | None:
    """What this request brought, or None: it is no form, too much, or nothing could be read of it."""
    if request.method in SAFE_METHODS or request.mimetype not in FORMS:
        return None
    try:
        fields = list(request.form.items(multi=True))
        files = tuple((name, file.filename) for name, file in request.files.items(multi=True) if name and file.filename)
    except (RequestEntityTooLarge, ValueError):
        return None
    kept = tuple((name, value) for name, value in fields if not _never(name))
    if sum(len(name) + len(value) for name, value in kept) > MOST:
        return None
    address = request.full_path.rstrip("?")
    secret = len(kept) < len([name for name, _value in fields if name not in NEVER])
    return Typed(address, kept, files, secret, mark_sent())


FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


def _never(name: str) -> bool:
    return name in NEVER or name in password_names() or any(cue in name.casefold() for cue in CUES)


def from_here() -> bool | None:
    """Whether a page of ours sent this request: True, False for another site, None where the browser does not say."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site in ("same-origin", "none")
    for name in ("Origin", "Referer"):
        said = request.headers.get(name)
        if said and said != "null":
            return urlsplit(said).netloc == request.host
    return None


# Whose ----------------------------------------------------------------------------------------------------------------


def mark_for(whose: str) -> str:
    """A mark for the tokens of a new sign-in of *whose*: random, and telling nobody whose it is."""
    noise = secrets.token_hex(20)
    return f"{noise}.{_tag(_secrets()[0], noise, whose)}"


def made_for(mark: str, whose: str) -> bool:
    """Whether *mark* was made for *whose*."""
    noise, _dot, tag = mark.partition(".")
    return any(hmac.compare_digest(_tag(key, noise, whose), tag) for key in _secrets())


def is_somebodys(mark: str) -> bool:
    """Whether *mark* was made for a person at all: the forms of visitors have plain ones."""
    return "." in mark


def _tag(key: str, noise: str, whose: str) -> str:
    return hmac.digest(key.encode(), f"paso whose form\n{noise}\n{whose}".encode(), "sha256").hex()[:40]


def mark_sent() -> str:
    """The mark of the token that this request brought; "" if it brought none that we signed."""
    with suppress(BadData, ValueError):
        for key in _secrets():
            signer = URLSafeTimedSerializer(key, salt="wtf-csrf-token")
            with suppress(BadData):
                return str(signer.loads(request.form.get("csrf_token", "")))
    return ""


# Sealing --------------------------------------------------------------------------------------------------------------


def sealed(what: Typed) -> str:
    """*what*, unreadable to whoever else sits down at this computer."""
    return _box().encrypt(zlib.compress(msgspec.msgpack.encode(what), 6)).decode()


def opened(text: str, whose: str) -> Typed | None:
    """What was sealed in *text*, if it was *whose*, and not too long ago; None for everybody else."""
    try:
        what = msgspec.msgpack.decode(zlib.decompress(_box().decrypt(text.encode(), ttl=LASTS)), type=Typed)
    except (InvalidToken, UnicodeError, zlib.error, msgspec.DecodeError):
        return None
    return what if made_for(what.mark, whose) else None


def _box() -> MultiFernet:
    return MultiFernet([Fernet(base64.urlsafe_b64encode(_key(secret))) for secret in _secrets()])


def _key(secret: str) -> bytes:
    return HKDF(hashes.SHA256(), 32, None, b"paso what was typed").derive(secret.encode())


def _secrets() -> tuple[str, ...]:
    return tuple(_known(current_app.config))


def _known(config: dict[str, Any]) -> Iterator[str]:
    yield config["SECRET_KEY"]
    yield from config.get("SECRET_KEY_FALLBACKS") or ()
