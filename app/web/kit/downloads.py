"""Files that people take away."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from urllib.parse import quote

from flask import Response, stream_with_context


def disposition(filename: str, inline: bool = False) -> str:
    """Content-Disposition after RFC 6266: the true name for browsers of today, one in plain ASCII for all others."""
    name = re.sub(r'[\x00-\x1f\x7f/\\:*?"<>|]+', "-", filename).strip(" .-") or "download"
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().replace("%", "-").strip()
    plain = plain if plain and not plain.startswith(".") else f"download{plain}"
    kind = "inline" if inline else "attachment"
    return f"{kind}; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


def download(
    body: bytes | Iterable[bytes] | Iterable[str],
    filename: str,
    mime: str,
    language: str | None = None,
    inline: bool = False,
) -> Response:
    """*body* as a file called *filename*. An iterable is sent as it comes, past the buffers of proxies.

    *language* is that of the file, which may differ from the reader's. *inline* lets the browser show it (a PDF).
    """
    if isinstance(body, bytes):
        response = Response(body, mimetype=mime)
    else:
        chunks: Iterator[bytes] = (chunk.encode() if isinstance(chunk, str) else chunk for chunk in body)
        response = Response(stream_with_context(chunks), mimetype=mime)
        response.headers["X-Accel-Buffering"] = "no"
    response.headers["Content-Disposition"] = disposition(filename, inline)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "private, no-store"
    if language is not None:
        response.headers["Content-Language"] = language
    return response
