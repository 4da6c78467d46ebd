"""Rows that stand where nothing holds them, what follows from several tables, and whether stored bytes are whole."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Select, and_, exists, func, select, text
from sqlalchemy.orm import aliased

from app.courseware.course import from_json
from app.records import past, schema
from app.records.certificates import Certificate
from app.records.editions import DraftPage, Edition, HeldUpload
from app.records.exams import Attempt
from app.records.imports import PeopleImport
from app.records.learning import Enrolment, LearningEvent, PracticeSheet
from app.records.people import Institution, Person
from app.services.doctor.tally import Tally
from app.services.findings import Finding, Words, found
from app.services.office import Office

SAID: Words = {
    "orphans": (
        "table {table}: {count} rows refer by {column} to rows of {parent} that are not there",
        "tabla {table}: {count} filas remiten por {column} a filas de {parent} que no existen",
    ),
    "attempt-uncounted": (
        "attempt {id}: it is closed, and no event says so",
        "intento {id}: está cerrado y ningún evento lo dice",
    ),
    "sheet-uncounted": (
        "practical sheet {id}: it is signed, and no event says so",
        "hoja de práctica {id}: está firmada y ningún evento lo dice",
    ),
    "certificate-early": (
        "certificate {id}: it certifies a completion, and the enrolment is not complete",
        "certificado {id}: certifica una finalización y la inscripción no está completa",
    ),
    "certificate-strange": (
        "certificate {id}: it is of another person or course than its enrolment",
        "certificado {id}: es de otra persona o de otro curso que su inscripción",
    ),
    "certificate-owed": (
        "enrolment {id}: it is complete, its course certifies that, and there is no certificate",
        "inscripción {id}: está completa, su curso lo certifica y no hay certificado",
    ),
    "path-differs": (
        "institution {id}: its place {path} is not below that of the institution it belongs to",
        "institución {id}: su lugar {path} no está bajo el de la institución a la que pertenece",
    ),
    "past-unguarded": (
        "the past of rosters is not kept: the triggers {names} are gone. “paso db upgrade” puts them up again",
        "no se conserva el pasado de las nóminas: faltan los disparadores {names}. «paso db upgrade» los repone",
    ),
    "file-damaged": (
        "the database file is damaged: {said}",
        "el archivo de la base de datos está dañado: {said}",
    ),
    "edition-differs": (
        "edition {number} of {course}: its content is not the one that was published",
        "edición {number} de {course}: su contenido no es el que se publicó",
    ),
    "source-damaged": (
        "edition {number} of {course}: the Markdown that it was made of cannot be read",
        "edición {number} de {course}: el Markdown del que se hizo no se puede leer",
    ),
    "bytes-short": (
        "{what} {id}: {kept} bytes are stored, and it had {size}",
        "{what} {id}: se guardan {kept} bytes y tenía {size}",
    ),
    "list-differs": (
        "list of people {id}: the stored file is not the one that was sent",
        "lista de personas {id}: el archivo guardado no es el que se envió",
    ),
}


def check(office: Office, tally: Tally) -> Iterator[Finding]:
    """Rows without what they belong to, and what does not follow from each other."""
    yield from _guards(office)
    yield from _orphans(office, tally)
    for code, query in _queries(office).items():
        for number in office.session.scalars(query.execution_options(yield_per=500)):
            yield found(SAID, code, id=number)
    yield from _paths(office)


def _guards(office: Office) -> Iterator[Finding]:
    """SQLite's own look at its file; and the triggers that keep what rosters said."""
    if office.session.get_bind().dialect.name == "sqlite":
        for said in office.session.scalars(text("PRAGMA quick_check(20)")):
            if said != "ok":
                yield found(SAID, "file-damaged", said=said)
        there = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    else:
        there = "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled = 'O'"
    wanted = {f"past_{model.__table__.name}_{deed}" for model in past.KEPT for deed in ("update", "delete")}
    gone = wanted - set(office.session.scalars(text(there)))
    if gone:
        yield found(SAID, "past-unguarded", names=", ".join(sorted(gone)))


def _orphans(office: Office, tally: Tally) -> Iterator[Finding]:
    """Every reference of every table. The database holds them itself, unless somebody told it not to."""
    for table in schema.metadata.tables.values():
        tally.looked += office.session.scalar(select(func.count()).select_from(table)) or 0
        for key in table.foreign_key_constraints:
            parent = key.referred_table.alias()
            met = and_(*(element.parent == parent.c[element.column.name] for element in key.elements))
            query: Select[Any] = select(func.count()).where(
                *(element.parent.is_not(None) for element in key.elements), ~exists().where(met)
            )
            count = office.session.scalar(query.select_from(table))
            if count:
                column = ", ".join(element.parent.name for element in key.elements)
                yield found(
                    SAID, "orphans", table=table.name, count=count, column=column, parent=key.referred_table.name
                )


def _queries(office: Office) -> dict[str, Select[Any]]:
    """Code → what must find nothing."""
    counted = exists().where(LearningEvent.person_id == Enrolment.person_id)
    certified = exists().where(Certificate.enrolment_id == Enrolment.id, Certificate.kind == "completion")
    return {
        "attempt-uncounted": select(Attempt.id)
        .join(Enrolment, Enrolment.id == Attempt.enrolment_id)
        .where(Attempt.closed_at.is_not(None), ~counted.where(LearningEvent.id == Attempt.id)),
        "sheet-uncounted": select(PracticeSheet.id)
        .join(Enrolment, Enrolment.id == PracticeSheet.enrolment_id)
        .where(~counted.where(LearningEvent.id == PracticeSheet.id)),
        "certificate-early": select(Certificate.serial)
        .join(Enrolment, Enrolment.id == Certificate.enrolment_id)
        .where(Certificate.kind == "completion", Enrolment.completed_at.is_(None)),
        "certificate-strange": select(Certificate.serial)
        .join(Enrolment, Enrolment.id == Certificate.enrolment_id)
        .where((Certificate.person_id != Enrolment.person_id) | (Certificate.course_id != Enrolment.course_id)),
        "certificate-owed": select(Enrolment.id)
        .join(Person, Person.id == Enrolment.person_id)
        .where(
            Enrolment.completed_at.is_not(None),
            Person.erased_at.is_(None),
            Enrolment.edition_id.in_(_certifying(office)),
            ~certified,
        ),
    }


def _certifying(office: Office) -> list[Any]:
    """The editions whose completion is certified."""
    found = []
    for number in office.session.scalars(select(Edition.id)).all():
        content = office.session.scalar(select(Edition.content).where(Edition.id == number)) or b""
        try:
            course = from_json(content)
        except ValueError:  # check_files says so
            continue
        if "completion" in course.certificate.kinds:
            found.append(number)
    return found


def _paths(office: Office) -> Iterator[Finding]:
    parent = aliased(Institution)
    query = select(Institution.id, Institution.path, parent.path.label("above")).join(
        parent, parent.id == Institution.parent_id, isouter=True
    )
    for row in office.session.execute(query.execution_options(yield_per=1000)):
        rest = row.path.removeprefix(row.above or "")
        below = row.path != rest and rest.count("/") == 1 if row.above else row.path.startswith("/")
        if not below or not row.path.endswith("/"):
            yield found(SAID, "path-differs", id=row.id, path=row.path)


# Stored bytes ---------------------------------------------------------------------------------------------------------


def check_files(office: Office, tally: Tally) -> Iterator[Finding]:
    """Published editions and their sources, drafts, and files that people sent; one at a time in memory."""
    session = office.session
    for row in session.execute(select(Edition.id, Edition.number, Edition.course_id, Edition.digest)).all():
        tally.looked += 1
        names = {"number": row.number, "course": row.course_id}
        content, source = session.execute(select(Edition.content, Edition.source).where(Edition.id == row.id)).one()
        if hashlib.sha256(content).hexdigest() != row.digest:
            yield found(SAID, "edition-differs", **names)
        if not _sound(source):
            yield found(SAID, "source-damaged", **names)
    for what, model, name in (("draft", DraftPage, DraftPage.path), ("upload", HeldUpload, HeldUpload.id)):
        tally.looked += session.scalar(select(func.count()).select_from(model)) or 0
        kept = func.length(model.content)
        query = select(name.label("id"), kept.label("kept"), model.size).where(kept != model.size)
        if model is HeldUpload:
            query = query.where(HeldUpload.done_at.is_(None))
        for short in session.execute(query):
            yield found(SAID, "bytes-short", what=what, id=short.id, kept=short.kept, size=short.size)
    for list_ in session.execute(select(PeopleImport.id, PeopleImport.digest)).all():
        sent = session.scalar(select(PeopleImport.content).where(PeopleImport.id == list_.id))
        tally.looked += 1
        if sent and hashlib.sha256(sent).hexdigest() != list_.digest:
            yield found(SAID, "list-differs", id=list_.id)


def _sound(source: bytes) -> bool:
    if not source:
        return True
    try:
        with zipfile.ZipFile(io.BytesIO(source)) as held:
            return held.testzip() is None
    except (zipfile.BadZipFile, OSError, ValueError):
        return False
