"""Carrying a list out, in a few statements for thousands of lines; each line keeps what undoing it needs to know."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import bindparam, select, update

from app.records.imports import ImportLine, PeopleImport
from app.records.people import Institution, Person
from app.services import audit
from app.services.imports.differences import Difference
from app.services.imports.reading import Line
from app.services.office import Actor, Office
from app.services.people import several
from app.services.people.inviting import Nominee
from app.services.people.several import Addressee, Correction

FIELDS = ("name", "email", "rank", "service_number", "sex", "language")


def write(office: Office, actor: Actor, row: PeopleImport, lines: Sequence[Line], found: Sequence[Difference]) -> None:
    """Do what *found* says of *lines*, none of which is open. Inside ``office.transaction()`` with *row* locked."""
    detail = {"import": str(row.id)}
    places = {place.id: place for place in office.session.scalars(select(Institution))}
    done: dict[int, dict[str, Any]] = {}
    whom: dict[int, uuid.UUID] = {line.row: one.person for line, one in zip(lines, found, strict=True) if one.person}
    made = _create(office, actor, lines, found, places, detail)
    new_at: dict[str, uuid.UUID] = {}
    for line, one in zip(lines, found, strict=True):
        email = one.fields.get("email", ("", ""))[1]
        if line.row in made:
            whom[line.row], done[line.row] = made[line.row], {"created": True}
            new_at[email] = made[line.row]
        elif one.person is None and "enrol" in one.kinds:  # the same new person, in another course
            whom[line.row] = new_at[email]
    pairs = [(line.row, one) for line, one in zip(lines, found, strict=True)]
    _correct(office, actor, pairs, places, detail, done)
    closing = {one.person: one.home for _row, one in pairs if "suspend" in one.kinds and one.person and one.home}
    opening = {one.person: one.home for _row, one in pairs if "reopen" in one.kinds and one.person and one.home}
    several.deactivate_many(office, actor, closing, detail)
    several.reactivate_many(office, actor, opening, detail)
    for number, one in pairs:
        for kind in ("suspend", "reopen"):
            if kind in one.kinds:
                done.setdefault(number, {})[kind] = True
    new = _enrol(office, actor, pairs, whom, set(made.values()), places, detail, done)
    several.send_links(office, new)
    _keep(office, row, whom, done)
    row.state, row.done_at, row.done_by = "done", office.now(), actor.person_id
    row.lease_until, row.content, row.problem = None, b"", {}
    audit.note(
        office,
        actor,
        "people.import",
        str(row.id),
        {"counts": row.counts, "course": row.course_id or ""},
        row.institution_id,
    )


def _create(
    office: Office,
    actor: Actor,
    lines: Sequence[Line],
    found: Sequence[Difference],
    places: dict[uuid.UUID, Institution],
    detail: dict[str, Any],
) -> dict[int, uuid.UUID]:
    rows, wanted = [], []
    for line, one in zip(lines, found, strict=True):
        if "create" in one.kinds and one.home is not None:
            said = {key: one.fields[key][1] for key in FIELDS if key in one.fields}
            rows.append(line.row)
            wanted.append((Nominee(institution=one.home, **said), places[one.home]))
    return dict(zip(rows, several.create_many(office, actor, wanted, detail), strict=True))


def _correct(
    office: Office,
    actor: Actor,
    pairs: Sequence[tuple[int, Difference]],
    places: dict[uuid.UUID, Institution],
    detail: dict[str, Any],
    done: dict[int, dict[str, Any]],
) -> None:
    corrections = [
        Correction(
            one.person,
            one.home,
            {key: after for key, (_before, after) in one.fields.items()},
            places[one.home] if one.was is not None else None,
        )
        for _row, one in pairs
        if one.person is not None and one.home is not None and ("change" in one.kinds or "move" in one.kinds)
    ]
    moved = several.correct_many(office, actor, corrections, detail)
    for number, one in pairs:
        if one.person is None or not {"change", "move"} & set(one.kinds):
            continue
        kept = done.setdefault(number, {})
        if one.fields:
            kept["fields"] = {key: list(both) for key, both in one.fields.items()}
        if one.was is not None:
            kept["move"] = [str(one.was), str(one.home)]
            kept["courses"] = {str(key): str(before) for key, before in moved.get(one.person, {}).items()}


def _enrol(
    office: Office,
    actor: Actor,
    pairs: Sequence[tuple[int, Difference]],
    whom: dict[int, uuid.UUID],
    made: set[uuid.UUID],
    places: dict[uuid.UUID, Institution],
    detail: dict[str, Any],
    done: dict[int, dict[str, Any]],
) -> list[Addressee]:
    """Enrol course by course; returns those whose account is new, to be invited."""
    ids = [whom[number] for number, one in pairs if "enrol" in one.kinds or "create" in one.kinds]
    people: dict[uuid.UUID, Addressee] = {}
    if ids:
        asked = select(Person.id, Person.name, Person.language, Person.institution_id).where(Person.id.in_(set(ids)))
        for row in office.session.execute(asked):
            home = places[row.institution_id]
            people[row.id] = Addressee(row.id, row.name, row.language, home.id, home.name)
    groups: defaultdict[tuple[str, uuid.UUID | None], list[tuple[int, uuid.UUID]]] = defaultdict(list)
    for number, one in pairs:
        if "enrol" in one.kinds:
            groups[one.course, one.cohort].append((number, whom[number]))
    for (course, cohort), group in groups.items():
        told = frozenset(person for _row, person in group if person not in made)
        whole = [people[person] for _row, person in group]
        enrolled = several.enrol_many(office, actor, whole, course, cohort, told, detail)
        for number, person in group:
            kept = enrolled[person]
            before = [kept.before[0], str(kept.before[1] or "")] if kept.before else None
            after = [kept.after[0], str(kept.after[1] or "")]
            done.setdefault(number, {})["enrolment"] = [str(kept.id), before, after]
    return [people[person] for person in people if person in made]


def _keep(office: Office, row: PeopleImport, whom: dict[int, uuid.UUID], done: dict[int, dict[str, Any]]) -> None:
    if done:
        table = ImportLine.__table__
        office.session.execute(
            update(table)  # type: ignore[arg-type]
            .where(table.c.import_id == row.id, table.c.row == bindparam("line"))
            .values(done=bindparam("kept"), person_id=bindparam("whom")),
            [{"line": number, "kept": kept, "whom": whom.get(number)} for number, kept in done.items()],
        )
