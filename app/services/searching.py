"""Searching one's courses: what may be found, by whom, and how the index of it is kept.

Somebody who learns finds what they may read or see: the lessons of open modules, the pages of all modules, the glossary.
Of lessons that are still closed only the names are found, as the module's page shows them. A trainer finds all of the
published edition of their courses. Passages hold no question, feedback or trainers' key (courseware/passages.py).
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, or_, select

from app.courseware.course import Course, Lesson, Module
from app.courseware.passages import passages, with_anchors
from app.records import searching as records
from app.records.editions import CourseRow, Edition
from app.records.learning import Enrolment
from app.records.searching import Match, SearchEdition, SearchPassage
from app.rules import wordforms
from app.rules.errors import Forbidden
from app.rules.permissions import courses
from app.rules.wordforms import LANGUAGES, Piece, Wanted
from app.services.learning import my_courses
from app.services.office import Actor, Office
from app.services.shelf import course_of

__all__ = ["Findings", "Found", "Shelf", "fill", "find", "index", "prune", "with_anchors"]

MADE_BY = 1
"""the rule by which passages and forms of words are made: who changes it raises this, and every index is made anew"""
MOST = 1_000
"""passages of one language that are counted"""
MOST_TYPED = 200
"""characters of a query that are shown again"""
SIZE = 10
"""results on a page"""
EXCERPT = 280
"""characters of a passage that are shown"""
MOST_CLOSED = 8
"""lessons still closed that are named"""


# The index ------------------------------------------------------------------------------------------------------------


def index(office: Office, edition_id: uuid.UUID, course: Course) -> None:
    """Enter an edition, in the place of what was entered of it. Inside ``office.transaction()``."""
    session = office.session
    records.drop(session, [edition_id])
    found = [passage for passage in passages(course) if passage.text or passage.anchor]
    rows = [
        SearchPassage(
            edition_id=edition_id,
            language=one.language,
            kind=one.kind,
            module=one.module,
            lesson=one.lesson,
            anchor=one.anchor,
            heading=wordforms.clean(one.heading),
            text=wordforms.clean(one.text),
            countries=f" {' '.join(one.countries)} " if one.countries else "",
        )
        for one in found
    ]
    session.add_all(rows)
    session.add(SearchEdition(edition_id=edition_id, made_by=MADE_BY, made_at=office.now()))
    session.flush()
    records.put_words(
        session,
        [(row.id, wordforms.forms(row.heading, row.language), wordforms.forms(row.text, row.language)) for row in rows],
    )
    for row in rows:
        session.expunge(row)


def prune(office: Office, course_id: str) -> None:
    """Let go of the editions of a course that nobody learns any more. Inside ``office.transaction()``."""
    entered = select(SearchEdition.edition_id).join(Edition, Edition.id == SearchEdition.edition_id)
    gone = office.session.scalars(entered.where(Edition.course_id == course_id, ~_in_use())).all()
    if gone:
        records.drop(office.session, gone)


def _in_use() -> ColumnElement[bool]:
    """The condition that an edition is its course's current one, or somebody's."""
    current = select(CourseRow.current_edition_id).where(CourseRow.current_edition_id.is_not(None))
    return or_(Edition.id.in_(current), Edition.id.in_(select(Enrolment.edition_id)))


def fill(office: Office, *, anew: bool = False) -> int:
    """Enter the editions in use that are not in the index (*anew*: all of them); returns how many were entered."""
    wanted = office.session.scalars(select(Edition.id).where(_in_use()).order_by(Edition.id)).all()
    return sum(_enter(office, edition_id, anew=anew) for edition_id in wanted)


def _enter(office: Office, edition_id: uuid.UUID, *, anew: bool = False) -> bool:
    """Enter an edition unless somebody has done so meanwhile; whether it was entered now."""
    course = course_of(office, edition_id)
    with office.transaction():
        # one at a time: whoever waits for the edition's row finds it entered
        office.session.execute(select(Edition.id).where(Edition.id == edition_id).with_for_update())
        if not anew and _missing(office, [edition_id]) == []:
            return False
        index(office, edition_id, course)
    return True


def _missing(office: Office, editions: Sequence[uuid.UUID]) -> list[uuid.UUID]:
    """Those of *editions* that are not in the index, or by an earlier rule."""
    entered = set(
        office.session.scalars(
            select(SearchEdition.edition_id).where(
                SearchEdition.edition_id.in_(editions), SearchEdition.made_by == MADE_BY
            )
        )
    )
    return [edition_id for edition_id in editions if edition_id not in entered]


# Searching ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Shelf:
    """A course that somebody may search: its edition, and which modules are open to them."""

    edition_id: uuid.UUID
    course: Course
    unlocked: frozenset[str]
    countries: frozenset[str] | None
    """whose passages they read; ``None``: everybody's"""


@dataclass(frozen=True)
class Found:
    """A passage that was found, as it is shown."""

    course: Course
    module: Module | None
    lesson: Lesson | None
    kind: str
    language: str
    anchor: str
    heading: tuple[Piece, ...]
    text: tuple[Piece, ...]


@dataclass(frozen=True)
class Findings:
    """What a search came to: a page of it."""

    typed: str
    language: str
    """of the passages shown"""
    found: tuple[Found, ...] = ()
    total: int = 0
    number: int = 1
    pages: int = 1
    others: int = 0
    """how many passages of the other language there are"""
    closed: tuple[tuple[Course, Module, Lesson], ...] = ()
    """lessons of modules still closed that have the words: on the first page"""
    some: bool = False
    """no passage has all the words: these have some of them"""
    shelves: int = 0
    """how many courses were searched"""
    asked: bool = False
    """whether there was a word to look for"""


def find(office: Office, actor: Actor, typed: str, language: str, page: int = 1, *, teaching: bool = False) -> Findings:
    """What *actor* finds in the courses that they learn (*teaching*: that they teach) for *typed*, in *language*.

    Where *language* has nothing, the other one is shown. Whatever is typed, nothing is raised but ``Forbidden``, for
    somebody who teaches no course.
    """
    shown = " ".join(typed[: 10 * MOST_TYPED].split())[:MOST_TYPED]
    shelves = {one.edition_id: one for one in (_taught(office, actor) if teaching else _learned(office, actor))}
    wanted = {code: wordforms.wanted(shown, code) for code in LANGUAGES}
    if not shelves or not any(wanted.values()):
        return Findings(shown, language, shelves=len(shelves))
    for edition_id in _missing(office, list(shelves)):
        _enter(office, edition_id)
    hits, some = _matches(office, shelves, wanted, every=True), False
    if not any(hits.values()):
        hits, some = _matches(office, shelves, wanted, every=False), True
    other = next(code for code in LANGUAGES if code != language)
    if not hits[language] and hits[other]:
        language, other = other, language
    opened = [hit for hit in hits[language] if _is_open(shelves[hit.edition_id], hit)]
    pages = max(1, -(-len(opened) // SIZE))
    number = min(max(page, 1), pages)
    return Findings(
        shown,
        language,
        _shown(office, shelves, opened[SIZE * (number - 1) : SIZE * number], wanted[language]),
        len(opened),
        number,
        pages,
        sum(_is_open(shelves[hit.edition_id], hit) for hit in hits[other]),
        _closed(shelves, hits[language]) if number == 1 else (),
        some and any(map(len, hits.values())),
        len(shelves),
        True,
    )


def _learned(office: Office, actor: Actor) -> list[Shelf]:
    mine = frozenset([actor.country])
    return [
        Shelf(study.enrolment.edition_id, study.course, study.unlocked, mine) for study in my_courses(office, actor)
    ]


def _taught(office: Office, actor: Actor) -> list[Shelf]:
    if not actor.may("teach"):
        raise Forbidden("teach")
    mine = courses("teach", actor.grants)
    asked = select(CourseRow.current_edition_id).where(CourseRow.current_edition_id.is_not(None))
    found = []
    for edition_id in office.session.scalars(asked if mine is None else asked.where(CourseRow.id.in_(mine))):
        assert edition_id is not None  # asked for
        course = course_of(office, edition_id)
        found.append(Shelf(edition_id, course, frozenset(module.id for module in course.modules), None))
    return found


def _matches(
    office: Office, shelves: dict[uuid.UUID, Shelf], wanted: dict[str, tuple[Wanted, ...]], *, every: bool
) -> dict[str, list[Match]]:
    """By language the passages that may be known of, the weightiest first."""
    found = {}
    for code in LANGUAGES:
        rows = records.matches(office.session, list(shelves), code, wanted[code], every, MOST)
        found[code] = [row for row in rows if _concerns(shelves[row.edition_id], row)]
    return found


def _concerns(shelf: Shelf, hit: Match) -> bool:
    """Whether it stands in the course and is said to the reader's country."""
    if hit.module and shelf.course.module(hit.module) is None:
        return False
    return not hit.countries or shelf.countries is None or bool(shelf.countries & set(hit.countries.split()))


def _is_open(shelf: Shelf, hit: Match) -> bool:
    return hit.kind != "lesson" or hit.module in shelf.unlocked


def _closed(shelves: dict[uuid.UUID, Shelf], hits: list[Match]) -> tuple[tuple[Course, Module, Lesson], ...]:
    named: dict[tuple[str, str, str], tuple[Course, Module, Lesson]] = {}
    for hit in hits:
        shelf = shelves[hit.edition_id]
        module = shelf.course.module(hit.module)
        lesson = module.lesson(hit.lesson) if module else None
        if module and lesson and not _is_open(shelf, hit):
            named.setdefault((shelf.course.id, module.id, lesson.id), (shelf.course, module, lesson))
    return tuple(named.values())[:MOST_CLOSED]


def _shown(
    office: Office, shelves: dict[uuid.UUID, Shelf], hits: list[Match], wanted: tuple[Wanted, ...]
) -> tuple[Found, ...]:
    """The passages of *hits*, in their order, with their texts."""
    rows = {
        row.id: row
        for row in office.session.scalars(select(SearchPassage).where(SearchPassage.id.in_([hit.id for hit in hits])))
    }
    found = []
    for row in (rows[hit.id] for hit in hits if hit.id in rows):
        course = shelves[row.edition_id].course
        module = course.module(row.module)
        lesson = module.lesson(row.lesson) if module else None
        heading = wordforms.marked(row.heading, row.language, wanted)
        text = wordforms.marked(row.text, row.language, wanted, EXCERPT)
        found.append(Found(course, module, lesson, row.kind, row.language, row.anchor, heading, text))
    return tuple(found)
