"""From a checked draft to an edition that never changes, and what that means for officers who are mid-course."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import func, select

from app.courseware.course import Course, to_json
from app.courseware.settings import FILE
from app.courseware.source import SourceRefused, from_files, from_zip, to_zip
from app.records.editions import CourseRow, Edition, EditionMedia
from app.records.people import Person
from app.rules import following as rules
from app.rules.editions import objections
from app.rules.errors import Conflict, Forbidden, NotFound, Refused
from app.services import audit, searching
from app.services.following import Followed, follow
from app.services.office import Actor, Office
from app.services.publishing.checking import Checked, check
from app.services.publishing.drafts import course_row, draft, draft_of
from app.services.publishing.impact import refusal as refusal_of
from app.services.publishing.uploads import id_in
from app.services.publishing.writing import clear, put
from app.services.shelf import course_of

RESERVED = frozenset(
    {"certificates", "cohorts", "exams", "messages", "new", "notes", "practice", "rescue", "search", "sync"}
)
"""words that already stand where a course's id would, in /learn/… and /teach/…"""
MOST_NOTE = 500


# Reading --------------------------------------------------------------------------------------------------------------


def media(office: Office, edition_id: uuid.UUID, path: str) -> EditionMedia:
    """A picture, sound or document of an edition. Raises ``NotFound``."""
    found = office.session.get(EditionMedia, (edition_id, path))
    if found is None:
        raise NotFound("media")
    return found


@dataclass(frozen=True)
class Issued:
    """A published edition in a course's history."""

    edition: Edition
    by: str
    """who published it; "" for a command"""


def history(office: Office, actor: Actor, course_id: str) -> list[Issued]:
    """Every edition of a course, the newest first. Raises ``NotFound``."""
    course_row(office, actor, course_id)
    rows = office.session.execute(
        select(Edition, Person.name)
        .outerjoin(Person, Person.id == Edition.published_by)
        .where(Edition.course_id == course_id)
        .order_by(Edition.number.desc())
    )
    return [Issued(edition, name or "") for edition, name in rows]


def source_of(office: Office, actor: Actor, course_id: str, number: int) -> bytes:
    """The zip that edition *number* was made of. Raises ``NotFound``."""
    course_row(office, actor, course_id)
    found = office.session.scalar(
        select(Edition.source).where(Edition.course_id == course_id, Edition.number == number)
    )
    if not found:
        raise NotFound("edition")
    return found


# Publishing -----------------------------------------------------------------------------------------------------------


def publish(
    office: Office,
    actor: Actor,
    course_id: str,
    digest: str,
    note: str = "",
    treatments: Mapping[str, str] | None = None,
) -> tuple[Edition, Followed]:
    """Publish the draft that was checked under *digest*: the new edition, and what became of officers mid-course.

    *treatments* says what earlier answers to a changed lesson or question are worth: key of a
    :class:`~app.rules.following.Choice` → treatment; what is not named is kept.

    Raises ``NotFound``; ``Conflict("draft-changed")`` when the draft is not the one that was checked any more;
    ``Refused``: ``course-has-errors``, ``course-id-changed``, ``nothing-to-publish``, ``treatment-unknown``.
    """
    draft(office, actor, course_id).checked  # noqa: B018 - compiled before the lock is taken, remembered inside it
    with office.transaction():
        row = course_row(office, actor, course_id, lock=True)
        now = draft_of(office, row)
        checked = now.checked
        if checked.digest != digest:
            raise Conflict("draft-changed")
        refusal = refusal_of(row, checked)
        if refusal:
            raise Refused(refusal, count=len(checked.errors))
        edition, followed = _issue(office, actor, row, now.source, checked, note, treatments or {})
        clear(office, row)
    return edition, followed


def publish_source(office: Office, source: Mapping[str, bytes], actor: Actor | None = None) -> Edition:
    """Publish a folder or zip as it is: for commands and the demonstration. A course not yet known is made.

    What is published already is left as it is, and the current edition returned. A draft that trainers are working on
    stays. Raises ``Refused``: ``course-has-errors``, ``course-id-reserved``; with an *actor* also ``NotFound`` and
    ``Forbidden``.
    """
    checked = check(source)
    course = checked.course
    if course is None or checked.errors:
        raise Refused("course-has-errors", count=len(checked.errors))
    with office.transaction():
        row = office.session.get(CourseRow, course.id, populate_existing=True)
        if row is None:
            row = _new_row(office, actor, course)
        elif actor is not None:
            row = course_row(office, actor, course.id)
        office.session.refresh(row, with_for_update={"of": CourseRow})
        current = row.current_edition
        if current is not None and current.digest == checked.digest:
            return current
        edition, _followed = _issue(office, actor, row, source, checked, "", {})
    return edition


def _issue(
    office: Office,
    actor: Actor | None,
    row: CourseRow,
    source: Mapping[str, bytes],
    checked: Checked,
    note: str,
    treatments: Mapping[str, str],
) -> tuple[Edition, Followed]:
    course = checked.course
    assert course is not None
    before = course_of(office, row.current_edition_id) if row.current_edition_id is not None else None
    plan = rules.plan(rules.moves(before, course), rules.choices(objections(before, course)), treatments)
    last = office.session.scalar(select(func.max(Edition.number)).where(Edition.course_id == row.id))
    edition = Edition(
        course_id=row.id,
        number=(last or 0) + 1,
        digest=checked.digest,
        content=to_json(course),
        source=to_zip(source),
        published_at=office.now(),
        published_by=actor.person_id if actor else None,
        note=" ".join(note.split())[:MOST_NOTE],
    )
    office.session.add(edition)
    office.session.flush()
    for one in course.media:
        office.session.add(EditionMedia(edition_id=edition.id, path=one.path, mime=one.mime, content=source[one.path]))
    row.current_edition_id = edition.id
    row.current_edition = edition
    _name(row, course)
    office.session.flush()
    followed = follow(office, row.id, edition.id, course, plan)
    searching.index(office, edition.id, course)
    searching.prune(office, row.id)
    audit.note(
        office,
        actor,
        "edition.publish",
        row.id,
        {
            "number": edition.number,
            "digest": edition.digest,
            "moved": followed.officers,
            "treatments": {key: value for key, value in sorted(treatments.items()) if value != "keep"},
            "risen": followed.risen,
            "forgiven": followed.forgiven,
        },
    )
    return edition, followed


def _name(row: CourseRow, course: Course) -> None:
    titles = {language: page.title[:200] for language, page in course.pages.items()}
    row.title_en = titles.get("en", "")
    row.title_es = titles.get("es", "")
    if not row.title_en and not row.title_es:
        row.title_en = row.title_es = course.id


def create(office: Office, actor: Actor, data: bytes) -> CourseRow:
    """A new course from a zip of its folder, as a draft. For administrators, who then grant trainers.

    Raises ``Forbidden`` and ``Refused``: ``upload-refused``, ``course-unreadable``, ``course-exists``,
    ``course-id-reserved``.
    """
    actor.paths("administer")
    try:
        source = from_zip(data)
        from_files(source)
    except SourceRefused as no:
        raise Refused("upload-refused", reason=no.message(actor.language)) from no
    course = check(source).course
    if course is None or not id_in(source[FILE]):
        raise Refused("course-unreadable")
    with office.transaction():
        row = new_course(office, actor, course)
        put(office, actor, draft_of(office, row), dict(source), frozenset())
    return row


def new_course(office: Office, actor: Actor, course: Course) -> CourseRow:
    """The row of a course that is not yet known. Inside ``office.transaction()``.

    Raises ``Forbidden`` and ``Refused``: ``course-exists``, ``course-id-reserved``.
    """
    if office.session.get(CourseRow, course.id) is not None:
        raise Refused("course-exists", id=course.id)
    return _new_row(office, actor, course)


def _new_row(office: Office, actor: Actor | None, course: Course) -> CourseRow:
    if actor is not None and not actor.may("administer"):
        raise Forbidden("administer")
    if course.id in RESERVED:
        raise Refused("course-id-reserved", id=course.id)
    row = CourseRow(id=course.id, title_en="", title_es="", created_at=office.now())
    _name(row, course)
    office.session.add(row)
    office.session.flush()
    audit.note(office, actor, "course.create", course.id)
    return row
