"""Nomination lists: the table in which an institution names its officers, read, checked line by line, and carried out
whole or not at all.

The list is checked twice by the same code: when it is shown, and again in the transaction that carries it out, because
meanwhile others may have invited the same people. Whoever has an account already is enrolled, not invited twice.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import msgspec
from sqlalchemy import select

from app.records.learning import Enrolment
from app.records.people import Institution, Person
from app.rules.errors import Refused
from app.rules.permissions import within
from app.services import audit, learning, scope, tables
from app.services.office import Actor, Office, fold_name
from app.services.people.changing import enrol_in
from app.services.people.inviting import Nominee, course_and_cohort, create, send_link, tidy

MOST = 500
"""people in one list"""

HEADINGS: dict[str, tuple[str, ...]] = {
    "name": (
        "name",
        "full name",
        "first name",
        "first names",
        "given name",
        "given names",
        "officer",
        "nombre",
        "nombres",
        "nombre completo",
        "nombre y apellido",
        "nombre y apellidos",
        "nombres y apellidos",
        "funcionario",
        "funcionaria",
    ),
    "surname": ("surname", "surnames", "last name", "last names", "family name", "apellido", "apellidos"),
    "email": (
        "email",
        "e mail",
        "e mail address",
        "email address",
        "mail",
        "correo",
        "correo electronico",
        "direccion de correo",
        "direccion de correo electronico",
    ),
    "rank": ("rank", "grade", "rango", "grado", "cargo"),
    "service_number": (
        "service number",
        "service no",
        "badge",
        "badge number",
        "badge no",
        "numero de servicio",
        "numero de placa",
        "numero placa",
        "placa",
        "numero de carne",
        "carne",
    ),
    "sex": ("sex", "gender", "sexo", "genero"),
    "language": ("language", "idioma", "lengua"),
    "institution": ("institution", "unit", "post", "institucion", "unidad", "puesto", "entidad", "dependencia"),
}
"""the heads of columns that are understood, without case, accents and signs; a surname goes after the name"""

_SEXES = {
    "f": ("f", "female", "woman", "femenino", "femenina", "mujer"),
    "m": ("m", "male", "man", "masculino", "hombre", "h"),
    "x": ("x", "other", "otro", "otra", "no binario", "non binary"),
}
_LANGUAGES = {"en": ("en", "english", "ingles"), "es": ("es", "spanish", "espanol", "castellano")}


class Line(msgspec.Struct, frozen=True):
    """A line of a list as it was written; ``row`` is its number in the file."""

    row: int
    cells: dict[str, str]


@dataclass(frozen=True)
class Sheet:
    """What was read of a file: its lines, and the heads of columns that were not understood and are left aside."""

    lines: tuple[Line, ...]
    ignored: tuple[str, ...]


Deed = Literal["invite", "enrol", "nothing", "problem"]


@dataclass(frozen=True)
class Checked:
    """A line with what will be done: ``invite`` (a new account), ``enrol`` (has one), ``nothing`` (is in already)."""

    line: Line
    deed: Deed
    nominee: Nominee | None = None
    institution: Institution | None = None
    person: Person | None = None
    problem: Refused | None = None


@dataclass(frozen=True)
class Wishes:
    """What holds for all lines that do not say otherwise."""

    institution: uuid.UUID
    language: str = "es"
    course: str = ""
    cohort: uuid.UUID | None = None


@dataclass(frozen=True)
class Preview:
    """A list as it would be carried out."""

    lines: tuple[Checked, ...]
    counts: dict[str, int] = field(default_factory=dict)

    @property
    def problems(self) -> tuple[Checked, ...]:
        return tuple(line for line in self.lines if line.deed == "problem")


def read(content: bytes) -> Sheet:
    """The lines of a CSV or XLSX file whose first row names the columns.

    Raises ``Refused`` as :func:`tables.read`, or ``list-no-name``, ``list-no-email`` (no such column),
    ``list-twice`` (two columns for one thing), ``list-empty``.
    """
    table = tables.read(content, MOST + 1).rows
    columns: dict[int, str] = {}
    ignored = []
    for at, head in enumerate(table[0]):
        key = next((key for key, heads in HEADINGS.items() if _head(head) in heads), None)
        if key in columns.values():
            raise Refused("list-twice", heading=head)
        if key:
            columns[at] = key
        elif head:
            ignored.append(head)
    for key in ("name", "email"):
        if key not in columns.values():
            raise Refused(f"list-no-{key}")
    lines = tuple(
        Line(number, {key: row[at] for at, key in columns.items() if at < len(row) and row[at]})
        for number, row in enumerate(table[1:], 2)
        if any(row)
    )
    if not lines:
        raise Refused("list-empty")
    return Sheet(lines, tuple(ignored))


def _head(text: str) -> str:
    """N.º de placa, No. de placa, N° de placa: "numero de placa"."""
    return re.sub(r"^(n o|no|n|nro|num) ", "numero ", _word(text))


def _word(text: str) -> str:
    return " ".join("".join(c if c.isalnum() else " " for c in fold_name(text)).split())


def to_text(lines: Sequence[Line]) -> str:
    """*lines* for the form that shows them and asks."""
    return msgspec.json.encode(lines).decode()


def from_text(text: str) -> tuple[Line, ...]:
    """The lines of :func:`to_text`. Raises ``Refused("list-empty")`` for anything else."""
    try:
        lines = msgspec.json.decode(text.encode(), type=tuple[Line, ...])
    except (msgspec.MsgspecError, UnicodeEncodeError):
        raise Refused("list-empty") from None
    if not 0 < len(lines) <= MOST:
        raise Refused("list-empty")
    return lines


def preview(office: Office, actor: Actor, lines: Sequence[Line], wishes: Wishes) -> Preview:
    """What would be done with each line. Raises ``NotFound`` for an institution or cohort that is not the actor's, and
    ``Refused("cohort-other-course")``."""
    mine = scope.institutions(office, actor, "enrol")
    default = scope.institution(office, actor, wishes.institution, "enrol")
    place = course_and_cohort(office, actor, wishes.course, wishes.cohort)
    known = _known(office, lines)
    enrolled = _enrolled(office, [person.id for person in known.values()], place)
    names = _names(mine)
    seen: dict[str, int] = {}
    found = []
    for line in lines:
        try:
            found.append(_check(actor, line, wishes, default, names, known, enrolled, place, seen))
        except Refused as problem:
            found.append(Checked(line, "problem", problem=problem))
    counts: dict[str, int] = {}
    for checked in found:
        counts[checked.deed] = counts.get(checked.deed, 0) + 1
    return Preview(tuple(found), counts)


Place = tuple[str, uuid.UUID | None] | None


def _check(
    actor: Actor,
    line: Line,
    wishes: Wishes,
    default: Institution,
    names: dict[str, list[Institution]],
    known: dict[str, Person],
    enrolled: dict[uuid.UUID, tuple[str, uuid.UUID | None]],
    place: Place,
    seen: dict[str, int],
) -> Checked:
    cell = line.cells.get
    institution = _institution(cell("institution", ""), default, names)
    nominee = tidy(
        Nominee(
            " ".join(filter(None, (cell("name"), cell("surname")))),
            cell("email", ""),
            institution.id,
            cell("rank", ""),
            cell("service_number", ""),
            _code(cell("sex", ""), _SEXES, "person-sex-unknown", "sex"),
            _code(cell("language", ""), _LANGUAGES, "language-unknown", "language") or wishes.language,
        )
    )
    if nominee.email in seen:
        raise Refused("list-email-twice", field="email", row=seen[nominee.email])
    seen[nominee.email] = line.row
    person = known.get(nominee.email)
    if person is None:
        return Checked(line, "invite", nominee, institution)
    if not within(person.institution.path, actor.paths("enrol")):
        raise Refused("person-elsewhere", field="email")
    if not person.active:
        raise Refused("person-disabled", field="email")
    status, cohort = enrolled.get(person.id, ("", None))
    there = place is None or (status not in ("", "withdrawn") and place[1] in (None, cohort))
    return Checked(line, "nothing" if there else "enrol", nominee, person.institution, person)


def _code(text: str, words: Mapping[str, tuple[str, ...]], refusal: str, column: str) -> str:
    if not text:
        return ""
    code = next((code for code, known in words.items() if _word(text) in known), None)
    if code is None:
        raise Refused(refusal, field=column)
    return code


def _names(mine: Sequence[Institution]) -> dict[str, list[Institution]]:
    """The institutions by everything they may be called: name, acronym, acronym with country, address."""
    found: dict[str, list[Institution]] = {}
    for row in mine:
        for name in {_word(row.name), _word(row.acronym), _word(row.label), row.path}:
            found.setdefault(name, []).append(row)
    return found


def _institution(text: str, default: Institution, names: dict[str, list[Institution]]) -> Institution:
    if not text:
        return default
    fits = names.get(_word(text)) or names.get(text) or []
    if len(fits) > 1:  # the one meant is most likely below the one chosen for the whole list
        fits = [row for row in fits if row.path.startswith(default.path)]
    if not fits:
        raise Refused("list-institution-unknown", field="institution")
    if len(fits) > 1:
        raise Refused("list-institution-several", field="institution")
    return fits[0]


def _known(office: Office, lines: Sequence[Line]) -> dict[str, Person]:
    emails = {" ".join(line.cells.get("email", "").split()).casefold() for line in lines} - {""}
    return {person.email: person for person in office.session.scalars(select(Person).where(Person.email.in_(emails)))}


def _enrolled(office: Office, ids: Sequence[uuid.UUID], place: Place) -> dict[uuid.UUID, tuple[str, uuid.UUID | None]]:
    if place is None:
        return {}
    rows = office.session.execute(
        select(Enrolment.person_id, Enrolment.status, Enrolment.cohort_id).where(
            Enrolment.person_id.in_(ids), Enrolment.course_id == place[0]
        )
    )
    return {row.person_id: (row.status, row.cohort_id) for row in rows}


def carry_out(office: Office, actor: Actor, lines: Sequence[Line], wishes: Wishes) -> Preview:
    """Invite and enrol everyone on the list, in one transaction; with any problem nothing is done.

    Returns what was done, or, if ``problems`` is not empty, what stands in the way. Doing it twice is doing it once.
    Raises as :func:`preview`.
    """
    with office.transaction():
        found = preview(office, actor, lines, wishes)
        if found.problems:
            return found
        place = course_and_cohort(office, actor, wishes.course, wishes.cohort)
        for checked in found.lines:
            _carry_out(office, actor, checked, place)
        detail: dict[str, Any] = {"counts": found.counts, "course": place[0] if place else ""}
        audit.note(office, actor, "people.import", str(wishes.cohort or ""), detail, wishes.institution)
    return found


def _carry_out(office: Office, actor: Actor, checked: Checked, place: Place) -> None:
    if checked.deed == "invite":
        assert checked.nominee is not None and checked.institution is not None
        person = create(office, actor, checked.nominee, checked.institution)
        if place:
            learning.enrol(office, actor, person, *place)
        send_link(office, person, checked.institution.name)
    elif checked.deed == "enrol":
        assert checked.person is not None and place is not None
        enrol_in(office, actor, checked.person, *place)
