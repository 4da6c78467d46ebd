"""Booklets of modules: for officers of their own edition and country, for trainers of their draft."""

from __future__ import annotations

import threading
from collections import OrderedDict

from app import booklets
from app.courseware.course import Course, digest
from app.rules.errors import NotFound, Refused
from app.services import learning
from app.services.office import Actor, Office
from app.services.publishing.drafts import draft
from app.services.publishing.issuing import media

PAPERS = tuple(booklets.PAPERS)
LANGUAGES = ("en", "es")
_MOST = 24
"""booklets kept in memory: about 0.2 MB each"""
_made: OrderedDict[tuple[str, ...], bytes] = OrderedDict()
_lock = threading.Lock()


def mine(office: Office, actor: Actor, course_id: str, module_id: str, language: str, paper: str) -> tuple[bytes, str]:
    """The booklet of a module that is open to *actor*, with the entries of their country: the PDF and a file name.

    Raises ``NotFound``, and ``Refused("module-locked")``.
    """
    study = learning.study(office, actor, course_id)
    module = study.module(module_id)
    if module.id not in study.unlocked:
        raise Refused("module-locked")
    edition = study.enrolment.edition_id

    def files(path: str) -> bytes | None:
        try:
            return media(office, edition, path).content
        except NotFound:
            return None

    return _booklet(study.course, module_id, language, files, actor.country, paper)


def of_draft(
    office: Office, actor: Actor, course_id: str, module_id: str, language: str, paper: str, with_key: bool = False
) -> tuple[bytes, str]:
    """The booklet of a module as the draft of its trainers reads, for any country; *with_key* adds the trainers' key to its
    practical sheet. Raises ``NotFound``.
    """
    found = draft(office, actor, course_id)
    course = found.checked.course
    if course is None:
        raise NotFound("module")
    known = {one.path for one in course.media}

    def files(path: str) -> bytes | None:
        return found.source.get(path) if path in known else None

    return _booklet(course, module_id, language, files, "", paper, with_key)


def _booklet(
    course: Course,
    module_id: str,
    language: str,
    files: booklets.Files,
    country: str,
    paper: str,
    with_key: bool = False,
) -> tuple[bytes, str]:
    module = course.module(module_id)
    if module is None or language not in LANGUAGES or paper not in PAPERS:
        raise NotFound("module")
    key = (digest(course), module_id, language, country, paper, "key" if with_key else "")
    name = f"{course.id}-{module.number:02}-{module_id}-{language}{'-key' if with_key else ''}.pdf"
    with _lock:
        if key in _made:
            _made.move_to_end(key)
            return _made[key], name
    made = booklets.booklet(course, module, language, files, country=country, paper=paper, for_trainers=with_key)
    with _lock:
        _made[key] = made
        while len(_made) > _MOST:
            _made.popitem(last=False)
    return made, name
