"""A certificate, drawn alone and issued with badge and signature, beside a bare ReportLab page with one embedded font."""

from __future__ import annotations

import datetime as dt
import io
import tempfile
from collections.abc import Iterator
from pathlib import Path

from reportlab.lib.pagesizes import landscape, letter
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from benchmarks.measuring import Measured, beside
from certificates import badge, drawing, facts, keys, proof, serial, signing, token
from certificates.tagging import Attachment

URL = "https://paso.example"
FONT = next((Path(drawing.__file__).parent / "assets").rglob("EBGaramond-Regular.ttf"))


def _facts() -> facts.Facts:
    return facts.Facts(
        serial=serial.new(),
        kind="completion",
        name="María Fernanda Núñez Ibáñez",
        institution="Servicio Nacional de Fronteras",
        country=facts.Words("Panama", "Panamá"),
        course_code="HBS",
        course=facts.Words("Humanitarian Border Security", "Seguridad Fronteriza Humanitaria"),
        hours_total=18,
        hours_online=13,
        hours_in_person=5,
        completed=dt.date(2026, 11, 14),
        issued=dt.date(2026, 11, 14),
        expires=dt.date(2029, 11, 14),
        issuer=facts.Words("Paso Seguro", "Paso Seguro"),
        language="es",
        form_year=2026,
        edition=facts.Edition(1, "0" * 64),
        modules=4,
        practices=3,
    )


def _bare() -> bytes:
    pdfmetrics.registerFont(TTFont("Bare", str(FONT)))
    out = io.BytesIO()
    page = Canvas(out, pagesize=landscape(letter))
    page.setFont("Bare", 36)
    page.drawCentredString(396, 306, "María Fernanda Núñez Ibáñez")
    page.showPage()
    page.save()
    return out.getvalue()


def _issued(ours: keys.Keys, now: dt.datetime) -> bytes:
    """As it is issued: facts signed for the square code, badge made and proved, sheet drawn around them, and signed."""
    stated = _facts()
    made = proof.written(proof.prove(badge.credential(stated, URL, 4711), URL, ours.signing, now))
    inside = [Attachment(badge.FILE, badge.MEDIA_TYPE, made, "Open Badges 3.0")]
    digits = token.encode(stated, ours.signing)
    sheet = drawing.render(stated, ("es", "en"), "letter", f"{URL}/verify", digits, attachments=inside)
    return signing.sign(sheet, ours.signing)


def run() -> Iterator[Measured]:
    """Two rows: both languages on one sheet, a new person each time; the same with badge and signature."""
    yield beside(
        "certificate, both languages",
        lambda: drawing.render(_facts(), ("es", "en"), "letter", f"{URL}/verify"),
        "bare ReportLab page, one font",
        _bare,
        target=8,
        times=10,
        floor_times=10,
    )
    now = dt.datetime(2026, 11, 14, 15, 0, tzinfo=dt.UTC)
    with tempfile.TemporaryDirectory() as folder:
        ours = keys.create(Path(folder) / "keys", Path(folder) / "root", "Paso Seguro", now)
        yield beside(
            "certificate, signed, with badge",
            lambda: _issued(ours, now),
            "bare ReportLab page, one font",
            _bare,
            target=8,
            times=10,
            floor_times=10,
        )
