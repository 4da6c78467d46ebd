"""Undoing a list as a whole: everything that is still as the list left it goes back; what is not stays, with the reason.

Whoever was created is removed if nobody has touched the account and nothing speaks of it; if its owner has accepted the
invitation, it is closed. A record that somebody changed since, and a course that has begun, are left as they are.
"""

from __future__ import annotations

import uuid
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from sqlalchemy import Select, Table, bindparam, delete, select, update

from app.records.audit import Notice
from app.records.database import Base
from app.records.imports import ImportLine, PeopleImport
from app.records.learning import Enrolment
from app.records.people import AccessToken, Institution, Person, RoleGrant
from app.rules.permissions import Role, within
from app.services import audit, seats
from app.services.imports import keeping
from app.services.imports.carrying import FIELDS
from app.services.imports.differences import Difference, restored
from app.services.office import Actor, Office
from app.services.people import several
from app.services.people.several import Correction

LEFT = ("left-changed", "left-learning", "left-address", "left-gone", "left-closed")
"""why a line stays as it is: somebody changed the record since; the course has begun; the address that it had before is
another's now; the account is gone, or it or the institution that it came from
belongs elsewhere; the institution that they were in is closed now"""


class _Line(NamedTuple):
    row: int
    cells: dict[str, str]
    difference: Difference
    person: uuid.UUID | None
    done: dict[str, Any]


class _Enrolled(NamedTuple):
    id: uuid.UUID
    person: uuid.UUID
    status: str
    cohort: str
    institution: uuid.UUID
    started: bool
    completed: bool


@dataclass(frozen=True)
class LeftLine:
    """A line that undoing leaves as it is."""

    row: int
    name: str
    why: str


@dataclass(frozen=True)
class Plan:
    """What undoing would do: outcome by line."""

    outcomes: dict[int, str]
    left: tuple[LeftLine, ...]

    @property
    def counts(self) -> dict[str, int]:
        """Lines by outcome."""
        return dict(Counter(self.outcomes.values()))


@dataclass
class _Facts:
    """What is on record now of those whom the list touched."""

    lines: list[_Line]
    people: dict[uuid.UUID, Any]
    enrolments: dict[uuid.UUID, _Enrolled]
    of_person: dict[uuid.UUID, set[uuid.UUID]]
    duties: set[uuid.UUID]
    spoken_of: set[uuid.UUID]
    """people whom something else in the database names"""
    in_use: set[uuid.UUID]
    """enrolments on which something hangs"""
    taken: dict[str, uuid.UUID]
    """addresses to go back to, and whose they are now"""
    paths: dict[uuid.UUID, str] = field(default_factory=dict)
    closed: set[uuid.UUID] = field(default_factory=set)
    """institutions"""


def plan(office: Office, actor: Actor, import_id: uuid.UUID) -> Plan:
    """What undoing a list would do now, line by line. Nothing is done. Raises ``NotFound``."""
    row = keeping.get(office, actor, import_id)
    facts = _facts(office, row)
    outcomes = _outcomes(facts, keeping.root_of(office, row))
    return Plan(outcomes, _left(facts, outcomes))


def _left(facts: _Facts, outcomes: dict[int, str]) -> tuple[LeftLine, ...]:
    return tuple(
        LeftLine(line.row, _name(facts, line), outcomes[line.row]) for line in facts.lines if outcomes[line.row] in LEFT
    )


def _name(facts: _Facts, line: _Line) -> str:
    person = facts.people.get(line.person) if line.person else None
    return (
        str(person.name)
        if person is not None
        else " ".join(line.cells[key] for key in ("name", "surname") if key in line.cells)
    )


# Reading --------------------------------------------------------------------------------------------------------------


def _facts(office: Office, row: PeopleImport) -> _Facts:
    session = office.session
    lines = [
        _Line(found.row, found.cells, restored(found.difference), found.person_id, found.done)
        for found in session.execute(
            select(ImportLine.row, ImportLine.cells, ImportLine.difference, ImportLine.person_id, ImportLine.done)
            .where(ImportLine.import_id == row.id)
            .order_by(ImportLine.row)
        )
        if found.done
    ]
    ids = {line.person for line in lines if line.person}
    columns = (*(getattr(Person, key) for key in FIELDS), Person.institution_id, Person.active, Person.password_hash)
    people = {
        one.id: one
        for one in session.execute(select(Person.id, *columns).where(Person.id.in_(ids), Person.erased_at.is_(None)))
    }
    enrolments: dict[uuid.UUID, _Enrolled] = {}
    of_person: defaultdict[uuid.UUID, set[uuid.UUID]] = defaultdict(set)
    for one in session.execute(
        select(
            Enrolment.id,
            Enrolment.person_id,
            Enrolment.status,
            Enrolment.cohort_id,
            Enrolment.institution_id,
            Enrolment.started_at,
            Enrolment.completed_at,
        ).where(Enrolment.person_id.in_(ids))
    ):
        enrolments[one.id] = _Enrolled(
            one.id, one.person_id, one.status, str(one.cohort_id or ""), one.institution_id,
            one.started_at is not None, one.completed_at is not None,
        )  # fmt: skip
        of_person[one.person_id].add(one.id)
    touched = select(ImportLine.person_id).where(ImportLine.import_id == row.id, ImportLine.person_id.is_not(None))
    created = touched.where(ImportLine.kinds.contains(" create "))
    theirs = select(Enrolment.id).where(Enrolment.person_id.in_(touched))
    before = {line.done["fields"]["email"][0] for line in lines if "email" in line.done.get("fields", ())}
    owners = select(Person.email, Person.id).where(Person.email.in_(before))
    return _Facts(
        lines,
        people,
        enrolments,
        of_person,
        set(
            session.scalars(
                select(RoleGrant.person_id).where(RoleGrant.person_id.in_(ids), RoleGrant.role != Role.LEARNER.value)
            )
        ),
        _named_in(office, Person.__table__, created, _OWN),  # type: ignore[arg-type]
        _named_in(office, Enrolment.__table__, theirs, frozenset()),  # type: ignore[arg-type]
        dict(session.execute(owners).all()) if before else {},
        dict(session.execute(select(Institution.id, Institution.path)).all()),
        set(session.scalars(select(Institution.id).where(Institution.closed_at.is_not(None)))),
    )  # fmt: skip


_OWN = frozenset({"role_grant.person_id", "access_token.person_id", "notice.person_id", "enrolment.person_id",
                  "people_import_line.person_id"})  # fmt: skip
"""where a new account is named because it is new"""


def _named_in(office: Office, table: Table, ids: Select[uuid.UUID], own: frozenset[str]) -> set[uuid.UUID]:
    """Which of *ids* any table but *own* refers to: whatever else the platform learns to keep about them counts."""
    found: set[uuid.UUID] = set()
    for other in Base.metadata.sorted_tables:
        for column in other.columns:
            refers = any(key.column.table is table for key in column.foreign_keys)
            if refers and f"{other.name}.{column.name}" not in own:
                found.update(office.session.scalars(select(column).where(column.in_(ids)).distinct()))
    return found


# Judging --------------------------------------------------------------------------------------------------------------


def _outcomes(facts: _Facts, root: str) -> dict[int, str]:
    by_person: defaultdict[uuid.UUID | None, list[_Line]] = defaultdict(list)
    for line in facts.lines:
        by_person[line.person].append(line)
    outcomes: dict[int, str] = {}
    for person, lines in by_person.items():
        created = next((line for line in lines if "created" in line.done), None)
        if created is not None:
            outcome = _of_created(facts, root, person, created, lines)
            outcomes |= {line.row: outcome for line in lines}
        else:
            outcomes |= {line.row: _of_known(facts, root, person, line) for line in lines}
    return outcomes


def _here(facts: _Facts, root: str, person: uuid.UUID | None) -> Any:
    row = facts.people.get(person) if person else None
    return row if row is not None and within(facts.paths[row.institution_id], (root,)) else None


def _of_created(facts: _Facts, root: str, person: uuid.UUID | None, line: _Line, lines: Sequence[_Line]) -> str:
    row = _here(facts, root, person)
    if row is None or person is None:
        return "left-gone"
    said = {key: line.difference.fields.get(key, ("", ""))[1] for key in FIELDS}
    same = all(getattr(row, key) == said[key] for key in FIELDS) and row.institution_id == line.difference.home
    if not same or not row.active or person in facts.duties:
        return "left-changed"
    if any(facts.enrolments[one].started for one in facts.of_person.get(person, ())):
        return "left-learning"
    ours = {uuid.UUID(one.done["enrolment"][0]) for one in lines if "enrolment" in one.done}
    theirs = facts.of_person.get(person, set())
    if theirs - ours:
        return "left-changed"
    if row.password_hash or person in facts.spoken_of or theirs & facts.in_use:
        return "closed"
    return "removed"


def _of_known(facts: _Facts, root: str, person: uuid.UUID | None, line: _Line) -> str:
    row = _here(facts, root, person)
    if row is None or person is None:
        return "left-gone"
    done = line.done
    fields = done.get("fields", {})
    if any(getattr(row, key) != after for key, (_before, after) in fields.items()):
        return "left-changed"
    if person in facts.duties and {"fields", "move", "suspend", "reopen"} & set(done):
        return "left-changed"  # by then it is an account that lists do not change
    if "move" in done and str(row.institution_id) != done["move"][1]:
        return "left-changed"
    if ("suspend" in done and row.active) or ("reopen" in done and not row.active):
        return "left-changed"
    if "enrolment" in done:
        why = _enrolment_stays(facts, done["enrolment"])
        if why:
            return why
    if "email" in fields and facts.taken.get(fields["email"][0], person) != person:
        return "left-address"
    if "move" in done and not within(facts.paths[_home(facts, line)], (root,)):
        return "left-gone"
    if {"move", "suspend"} & set(done) and _home(facts, line) in facts.closed:
        return "left-closed"
    return "undone"


def _enrolment_stays(facts: _Facts, kept: list[Any]) -> str:
    """Why an enrolment that the list made or changed cannot go back; "" if it can."""
    found = facts.enrolments.get(uuid.UUID(kept[0]))
    if found is None:
        return "left-changed"
    if kept[1] is None and (found.started or found.id in facts.in_use):
        return "left-learning"
    return "" if [found.status, found.cohort] == kept[2] else "left-changed"


# Doing ----------------------------------------------------------------------------------------------------------------


def write(office: Office, actor: Actor, row: PeopleImport) -> None:
    """Undo a list. Inside ``office.transaction()`` with *row* locked."""
    touched = select(ImportLine.person_id).where(ImportLine.import_id == row.id, ImportLine.person_id.is_not(None))
    office.session.scalars(select(Person.id).where(Person.id.in_(touched)).order_by(Person.id).with_for_update()).all()
    facts = _facts(office, row)
    outcomes = _outcomes(facts, keeping.root_of(office, row))
    detail = {"import": str(row.id), "undo": True}
    back = [line for line in facts.lines if outcomes[line.row] == "undone"]
    _set_back(office, actor, facts, back, detail)
    gone = [line for line in facts.lines if outcomes[line.row] in ("removed", "closed")]
    _enrolments_back(office, actor, facts, [*back, *gone], detail)
    people = {line.person: facts.people[line.person].institution_id for line in gone if line.person}
    removed = {line.person for line in gone if line.person and outcomes[line.row] == "removed"}
    several.deactivate_many(office, actor, {one: place for one, place in people.items() if one not in removed}, detail)
    _remove(office, actor, {one: people[one] for one in removed}, detail)
    table = ImportLine.__table__
    if outcomes:
        office.session.execute(
            update(table)  # type: ignore[arg-type]
            .where(table.c.import_id == row.id, table.c.row == bindparam("line"))
            .values(outcome=bindparam("said")),
            [{"line": number, "said": outcome} for number, outcome in outcomes.items()],
        )
    row.state, row.undone_at, row.undone_by, row.lease_until = "undone", office.now(), actor.person_id, None
    counts = dict(Counter(outcomes.values()))
    audit.note(office, actor, "people.import-undo", str(row.id), {"counts": counts}, row.institution_id)


def _set_back(office: Office, actor: Actor, facts: _Facts, lines: Sequence[_Line], detail: dict[str, Any]) -> None:
    places = {place.id: place for place in office.session.scalars(select(Institution))}
    corrections: list[Correction] = []
    courses: dict[str, str] = {}
    for line in lines:
        if line.person is None or not {"fields", "move"} & set(line.done):
            continue
        home = facts.people[line.person].institution_id
        before = places[uuid.UUID(line.done["move"][0])] if "move" in line.done else None
        fields = {key: old for key, (old, _new) in line.done.get("fields", {}).items()}
        corrections.append(Correction(line.person, before.id if before else home, fields, before))
        courses |= line.done.get("courses", {})
    several.correct_many(office, actor, corrections, detail)
    returned = [
        {"id": one.id, "institution_id": uuid.UUID(courses[str(one.id)])}
        for one in facts.enrolments.values()
        if str(one.id) in courses and not one.completed
    ]
    if returned:
        office.session.execute(update(Enrolment), returned)
    opening = {line.person: _home(facts, line) for line in lines if line.person and "suspend" in line.done}
    closing = {line.person: _home(facts, line) for line in lines if line.person and "reopen" in line.done}
    several.reactivate_many(office, actor, opening, detail)
    several.deactivate_many(office, actor, closing, detail)


def _home(facts: _Facts, line: _Line) -> uuid.UUID:
    if "move" in line.done:
        return uuid.UUID(line.done["move"][0])
    assert line.person is not None
    found: uuid.UUID = facts.people[line.person].institution_id
    return found


def _enrolments_back(
    office: Office, actor: Actor, facts: _Facts, lines: Sequence[_Line], detail: dict[str, Any]
) -> None:
    taken_back, changed = {}, []
    left = _seats_left(office, lines)
    for line in lines:
        if "enrolment" not in line.done:
            continue
        name, before, after = line.done["enrolment"]
        found = facts.enrolments.get(uuid.UUID(name))
        if found is None or (before is None and found.id in facts.in_use):
            continue
        if before is None:
            taken_back[found.id] = found.institution
        else:
            cohort = uuid.UUID(before[1]) if before[1] else None
            if cohort in left and before[1] != after[1] and before[0] != "withdrawn":
                left[cohort] -= 1
                cohort = cohort if left[cohort] >= 0 else None  # their seat is somebody else's by now
            changed.append({"id": found.id, "status": before[0], "cohort_id": cohort})
    if changed:
        office.session.execute(update(Enrolment), changed)
        entries = ((str(one["id"]), detail, facts.enrolments[one["id"]].institution) for one in changed)
        audit.note_many(office, actor, "enrolment.change", entries)
    if taken_back:
        office.session.execute(delete(Enrolment).where(Enrolment.id.in_(taken_back)))
        entries = ((str(one), detail, place) for one, place in taken_back.items())
        audit.note_many(office, actor, "enrolment.remove", entries)
        keys = [f"enrolment/{one}/" for one in taken_back]
        waiting = office.session.execute(
            select(Notice.id, Notice.dedup_key).where(
                Notice.person_id.in_({facts.enrolments[one].person for one in taken_back}),
                Notice.sent_at.is_(None),
                Notice.dedup_key.startswith("enrolment/", autoescape=True),
            )
        )
        known = set(keys)
        over = [notice for notice, key in waiting if key[: len("enrolment/") + 37] in known]
        if over:
            office.session.execute(delete(Notice).where(Notice.id.in_(over)))


def _remove(office: Office, actor: Actor, people: dict[uuid.UUID, uuid.UUID], detail: dict[str, Any]) -> None:
    if not people:
        return
    for table in (AccessToken, Notice, RoleGrant):
        office.session.execute(delete(table).where(table.person_id.in_(people)))  # type: ignore[attr-defined]
    office.session.execute(delete(Person).where(Person.id.in_(people)))
    audit.note_many(office, actor, "person.remove", ((str(one), detail, place) for one, place in people.items()))


def _seats_left(office: Office, lines: Sequence[_Line]) -> dict[uuid.UUID, int]:
    """The free seats of the cohorts that officers would go back to, locked; those without a number are left out."""
    kept = [line.done["enrolment"] for line in lines if "enrolment" in line.done]
    wanted = sorted({before[1] for _name, before, after in kept if before and before[1] and before[1] != after[1]})
    found: dict[uuid.UUID, int] = {}
    for cohort_id in wanted:
        free = seats.free(office, seats.lock(office, uuid.UUID(cohort_id)))
        if free is not None:
            found[uuid.UUID(cohort_id)] = free
    return found
