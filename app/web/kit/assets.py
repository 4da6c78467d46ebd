"""Static files: named by their content, compressed once, kept by browsers for ever.

``/static/site.3f2a91bc.css`` changes its name when it changes, so a reader on a weak link fetches each version once.
The files are written to a folder at the start, with .br and .gz beside them, and served by WhiteNoise in front of
Flask: no session is opened and no cookie varies them.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import posixpath
import re
import tempfile
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any
from wsgiref.headers import Headers

import brotli  # type: ignore[import-untyped]
from flask import Flask, has_request_context, request
from flask_compress import Compress
from whitenoise import WhiteNoise

SOURCE = Path(__file__).resolve().parents[2] / "static"
BUILD = Path(__file__).resolve().parents[3] / "build" / "static"
PREFIX = "/static/"
TEXT = frozenset((".css", ".js", ".json", ".svg", ".txt", ".webmanifest"))
REFERENCE = re.compile(r"""(url\(\s*["']?|\b(?:from|import)\s*\(?\s*["']\./)([\w./-]+?\.[a-z0-9]+)(?=["')])""")
"""where style sheets and modules name other static files"""
SCRIPT = re.compile(
    r"""(?P<kept>"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|\$\{(?:[^`{}]|`(?:\\.|[^`\\])*`)*\}|[^`\\])*`)
    |(?:^|(?<=[(,=:;&|?!\[{}\s]))(?P<pattern>/(?![/*])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n\[])+/)
    |(?:(?<=\s)|^)//[^\n]*
    |\s*(?P<mark>=>|[=<>!]=+|&&|\|\||\?\?=?|[={,:?(\[;])(?:\s|(?<=\s)//[^\n]*)*
    |\s+(?P<end>[})\]])[ \t]*
    |\b(?P<const>const)\b
    |(?P<space>\s+)""",
    re.VERBOSE | re.MULTILINE,
)
"""what may be shorter in a script: remarks and space, which are for those who read the source, not for the line"""
CSS = re.compile(
    r"""(?P<kept>"[^"]*"|'[^']*')|/\*.*?\*/|[\s;]*(?P<end>})\s*|\s*(?P<mark>[{;,]|:(?=\s))\s*|\s+""", re.DOTALL
)


def slim(css: str) -> str:
    """*css* without comments and without space that means nothing; what stands in quotes stays."""
    return CSS.sub(
        lambda found: found["kept"] or found["end"] or found["mark"] or (" " if found[0].isspace() else ""), css
    ).strip()


def slim_script(script: str) -> str:
    """*script* without remarks, indents, the space around marks, and the promise that a name is given once (``let`` is
    shorter than ``const``). What is quoted stays, and so does the end of a line that no mark makes needless.
    """

    def shorter(found: re.Match[str]) -> str:
        if found["const"]:
            return "let"
        kept = found["kept"] or found["pattern"] or found["mark"] or found["end"]
        return kept if kept is not None else "\n" if "\n" in found[0] else " " if found["space"] else ""

    return re.sub(r"\n{2,}", "\n", SCRIPT.sub(shorter, script)).lstrip()


class Assets:
    """The static files of a platform and the names they are served by."""

    def __init__(self, source: Path = SOURCE) -> None:
        self.source = source
        self.names: dict[str, str] = {}
        """name in the source → hashed name"""
        self.contents: dict[str, bytes] = {}
        """hashed name → bytes"""
        for path in sorted(source.rglob("*")):
            if path.is_file() and not path.name.startswith("."):
                self._add(path.relative_to(source).as_posix(), ())

    def _add(self, name: str, within: tuple[str, ...]) -> str:
        """The hashed name of *name*, its own references being hashed first; a dead or circular one is an error."""
        if name in self.names:
            return self.names[name]
        if name in within:
            raise ValueError(f"static files name each other in a circle: {' → '.join((*within, name))}")
        path = self.source / name
        if not path.is_file():
            raise ValueError(f"{within[-1] if within else name}: there is no static file {name!r}")
        content = path.read_bytes()
        if path.suffix in (".css", ".js"):
            folder = posixpath.dirname(name)

            def rename(match: re.Match[str]) -> str:
                target = self._add(posixpath.join(folder, match[2]), (*within, name))
                return match[1] + posixpath.relpath(target, folder or ".")

            text = REFERENCE.sub(rename, content.decode())
            content = (slim(text) if path.suffix == ".css" else slim_script(text)).encode()
        stem, suffix = os.path.splitext(name)
        self.names[name] = hashed = f"{stem}.{hashlib.sha256(content).hexdigest()[:8]}{suffix}"
        self.contents[hashed] = content
        return hashed

    def url(self, name: str) -> str:
        """The address of *name*, without the prefix that an application is mounted under."""
        try:
            return PREFIX + self.names[name]
        except KeyError:
            raise ValueError(f"there is no static file {name!r}; there are: {', '.join(self.names)}") from None

    def write(self, folder: Path) -> None:
        """Put the files and their compressed variants into *folder*. Several processes may do so at once."""
        for name, content in self.contents.items():
            target = folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            variants = {target: content}
            if target.suffix in TEXT:
                variants[target.with_name(target.name + ".gz")] = gzip.compress(content, 9, mtime=0)
                variants[target.with_name(target.name + ".br")] = brotli.compress(content, quality=11)
            for path, data in variants.items():
                if not path.exists() or path.stat().st_size != len(data):
                    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".new-")
                    with os.fdopen(handle, "wb") as out:
                        out.write(data)
                    os.chmod(temporary, 0o644)
                    os.replace(temporary, path)


def worker_script(kept: dict[str, Any], scripts: list[str]) -> str:
    """The beginning of a service worker: what it is told (``self.KEPT``), and the *scripts* of ours that it is made of. Their
    addresses go through a policy, as trusted types ask.
    """
    rules = "{ createScriptURL: String }"
    return (
        f"self.KEPT = {json.dumps(kept)};\n"
        f'{{ const ours = self.trustedTypes?.createPolicy("paso-worker", {rules}) ?? {rules};\n'
        f"importScripts(...{json.dumps(scripts)}.map((address) => ours.createScriptURL(address))); }}\n"
    )


def init_assets(
    app: Flask, source: Path = SOURCE, build: Path = BUILD, more: Mapping[str, str] | None = None
) -> Assets:
    """Serve the files of *source* under ``/static/``, give templates ``static_url``, and compress pages. *more* are headers
    that every one of them is sent with.

    Call it before the other ``init_…`` of the kit: what is registered first has the last word on an answer, and
    compressing comes last. Build *app* with ``static_folder=None``.
    """
    assets = Assets(source)
    try:
        assets.write(build)
    except OSError:  # installed where we may not write
        build = Path(tempfile.mkdtemp(prefix="paso-static-"))
        assets.write(build)

    served = WhiteNoise(
        app.wsgi_app,
        autorefresh=False,
        allow_all_origins=False,
        immutable_file_test=lambda path, url: True,
        add_headers_function=partial(_headers, more or {}),
        mimetypes={".js": "text/javascript", ".webmanifest": "application/manifest+json"},
    )
    for name in assets.contents:  # not the folder: what an older version left there is not ours
        served.add_file_to_dictionary(PREFIX + name, str(build / name))
    app.wsgi_app = served  # type: ignore[method-assign]
    app.extensions["paso.assets"] = assets

    def static_url(name: str) -> str:
        return (request.script_root if has_request_context() else "") + assets.url(name)

    app.jinja_env.globals["static_url"] = static_url
    app.config.update(
        COMPRESS_ALGORITHM=["br", "gzip"],
        COMPRESS_BR_LEVEL=5,
        COMPRESS_LEVEL=6,
        COMPRESS_STREAMS=False,
        COMPRESS_MIMETYPES=["text/html", "application/json", "application/problem+json", "text/javascript"],
    )
    Compress(app)
    return assets


def _headers(more: Mapping[str, str], headers: Headers, path: str, url: str, *_: Any) -> None:
    for name, value in more.items():
        headers[name] = value
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Cross-Origin-Resource-Policy"] = "same-origin"
    if url.endswith(".svg"):  # opened by itself, a picture is a document too
        headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'"
