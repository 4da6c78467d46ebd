"""The columns of the roster, the same in every form of it, and how a reader's language and time zone fill them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, cast
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec
from babel import Locale
from babel.dates import get_timezone_location
from sqlalchemy import Row

from app.records.certificates import Certificate
from app.services.certifying import state_of
from app.services.office import Actor, Office
from app.services.spreadsheets import Cell, Kind
from app.services.wording import translator

LOCALES = {"en": Locale.parse("en"), "es": Locale.parse("es_419")}


def _(text: str) -> str:
    """Marks words for the catalogue; they are translated when somebody reads them."""
    return text


STATUS_WORDS = {
    "not-started": _("Not started"),
    "active": _("In progress"),
    "completed": _("Completed"),
    "withdrawn": _("Withdrawn"),
}
EXERCISE_WORDS = {"open": _("Not signed yet"), "not yet": _("Not yet competent"), "competent": _("Competent")}
STATE_WORDS = {"valid": _("Valid"), "expired": _("Expired"), "replaced": _("Replaced"), "revoked": _("Revoked")}


Line = Row[Any]
"""a row of the roster; its attributes are the labels of the statement in :mod:`reading`"""


def title_of(row: Line, language: str) -> str:
    """The course's title in *language*, else in the other."""
    return str((row.title_en if language == "en" else row.title_es) or row.title_en or row.title_es)


def state(row: Line, today: dt.date) -> str:
    """What the row's certificate is worth on *today*; "" where there is none."""
    return state_of(cast(Certificate, row), today) if row.serial else ""


@dataclass(frozen=True)
class Reader:
    """In whose language and time zone cells are written. ``plain`` is for programs: codes where people read words."""

    language: str
    zone: ZoneInfo
    say: Callable[[str], str]
    today: dt.date
    plain: bool = False
    statuses: dict[str, str] = field(default_factory=dict)
    states: dict[str, str] = field(default_factory=dict)
    exercises: dict[str, str] = field(default_factory=dict)
    countries: dict[str, str] = field(default_factory=dict)
    """those asked for so far"""

    @classmethod
    def of(
        cls,
        office: Office,
        actor: Actor,
        language: str = "",
        say: Callable[[str], str] | None = None,
        plain: bool = False,
    ) -> Reader:
        """How *actor* reads: in *language* (their own by default), by *say* where a door brings its own catalogue."""
        language = language or actor.language
        say = say or translator(language)
        return cls(
            language,
            zone_of(actor),
            say,
            office.now().date(),
            plain,
            {code: code if plain else say(word) for code, word in STATUS_WORDS.items()},
            {code: code if plain else say(word) for code, word in STATE_WORDS.items()},
            {code: code if plain else say(word) for code, word in EXERCISE_WORDS.items()},
        )

    def country(self, code: str) -> str:
        name = self.countries.get(code)
        if name is None:
            name = code if self.plain else str(LOCALES[self.language].territories.get(code, code))
            self.countries[code] = name
        return name

    def local(self, moment: dt.datetime | None) -> dt.datetime | None:
        return moment.astimezone(self.zone) if moment else None

    def day(self, moment: dt.datetime | None) -> dt.date | None:
        return moment.astimezone(self.zone).date() if moment else None

    def state(self, row: Line) -> str:
        return self.states.get(state(row, self.today), "")

    @property
    def zone_words(self) -> str:
        """Panama time · hora de Panamá"""
        if self.zone.key in ("UTC", "Etc/UTC"):
            return "UTC"
        place = get_timezone_location(self.zone, locale=LOCALES[self.language], return_city=True)
        return self.say(_("%(place)s time")) % {"place": place}


def zone_of(actor: Actor) -> ZoneInfo:
    """The actor's time zone; UTC where the machine does not know it."""
    try:
        return ZoneInfo(actor.time_zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo("UTC")


class Column(msgspec.Struct, frozen=True):
    """One column. ``timed``: its days or moments are the reader's, and its heading names their time zone."""

    key: str
    heading: str
    kind: Kind
    width: int
    take: Callable[[Line, Reader], Cell]
    timed: bool = False


COLUMNS: tuple[Column, ...] = (
    Column("name", _("Name"), "text", 32, lambda row, reader: row.name),
    Column("rank", _("Rank"), "text", 16, lambda row, reader: row.rank),
    Column("service_number", _("Service number"), "text", 15, lambda row, reader: row.service_number),
    Column("country", _("Country"), "text", 16, lambda row, reader: reader.country(row.country)),
    Column("institution", _("Institution"), "text", 34, lambda row, reader: row.institution),
    Column("course", _("Course"), "text", 34, lambda row, reader: title_of(row, reader.language)),
    Column("edition", _("Edition"), "whole", 9, lambda row, reader: row.edition),
    Column("cohort", _("Cohort"), "text", 24, lambda row, reader: row.cohort or ""),
    Column("status", _("Status"), "text", 14, lambda row, reader: reader.statuses[row.status]),
    Column("enrolled", _("Enrolled on"), "day", 13, lambda row, reader: reader.day(row.enrolled_at), timed=True),
    Column("started", _("Started on"), "day", 13, lambda row, reader: reader.day(row.started_at), timed=True),
    Column("active", _("Last activity"), "moment", 18, lambda row, reader: reader.local(row.active_at), timed=True),
    Column("lessons_done", _("Lessons completed"), "whole", 11, lambda row, reader: row.lessons_done),
    Column("lessons_total", _("Lessons in all"), "whole", 11, lambda row, reader: row.lessons_total),
    Column("quizzes_passed", _("Quizzes passed"), "whole", 11, lambda row, reader: row.quizzes_passed),
    Column("practices_done", _("Practices signed off"), "whole", 11, lambda row, reader: row.practices_done),
    Column(
        "exercise", _("Integrated exercise"), "text", 16, lambda row, reader: reader.exercises.get(row.exercise, "")
    ),
    Column("exam", _("Best exam mark (%)"), "whole", 11, lambda row, reader: row.exam_mark),
    Column("percent", _("Progress (%)"), "whole", 11, lambda row, reader: row.percent),
    Column("completed", _("Completed on"), "day", 13, lambda row, reader: reader.day(row.completed_at), timed=True),
    Column("certificate", _("Certificate"), "text", 18, lambda row, reader: row.serial or ""),
    Column("certificate_state", _("Certificate status"), "text", 13, lambda row, reader: reader.state(row)),
    Column("certificate_expires", _("Certificate expires on"), "day", 13, lambda row, reader: row.expires_on),
)
