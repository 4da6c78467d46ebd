"""The columns of the roster, the same in every form of it, and how a reader's language and time zone fill them.

A column says which value of the database it shows (``source``) and how that is read. The database gives moments as text
in UTC, the same from SQLite and PostgreSQL, and a column is filled for a thousand rows at a time from a table of what was
met before: days, hours and words repeat, and a roster has millions of them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias, cast
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec
from babel import Locale
from babel.dates import get_timezone_location
from sqlalchemy import ColumnElement, Date, Row, String, case, func
from sqlalchemy import cast as sql_cast

from app.records.certificates import Certificate
from app.records.editions import Edition
from app.services.certifying import state_of
from app.services.office import Actor, Office
from app.services.rosters.standing import Standing
from app.services.spreadsheets import Cell, Kind, quoted, quoted_column
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
"""a row of the roster on the screen; its attributes are the labels of the statement in :mod:`reading`"""


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
        """The country of *code*, in words."""
        return code if self.plain else str(LOCALES[self.language].territories.get(code, code))

    @property
    def zone_words(self) -> str:
        """Panama time · hora de Panamá"""
        if self.zone.key in ("UTC", "Etc/UTC"):
            return "UTC"
        place = get_timezone_location(self.zone, locale=LOCALES[self.language], return_city=True)
        return self.say(_("%(place)s time")) % {"place": place}

    @property
    def whole_hours(self) -> bool:
        """Whether the clocks of the zone show the minute that UTC does."""
        moments = (dt.datetime(year, month, 1, tzinfo=self.zone) for year in (2020, 2026, 2036) for month in (1, 7))
        return not any((moment.utcoffset() or dt.timedelta()).total_seconds() % 3600 for moment in moments)


def zone_of(actor: Actor) -> ZoneInfo:
    """The actor's time zone; UTC where the machine does not know it."""
    return zone_called(actor.time_zone)


def zone_called(name: str) -> ZoneInfo:
    """The time zone *name*; UTC where the machine does not know it."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo("UTC")


# What the database is asked for ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Asking:
    """What a column's source may depend on."""

    tables: Standing
    reader: Reader
    postgresql: bool
    written: bool = False
    """whether days and moments are to be those of the reader's zone, as a CSV has them (PostgreSQL only)"""

    def moment(self, column: Any, hours: bool = False) -> ColumnElement[str]:
        """*column* in UTC as text to the minute, or to the hour: "2026-11-23 14:05", "2026-11-23 14"."""
        if self.written:
            return func.to_char(func.timezone(self.reader.zone.key, column), "YYYY-MM-DD HH24:MI", type_=String)
        text = sql_cast(func.timezone("UTC", column), String) if self.postgresql else column
        return func.substr(text, 1, 13 if hours else 16, type_=String)

    def hour(self, column: Any) -> ColumnElement[str]:
        """*column* as exactly as its day in the reader's zone depends on it."""
        if self.written:
            return sql_cast(sql_cast(func.timezone(self.reader.zone.key, column), Date), String)
        return self.moment(column, self.reader.whole_hours)

    def day(self, column: Any) -> ColumnElement[str]:
        """A day as text."""
        return func.substr(sql_cast(column, String) if self.postgresql else column, 1, 10, type_=String)

    @property
    def title(self) -> ColumnElement[str]:
        """The course's title in the reader's language, else in the other."""
        course = self.tables.course
        mine, other = (course.title_en, course.title_es)[:: 1 if self.reader.language == "en" else -1]
        return func.coalesce(func.nullif(mine, ""), other)

    @property
    def worth(self) -> ColumnElement[str | None]:
        """The code of what the certificate is worth."""
        return case(
            (Certificate.serial.is_(None), None),
            (self.tables.revoked, "revoked"),
            (Certificate.expires_on < self.reader.today, "expired"),
            else_="valid",
        )


class Column(msgspec.Struct, frozen=True):
    """One column. ``timed``: its days or moments are the reader's, and its heading names their time zone."""

    key: str
    heading: str
    kind: Kind
    width: int
    source: Callable[[Asking], Any]
    timed: bool = False
    words: str = ""
    """what of the :class:`Reader` tells codes in words"""


COLUMNS: tuple[Column, ...] = (
    Column("name", _("Name"), "text", 32, lambda ask: ask.tables.person.name),
    Column("file_name", _("Name as filed"), "text", 32, lambda ask: ask.tables.person.file_name),
    Column("rank", _("Rank"), "text", 16, lambda ask: ask.tables.person.rank),
    Column("service_number", _("Service number"), "text", 15, lambda ask: ask.tables.person.service_number),
    Column("country", _("Country"), "text", 16, lambda ask: ask.tables.institution.country, words="country"),
    Column("institution", _("Institution"), "text", 34, lambda ask: ask.tables.institution.name),
    Column("course", _("Course"), "text", 34, lambda ask: ask.title),
    Column("edition", _("Edition"), "whole", 9, lambda ask: Edition.number),
    Column("cohort", _("Cohort"), "text", 24, lambda ask: ask.tables.cohort.name),
    Column("status", _("Status"), "text", 14, lambda ask: ask.tables.enrolment.status, words="statuses"),
    Column("enrolled", _("Enrolled on"), "day", 13, lambda ask: ask.hour(ask.tables.enrolment.enrolled_at), True),
    Column("started", _("Started on"), "day", 13, lambda ask: ask.hour(ask.tables.enrolment.started_at), True),
    Column("active", _("Last activity"), "moment", 18, lambda ask: ask.moment(ask.tables.enrolment.active_at), True),
    Column("lessons_done", _("Lessons completed"), "whole", 11, lambda ask: ask.tables.enrolment.lessons_done),
    Column("lessons_total", _("Lessons in all"), "whole", 11, lambda ask: ask.tables.enrolment.lessons_total),
    Column("quizzes_passed", _("Quizzes passed"), "whole", 11, lambda ask: ask.tables.enrolment.quizzes_passed),
    Column("practices_done", _("Practices signed off"), "whole", 11, lambda ask: ask.tables.enrolment.practices_done),
    Column(
        "exercise", _("Integrated exercise"), "text", 16, lambda ask: ask.tables.enrolment.exercise, words="exercises"
    ),
    Column("exam", _("Best exam mark (%)"), "whole", 11, lambda ask: ask.tables.enrolment.exam_mark),
    Column("percent", _("Progress (%)"), "whole", 11, lambda ask: ask.tables.enrolment.percent),
    Column("completed", _("Completed on"), "day", 13, lambda ask: ask.hour(ask.tables.enrolment.completed_at), True),
    Column("certificate", _("Certificate"), "text", 22, lambda ask: Certificate.serial),
    Column("certificate_state", _("Certificate status"), "text", 13, lambda ask: ask.worth, words="states"),
    Column("certificate_expires", _("Certificate expires on"), "day", 13, lambda ask: ask.day(Certificate.expires_on)),
)
BY_KEY = {column.key: column for column in COLUMNS}


def chosen(keys: Iterable[str]) -> tuple[Column, ...]:
    """The columns called *keys*, in the order of :data:`COLUMNS`; all of them where none is named. Unknown ones are
    not looked at.
    """
    wanted = set(keys)
    return tuple(column for column in COLUMNS if column.key in wanted) or COLUMNS


# How cells are filled -------------------------------------------------------------------------------------------------

_FEW = ("rank", "institution", "course", "cohort")
"""columns in which the same text comes again and again"""

Filled: TypeAlias = Iterable[Cell]
Filling: TypeAlias = Callable[[Sequence[Any]], Filled]
"""the cells of a column for a batch of values as the database gave them"""


class _Known(dict[Any, Any]):
    """What *find* says of a key, remembered. It begins anew when it grows large, so that memory stays what it was."""

    def __init__(self, find: Callable[[Any], Any], nothing: Any) -> None:
        super().__init__({None: nothing})
        self.find, self.nothing = find, nothing

    def __missing__(self, key: Any) -> Any:
        if len(self) > 20_000:
            self.clear()
            self[None] = self.nothing
        found = self[key] = self.find(key)
        return found


def _local(text: str, zone: ZoneInfo) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC).astimezone(zone)


def filling(column: Column, reader: Reader, as_text: bool) -> Filling:
    """How *column* is filled for *reader*: with text as it stands in a CSV, or with days, moments and numbers."""
    if column.words:
        words: dict[str, str] = {} if column.words == "country" else getattr(reader, column.words)
        find = reader.country if column.words == "country" else lambda code: words.get(code, "")
        return _through((lambda code: quoted(find(code))) if as_text else find, "")
    if column.kind == "day":
        return _days(column.timed, reader.zone, as_text)
    if column.kind == "moment":
        return _moments(reader, as_text)
    if column.kind == "text" and as_text:
        return _through(quoted, "") if column.key in _FEW else quoted_column
    if column.kind == "text":
        return lambda values: [value or "" for value in values]
    return _through(str, "") if as_text else lambda values: values


def _through(find: Callable[[Any], Any], nothing: Any) -> Filling:
    known = _Known(find, nothing).__getitem__
    return lambda values: map(known, values)


def _days(timed: bool, zone: ZoneInfo, as_text: bool) -> Filling:
    def found(text: str) -> Cell:
        day = _local(text, zone).date() if timed else dt.date.fromisoformat(text)
        return day.isoformat() if as_text else day

    return _through(found, "" if as_text else None)


def _moments(reader: Reader, as_text: bool) -> Filling:
    zone = reader.zone
    if as_text and reader.whole_hours:
        hours = _Known(lambda hour: _local(hour, zone).isoformat(" ", "hours")[:13], None)
        return lambda values: [hours[value[:13]] + value[13:] if value else "" for value in values]
    if as_text:
        return _through(lambda text: _local(text, zone).isoformat(" ", "minutes")[:16], "")
    return lambda values: [value and _local(value, zone) for value in values]
