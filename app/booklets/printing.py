"""The pages of a booklet: paper, margins, running lines, "page x of y"."""

from __future__ import annotations

import io

from reportlab.lib.pagesizes import A4, LETTER
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Frame, PageTemplate

from app.booklets.content import story
from app.booklets.hypertext import Files, Setter
from app.booklets.styles import BODY, LINE, MUTED, register
from app.booklets.wording import words
from app.courseware.course import Course, Module, digest

PAPERS = {"letter": LETTER, "a4": A4}
MARGIN = 20 * mm
FOOT = 12 * mm


def booklet(
    course: Course,
    module: Module,
    language: str,
    files: Files,
    *,
    country: str = "",
    paper: str = "letter",
    for_trainers: bool = False,
) -> bytes:
    """The PDF of *module* in *language* ("en", "es"), on *paper* (a key of ``PAPERS``).

    *files* gives the bytes of a picture of the course by its path. *country* (ISO code) chooses what is printed in the
    boxes "in your country"; without it they are left to be filled in by hand. *for_trainers* adds the trainers' key to the
    practical sheet: never for a booklet that officers get.
    """
    register()
    size = PAPERS[paper]
    width = size[0] - 2 * MARGIN
    setter = Setter(language, width - 12, files)
    page = module.pages.get(language) or next(iter(module.pages.values()))
    out = io.BytesIO()
    document = BaseDocTemplate(
        out,
        pagesize=size,
        leftMargin=MARGIN,
        rightMargin=MARGIN,
        topMargin=MARGIN,
        bottomMargin=MARGIN + FOOT,
        title=f"{course.title(language)}: {page.title}",
        author="Paso Seguro",
        lang="es-419" if language == "es" else "en",
        invariant=1,
    )
    frame = Frame(MARGIN, MARGIN + FOOT / 2, width, size[1] - 2 * MARGIN - FOOT / 2, 6, 0, 6, 0)
    document.addPageTemplates([PageTemplate("page", [frame])])
    made = story(course, module, setter, country, digest(course), for_trainers)
    running = f"{course.code} · {words(language, 'module', number=module.number)} · {page.title}"

    class Numbered(_Numbered):
        running_line, spoken = running, language

    document.build(made, canvasmaker=Numbered)
    return out.getvalue()


class _Numbered(Canvas):  # type: ignore[misc]
    """Draws the running line once the number of pages is known."""

    running_line = ""
    spoken = "en"

    def __init__(self, *arguments: object, **more: object) -> None:
        super().__init__(*arguments, **more)
        self._waiting: list[dict[str, object]] = []

    def showPage(self) -> None:
        self._waiting.append(dict(self.__dict__))
        self._startPage()

    def save(self) -> None:
        total = len(self._waiting)
        for number, state in enumerate(self._waiting, 1):
            self.__dict__.update(state)
            self._foot(number, total)
            super().showPage()
        super().save()

    def _foot(self, number: int, total: int) -> None:
        width = self._pagesize[0]
        self.setStrokeColor(LINE)
        self.setLineWidth(0.5)
        self.line(MARGIN, MARGIN, width - MARGIN, MARGIN)
        self.setFillColor(MUTED)
        self.setFont(BODY, 9)
        self.drawString(MARGIN, MARGIN - 12, self.line_text(80))
        self.drawRightString(width - MARGIN, MARGIN - 12, words(self.spoken, "page", page=number, total=total))

    def line_text(self, most: int) -> str:
        """The running line, cut where it would meet the page number."""
        text = self.running_line
        return text if len(text) <= most else text[: most - 1] + "…"
