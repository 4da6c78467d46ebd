"""Compiled courses kept in memory: an edition never changes, so it is read and decoded once per process."""

from __future__ import annotations

import threading
import uuid
from collections import OrderedDict

from sqlalchemy import select

from app.courseware.course import Course, from_json
from app.records.editions import CourseRow, Edition
from app.rules.errors import NotFound
from app.services.office import Office

MOST = 32
"""editions in memory: about 2 MB each"""
_courses: OrderedDict[uuid.UUID, Course] = OrderedDict()
_lock = threading.Lock()


def course_of(office: Office, edition_id: uuid.UUID) -> Course:
    """The compiled course of an edition. Raises ``NotFound``."""
    with _lock:
        course = _courses.get(edition_id)
        if course is not None:
            _courses.move_to_end(edition_id)
            return course
    content = office.session.scalar(select(Edition.content).where(Edition.id == edition_id))
    if content is None:
        raise NotFound("edition")
    course = from_json(content)
    with _lock:
        _courses[edition_id] = course
        while len(_courses) > MOST:
            _courses.popitem(last=False)
    return course


def current(office: Office, course_id: str) -> tuple[CourseRow, Course]:
    """A course and its current edition's content. Raises ``NotFound`` for an unknown or unpublished one."""
    row = office.session.get(CourseRow, course_id)
    if row is None or row.current_edition_id is None:
        raise NotFound("course")
    return row, course_of(office, row.current_edition_id)
