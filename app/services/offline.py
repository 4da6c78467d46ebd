"""What a device may hold of an officer's course: under which name, and sealed how far."""

from __future__ import annotations

import base64
import hashlib
import json
import uuid
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from app.courseware.course import Question
from app.rules.errors import NotFound
from app.services.learning import Study
from app.services.office import Office
from app.services.shelf import course_of

SALT_BYTES = 12


def owner_key(person_id: uuid.UUID) -> str:
    """The name of a person on a device: always the same, and telling nobody who it is.

    No secret goes into it on purpose. Secrets are changed, and then what waits on a device in the mountains would belong
    to nobody; ids of persons are random and stand on no page of theirs.
    """
    return hashlib.sha256(b"paso device owner " + person_id.bytes).hexdigest()[:24]


def seal(words: Any, *key: str) -> str:
    """*words* (JSON) sealed under the words of *key*: the question and the answer that opens them.

    What it protects against: an officer who looks at the source of a saved page, or at the files of a device, reads no
    answer there. What it does not: somebody who tries every answer in a program opens them all, as they could by giving
    every answer online. These are self-checks and simulations, where a wrong answer does no harm and may be repeated;
    questions of quizzes and exams are never in a saved module, sealed or not.

    The salt is made of the content, so that the same page is the same bytes on every request (its digest tells whether a
    device must fetch it anew), and no key seals two contents.
    """
    content = json.dumps(words, ensure_ascii=False, sort_keys=True).encode()
    salt = hashlib.sha256(content).digest()[:SALT_BYTES]
    secret = hashlib.sha256("\n".join((salt.hex(), *key)).encode()).digest()
    return base64.b64encode(salt + AESGCM(secret).encrypt(salt, content, None)).decode()


def unseal(sealed: str, *key: str) -> Any:
    """What :func:`seal` sealed. Raises ``cryptography.exceptions.InvalidTag`` for another key."""
    raw = base64.b64decode(sealed)
    salt = raw[:SALT_BYTES]
    secret = hashlib.sha256("\n".join((salt.hex(), *key)).encode()).digest()
    return json.loads(AESGCM(secret).decrypt(salt, raw[SALT_BYTES:], None))


def question_as_shown(office: Office, study: Study, edition: str, question_id: str) -> Question:
    """A self-check as the device showed it: of the edition whose page it was, which may not be today's.

    An answer by places (of a ``match`` question) means what stood at those places then. Raises ``NotFound`` for a question
    that the edition does not have, and for an edition of another course.
    """
    try:
        named = uuid.UUID(edition) if edition else study.enrolment.edition_id
    except ValueError:
        raise NotFound("edition") from None
    course = study.course if named == study.enrolment.edition_id else course_of(office, named)
    found = course.questions.get(question_id)
    if found is None or course.id != study.course.id:
        raise NotFound("question")
    return found
