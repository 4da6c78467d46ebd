"""The work on lists: reading and comparing them, carrying them out, undoing them.

Small lists are worked on while their coordinator waits, large ones by the worker. Whoever works holds a lease that
they renew as they go; when it runs out, because the worker was killed, another begins again. Nothing is written before
the end, so nothing is ever half done.
"""

from __future__ import annotations

import datetime as dt
import logging
import uuid
from collections.abc import Callable

from sqlalchemy import ColumnElement, delete, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import undefer

from app.records.database import insert_many
from app.records.imports import ImportLine, PeopleImport
from app.rules.errors import DomainError, Refused
from app.services import accounts
from app.services.imports import carrying, comparing, keeping, reading, undoing, world
from app.services.imports.differences import Difference, kept, spelled
from app.services.imports.reading import Line
from app.services.imports.world import World
from app.services.office import Actor, Office

logger = logging.getLogger(__name__)
LEASE = dt.timedelta(minutes=2)
JOBS = ("waiting", "again", "asked", "undoing")
_TRIES = 3
"""times that a list is compared again because somebody changed something meanwhile"""


def due(office: Office) -> list[uuid.UUID]:
    """The lists that wait for work, the oldest first."""
    return list(
        office.session.scalars(
            select(PeopleImport.id)
            .where(PeopleImport.state.in_(JOBS), _free(office))
            .order_by(PeopleImport.sent_at)
            .limit(10)
        )
    )


def _free(office: Office) -> ColumnElement[bool]:
    return or_(PeopleImport.lease_until.is_(None), PeopleImport.lease_until < office.now())


def run_due(office: Office) -> int:
    """Work on every list that waits; returns how many were worked on. The worker calls it."""
    return sum(run(office, import_id) for import_id in due(office))


def run(office: Office, import_id: uuid.UUID) -> bool:
    """Do what the list waits for, unless somebody is at it. Whether it was worked on.

    What goes wrong is told by the list itself (``problem``), and not raised.
    """
    with office.transaction():
        taken = office.session.execute(
            update(PeopleImport)
            .where(PeopleImport.id == import_id, PeopleImport.state.in_(JOBS), _free(office))
            .values(lease_until=office.now() + LEASE, reached=0)
        )
        if not taken.rowcount:  # type: ignore[attr-defined]
            return False
    row = _row(office, import_id)
    work = {"waiting": _read_and_compare, "again": _compare_again, "asked": _carry_out, "undoing": _undo}[row.state]
    try:
        work(office, row)
    except Refused as no:
        _stop(office, import_id, no.code, {key: str(value) for key, value in no.values.items()})
    except DomainError:  # the right to do it was taken away meanwhile
        _stop(office, import_id, "list-not-yours")
    except Exception:
        logger.exception("an import could not be worked on")
        office.session.rollback()
        _stop(office, import_id, "list-broke")
    return True


def settle(office: Office, import_id: uuid.UUID) -> None:
    """Work on a small list at once; a large one is the worker's."""
    total = office.session.scalar(select(PeopleImport.total).where(PeopleImport.id == import_id)) or 0
    if total <= keeping.AT_ONCE:
        run(office, import_id)


def _row(office: Office, import_id: uuid.UUID, lock: bool = False) -> PeopleImport:
    query = select(PeopleImport).where(PeopleImport.id == import_id).options(undefer(PeopleImport.content))
    query = query.with_for_update(of=PeopleImport) if lock else query
    return office.session.scalars(query.execution_options(populate_existing=True)).one()


def _stop(office: Office, import_id: uuid.UUID, code: str, values: dict[str, str] | None = None) -> None:
    """Give the list back to its coordinator, with the reason."""
    with office.transaction():
        row = office.session.get(PeopleImport, import_id, with_for_update=True, populate_existing=True)
        if row is None:  # thrown away while it was worked on
            return
        row.state = {"waiting": "failed", "again": "checked", "asked": "checked", "undoing": "done"}.get(
            row.state, row.state
        )
        row.problem = {"code": code, "values": values or {}}
        row.lease_until = None


def _telling(office: Office, import_id: uuid.UUID, total: int) -> Callable[[int], None]:
    """Notes how far the work is, for pages that show it, and keeps the lease."""

    def tell(reached: int) -> None:
        with office.transaction():
            office.session.execute(
                update(PeopleImport)
                .where(PeopleImport.id == import_id)
                .values(reached=reached, total=total, lease_until=office.now() + LEASE)
            )

    return tell


def _world(office: Office, actor: Actor, row: PeopleImport, lines: tuple[Line, ...]) -> World:
    said = {key for line in lines for key in line.cells}
    placed = bool(said & {"course", "cohort"} or row.course_id)
    roster = any("status" in line.cells and comparing.is_roster(line) for line in lines)
    return world.load(office, actor, keeping.root_of(office, row), lines, placed, roster)


# Comparing ------------------------------------------------------------------------------------------------------------


def _read_and_compare(office: Office, row: PeopleImport) -> None:
    actor = accounts.actor_for(office, row.sent_by)
    sheet = reading.read(row.content, row.chosen_encoding)
    total = len(sheet.lines)
    tell = _telling(office, row.id, total)
    tell(0)
    found = comparing.compare(
        _world(office, actor, row, sheet.lines),
        keeping.wishes_of(row),
        sheet.lines,
        {},
        tell if total > keeping.AT_ONCE else None,
    )
    with office.transaction():
        row = _row(office, row.id, lock=True)
        if row.state != "waiting":
            return
        office.session.execute(delete(ImportLine).where(ImportLine.import_id == row.id))
        insert_many(
            office.session,
            ImportLine,
            [
                {
                    "import_id": row.id,
                    "row": line.row,
                    "cells": line.cells,
                    "kinds": spelled(difference.kinds),
                    "difference": kept(difference),
                    "decision": "",
                    "person_id": difference.person,
                    "done": {},
                    "outcome": "",
                }
                for line, difference in zip(sheet.lines, found, strict=True)
            ],
        )
        row.columns, row.ignored = [list(column) for column in sheet.columns], list(sheet.ignored)
        row.encoding, row.separator, row.total, row.reached = sheet.encoding, sheet.separator, total, total
        _checked(row, found)


def _checked(row: PeopleImport, found: list[Difference], problem: str = "") -> None:
    row.counts = counted(found)
    row.state, row.lease_until = "checked", None
    row.problem = {"code": problem, "values": {}} if problem else {}
    row.version += 1


def counted(found: list[Difference]) -> dict[str, int]:
    """How many lines there are of each kind."""
    counts: dict[str, int] = {}
    for difference in found:
        for kind in difference.kinds:
            counts[kind] = counts.get(kind, 0) + 1
    return counts


def _compare_again(office: Office, row: PeopleImport) -> None:
    """After something was decided."""
    assert row.asked_by is not None
    actor = accounts.actor_for(office, row.asked_by)
    shown = keeping.every_line(office, row)
    lines = keeping.as_lines(shown)
    decisions = {one.row: one.decision for one in shown if one.decision}
    tell = _telling(office, row.id, len(lines)) if len(lines) > keeping.AT_ONCE else None
    found = comparing.compare(_world(office, actor, row, lines), keeping.wishes_of(row), lines, decisions, tell)
    with office.transaction():
        row = _row(office, row.id, lock=True)
        if row.state == "again":
            _keep_changed(office, row, [one.difference for one in shown], found, lines)
            _checked(row, found)


def _keep_changed(
    office: Office, row: PeopleImport, before: list[Difference], after: list[Difference], lines: tuple[Line, ...]
) -> None:
    changed = [
        {
            "import_id": row.id,
            "row": line.row,
            "kinds": spelled(new.kinds),
            "difference": kept(new),
            "person_id": new.person,
        }
        for line, old, new in zip(lines, before, after, strict=True)
        if old != new
    ]
    if changed:
        office.session.execute(update(ImportLine), changed)


# Carrying out ---------------------------------------------------------------------------------------------------------


def _carry_out(office: Office, row: PeopleImport) -> None:
    """All of it in one transaction, if nothing has changed since it was shown; else it is shown again."""
    assert row.asked_by is not None
    actor = accounts.actor_for(office, row.asked_by)
    shown = keeping.every_line(office, row)
    lines = keeping.as_lines(shown)
    decisions = {one.row: one.decision for one in shown if one.decision}
    before = [one.difference for one in shown]
    tell = _telling(office, row.id, len(lines)) if len(lines) > keeping.AT_ONCE else None
    for _try in range(_TRIES):
        seen = _world(office, actor, row, lines)
        found = comparing.compare(seen, keeping.wishes_of(row), lines, decisions, tell)
        if tell is not None:
            tell(len(lines))
        if found != before:
            break
        try:
            with office.transaction():
                row = _row(office, row.id, lock=True)
                if row.state != "asked":
                    return
                if _world(office, actor, row, lines) == seen:
                    carrying.write(office, actor, row, lines, found)
                    return
        except IntegrityError:  # PostgreSQL: somebody invited one of them in this very moment
            continue
    with office.transaction():
        row = _row(office, row.id, lock=True)
        if row.state == "asked":
            _keep_changed(office, row, before, found, lines)
            _checked(row, found, "list-changed")


# Undoing --------------------------------------------------------------------------------------------------------------


def _undo(office: Office, row: PeopleImport) -> None:
    assert row.asked_by is not None
    actor = accounts.actor_for(office, row.asked_by)
    keeping.get(office, actor, row.id)
    with office.transaction():
        row = _row(office, row.id, lock=True)
        if row.state == "undoing":
            undoing.write(office, actor, row)
