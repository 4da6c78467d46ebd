"""Files that people take away."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import pytest

from app.web.kit.downloads import disposition, download
from tests.web.tiny import tiny


@pytest.mark.parametrize(
    ("name", "plain", "true"),
    [
        ("nómina.csv", "nomina.csv", "nómina.csv"),
        ("Peña & Ñáñez.pdf", "Pena & Nanez.pdf", "Peña & Ñáñez.pdf"),
        ("../../etc/passwd", "etc-passwd", "etc-passwd"),
        ('a"; filename=evil.exe', "a-; filename=evil.exe", "a-; filename=evil.exe"),
        ("a\r\nSet-Cookie: x.csv", "a-Set-Cookie- x.csv", "a-Set-Cookie- x.csv"),
        ("名簿.csv", "download.csv", "名簿.csv"),
        ("名簿", "download", "名簿"),
        ("", "download", "download"),
        ("100%25.csv", "100-25.csv", "100%25.csv"),
    ],
)
def test_names_are_kept_for_new_browsers_and_plain_for_old(name: str, plain: str, true: str) -> None:
    header = disposition(name)
    assert header.startswith(f"attachment; filename=\"{plain}\"; filename*=UTF-8''")
    assert unquote(header.rpartition("''")[2]) == true
    assert header.isascii()
    assert not {"\r", "\n"} & set(header)


def test_a_stream_is_sent_as_it_comes_and_past_buffers(tmp_path: Path) -> None:
    drawn: list[int] = []

    def rows() -> Iterator[str]:
        for row in range(3):
            drawn.append(row)
            yield f"ñ{row}\n"

    app, _ = tiny(tmp_path, rows=lambda: download(rows(), "nómina.csv", "text/csv", "es"))
    answer = app.test_client().get("/rows", headers={"Accept-Encoding": "br, gzip"}, buffered=False)
    chunks = answer.iter_encoded()
    assert next(chunks) == "ñ0\n".encode()
    assert drawn == [0], "the second row is not made before the first is sent"
    assert b"".join(chunks).decode() == "ñ1\nñ2\n"
    assert answer.headers["X-Accel-Buffering"] == "no"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert answer.headers["Content-Language"] == "es"
    assert "Content-Encoding" not in answer.headers
    assert answer.content_type == "text/csv; charset=utf-8"


def test_bytes_have_a_length_and_may_be_shown(tmp_path: Path) -> None:
    app, _ = tiny(tmp_path, paper=lambda: download(b"%PDF-1.7", "a.pdf", "application/pdf", "en", inline=True))
    answer = app.test_client().get("/paper?lang=es")
    assert answer.content_length == 8
    assert answer.headers["Content-Disposition"].startswith("inline; ")
    assert answer.headers["Content-Language"] == "en"
