"""Questions of another system into the draft: sent, accounted for one by one, and only then taken, all or some.

What was sent stays on the server between the two steps. The browser sends back which questions were chosen and the name
of the report it showed, nothing that is written.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, cast

from app.courseware import importing
from app.courseware.course import Question
from app.courseware.ids import is_id
from app.courseware.importing import KINDS, Imported, Kind, Note
from app.courseware.settings import LANGUAGES
from app.courseware.source import MAX_FILE_BYTES, SourceRefused, from_zip
from app.rules.errors import Conflict, NotFound, Refused
from app.services import audit
from app.services.office import Actor, Office
from app.services.publishing import holding
from app.services.publishing.checking import Checked, Finding, Latest, check, fresh
from app.services.publishing.drafts import Draft, course_row, draft, draft_of
from app.services.publishing.goals import Goal, appended, goal, goals
from app.services.publishing.holding import Held
from app.services.publishing.writing import put
from app.services.shelf import course_of

LONGEST_PREFIX = 30
_PURPOSE = "questions"
_ZIP = b"PK\x03\x04"
_MISSING = ("question-not-translated", "page-not-translated")


@dataclass(frozen=True)
class Wishes:
    """What a trainer says about a file of questions. ``goal`` is :attr:`Goal.key`, ``kind`` one of ``KINDS`` or
    "auto".
    """

    language: str
    goal: str
    prefix: str
    kind: str = "auto"


def wishes_of(held: Held) -> Wishes:
    """The wishes that are kept with an upload."""
    return Wishes(**{key: str(held.wishes.get(key, "")) for key in ("language", "goal", "prefix", "kind")})


def words(note: Note, language: str) -> str:
    """What a change, a refusal or a remark of an import or export says, in *language*."""
    return importing.message(note, language)


def send(office: Office, actor: Actor, course_id: str, name: str, data: bytes, wishes: Wishes) -> Held:
    """Keep a file of questions, or a zip of several, with the *wishes* for it. Nothing is in the draft yet.

    Raises ``NotFound`` and ``Refused``: ``import-empty``, ``import-large``, ``upload-refused`` for a broken or hostile
    zip, and what :func:`change` raises.
    """
    now = draft(office, actor, course_id)
    _check(now, wishes)
    if not data:
        raise Refused("import-empty")
    if not data.startswith(_ZIP) and len(data) > MAX_FILE_BYTES:
        raise Refused("import-large", most=MAX_FILE_BYTES // 1024 // 1024)
    _files(actor, name, data)
    return holding.hold(office, actor, course_id, _PURPOSE, name, data, _plain(wishes))


def change(office: Office, actor: Actor, course_id: str, upload_id: uuid.UUID, wishes: Wishes) -> None:
    """Other *wishes* for a file that is kept.

    Raises ``NotFound`` and ``Refused``: ``import-prefix``, ``import-goal``, ``import-lesson-missing``.
    """
    _check(draft(office, actor, course_id), wishes)
    holding.held(office, actor, course_id, upload_id, _PURPOSE)
    holding.change(office, actor, course_id, upload_id, _plain(wishes))


def sent(office: Office, actor: Actor, course_id: str, upload_id: uuid.UUID) -> Held:
    """A file of questions that *actor* sent. Raises ``NotFound``."""
    return holding.held(office, actor, course_id, upload_id, _PURPOSE)


def unfinished(office: Office, actor: Actor, course_id: str) -> list[Held]:
    """The files of questions about which *actor* has not decided. Raises ``NotFound``."""
    return holding.waiting(office, actor, course_id, _PURPOSE)


def forget(office: Office, actor: Actor, course_id: str, upload_id: uuid.UUID) -> None:
    """Throw a file of questions away. Raises ``NotFound``."""
    sent(office, actor, course_id, upload_id)
    holding.drop(office, actor, course_id, upload_id)


def _plain(wishes: Wishes) -> dict[str, Any]:
    return {"language": wishes.language, "goal": wishes.goal, "prefix": wishes.prefix, "kind": wishes.kind}


def _check(now: Draft, wishes: Wishes) -> Goal:
    """Where the questions shall go. Raises ``Refused``."""
    if wishes.language not in LANGUAGES or wishes.kind not in ("auto", *KINDS):
        raise NotFound("import")
    found = goal(now, wishes.goal)
    if not is_id(wishes.prefix) or len(wishes.prefix) > LONGEST_PREFIX:
        raise Refused("import-prefix", most=LONGEST_PREFIX)
    if found.kind == "lesson" and wishes.language not in found.languages:
        raise Refused("import-lesson-missing", path=found.path(wishes.language))
    return found


def _files(actor: Actor, name: str, data: bytes) -> Mapping[str, bytes]:
    """The files that were sent. Raises ``Refused``."""
    if not data.startswith(_ZIP):
        return {name: data}
    try:
        return from_zip(data)
    except SourceRefused as no:
        raise Refused("upload-refused", reason=no.message(actor.language)) from no


# The report -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class BankReport:
    """What would become of every question of a file."""

    held: Held
    wishes: Wishes
    draft: Draft
    goal: Goal
    imported: Imported
    token: str
    """names this report: what is taken later is what it shows"""

    @property
    def path(self) -> str:
        """The page that gets the questions."""
        return self.goal.path(self.wishes.language)

    @property
    def twin(self) -> str:
        """That page in the other language of the course; "" for a course in one language."""
        course = self.draft.checked.course
        others = [one for one in (course.languages if course else ()) if one != self.wishes.language]
        return self.goal.path(others[0]) if others else ""

    @property
    def usable(self) -> tuple[int, ...]:
        """The numbers of the questions that can be taken."""
        return tuple(one.number for one in self.imported.entries if one.outcome != "refused")

    def after(self, numbers: Collection[int]) -> bytes:
        """The page with those questions at its end."""
        blocks = [one.markdown for one in self.imported.entries if one.number in numbers and one.markdown]
        return appended(self.draft.source.get(self.path), self.goal, self.wishes.language, blocks)

    @cached_property
    def checked(self) -> Checked:
        """The draft, with every question that can be taken in it."""
        if not self.usable:
            return self.draft.checked
        return check(self.draft.source.replacing({self.path: self.after(self.usable)}))

    @cached_property
    def questions(self) -> dict[str, Question]:
        """The questions that can be taken as learners get them, by id; fewer where the page does not compile."""
        course = self.checked.course
        found = ((one.id, course.questions.get(one.id)) for one in self.imported.entries if one.id) if course else ()
        return {name: question for name, question in found if question is not None}

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """What the compiler finds with the questions in the draft and does not find without; but that the other
        language lacks them.
        """
        return tuple(one for one in fresh(self.draft.checked, self.checked) if one.code not in _MISSING)


_read: Latest[Imported] = Latest(6)


def report(office: Office, actor: Actor, course_id: str, upload_id: uuid.UUID) -> BankReport:
    """What would become of a file that is kept.

    Raises ``NotFound`` and ``Refused``: ``course-file-unreadable`` where course.yaml cannot be read, and what
    :func:`change` raises.
    """
    kept = sent(office, actor, course_id, upload_id)
    if kept.done:
        raise NotFound("import")
    return _report(office, actor, draft(office, actor, course_id), kept)


def _report(office: Office, actor: Actor, now: Draft, kept: Held) -> BankReport:
    wishes = wishes_of(kept)
    course = now.checked.course
    if course is None:
        raise Refused("course-file-unreadable")
    found = _check(now, wishes)
    taken = set(course.questions)
    if now.row.current_edition_id is not None:  # an id is never used again for another question
        taken |= set(course_of(office, now.row.current_edition_id).questions)
    module = course.module(found.module)
    objectives = max((len(each) for each in module.objectives.values()), default=0) if module else 0
    facts = (wishes.kind, wishes.language, wishes.prefix, sorted(taken), sorted(course.sources), objectives)
    name = hashlib.sha256(kept.content + repr(facts).encode()).hexdigest()

    def read() -> Imported:
        return importing.import_bank(
            _files(actor, kept.name, kept.content),
            cast("Kind", wishes.kind),
            wishes.language,
            wishes.prefix,
            taken=taken,
            sources=course.sources,
            objectives=objectives,
        )

    imported = _read.get(name, read)
    return BankReport(kept, wishes, now, found, imported, hashlib.sha256(f"{name}{wishes.goal}".encode()).hexdigest())


# Taking ---------------------------------------------------------------------------------------------------------------


def take(
    office: Office, actor: Actor, course_id: str, upload_id: uuid.UUID, token: str, numbers: Sequence[int] | None
) -> Held:
    """Put the questions with those *numbers* (``None``: all that can be taken) into the draft: one save of one page.

    Done already, it is not done again. Raises ``NotFound``; ``Conflict("import-changed")`` when the draft changed so
    that the report reads otherwise now; ``Refused``: ``import-nothing`` where none was chosen, ``upload-refused`` for
    a draft grown too large, and what :func:`report` raises.
    """
    kept = sent(office, actor, course_id, upload_id)
    if kept.done:
        return kept
    _report(office, actor, draft(office, actor, course_id), kept)  # read before the lock is taken, remembered inside it
    with office.transaction():
        row = course_row(office, actor, course_id, lock=True)
        kept = sent(office, actor, course_id, upload_id)
        if kept.done:
            return kept
        shown = _report(office, actor, draft_of(office, row), kept)
        if shown.token != token:
            raise Conflict("import-changed")
        chosen = [one for one in shown.usable if numbers is None or one in numbers]
        if not chosen:
            raise Refused("import-nothing")
        put(office, actor, shown.draft, {shown.path: shown.after(chosen)}, frozenset())
        counts = shown.imported.counts
        outcome = {
            "path": shown.path,
            "twin": shown.twin,
            "taken": len(chosen),
            "left": len(shown.usable) - len(chosen),
            "refused": counts["refused"],
            "total": len(shown.imported.entries),
            "ids": [one.id for one in shown.imported.entries if one.number in chosen],
        }
        holding.finish(office, actor, course_id, upload_id, outcome)
        detail = {"path": shown.path, "questions": len(chosen), "name": kept.name}
        audit.note(office, actor, "draft.import", course_id, detail)
    return sent(office, actor, course_id, upload_id)


@dataclass(frozen=True)
class Taken:
    """What was done with a file of questions, and how the draft stands to it now."""

    held: Held
    draft: Draft

    @property
    def path(self) -> str:
        return str(self.held.outcome["path"])

    @property
    def twin(self) -> str:
        """The page in the other language; "" for a course in one language."""
        return str(self.held.outcome["twin"])

    @property
    def missing(self) -> tuple[str, ...]:
        """The ids of the questions that a language of the course still lacks."""
        course = self.draft.checked.course
        asked = [(name, course.questions.get(name)) for name in self.held.outcome["ids"]] if course else []
        languages = len(course.languages) if course else 0
        return tuple(name for name, question in asked if question and len(question.prompt) < languages)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """The problems of the page, but that the other language lacks something."""
        return tuple(one for one in self.draft.checked.of(self.path) if one.code not in _MISSING)


def taken(office: Office, actor: Actor, course_id: str, kept: Held) -> Taken:
    """What was done with a file. Raises ``NotFound``."""
    return Taken(kept, draft(office, actor, course_id))


def places_to_go(now: Draft) -> tuple[Goal, ...]:
    """Where questions can go in a draft: every quiz, every lesson's end, and the exam for every module."""
    return goals(now)
