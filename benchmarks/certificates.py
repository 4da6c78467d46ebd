"""A certificate, beside a bare ReportLab page with one embedded font."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterator
from pathlib import Path

from reportlab.lib.pagesizes import landscape, letter
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from benchmarks.measuring import Measured, beside
from certificates import drawing, facts, serial

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


def run() -> Iterator[Measured]:
    """One row: both languages on one sheet, a new person each time."""
    yield beside(
        "certificate, both languages",
        lambda: drawing.render(_facts(), ("es", "en"), "letter", "https://paso.example/verify"),
        "bare ReportLab page, one font",
        _bare,
        target=8,
        times=10,
        floor_times=10,
    )
