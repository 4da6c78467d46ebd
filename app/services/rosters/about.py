"""What a roster says about itself, in every form: what was asked, of which moment, by whom, and how much it is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from babel.dates import format_date, format_datetime
from sqlalchemy import select

from app.records.cohorts import Cohort
from app.records.editions import CourseRow
from app.records.people import Institution
from app.services.office import Actor, Office
from app.services.rosters.columns import BY_KEY, LOCALES, STATUS_WORDS, Reader
from app.services.rosters.query import RosterQuery
from app.services.rosters.reading import read_as


def _(text: str) -> str:
    """Marks words for the catalogue; they are translated when somebody reads them."""
    return text


WORTH_WORDS = {
    "valid": _("In force"),
    "expiring": _("Expires within 90 days"),
    "expired": _("Expired"),
    "revoked": _("Revoked"),
    "none": _("None"),
}
_MOST_EDITIONS = 6


@dataclass(frozen=True)
class About:
    """The heading, but for what only the rows tell. Words are the reader's; nothing here names an officer."""

    reader: Reader
    title: str
    place: str
    """the institution that it is of: the one asked for, else that of the asker's scope"""
    filters: str
    as_of: dt.date | None
    made_at: dt.datetime
    by: str
    """who asked, with their institution"""
    courses: dict[str, str]
    """titles"""

    @property
    def day(self) -> str:
        """As of when, in words."""
        zone = self.reader.zone_words
        if self.as_of is None:
            return f"{self.moment} ({zone})"
        day = format_date(self.as_of, "d MMM yyyy", locale=LOCALES[self.reader.language])
        return self.reader.say(_("end of %(day)s (%(zone)s)")) % {"day": day, "zone": zone}

    @property
    def moment(self) -> str:
        """When it was made, in the reader's zone."""
        local = self.made_at.astimezone(self.reader.zone)
        return format_datetime(local, "d MMM yyyy, HH:mm", locale=LOCALES[self.reader.language])

    def lines(
        self, rows: int | None = None, editions: Iterable[tuple[str, int]] | None = None
    ) -> list[tuple[str, str]]:
        """Labels and what they tell; without *rows* and *editions* what is known before any row is."""
        say = self.reader.say
        found = [
            (say(_("Roster")), self.place),
            (say(_("Filters")), self.filters),
            (say(_("As of")), self.day),
            (say(_("Time zone")), f"{self.reader.zone_words} ({self.reader.zone.key})"),
        ]
        if editions is not None:
            found.append((say(_("Editions")), self._editions(sorted(editions))))
        found += [(say(_("Asked by")), self.by), (say(_("Made on")), self.moment)]
        if rows is not None:
            found.append((say(_("Rows")), str(rows)))
        return found

    def _editions(self, found: list[tuple[str, int]]) -> str:
        numbers: dict[str, list[str]] = {}
        for course, number in found:
            numbers.setdefault(course, []).append(str(number))
        if not numbers:
            return "–"
        if len(found) > _MOST_EDITIONS:
            return self.reader.say(_("several"))
        return "; ".join(f"{self.courses.get(course, course)}: {', '.join(those)}" for course, those in numbers.items())


def about(office: Office, actor: Actor, query: RosterQuery, reader: Reader) -> About:
    """The heading of what *query* asks for, whose scope was checked. Two queries at most for each filter."""
    reader = read_as(reader, query)
    session = office.session
    courses = {row.id: row.title(reader.language) for row in session.scalars(select(CourseRow)).unique()}
    return About(
        reader,
        reader.say(_("Roster of completions")),
        _place(office, actor, query, reader),
        "; ".join(_filters(office, query, reader, courses)) or reader.say(_("none: everyone")),
        query.as_of,
        office.now().replace(microsecond=0),
        f"{actor.name}, {actor.institution_name}",
        courses,
    )


def _place(office: Office, actor: Actor, query: RosterQuery, reader: Reader) -> str:
    if query.institution:
        return str(office.session.scalar(select(Institution.name).where(Institution.id == query.institution)) or "")
    roots = actor.paths("read roster")
    if "/" in roots:
        return reader.say(_("All institutions"))
    names = office.session.scalars(
        select(Institution.name).where(Institution.path.in_(roots)).order_by(Institution.path)
    )
    return ", ".join(names) or actor.institution_name


def _filters(office: Office, query: RosterQuery, reader: Reader, courses: dict[str, str]) -> Iterable[str]:
    say = reader.say

    def said(label: str, value: str) -> str:
        return f"{say(label)}: {value}"

    locale = LOCALES[reader.language]
    if query.course:
        yield said(_("Course"), courses.get(query.course, query.course))
    if query.cohort:
        yield said(_("Cohort"), str(office.session.scalar(select(Cohort.name).where(Cohort.id == query.cohort)) or ""))
    if query.status:
        yield said(_("Status"), say(STATUS_WORDS.get(query.status) or _("All but withdrawn")))
    if query.pace:
        yield said(_("Pace"), say(_("Behind") if query.pace == "behind" else _("Active in the last 14 days")))
    if query.certificate:
        yield said(_("Certificate"), say(WORTH_WORDS[query.certificate]))
    if query.country:
        yield said(_("Country"), str(locale.territories.get(query.country, query.country)))
    days = (
        (_("Completed from"), query.completed_from),
        (_("Completed up to"), query.completed_to),
        (_("Enrolled from"), query.enrolled_from),
        (_("Enrolled up to"), query.enrolled_to),
        (_("Certificate from"), query.issued_from),
        (_("Certificate up to"), query.issued_to),
    )
    for label, day in days:
        if day:
            yield said(label, format_date(day, "d MMM yyyy", locale=locale))
    if query.institution and query.own:
        yield say(_("Nothing below the institution"))
    if query.name:  # what was typed may be anybody's name: the heading travels, the search does not
        yield say(_("a name or number looked for"))


def column_titles(reader: Reader, keys: Iterable[str]) -> list[str]:
    """What the columns called *keys* are, in words."""
    return [reader.say(BY_KEY[key].heading) for key in keys if key in BY_KEY]
