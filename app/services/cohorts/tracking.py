"""How far the officers of a cohort are: module by module, who is behind, who is late, for the screen and to take away."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import Row, select

from app.courseware.course import Course, Module
from app.records.cohorts import Cohort
from app.records.learning import Enrolment
from app.records.people import Institution, Person
from app.rules import deadlines as due_rules
from app.rules import pace as pace_rule
from app.rules import permissions, progress
from app.rules import tracking as rule
from app.rules.deadlines import Due
from app.services import sightings, spreadsheets
from app.services.cohorts import access
from app.services.cohorts.access import Place
from app.services.cohorts.deadlines import Days, days_of
from app.services.cohorts.planning import today_of
from app.services.office import Actor, Office
from app.services.rosters.columns import Reader, zone_of
from app.services.shelf import course_of, current
from app.services.spreadsheets import Cell, Heading

PAGE_SIZE = 50
SORTS = ("name", "institution", "progress", "silence")
PACES = ("behind", "late")


@dataclass(frozen=True)
class Line:
    """One officer of a cohort."""

    enrolment: uuid.UUID
    person: uuid.UUID
    name: str
    sort_name: str
    rank: str
    institution: str
    path: str
    """of their institution"""
    status: str
    started: bool
    percent: int
    active_on: dt.date | None
    silent: int
    """days since the last activity, or since the enrolment"""
    behind: bool
    dues: tuple[Due, ...]
    late: tuple[Due, ...]
    row: rule.Row

    @property
    def completed(self) -> bool:
        return self.status == "completed"

    def cell(self, module: str) -> rule.Cell | None:
        """How they stand in a module; ``None`` where their edition does not have it."""
        return self.row.cells.get(module)


@dataclass(frozen=True)
class Table:
    """Officers × modules: one page of it."""

    place: Place
    course: Course
    """its current edition"""
    lines: tuple[Line, ...]
    number: int
    pages: int
    total: int
    """officers that the filter leaves"""
    all: int
    behind: int
    late: int
    sort: str
    pace: str
    today: dt.date
    mine: tuple[str, ...]
    """the institutions whose records the reader may open"""
    coming: tuple[Due, ...] = ()
    """the cohort's deadlines from today on, by day"""

    @property
    def modules(self) -> tuple[Module, ...]:
        return self.course.modules

    @property
    def has_exam(self) -> bool:
        return bool(self.course.completion.exam and self.course.exam)

    def opens(self, line: Line) -> bool:
        """Whether the reader may open that officer's record."""
        return any(line.path.startswith(root) for root in self.mine)


def rows_of(office: Office, place: Place) -> list[Row[Any]]:
    """What the database holds of every officer of a cohort whom *place* shows, by name; from one query."""
    return list(
        office.session.execute(
            select(
                Enrolment.id,
                Enrolment.person_id,
                Enrolment.edition_id,
                Enrolment.status,
                Enrolment.percent,
                Enrolment.progress,
                Enrolment.started_at,
                Enrolment.active_at,
                Enrolment.enrolled_at,
                Person.name,
                Person.sort_name,
                Person.rank,
                Person.language,
                Person.time_zone,
                Person.active,
                Institution.name.label("institution"),
                Institution.path,
            )
            .join(Person, Person.id == Enrolment.person_id)
            .join(Institution, Institution.id == Enrolment.institution_id)
            .where(place.seen())
            .order_by(Person.sort_name, Enrolment.id)
        )
    )


def lines_of(office: Office, place: Place, today: dt.date, zone: dt.tzinfo) -> list[Line]:
    """Every officer of a cohort whom *place* shows, by name, as they stand on *today*; a constant number of queries."""
    days = days_of(office, place.cohort.id)
    return [line_of(office, place.cohort, row, days, today, zone) for row in rows_of(office, place)]


def line_of(office: Office, cohort: Cohort, row: Row[Any], days: Days, today: dt.date, zone: dt.tzinfo) -> Line:
    """One of :func:`rows_of` as it stands on *today* in *zone*."""
    course = course_of(office, row.edition_id)
    state = progress.from_json(row.progress)
    seen = (row.active_at or row.enrolled_at).astimezone(zone).date()
    done = row.status == "completed"
    dues = tuple(due_rules.dues(course, state, days.of(row.id), done))
    return Line(
        row.id,
        row.person_id,
        row.name,
        row.sort_name,
        row.rank,
        row.institution,
        row.path,
        row.status,
        row.started_at is not None,
        row.percent,
        row.active_at.astimezone(zone).date() if row.active_at else None,
        max(0, (today - seen).days),
        not done and pace_rule.behind(row.percent, cohort.starts_on, cohort.ends_on, seen, today),
        dues,
        tuple(due for due in dues if due.late(today)),
        rule.row(course, state),
    )


def table(
    office: Office, actor: Actor, cohort_id: uuid.UUID, *, sort: str = "", pace: str = "", page: int = 1
) -> Table:
    """One page of the officers of a cohort, from a constant number of queries: by *sort* of :data:`SORTS` (with a minus
    before it the other way round), all or those of *pace* (:data:`PACES`). Raises ``NotFound``.
    """
    place = access.place(office, actor, cohort_id)
    today = today_of(office, actor)
    _row, course = current(office, place.cohort.course_id)
    days = days_of(office, place.cohort.id)
    zone = zone_of(actor)
    lines = [line_of(office, place.cohort, row, days, today, zone) for row in rows_of(office, place)]
    coming = due_rules.dues(course, progress.Progress(), [(one.target, one.due_on, None) for one in days.deadlines])
    behind, late = sum(line.behind for line in lines), sum(bool(line.late) for line in lines)
    shown = _sorted([line for line in lines if _fits(line, pace)], sort)
    pages = max(1, -(-len(shown) // PAGE_SIZE))
    number = min(max(1, page), pages)
    return Table(
        place,
        course,
        tuple(shown[(number - 1) * PAGE_SIZE : number * PAGE_SIZE]),
        number,
        pages,
        len(shown),
        len(lines),
        behind,
        late,
        sort if sort.removeprefix("-") in SORTS else "name",
        pace if pace in PACES else "",
        today,
        permissions.paths("read roster", actor.grants),
        tuple(due for due in coming if due.on >= today),
    )


def _fits(line: Line, pace: str) -> bool:
    return {"behind": line.behind, "late": bool(line.late)}.get(pace, True)


def _sorted(lines: Sequence[Line], sort: str) -> list[Line]:
    """*lines* (by name) in the order asked for; equals stay by name."""
    keys: dict[str, Callable[[Line], Any]] = {
        "institution": lambda line: line.path,
        "progress": lambda line: line.percent,
        "silence": lambda line: line.silent,
    }
    key = keys.get(sort.removeprefix("-"))
    if key is None:
        return list(reversed(lines)) if sort == "-name" else list(lines)
    return sorted(lines, key=key, reverse=sort.startswith("-"))


# Taken away -----------------------------------------------------------------------------------------------------------


def _(text: str) -> str:
    """Marks words for the catalogue; they are translated when somebody reads them."""
    return text


WORDS = {"met": _("Passed"), "tried": _("Not passed"), "open": _("Not yet")}
SIGNED = {"met": _("Competent"), "tried": _("Not yet competent"), "open": _("Not signed yet")}


def headings(found: Table, reader: Reader) -> list[Heading]:
    """The heads of the file: officer, how far, then three columns a module."""
    say = reader.say
    heads = [
        Heading(say(_("Name")), width=32),
        Heading(say(_("Institution")), width=34),
        Heading(say(_("Status")), width=14),
        Heading(say(_("Progress (%)")), "whole", 11),
        Heading(say(_("Last activity")), "day", 13),
        Heading(say(_("Days of silence")), "whole", 11),
        Heading(say(_("Pace")), width=14),
        Heading(say(_("Deadlines missed")), "whole", 11),
    ]
    for module in found.modules:
        title = f"{module.number}. {_title(module, reader.language)}"
        heads.append(Heading(f"{title}: {say(_('lessons'))}", width=14))
        heads.append(Heading(f"{title}: {say(_('quiz'))}", width=14))
        heads.append(Heading(f"{title}: {say(_('practice'))}", width=14))
    if found.has_exam:
        heads.append(Heading(say(_("Final exam")), width=14))
    if found.course.exercise:
        heads.append(Heading(say(_("Integrated exercise")), width=16))
    return heads


def _title(module: Module, language: str) -> str:
    page = module.pages.get(language) or next(iter(module.pages.values()))
    return str(page.title)


def _cells(found: Table, lines: Sequence[Line], reader: Reader) -> Iterator[list[Cell]]:
    say = reader.say

    def said(words: dict[str, str], part: str) -> str:
        return say(words[part]) if part else ""

    for line in lines:
        cells: list[Cell] = [
            line.name,
            line.institution,
            reader.statuses[line.status],
            line.percent,
            line.active_on,
            line.silent,
            say(_("Behind")) if line.behind else "",
            len(line.late),
        ]
        for module in found.modules:
            cell = line.cell(module.id)
            if cell is None:
                cells += ["", "", ""]
            else:
                lessons = f"{cell.lessons} {say(_('of'))} {cell.total}"
                cells += [lessons, said(WORDS, cell.quiz), said(SIGNED, cell.practice)]
        if found.has_exam:
            cells.append(said(WORDS, line.row.exam))
        if found.course.exercise:
            cells.append(said(SIGNED, line.row.exercise))
        yield cells


def file(
    office: Office, actor: Actor, cohort_id: uuid.UUID, form: Literal["csv", "xlsx"], reader: Reader, pace: str = ""
) -> tuple[Cohort, Iterator[bytes]]:
    """The table of a cohort as a file, every officer of *pace* in it, and its cohort. The download is noted in the log, and
    the officers are told of it. Raises ``NotFound``.
    """
    found = table(office, actor, cohort_id, pace=pace)
    cohort = found.place.cohort
    lines = [line for line in lines_of(office, found.place, found.today, zone_of(actor)) if _fits(line, pace)]
    heads = headings(found, reader)
    sightings.listed(
        office,
        actor,
        "cohort.download",
        found.place.paths,
        {"cohort": str(cohort_id)},
        len(lines),
        subject=str(cohort_id),
        institution_id=cohort.institution_id,
        more={"format": form},
    )
    rows = _cells(found, lines, reader)
    if form == "csv":
        return cohort, spreadsheets.csv_stream(heads, rows)
    return cohort, spreadsheets.xlsx_stream(reader.say(_("Progress")), heads, rows)
