"""The door itself, and what its rooms share."""

from __future__ import annotations

from flask import request, url_for
from werkzeug.datastructures import FileStorage

from app.services import publishing
from app.services.publishing import Draft
from app.web import entrance
from app.web.kit.guards import Door

door = Door("trainer", __name__, url_prefix="/teach")


def draft_of(course: str) -> Draft:
    """The draft of a course that the visitor teaches. Raises ``NotFound``."""
    return publishing.draft(entrance.office(), entrance.actor(), course)


def sent_files(field: str) -> list[tuple[str, bytes]]:
    """The files of a form by name; a field left empty sends none."""
    files: list[FileStorage] = request.files.getlist(field)
    return [(file.filename, file.read()) for file in files if file.filename]


def as_preview(page: str, course: str, where: str) -> str:
    """*page* with every address of the learner's course led to the preview *where* ("en", "es-CR") instead.

    The preview has the learner's addresses under another root, so what a template or a course links to needs no change.
    """
    root = url_for("trainer.preview_course", course=course, where=where)
    for learners in {f"/learn/{course}/", url_for("learner.course", course=course)}:
        page = page.replace(f'"{learners}', f'"{root}')
    return page
