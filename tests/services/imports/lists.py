"""What the tests of lists share: sending one, looking at it, carrying it out."""

from __future__ import annotations

import uuid

from sqlalchemy import func, select

from app.records.imports import PeopleImport
from app.records.people import Person
from app.services import imports
from app.services.imports import Difference, Sent, keeping
from tests.cast import Cast

PLACE = "/pa/senafront/"


def send(cast: Cast, text: str | bytes, who: str = "coralia", path: str = PLACE, **more: object) -> uuid.UUID:
    """Send a list and have it compared."""
    content = text.encode() if isinstance(text, str) else text
    sent = Sent("lista.csv", content, cast.institutions[path].id, **more)  # type: ignore[arg-type]
    made = imports.send(cast.office, cast.actor(who), sent)
    assert imports.run(cast.office, made.id)
    row = row_of(cast, made.id)
    assert (row.state, row.problem) == ("checked", {})
    return made.id


def row_of(cast: Cast, list_id: uuid.UUID) -> PeopleImport:
    """The list as it is now."""
    return cast.office.session.get_one(PeopleImport, list_id, populate_existing=True)


def lines(cast: Cast, list_id: uuid.UUID) -> dict[int, Difference]:
    """What each line would do, by row."""
    return {one.row: one.difference for one in keeping.every_line(cast.office, row_of(cast, list_id))}


def kinds(cast: Cast, list_id: uuid.UUID) -> list[tuple[str, ...]]:
    """What happens with each line."""
    return [one.kinds for one in lines(cast, list_id).values()]


def shown(cast: Cast, text: str | bytes, who: str = "coralia", **more: object) -> list[tuple[str, ...]]:
    """Send a list and say what happens with each line."""
    return kinds(cast, send(cast, text, who, **more))  # type: ignore[arg-type]


def problems(cast: Cast, list_id: uuid.UUID) -> list[tuple[int, str, str]]:
    """Every problem: row, cell, code."""
    return [
        (number, problem.field, problem.code)
        for number, one in lines(cast, list_id).items()
        for problem in one.problems
    ]


def carry_out(cast: Cast, list_id: uuid.UUID, who: str = "coralia") -> dict[str, int]:
    """Carry a list out; what was counted."""
    imports.ask(cast.office, cast.actor(who), list_id, row_of(cast, list_id).version)
    imports.run(cast.office, list_id)
    row = row_of(cast, list_id)
    assert (row.state, row.problem) == ("done", {})
    return row.counts


def imported(cast: Cast, text: str | bytes, **more: object) -> uuid.UUID:
    """Send a list and carry it out."""
    list_id = send(cast, text, **more)  # type: ignore[arg-type]
    carry_out(cast, list_id)
    return list_id


def undo(cast: Cast, list_id: uuid.UUID) -> dict[str, int]:
    """Undo a list; how many lines by outcome."""
    imports.ask_undo(cast.office, cast.actor("coralia"), list_id)
    imports.run(cast.office, list_id)
    row = row_of(cast, list_id)
    assert (row.state, row.problem) == ("undone", {})
    found: dict[str, int] = {}
    for one in keeping.every_line(cast.office, row):
        if one.outcome:
            found[one.outcome] = found.get(one.outcome, 0) + 1
    return found


def decide(cast: Cast, list_id: uuid.UUID, said: dict[int, str], rest: str = "") -> None:
    """Decide about lines, and have the list compared again."""
    imports.decide(cast.office, cast.actor("coralia"), list_id, row_of(cast, list_id).version, said, rest)
    imports.run(cast.office, list_id)


def count(cast: Cast) -> int:
    """How many people there are."""
    return cast.office.session.scalar(select(func.count()).select_from(Person)) or 0


def person(cast: Cast, email: str) -> Person | None:
    """Whose address it is."""
    query = select(Person).where(Person.email == email)
    return cast.office.session.scalar(query.execution_options(populate_existing=True))
