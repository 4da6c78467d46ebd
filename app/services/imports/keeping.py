"""Lists as they are kept: sent, found again, looked through, decided about, thrown away."""

from __future__ import annotations

import datetime as dt
import hashlib
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, delete, func, select, true, update
from sqlalchemy.orm import joinedload, lazyload

from app.records.cohorts import Cohort
from app.records.editions import CourseRow
from app.records.imports import ImportLine, PeopleImport
from app.records.people import Institution, Person
from app.rules.errors import Conflict, NotFound, Refused
from app.rules.permissions import within
from app.services import audit, encodings, scope
from app.services.imports import reading
from app.services.imports.comparing import Wishes
from app.services.imports.differences import KINDS, Difference, restored
from app.services.imports.reading import Line
from app.services.office import Actor, Office
from app.services.people.inviting import course_and_cohort

AT_ONCE = 500
"""lines that nobody has to wait for"""
READ_AT_ONCE = 150_000
"""bytes of a file that is read while its sender waits"""
PAGE = 50
KEPT = dt.timedelta(days=14)
"""how long a list waits to be carried out"""
UNDOABLE = dt.timedelta(days=90)
"""how long the lines of a list are kept after it was carried out; without them it cannot be undone"""
_SWEPT_AT_ONCE = 20


@dataclass(frozen=True)
class Sent:
    """A file, and what holds for every line of it that does not say otherwise."""

    name: str
    content: bytes
    institution: uuid.UUID
    language: str = "es"
    course: str = ""
    cohort: uuid.UUID | None = None


@dataclass(frozen=True)
class Received:
    """A list that is kept; ``small``: nobody has to wait for the worker."""

    id: uuid.UUID
    small: bool


def send(office: Office, actor: Actor, sent: Sent) -> Received:
    """Keep a list, still to be compared with what is on record (:mod:`working`).

    Raises ``NotFound`` for an institution, course or cohort that is not the actor's, ``Refused``:
    ``institution-closed``; for a small file ``Refused`` as
    :func:`reading.read` (a large one is read later, and the list says what is wrong).
    """
    small = len(sent.content) <= READ_AT_ONCE and len(reading.read(sent.content).lines) <= AT_ONCE
    with office.transaction():
        institution = scope.open_institution(office, actor, sent.institution)
        place = course_and_cohort(office, actor, sent.course, sent.cohort)
        root = next(path for path in actor.paths("enrol") if within(institution.path, (path,)))
        above = office.session.scalar(select(Institution.id).where(Institution.path == root)) if root != "/" else None
        row = PeopleImport(
            root_id=above,
            institution_id=institution.id,
            language=sent.language if sent.language in ("en", "es") else "es",
            course_id=place[0] if place else None,
            cohort_id=place[1] if place else None,
            name=_base_name(sent.name),
            digest=hashlib.sha256(sent.content).hexdigest(),
            size=len(sent.content),
            content=sent.content,
            state="waiting",
            sent_by=actor.person_id,
            sent_at=office.now(),
        )
        office.session.add(row)
        office.session.flush()
        audit.note(
            office, actor, "people.import-send", str(row.id), {"digest": row.digest, "bytes": row.size}, institution.id
        )
    return Received(row.id, small)


def _base_name(name: str) -> str:
    printable = "".join(c for c in name.replace("\\", "/").rpartition("/")[2] if c.isprintable())
    return printable[:200] or "?"


# Finding --------------------------------------------------------------------------------------------------------------


def _mine(actor: Actor) -> ColumnElement[bool]:
    paths = actor.paths("enrol")
    return true() if "/" in paths else PeopleImport.root_id.in_(select(Institution.id).where(scope.below(paths)))


def get(office: Office, actor: Actor, import_id: uuid.UUID, *, lock: bool = False) -> PeopleImport:
    """One list under the actor's institutions. Raises ``NotFound``."""
    query = select(PeopleImport).where(PeopleImport.id == import_id, _mine(actor))
    if lock:
        query = query.with_for_update(of=PeopleImport)
    else:
        people = (PeopleImport.sender, PeopleImport.doer, PeopleImport.undoer)
        query = query.options(*(joinedload(one).options(lazyload(Person.grants)) for one in people))
    row = office.session.scalar(query.execution_options(populate_existing=True))
    if row is None:
        raise NotFound("import")
    return row


@dataclass(frozen=True)
class ListPage:
    rows: tuple[PeopleImport, ...]
    number: int
    pages: int
    total: int


def listing(office: Office, actor: Actor, number: int = 1) -> ListPage:
    """The lists under the actor's institutions, the newest first."""
    total = office.session.scalar(select(func.count()).select_from(PeopleImport).where(_mine(actor))) or 0
    pages = max(1, -(-total // PAGE))
    number = min(max(1, number), pages)
    rows = office.session.scalars(
        select(PeopleImport)
        .where(_mine(actor))
        .order_by(PeopleImport.sent_at.desc(), PeopleImport.id.desc())
        .offset((number - 1) * PAGE)
        .limit(PAGE)
        .options(joinedload(PeopleImport.sender).options(lazyload(Person.grants)))
    ).all()
    return ListPage(tuple(rows), number, pages, total)


def carried_out_before(office: Office, actor: Actor, row: PeopleImport) -> PeopleImport | None:
    """The list of the very same file that was carried out last, and not undone."""
    return office.session.scalar(
        select(PeopleImport)
        .where(PeopleImport.digest == row.digest, PeopleImport.id != row.id, PeopleImport.state == "done", _mine(actor))
        .order_by(PeopleImport.done_at.desc())
        .limit(1)
    )


def root_of(office: Office, row: PeopleImport) -> str:
    """The path below which everything in the list stays."""
    if row.root_id is None:
        return "/"
    return office.session.scalars(select(Institution.path).where(Institution.id == row.root_id)).one()


def wishes_of(row: PeopleImport) -> Wishes:
    """What holds for every line that does not say otherwise."""
    return Wishes(row.institution_id, row.language, row.course_id or "", row.cohort_id)


@dataclass(frozen=True)
class Shown:
    """A line as a page shows it."""

    row: int
    cells: Mapping[str, str]
    difference: Difference
    decision: str
    person: uuid.UUID | None
    outcome: str


@dataclass(frozen=True)
class LinesPage:
    rows: tuple[Shown, ...]
    number: int
    pages: int
    total: int


_SHOWN = (
    ImportLine.row,
    ImportLine.cells,
    ImportLine.difference,
    ImportLine.decision,
    ImportLine.person_id,
    ImportLine.outcome,
)


def lines(office: Office, row: PeopleImport, kind: str = "", number: int = 1) -> LinesPage:
    """The lines of a list with which *kind* happens ("" for all), in the order of the file."""
    where = [ImportLine.import_id == row.id]
    if kind in KINDS:
        where.append(ImportLine.kinds.contains(f" {kind} "))
    total = office.session.scalar(select(func.count()).select_from(ImportLine).where(*where)) or 0
    pages = max(1, -(-total // PAGE))
    number = min(max(1, number), pages)
    found = office.session.execute(
        select(*_SHOWN).where(*where).order_by(ImportLine.row).offset((number - 1) * PAGE).limit(PAGE)
    )
    return LinesPage(tuple(_shown(*line) for line in found), number, pages, total)


def every_line(office: Office, row: PeopleImport) -> list[Shown]:
    """All lines of a list."""
    found = office.session.execute(select(*_SHOWN).where(ImportLine.import_id == row.id).order_by(ImportLine.row))
    return [_shown(*line) for line in found]


def _shown(
    row: int,
    cells: dict[str, str],
    difference: dict[str, object],
    decision: str,
    person: uuid.UUID | None,
    outcome: str,
) -> Shown:
    return Shown(row, cells, restored(difference), decision, person, outcome)


def as_lines(found: Sequence[Shown]) -> tuple[Line, ...]:
    """*found* as they were read."""
    return tuple(Line(one.row, dict(one.cells)) for one in found)


def course_titles(office: Office, language: str) -> dict[str, str]:
    """What the courses are called."""
    return {row.id: row.title(language) for row in office.session.scalars(select(CourseRow))}


def cohort_names(office: Office, row: PeopleImport) -> dict[uuid.UUID, str]:
    """What the cohorts are called in which the list enrols; no others."""
    found = select(Cohort.id, Cohort.name).where(scope.inside(Cohort.institution_id, (root_of(office, row),)))
    return dict(office.session.execute(found).all())


# Deciding -------------------------------------------------------------------------------------------------------------


def decide(
    office: Office, actor: Actor, import_id: uuid.UUID, version: int, decisions: Mapping[int, str], rest: str = ""
) -> None:
    """Keep what the coordinator says of lines: "same:<person>", "other", "leave", or "" to take it back.

    *rest*: the same for all lines that are still open: "other" of all that may be somebody else, "leave" of all those
    or "leave-problems" of those with problems. The list is then compared again (:mod:`working`). Raises
    ``NotFound``, ``Conflict("list-changed")`` if another version was looked at.
    """
    with office.transaction():
        row = get(office, actor, import_id, lock=True)
        must_be(row, version)
        there = office.session.scalars(
            select(ImportLine.row).where(ImportLine.import_id == row.id, ImportLine.row.in_(decisions))
        ).all()
        kept = [
            {"import_id": row.id, "row": number, "decision": decisions[number][:60]}
            for number in there
            if decisions[number] in ("", "other", "leave") or decisions[number].startswith("same:")
        ]
        if kept:
            office.session.execute(update(ImportLine), kept)
        if rest in ("other", "leave", "leave-problems"):
            kind = "problem" if rest == "leave-problems" else "duplicate"
            office.session.execute(
                update(ImportLine)
                .where(
                    ImportLine.import_id == row.id,
                    ImportLine.kinds.contains(f" {kind} "),
                    ImportLine.decision == "",
                )
                .values(decision="other" if rest == "other" else "leave")
            )
        row.state, row.asked_by, row.reached, row.lease_until, row.problem = "again", actor.person_id, 0, None, {}


def must_be(row: PeopleImport, version: int) -> None:
    """Raises ``Conflict`` unless *row* stands as somebody saw it, and ``Refused("list-over")`` after its end."""
    if row.state in ("done", "undoing", "undone"):
        raise Refused("list-over")
    if row.state != "checked" or row.version != version:
        raise Conflict("list-changed")


def read_as(office: Office, actor: Actor, import_id: uuid.UUID, encoding: str) -> None:
    """Have the file read in another encoding; what was decided is forgotten. Raises ``NotFound``, ``Refused``."""
    if encoding not in encodings.NAMES:
        raise NotFound("encoding")
    with office.transaction():
        row = get(office, actor, import_id, lock=True)
        if row.state not in ("checked", "failed"):
            raise Refused("list-over")
        office.session.execute(delete(ImportLine).where(ImportLine.import_id == row.id))
        row.state, row.chosen_encoding, row.problem, row.counts = "waiting", encoding, {}, {}
        row.total = row.reached = 0
        row.version += 1
        row.lease_until = None


def discard(office: Office, actor: Actor, import_id: uuid.UUID) -> None:
    """Throw a list away that was not carried out. Raises ``NotFound``, ``Refused("list-over")``."""
    with office.transaction():
        row = get(office, actor, import_id, lock=True)
        if row.state not in ("waiting", "checked", "failed"):
            raise Refused("list-over")
        audit.note(office, actor, "people.import-discard", str(row.id), {"digest": row.digest}, row.institution_id)
        office.session.execute(delete(PeopleImport).where(PeopleImport.id == row.id))


def ask(office: Office, actor: Actor, import_id: uuid.UUID, version: int) -> bool:
    """Have a list carried out, as it was shown; :mod:`working` does it. Asked twice, it is done once.

    Whether it was this call that asked. Raises ``NotFound``, ``Conflict("list-changed")`` if it is not as it was
    shown, ``Refused``: ``import-open`` (lines have problems, or wait for a decision), ``import-nothing``.
    """
    with office.transaction():
        row = get(office, actor, import_id, lock=True)
        if row.state in ("asked", "done") and row.version == version:
            return False
        must_be(row, version)
        if any(row.counts.get(kind) for kind in ("problem", "duplicate")):
            raise Refused("list-open")
        if not any(row.counts.get(kind) for kind in DEEDS):
            raise Refused("list-nothing")
        row.state, row.asked_by, row.reached, row.lease_until, row.problem = "asked", actor.person_id, 0, None, {}
    return True


DEEDS = ("create", "change", "move", "suspend", "reopen", "enrol")


def ask_undo(office: Office, actor: Actor, import_id: uuid.UUID) -> bool:
    """Have a list undone; :mod:`working` does it. Asked twice, it is done once. Raises ``NotFound``, ``Refused``."""
    with office.transaction():
        row = get(office, actor, import_id, lock=True)
        if row.state in ("undoing", "undone"):
            return False
        if row.state != "done" or not can_be_undone(office, row):
            raise Refused("list-not-done")
        row.state, row.asked_by, row.reached, row.lease_until, row.problem = "undoing", actor.person_id, 0, None, {}
    return True


def undoable_until(row: PeopleImport) -> dt.datetime | None:
    """When the lines of a list that was carried out are forgotten."""
    return row.done_at + UNDOABLE if row.done_at else None


def can_be_undone(office: Office, row: PeopleImport) -> bool:
    """Whether it is carried out, not undone, and its lines are still kept."""
    return row.state == "done" and row.done_at is not None and office.now() < row.done_at + UNDOABLE


# Forgetting -----------------------------------------------------------------------------------------------------------


def sweep(office: Office) -> int:
    """Forget lists that nobody carried out, and the lines of those that can no longer be undone. The worker calls it."""
    now = office.now()
    old = office.session.scalars(
        select(PeopleImport.id)
        .where(PeopleImport.state.in_(("waiting", "checked", "failed")), PeopleImport.sent_at < now - KEPT)
        .limit(_SWEPT_AT_ONCE)
    ).all()
    over = office.session.scalars(
        select(PeopleImport.id)
        .where(
            PeopleImport.state.in_(("done", "undone")),
            PeopleImport.done_at < now - UNDOABLE,
            select(ImportLine.row).where(ImportLine.import_id == PeopleImport.id).exists(),
        )
        .limit(_SWEPT_AT_ONCE)
    ).all()
    if old or over:
        with office.transaction():
            office.session.execute(delete(PeopleImport).where(PeopleImport.id.in_(old)))
            office.session.execute(delete(ImportLine).where(ImportLine.import_id.in_(over)))
    return len(old) + len(over)
