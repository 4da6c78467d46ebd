"""Lists that name somebody who is erased: their lines go, and a list that is not carried out yet goes as a whole, for its
file names them too and would make them an account again.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import undefer

from app.records.imports import ImportLine, PeopleImport
from app.records.people import Person
from app.rules.errors import Refused
from app.services import audit
from app.services.imports import reading
from app.services.office import Actor, Office, fold_name

_WRITTEN = ("utf-8", "cp1252", "utf-16-le", "utf-16-be")
"""as what a file that could not be read may be written"""


def forget(office: Office, actor: Actor, person: Person) -> None:
    """Take *person*, whose name and address are still on record, out of every list, whoever sent it. Of lists that were
    carried out, lines of others stay, for undoing them. Inside ``office.transaction()``.
    """
    session = office.session
    every = session.scalars(  # locked: none is carried out meanwhile
        select(PeopleImport)
        .options(undefer(PeopleImport.content))
        .order_by(PeopleImport.id)
        .with_for_update(of=PeopleImport)
        .execution_options(populate_existing=True)
    ).all()
    named: dict[uuid.UUID, list[int]] = {}
    lines = select(
        ImportLine.import_id, ImportLine.row, ImportLine.person_id, ImportLine.cells, ImportLine.difference
    ).execution_options(yield_per=1000)
    for list_id, row, whose, cells, difference in session.execute(lines):
        if whose == person.id or _names(person, cells, difference):
            named.setdefault(list_id, []).append(row if whose in (None, person.id) else 0)
    for one in every:
        if one.state in ("done", "undoing", "undone"):
            if rows := [row for row in named.get(one.id, ()) if row]:
                session.execute(delete(ImportLine).where(ImportLine.import_id == one.id, ImportLine.row.in_(rows)))
        elif one.id in named or (not one.total and _named_in(person, one)):
            audit.note(office, actor, "people.import-discard", str(one.id), {"digest": one.digest}, one.institution_id)
            session.execute(delete(PeopleImport).where(PeopleImport.id == one.id))
            continue
        if _is_called(person, one.name.replace("_", " ").replace("-", " ").replace(".", " ")):
            session.execute(update(PeopleImport).where(PeopleImport.id == one.id).values(name="?"))


def _names(person: Person, cells: Mapping[str, str], difference: Mapping[str, Any]) -> bool:
    """Whether a line, or what was found about it, names the person."""
    if any(one.get("person") == str(person.id) for one in difference.get("candidates", ())):
        return True
    said = f"{cells.get('name', '')} {cells.get('surname', '')}"
    values = [*cells.values(), *(value for both in difference.get("fields", {}).values() for value in both)]
    return _is_called(person, said) or _has(person, values)


def _has(person: Person, values: Iterable[str]) -> bool:
    name = fold_name(person.name)
    return any(person.email in value.casefold() or fold_name(value) == name for value in values if value)


def _is_called(person: Person, text: str) -> bool:
    """Whether *text* is the name, in any order of its words; a name of three words and more may stand among others."""
    name, said = set(fold_name(person.name).split()), set(fold_name(text).replace(",", " ").split())
    return name == said or (len(name) >= 3 and name <= said)


def _named_in(person: Person, row: PeopleImport) -> bool:
    """Whether a file that was not compared yet, or could not be read, names the person."""
    try:
        sheet = reading.read(row.content, row.chosen_encoding)
    except Refused:
        return any(
            text.encode(encoding, "ignore") in row.content
            for text in (person.name, person.name.upper(), person.email)
            for encoding in _WRITTEN
        )
    return any(_names(person, line.cells, {}) for line in sheet.lines)
