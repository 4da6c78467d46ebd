"""What an officer's own device asks for: whose sign-in this is, and what a saved module consists of."""

from __future__ import annotations

from flask import jsonify, make_response
from flask.typing import ResponseReturnValue

from app.rules.errors import Refused
from app.services import offline, rescue
from app.services.learning import Study
from app.web import entrance
from app.web.kit import sessions
from app.web.kit.i18n import language
from app.web.learner import copies
from app.web.learner.door import door, study_of
from app.web.reading import say

DAYS = 30
"""a saved copy serves so long; then it must be fetched again"""


@door.get("/session.json", may="learn")
def session() -> ResponseReturnValue:
    """Whose sign-in this is, under the key that names nobody, and a fresh token: saved pages hold none. And what rescue
    files are made with: the key of the platform, and the proof that a file is from this officer's device.
    """
    office, who = entrance.office(), entrance.actor().person_id
    response = jsonify(
        {
            "user": offline.owner_key(who),
            "csrf": sessions.token(),
            "rescue": rescue.public_key(office),
            "proof": rescue.proof(office, who),
        }
    )
    response.headers["Cache-Control"] = "no-store"
    return response


@door.get("/<course>/<module>/offline.json", may="learn")
def saved_module(course: str, module: str) -> ResponseReturnValue:
    """What a saved module consists of, each part with its digest and size, and what of it is done already.

    A device that has some of the digests fetches the others only. Raises ``Refused``: ``module-locked`` for a module that
    is still closed, ``offline-shared`` on a shared computer.
    """
    study = _open(course, module)
    parts = copies.items(study, module)
    found = study.module(module)
    answered = {q for lesson in found.lessons for q in lesson.questions} & set(study.progress.checks)
    return jsonify(
        {
            "title": say(found.pages).title,
            "user": offline.owner_key(entrance.actor().person_id),
            "language": language(),
            "edition": str(study.enrolment.edition_id),
            "days": DAYS,
            "total": sum(part.size for part in parts),
            "items": [
                {"address": part.address, "copy": part.copy, "digest": part.digest, "size": part.size} for part in parts
            ],
            "lessons": [lesson.id for lesson in found.lessons if study.lesson_done(module, lesson.id)],
            "checks": sorted(answered),
        }
    )


@door.get("/<course>/<module>/copy/<name>", may="learn")
def copy(course: str, module: str, name: str) -> ResponseReturnValue:
    """One page as a device keeps it: "_" is the module's own."""
    response = make_response(copies.page(_open(course, module), module, name))
    response.headers["Cache-Control"] = "private, no-store"
    return response


@door.get("/<course>/<module>/quiz/offline", may="learn")
def quiz_saved(course: str, module: str) -> ResponseReturnValue:
    """The quiz that lies in the saved module, for a device that has a connection again: the same page, the same draw."""
    response = make_response(copies.page(_open(course, module), module, "quiz"))
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _open(course: str, module: str) -> Study:
    found = entrance.sign_in()
    if found is not None and found.shared:
        raise Refused("offline-shared")
    study = study_of(course)
    if study.module(module).id not in study.unlocked:
        raise Refused("module-locked")
    return study
