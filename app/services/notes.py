"""Bookmarks and private notes at lessons: an officer's own. Nobody else is shown them, whatever their role.

A form and a device without a network write alike. Whoever writes says from which version of the note they began; if the
note has become another since, both texts stay in it, one under the other, each with a line saying from when it is.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
import unicodedata
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_datetime
from sqlalchemy import select

from app.courseware.course import Course
from app.records.database import uuid7
from app.records.editions import CourseRow, Edition
from app.records.learning import Enrolment
from app.records.notes import LessonNote, NoteEvent
from app.rules.errors import NotFound, Refused
from app.rules.events import Outcome
from app.services import learning
from app.services.learning import Study
from app.services.office import Actor, Office
from app.services.shelf import course_of
from app.services.wording import translator

MARKED, NOTED = "lesson.marked", "lesson.noted"
KINDS = frozenset({MARKED, NOTED})
"""of the events with which a device sends bookmarks and notes"""

LONGEST = 4_000
"""characters of a note as it is typed"""
MOST_KEPT = 20_000
"""characters of a note into which texts of several devices came together"""
CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
"""signs nobody types, and half characters: PostgreSQL refuses some of them"""
LOCALES = {"en": "en", "es": "es_419"}


@dataclass(frozen=True)
class Place:
    """A lesson by its ids, which outlive editions."""

    course: str
    module: str
    lesson: str


@dataclass(frozen=True)
class Written:
    """A text as it comes from a form or a device."""

    text: str
    begun: str
    """:func:`version` of the text from which it was begun"""
    at: dt.datetime
    device: str = ""
    """which keeps what it wrote without a network, and goes on from there; "" for a form of a page"""
    edition: str = ""
    """which the device holds: a lesson may have left the course since"""


def clean(text: str) -> str:
    """*text* with plain line ends, without signs nobody types and without space around it; é is one sign (NFC)."""
    plain = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    return CONTROLS.sub("", plain).strip()


def version(text: str) -> str:
    """What stands for a text in the form that begins from it; "" for none."""
    return hashlib.sha256(text.encode()).hexdigest()[:16] if text else ""


# Writing --------------------------------------------------------------------------------------------------------------


def mark(office: Office, actor: Actor, place: Place, on: bool, event_id: str = "", edition: str = "") -> Outcome:
    """Set a bookmark at a lesson of the actor's, or take it away; of several devices the last to arrive decides.

    Raises ``NotFound`` where the actor is not in the course; ``Refused``: ``not-in-course``, ``response-malformed`` for an
    *event_id* that is none.
    """
    event = _event_id(event_id)
    with office.transaction():
        study = _lock(office, actor, place)
        known = _known(office, actor, event)
        if known is not None:
            return known
        row = _row(office, study, place, edition)
        row.marked = on
        return _done(office, row, event, {})


def write(office: Office, actor: Actor, place: Place, written: Written, event_id: str = "") -> Outcome:
    """Write the actor's note at a lesson; an empty text takes it away.

    The outcome's ``result`` says under ``both`` whether the note had become another meanwhile and both texts are kept.
    What one device writes further without a network, from the same beginning, replaces what it sent before.

    Raises ``NotFound`` where the actor is not in the course; ``Refused``: ``note-long`` (field "text"), ``not-in-course``,
    ``response-malformed`` for an *event_id* that is none.
    """
    event, text = _event_id(event_id), clean(written.text)
    with office.transaction():
        study = _lock(office, actor, place)
        known = _known(office, actor, event)
        if known is not None:
            return known
        row = _row(office, study, place, written.edition)
        # what two devices made longer may be shortened step by step
        if len(text) > max(LONGEST, len(row.text)):
            raise Refused("note-long", field="text", length=len(text), most=LONGEST)
        goes_on = bool(written.device) and (row.device, row.begun) == (written.device, written.begun)
        both = not (goes_on or written.begun == version(row.text) or text == row.text or not row.text)
        if not both:
            row.device, row.begun = written.device, written.begun
            if text != row.text:
                row.text, row.written_at = text, written.at if text else None
        elif text and text not in row.text:
            kept = _together(actor, row, text, written.at)
            if len(kept) > MOST_KEPT:
                raise Refused("note-long", field="text", length=len(kept), most=LONGEST)
            row.text, row.written_at, row.device, row.begun = (
                kept,
                max(written.at, row.written_at or written.at),
                "",
                "",
            )
        return _done(office, row, event, {"both": both})


def delete(office: Office, actor: Actor, place: Place) -> None:
    """Take the actor's bookmark and note at a lesson away. Raises ``NotFound`` where there is neither."""
    with office.transaction():
        row = office.session.get(LessonNote, _key(actor, place), with_for_update=True, populate_existing=True)
        if row is None:
            raise NotFound("note")
        office.session.delete(row)


def _key(actor: Actor, place: Place) -> tuple[uuid.UUID, str, str, str]:
    return actor.person_id, place.course, place.module, place.lesson


def _event_id(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text) if text else uuid7()
    except ValueError:
        raise Refused("response-malformed") from None


def _lock(office: Office, actor: Actor, place: Place) -> Study:
    """One writer at a time for each officer in a course: the note may not be there yet to be locked."""
    study = learning.study(office, actor, place.course)
    office.session.scalar(select(Enrolment.id).where(Enrolment.id == study.enrolment.id).with_for_update())
    return study


def _known(office: Office, actor: Actor, event: uuid.UUID) -> Outcome | None:
    row = office.session.get(NoteEvent, (actor.person_id, event))
    return Outcome(str(event), "duplicate", result=row.result) if row is not None else None


def _row(office: Office, study: Study, place: Place, edition: str) -> LessonNote:
    """The row to write into, with the titles of today. Raises ``Refused("not-in-course")``."""
    whose = study.enrolment.person_id
    key = (whose, place.course, place.module, place.lesson)
    row = office.session.get(LessonNote, key, populate_existing=True)
    titles = _titles(study.course, place)
    if titles is None and row is None:
        titles = _titles_in(office, edition, place)
        if titles is None:
            raise Refused("not-in-course")
    if row is None:
        row = LessonNote(
            person_id=whose,
            course_id=place.course,
            module=place.module,
            lesson=place.lesson,
            marked=False,
            text="",
            device="",
            begun="",
        )
        office.session.add(row)
    if titles is not None:
        row.titles = titles
    return row


def _titles(course: Course, place: Place) -> dict[str, Any] | None:
    module = course.module(place.module)
    lesson = module.lesson(place.lesson) if module else None
    if module is None or lesson is None:
        return None
    return {
        "module": {code: page.title for code, page in module.pages.items()},
        "lesson": {code: page.title for code, page in lesson.pages.items()},
    }


def _titles_in(office: Office, edition: str, place: Place) -> dict[str, Any] | None:
    """Of a lesson that has left the course since a device saved the *edition*."""
    try:
        wanted = uuid.UUID(edition)
    except ValueError:
        return None
    known = select(Edition.id).where(Edition.id == wanted, Edition.course_id == place.course)
    return _titles(course_of(office, wanted), place) if office.session.scalar(known) is not None else None


def _together(actor: Actor, row: LessonNote, text: str, at: dt.datetime) -> str:
    _ = translator(actor.language)

    def headed(when: dt.datetime | None, said: str) -> str:
        local = (when or at).astimezone(ZoneInfo(actor.time_zone))
        spoken = format_datetime(local, "d MMM y, HH:mm", locale=LOCALES[actor.language])
        return "— " + _("Written on %(when)s") % {"when": spoken} + " —\n" + said

    return headed(row.written_at, row.text) + "\n\n" + headed(at, text)


def _done(office: Office, row: LessonNote, event: uuid.UUID, result: dict[str, Any]) -> Outcome:
    office.session.add(
        NoteEvent(person_id=row.person_id, id=event, received_at=office.now(), result=result),
    )
    office.session.flush()
    if not row.marked and not row.text:
        office.session.delete(row)
    return Outcome(str(event), "applied", result=result)


# Reading --------------------------------------------------------------------------------------------------------------


def of_lesson(office: Office, actor: Actor, place: Place) -> LessonNote | None:
    """The actor's bookmark and note at a lesson."""
    return office.session.get(LessonNote, _key(actor, place), populate_existing=True)


@dataclass(frozen=True)
class NotedLesson:
    """A lesson with a bookmark, a note or both."""

    row: LessonNote
    titles: Mapping[str, str]
    there: bool
    """in the course that the officer is in now: it can be opened"""


@dataclass(frozen=True)
class NotedModule:
    titles: Mapping[str, str]
    lessons: tuple[NotedLesson, ...]


@dataclass(frozen=True)
class NotedCourse:
    course: CourseRow
    there: bool
    """the officer is in it now"""
    modules: tuple[NotedModule, ...]


def mine(office: Office, actor: Actor) -> list[NotedCourse]:
    """All of the actor's bookmarks and notes, by course and module in the order of the course; lessons that are not in it
    any more come last. Two queries, however many there are.
    """
    rows = office.session.execute(
        select(LessonNote, CourseRow)
        .join(CourseRow, CourseRow.id == LessonNote.course_id)
        .where(LessonNote.person_id == actor.person_id)
        .order_by(LessonNote.course_id, LessonNote.module, LessonNote.lesson)
    ).all()
    studies = {study.course.id: study for study in learning.my_courses(office, actor)} if rows else {}
    courses = {row.course_id: course for row, course in rows}
    order = [*(one for one in studies if one in courses), *(one for one in courses if one not in studies)]
    return [
        _noted(courses[one], studies.get(one), [row for row, _course in rows if row.course_id == one]) for one in order
    ]


def _noted(course: CourseRow, study: Study | None, rows: list[LessonNote]) -> NotedCourse:
    places: dict[tuple[str, str], int] = {}
    for module in study.course.modules if study else ():
        for lesson in module.lessons:
            places[module.id, lesson.id] = len(places)
    end = len(places)
    found: dict[str, list[NotedLesson]] = {}
    for row in sorted(rows, key=lambda row: places.get((row.module, row.lesson), end)):
        titles = row.titles
        if study is not None:
            titles = _titles(study.course, Place(course.id, row.module, row.lesson)) or titles
        one = NotedLesson(row, titles["lesson"], (row.module, row.lesson) in places)
        found.setdefault(row.module, []).append(one)
    modules = []
    for module_id, lessons in found.items():
        now = study.course.module(module_id) if study else None
        titles = {code: page.title for code, page in now.pages.items()} if now else lessons[0].row.titles["module"]
        modules.append(NotedModule(titles, tuple(lessons)))
    return NotedCourse(course, study is not None, tuple(modules))
