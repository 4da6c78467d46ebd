"""A compiled course: what the compiler makes, editions store, and everything else reads.

All classes are frozen msgspec structs, so one edition is decoded once per process and shared by every request.
``Words`` maps a language ("en", "es") to plain text, ``Html`` to sanitised HTML that may go into a page as it is.
A course whose translation is unfinished may lack a language in any of them: use :func:`say`.
"""

from __future__ import annotations

import hashlib
from typing import Literal, TypeAlias

import msgspec

Words: TypeAlias = dict[str, str]
Html: TypeAlias = dict[str, str]

QuestionKind = Literal["one", "several", "order", "match", "short", "number"]
Ending = Literal["good", "bad", "critical"]

EXERCISE = "exercise"
"""Stands where a module's id stands, for the integrated exercise at the end of a course: no module is called so."""


def say(text: dict[str, str], language: str) -> str:
    """The text in *language*, else in the first language there is, else ""."""
    if language in text:
        return text[language]
    return next(iter(text.values()), "")


class Base(msgspec.Struct, frozen=True, omit_defaults=True):
    pass


class Option(Base, frozen=True):
    """One answer of a question of kind ``one`` or ``several``, or one item of kind ``order`` (in the right order)."""

    id: str
    html: Html
    right: bool = False
    feedback: Html = {}


class Pair(Base, frozen=True):
    """A row of a ``match`` question. An empty ``left`` makes ``right`` a distractor.

    ``id`` names the row's left cell and its right cell alike; an answer maps left ids to right ids.
    """

    id: str
    left: Html
    right: Html


class Question(Base, frozen=True):
    """One question, the same in a lesson (self-check), a quiz or an exam."""

    id: str
    kind: QuestionKind
    module: str
    prompt: Html
    options: tuple[Option, ...] = ()
    pairs: tuple[Pair, ...] = ()
    accepted: dict[str, tuple[str, ...]] = {}
    """``short``: what counts as right, per language, as written."""
    value: float = 0.0
    tolerance: float = 0.0
    explanation: Html = {}
    critical: bool = False
    objective: int = 0
    difficulty: int = 2
    source: str = ""
    countries: tuple[str, ...] = ()
    """ISO codes; empty means every learner."""
    shuffle: bool = True
    partial: bool = False


class Block(Base, frozen=True):
    """A stretch of a page, from top to bottom.

    kind ``html``: ``html`` as it is. ``question``: ``ref`` is the id of a self-check shown here. ``country``: ``ref``
    is the entry of the learner's own country to print here. ``countries`` (from ``:::{only}``) limits any block to
    those learners.
    """

    kind: Literal["html", "question", "country"]
    html: str = ""
    ref: str = ""
    countries: tuple[str, ...] = ()


class Citation(Base, frozen=True):
    """A source that a lesson cites, with the places cited in order of appearance ("art. 33", "art. 31")."""

    source: str
    places: tuple[str, ...] = ()


class Page(Base, frozen=True):
    """One page of text in one language."""

    title: str
    blocks: tuple[Block, ...] = ()
    objective: str = ""
    summary: str = ""
    citations: tuple[Citation, ...] = ()
    words: int = 0
    digest: str = ""
    """of this file's source text, to know a stale translation"""
    translated_from: str = ""


class Lesson(Base, frozen=True):
    id: str
    pages: dict[str, Page]
    minutes: int
    questions: tuple[str, ...] = ()
    """ids of its self-checks, in order"""
    objectives: tuple[int, ...] = ()
    """the module's objectives (from 1) that this lesson serves"""


class Choice(Base, frozen=True):
    to: str
    text: Html
    effects: dict[str, int] = {}
    critical: bool = False


class Scene(Base, frozen=True):
    id: str
    html: Html
    title: Words = {}
    choices: tuple[Choice, ...] = ()
    ending: Ending | None = None


class Scenario(Base, frozen=True):
    """A branching simulation. It starts at the first scene; every dial starts at 0."""

    id: str
    title: Words
    intro: Html
    dials: tuple[str, ...]
    dial_names: dict[str, Words]
    scenes: tuple[Scene, ...]

    def scene(self, scene_id: str) -> Scene | None:
        return next((scene for scene in self.scenes if scene.id == scene_id), None)


class Criterion(Base, frozen=True):
    id: str
    text: Html


class Practice(Base, frozen=True):
    """A practical sheet: what a trainer observes, criterion by criterion, and signs."""

    title: Words
    html: Html
    criteria: tuple[Criterion, ...]
    minutes: int = 0
    trainer: Html = {}
    """the trainers' key (from ``:::{trainer}``): for trainers alone, never for a page or a file that officers get"""


class Module(Base, frozen=True):
    id: str
    number: int
    pages: dict[str, Page]
    """title, summary and "why it matters on my shift" """
    objectives: dict[str, tuple[str, ...]]
    lessons: tuple[Lesson, ...]
    quiz: tuple[str, ...] = ()
    """ids of the module's question bank"""
    scenario: Scenario | None = None
    practice: Practice | None = None

    def lesson(self, lesson_id: str) -> Lesson | None:
        return next((lesson for lesson in self.lessons if lesson.id == lesson_id), None)


class Hours(Base, frozen=True):
    online: float = 0
    practice: float = 0
    final: float = 0

    @property
    def total(self) -> float:
        return self.online + self.practice + self.final


class QuizRule(Base, frozen=True):
    """How a module quiz is drawn and passed. ``attempts`` 0 means no limit."""

    draw: int = 10
    pass_mark: int = 70
    attempts: int = 3
    wait_hours: float = 12
    critical_all: bool = True
    """a wrong critical item fails the attempt, whatever the mark"""


class ExamRule(Base, frozen=True):
    draw: int = 40
    minutes: int = 75
    pass_mark: int = 80
    critical_mark: int = 90
    """percent of the critical items that must be right"""
    attempts: int = 3
    wait_hours: float = 24
    per_module: tuple[int, int] = (0, 0)
    """fewest and most items of one module; (0, 0) does not limit"""


class Completion(Base, frozen=True):
    """What completes the course. A ``None`` or ``False`` part is not asked for."""

    lessons: bool = True
    quizzes: QuizRule | None = None
    scenarios: Literal["", "finished", "without critical error"] = ""
    practice: bool = False
    exam: ExamRule | None = None


class CertificateRule(Base, frozen=True):
    kinds: tuple[Literal["participation", "completion"], ...] = ()
    valid_months: int = 0
    """0: does not expire"""
    design: str = "regional"


class Source(Base, frozen=True):
    """A work that lessons cite."""

    title: Words
    url: str = ""
    reviewed: str = ""
    """ISO date of the last review"""


class Term(Base, frozen=True):
    """A glossary term. ``names``: the head word first, then other forms that link here."""

    id: str
    names: dict[str, tuple[str, ...]]
    html: Html


class CountryEntry(Base, frozen=True):
    html: Html
    reviewed: str = ""
    source: str = ""


class Media(Base, frozen=True):
    """A file that pages show: its path inside the course, its type, and the SHA-256 of its bytes."""

    path: str
    mime: str
    sha256: str
    size: int


class Course(Base, frozen=True):
    id: str
    code: str
    languages: tuple[str, ...]
    pages: dict[str, Page]
    hours: Hours
    modules: tuple[Module, ...]
    completion: Completion
    certificate: CertificateRule
    questions: dict[str, Question]
    """every question of the course by id: self-checks, quiz banks, exam bank"""
    exam: tuple[str, ...] = ()
    """ids of the questions that only the final exam draws"""
    compare: int = 0
    """how many questions the test before the course asks, and its parallel form after it; 0: there is none"""
    offline_quizzes: bool = False
    """whether a module saved on a device holds a draw of its quiz, to be taken without a network"""
    unlock: str = "any"
    """'in order', 'any', or 'after <module> any': in order up to that module, any order after it"""
    sources: dict[str, Source] = {}
    terms: tuple[Term, ...] = ()
    glossary: dict[str, Page] = {}
    """the title of the glossary, and what it says besides its terms"""
    entry_names: dict[str, Words] = {}
    """titles of the "in your country" entries, by key"""
    countries: dict[str, dict[str, CountryEntry]] = {}
    """ISO code → entry key → entry"""
    media: tuple[Media, ...] = ()
    exercise: Practice | None = None
    """the integrated exercise: the practical sheet of the course itself"""

    def module(self, module_id: str) -> Module | None:
        return next((module for module in self.modules if module.id == module_id), None)

    def sheet(self, module_id: str) -> Practice | None:
        """The practical sheet of a module, or for :data:`EXERCISE` the integrated exercise; ``None`` where there is none."""
        if module_id == EXERCISE and self.exercise is not None:
            return self.exercise
        module = self.module(module_id)
        return module.practice if module else None

    def title(self, language: str) -> str:
        """The title in *language*, else in the first language there is, else the id."""
        page = self.pages.get(language) or next(iter(self.pages.values()), None)
        return page.title if page is not None else self.id


_encoder = msgspec.json.Encoder(order="deterministic")
_decoder = msgspec.json.Decoder(Course)


def to_json(course: Course) -> bytes:
    """Canonical JSON: the same course always gives the same bytes."""
    return _encoder.encode(course)


def from_json(data: bytes | str) -> Course:
    """The course of :func:`to_json`. Raises ``msgspec.ValidationError`` for anything else."""
    return _decoder.decode(data)


def digest(course: Course) -> str:
    """SHA-256 of the canonical JSON, in hexadecimal: the name of a published edition's content."""
    return hashlib.sha256(to_json(course)).hexdigest()
